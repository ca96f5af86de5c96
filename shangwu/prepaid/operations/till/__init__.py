"""The till of the public-base system: plans, cards, redemptions, refunds, and the day that is sent."""

from shangwu.prepaid.operations.till.cards import (
    Buyer,
    Issued,
    Request,
    issue_card,
    redeem,
    refund_card,
    top_up,
)
from shangwu.prepaid.operations.till.days import count_day
from shangwu.prepaid.operations.till.plans import open_plan, stop_plan
from shangwu.prepaid.operations.till.quarters import QuarterFigures, report_quarter

__all__ = [
    "Buyer",
    "Issued",
    "QuarterFigures",
    "Request",
    "count_day",
    "issue_card",
    "open_plan",
    "redeem",
    "refund_card",
    "report_quarter",
    "stop_plan",
    "top_up",
]
