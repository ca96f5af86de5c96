"""What a till shows, and what it reports: a day's acts, their sums, and the rows of the interface."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from shangwu.foundation.money import Fen
from shangwu.foundation.workdays import SHANGHAI
from shangwu.prepaid.models import CardPlan, Operator, TillAct, TillCard, TillDay
from shangwu.prepaid.rules.batch.rows import CardDay, OperatorDay
from shangwu.prepaid.rules.till import Held, Plan
from shangwu.prepaid.vocabulary import SaleKind, TillActKind

SHOWN_ACTS = 50


@dataclass(frozen=True)
class KindSum:
    """How often a thing was done on a day, and what it came to in fen."""

    label: str
    count: int
    amount: Fen


@dataclass(frozen=True)
class DayBook:
    """A till's day: what was done, the newest acts, whether it was counted since, and whether it was sent."""

    day: date
    sums: tuple[KindSum, ...]
    acts: tuple[TillAct, ...]
    acts_total: int
    balance: Fen
    record: TillDay | None

    @property
    def acts_since_count(self) -> int:
        """How many acts came after the day was counted."""
        if self.record is None or self.record.counted_acts is None:
            return 0
        return self.acts_total - self.record.counted_acts


def day_book(operator: Operator, day: date) -> DayBook:
    """Return what the till of the operator did on a day."""
    acts = TillAct.objects.filter(operator=operator, day=day)
    rows = {
        row["kind"]: row
        for row in acts.values("kind").annotate(
            count=Count("pk"),
            issued=Sum("issued_fen"),
            redeemed=Sum("redeemed_fen"),
            refunded=Sum("refunded_fen"),
        )
    }
    return DayBook(
        day=day,
        sums=tuple(
            _sum(kind, rows.get(kind.value))
            for kind in TillActKind
            if kind != TillActKind.ACCRUE or kind.value in rows
        ),
        acts=tuple(by_people(acts).select_related("card__plan", "done_by")[:SHOWN_ACTS]),
        acts_total=by_people(acts).count(),
        balance=balance_at(operator, day),
        record=TillDay.objects.filter(operator=operator, day=day).first(),
    )


def by_people(acts: QuerySet[TillAct]) -> QuerySet[TillAct]:
    """Return the acts that somebody did, the newest first; the days of terms pass by themselves."""
    return acts.exclude(kind=TillActKind.ACCRUE).order_by("-pk")


def offered(operator: Operator) -> QuerySet[CardPlan]:
    """Return the plans on sale."""
    return CardPlan.objects.filter(operator=operator, stopped_at=None).order_by("number")


def rules_plan(plan: CardPlan) -> Plan:
    """Return a plan as the rules know it."""
    return Plan(
        plan.kind, plan.card_kind, plan.price_fen, plan.units, plan.unit_price_fen, plan.months
    )


def held_of(card: TillCard) -> Held:
    """Return a card as the rules know it."""
    plan = card.plan
    is_term = plan.kind == SaleKind.MEMBERSHIP
    return Held(
        plan.kind,
        card.paid_fen,
        card.units,
        card.used_units,
        plan.unit_price_fen,
        starts_on=card.starts_on if is_term else None,
    )


def balance_at(operator: Operator, day: date) -> Fen:
    """Return the prepaid money of all cards at the end of a day, as their last acts until then left it."""
    last = (
        TillAct.objects.filter(operator=operator, day__lte=day)
        .order_by("card", "-pk")
        .distinct("card")
    )
    return sum(last.values_list("balance_fen", flat=True))


def card_days(operator: Operator, day: date) -> tuple[CardDay, ...]:
    """Return the day's rows of the interface, one for each card that moved, in the order of their first act."""
    acts: dict[int, list[TillAct]] = {}
    rows = TillAct.objects.filter(operator=operator, day=day).select_related("card__plan")
    for act in rows.order_by("pk"):
        acts.setdefault(act.card_id, []).append(act)
    sent_at = datetime.combine(day + timedelta(days=1), datetime.min.time(), SHANGHAI)
    return tuple(
        _card_day(operator, of_card, sequence, sent_at)
        for sequence, of_card in enumerate(acts.values(), start=1)
    )


def operator_day(rows: Iterable[CardDay], balance: Fen) -> OperatorDay:
    """Return the operator's own sums of the day."""
    listed = list(rows)
    return OperatorDay(
        cards=len(listed),
        issued=sum(row.issued for row in listed),
        redeemed=sum(row.redeemed for row in listed),
        refunded=sum(row.refunded for row in listed),
        balance=balance,
    )


def days_to_send(operator: Operator, *, until: date) -> list[date]:
    """Return the days up to but not including `until` that were not sent, from the connection on, in order."""
    first = operator.connected_on
    if first is None:
        return []
    sent = set(
        TillDay.objects.filter(operator=operator, sent_at__isnull=False).values_list(
            "day", flat=True
        )
    )
    days = (first + timedelta(days=n) for n in range(max((until - first).days, 0)))
    return [day for day in days if day not in sent]


def _sum(kind: TillActKind, row: Mapping[str, Any] | None) -> KindSum:
    amounts = {
        TillActKind.ISSUE: "issued",
        TillActKind.TOP_UP: "issued",
        TillActKind.REDEEM: "redeemed",
        TillActKind.ACCRUE: "redeemed",
        TillActKind.REFUND: "refunded",
    }
    found = row or {}
    return KindSum(str(kind.label), found.get("count", 0), found.get(amounts[kind]) or 0)


def _card_day(operator: Operator, acts: list[TillAct], sequence: int, sent_at: datetime) -> CardDay:
    last, card = acts[-1], acts[-1].card
    return CardDay(
        operator=operator.uscc,
        outlet=acts[0].outlet,
        day=last.day,
        sequence=sequence,
        card=bytes(card.token).hex(),
        issued=sum(act.issued_fen for act in acts),
        redeemed=sum(act.redeemed_fen for act in acts),
        refunded=sum(act.refunded_fen for act in acts),
        closing=last.balance_fen,
        # The day is over and does not change: sent again, it is the same to the byte.
        sent_at=sent_at,
        kind=card.plan.card_kind,
        valid_to=card.valid_to,
    )
