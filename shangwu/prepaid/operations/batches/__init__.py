"""Receiving what moves on cards: a day's rows, and an operator's own sums of the day."""

from shangwu.prepaid.gateways.wire import MEDIA_TYPES
from shangwu.prepaid.operations.batches.own import own_delivery
from shangwu.prepaid.operations.batches.receiving import MOST_ROWS, receive_card_days
from shangwu.prepaid.operations.batches.stating import receive_operator_day

__all__ = ["MEDIA_TYPES", "MOST_ROWS", "own_delivery", "receive_card_days", "receive_operator_day"]
