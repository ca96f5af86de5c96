"""The quarters of which an operator reports how it spent prepaid money, and what its till knows of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.utils import timezone

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.foundation.web.components import DueDate
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import CardPlan, Operator, QuarterReport, TillAct
from shangwu.prepaid.queries.facts import quarter_before, quarter_start
from shangwu.prepaid.queries.onboarding import due_chip, uses_till
from shangwu.prepaid.queries.till import balance_at
from shangwu.prepaid.queries.witnesses import REPORTING
from shangwu.prepaid.rules.deadlines import MONTHS_A_QUARTER, quarter_report_due

ONE_DAY = timedelta(days=1)
# A report that is older than a year is asked for by no check.
QUARTERS_BACK = 4


@dataclass(frozen=True)
class Quarter:
    """A quarter that is over: when its report is due, and the newest one that came; `until` lies after its last day."""

    start: date
    until: date
    due: DueDate
    report: QuarterReport | None

    @property
    def label(self) -> str:
        """The quarter as people call it."""
        return f"{self.start.year} 年第 {number_of(self.start)} 季度"


@dataclass(frozen=True)
class Movements:
    """What a till recorded in a quarter, in fen, and the use of prepaid money that its newest charter names."""

    issued: Fen
    redeemed: Fen
    refunded: Fen
    balance: Fen
    fund_use: str

    @property
    def left(self) -> Fen:
        """What left the prepaid money: redeemed, or paid back."""
        return self.redeemed + self.refunded


def number_of(start: date) -> int:
    """Return which quarter of its year begins on the day."""
    return (start.month - 1) // MONTHS_A_QUARTER + 1


def quarters(operator: Operator, *, on: date) -> tuple[Quarter, ...]:
    """Return the last quarters that are over and that the operator reports, the newest first.

    Source: law/prepaid.toml#pack.SH-REG18-12-2
    """
    if operator.connected_on is None:
        return ()
    reports: dict[date, list[QuarterReport]] = {}
    for report in operator.quarter_reports.order_by("received_at", "pk"):
        reports.setdefault(report.quarter_start, []).append(report)
    found: list[Quarter] = []
    calendar, until = load_calendar(), quarter_start(on)
    while len(found) < QUARTERS_BACK and operator.connected_on < until:
        start = quarter_before(until)
        try:
            due = quarter_report_due(start.year, number_of(start), calendar=calendar)
        except Refused:
            break  # before the regulation nobody owed a report
        came = reports.get(start, [])
        done_on = timezone.localtime(came[0].received_at).date() if came else None
        chip = due_chip(due, today=on, done_on=done_on)
        found.append(Quarter(start, until, chip, came[-1] if came else None))
        until = start
    return tuple(found)


def owed_quarters(operator: Operator, *, on: date) -> tuple[Quarter, ...]:
    """Return the quarters whose report has not come, the oldest first."""
    return tuple(one for one in reversed(quarters(operator, on=on)) if one.report is None)


def till_owes(operator: Operator, *, on: date) -> tuple[Quarter, ...]:
    """Return the quarters that a shop with a till has yet to report by its form; others send by the interface."""
    is_reporting = operator.status in REPORTING and uses_till(operator)
    return owed_quarters(operator, on=on) if is_reporting else ()


def movements(operator: Operator, quarter: Quarter) -> Movements:
    """Return what the till recorded in the quarter.

    Unit: fen.
    """
    acts = TillAct.objects.filter(operator=operator, day__gte=quarter.start, day__lt=quarter.until)
    sums = acts.aggregate(
        issued=Sum("issued_fen"), redeemed=Sum("redeemed_fen"), refunded=Sum("refunded_fen")
    )
    plans = CardPlan.objects.filter(operator=operator).order_by("-number")
    return Movements(
        **{name: amount or 0 for name, amount in sums.items()},
        balance=balance_at(operator, quarter.until - ONE_DAY),
        fund_use=plans.values_list("fund_use", flat=True).first() or "",
    )
