"""Reads over history: the files of archived days, old cards' entries, statistics."""

from shangwu.prepaid.queries.history.cards import CardEntry, card_entries
from shangwu.prepaid.queries.history.rows import row_of

__all__ = ["CardEntry", "card_entries", "row_of"]
