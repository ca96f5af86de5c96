"""What is known of closings and collapses: what holders are owed, what secures it, what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet, Sum

from shangwu.foundation import codes
from shangwu.foundation.money import Fen, format_yuan, in_yuan
from shangwu.foundation.web.components import Chart
from shangwu.prepaid.models import (
    BondRecord,
    CardBalance,
    Closing,
    Collapse,
    CollapseMember,
    CustodyDay,
    FrozenCard,
    Operator,
    RefundClaim,
    RefundLine,
    RefundPlan,
)
from shangwu.prepaid.queries.desks.charts import wan
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.waterfall import CUSTODY
from shangwu.prepaid.vocabulary import ClaimState, ClosingState, CollapseState


@dataclass(frozen=True)
class Holding:
    """How many cards hold something, and how much, in fen."""

    cards: int
    balance: Fen


@dataclass(frozen=True)
class Security:
    """What secures an operator's holders, in fen: accounts by institution, bonds by number."""

    accounts: tuple[CustodyDay, ...]
    bonds: tuple[BondRecord, ...]

    @property
    def in_custody(self) -> Fen:
        """The sum of the accounts."""
        return sum(account.balance_fen for account in self.accounts)

    @property
    def in_bonds(self) -> Fen:
        """What the bonds pay at most."""
        return sum(bond.amount_fen for bond in self.bonds)

    @property
    def custody_on(self) -> date | None:
        """The oldest day that an account speaks of."""
        return min((account.day for account in self.accounts), default=None)


@dataclass(frozen=True)
class DistrictSum:
    """What cards last used in a district held, and what of it has been claimed."""

    district: str
    label: str
    cards: int
    balance: Fen


def holding(operator: Operator) -> Holding:
    """Return what the operator's cards hold now."""
    found = CardBalance.objects.filter(operator=operator, balance_fen__gt=0).aggregate(
        cards=Count("card"), balance=Sum("balance_fen")
    )
    return Holding(found["cards"], found["balance"] or 0)


def security(operator: Operator, *, on: date) -> Security:
    """Return the last account balances and the bonds in force, each in its last version."""
    accounts = (
        CustodyDay.objects.filter(operator=operator, day__lte=on)
        .order_by("institution", "-day", "-received_at")
        .distinct("institution")
    )
    versions = (
        BondRecord.objects.filter(operator=operator)
        .order_by("institution", "number", "-received_at")
        .distinct("institution", "number")
    )
    in_force = tuple(bond for bond in versions if bond.starts_on <= on < bond.until)
    return Security(tuple(accounts), in_force)


def closings_of(operators: QuerySet[Operator]) -> QuerySet[Closing]:
    """Return the closings of these operators, the open ones first, then by their day."""
    return (
        Closing.objects.filter(operator__in=operators)
        .select_related("operator")
        .order_by(F("state").asc(), "-takes_effect_on", "pk")
    )


def collapses_of(operators: QuerySet[Operator]) -> QuerySet[Collapse]:
    """Return the collapses in which one of these operators is involved, newest first."""
    return (
        Collapse.objects.filter(members__operator__in=operators).distinct().order_by("-opened_at")
    )


def public_notices() -> tuple[list[Closing], list[Collapse]]:
    """Return what everybody may read: closings that stand, and collapses that were signed."""
    closings = Closing.objects.exclude(state=ClosingState.VOID).select_related("operator")
    collapses = Collapse.objects.exclude(state=CollapseState.PROPOSED)
    return list(closings.order_by("-announced_on", "-pk")[:200]), list(
        collapses.order_by("-signed_at")[:50]
    )


def notice_of(operator: Operator) -> Closing | Collapse | None:
    """Return the newest public notice about an operator, that of a collapse before that of a closing."""
    collapses = Collapse.objects.exclude(state=CollapseState.PROPOSED)
    closings = Closing.objects.exclude(state=ClosingState.VOID)
    return (
        collapses.filter(members__operator=operator).order_by("-signed_at").first()
        or closings.filter(operator=operator).order_by("-announced_on", "-pk").first()
    )


def members(collapse: Collapse) -> list[CollapseMember]:
    """Return the operators of a collapse with their frozen figures."""
    return list(collapse.members.select_related("operator").order_by("operator__number"))


def by_district(collapse: Collapse) -> list[DistrictSum]:
    """Return holders and money by the district where the cards were last used, most money first."""
    rows = (
        FrozenCard.objects.filter(collapse=collapse)
        .values("district")
        .annotate(cards=Count("pk"), balance=Sum("balance_fen"))
        .order_by("-balance", "district")
    )
    on = (collapse.signed_at or collapse.opened_at).date()
    return [
        DistrictSum(
            row["district"], district_label(row["district"], on=on), row["cards"], row["balance"]
        )
        for row in rows
    ]


def district_label(district: str, *, on: date) -> str:
    """Return a district's name, or its code where it has none that day."""
    found = codes.check("division", district, on=on)
    return str(found.facts["division"]) if found.ok else district


def district_chart(sums: Sequence[DistrictSum]) -> Chart:
    """Return the money of holders by district, as horizontal bars."""
    shown = list(reversed(sums))
    return Chart(
        key="collapse-districts",
        title="持卡人余额按区分布（万元）",
        option={
            "grid": {"left": 84, "right": 90, "top": 8, "bottom": 24},
            "xAxis": {"type": "value", "axisLabel": {"hideOverlap": True}},
            "yAxis": {"type": "category", "data": [one.label for one in shown]},
            "series": [
                {
                    "type": "bar",
                    "label": {"show": True, "position": "right"},
                    "data": [{"value": wan(one.balance), "colour": "accent"} for one in shown],
                }
            ],
        },
        header=("所在区", "有余额的卡", "余额（元）"),
        rows=tuple((one.label, str(one.cards), format_yuan(one.balance)) for one in sums),
        note="按每张卡最后一次使用的门店所在区统计。",
    )


@dataclass(frozen=True)
class ClaimCounts:
    """How many claims stand where, and what they come to in fen."""

    filed: int
    admitted: int
    rejected: int
    claimed: Fen
    confirmed: Fen


def claim_counts(collapse: Collapse) -> ClaimCounts:
    """Return the claims of a collapse, counted and summed."""
    found = RefundClaim.objects.filter(collapse=collapse).aggregate(
        filed=Count("pk", filter=Q(state=ClaimState.FILED)),
        admitted=Count("pk", filter=Q(state=ClaimState.ADMITTED)),
        rejected=Count("pk", filter=Q(state=ClaimState.REJECTED)),
        claimed=Sum("claimed_fen"),
        confirmed=Sum("admitted_fen"),
    )
    return ClaimCounts(
        found["filed"],
        found["admitted"],
        found["rejected"],
        found["claimed"] or 0,
        found["confirmed"] or 0,
    )


def claims_to_decide(collapse: Collapse) -> QuerySet[RefundClaim]:
    """Return the claims that a person must look at: those that differ from the ledger, oldest first."""
    return (
        RefundClaim.objects.filter(collapse=collapse, state=ClaimState.FILED)
        .exclude(claimed_fen=F("ledger_fen"))
        .select_related("operator")
        .order_by("filed_at", "pk")
    )


def matching_claims(collapse: Collapse) -> QuerySet[RefundClaim]:
    """Return the claims that say what the ledger says and wait to be confirmed together."""
    return RefundClaim.objects.filter(
        collapse=collapse, state=ClaimState.FILED, claimed_fen=F("ledger_fen")
    ).order_by("pk")


@dataclass(frozen=True)
class PlanProgress:
    """How far a plan has been paid, in lines and fen; `due` is claimed and not paid yet."""

    due_lines: int
    due: Fen
    paid_lines: int
    paid: Fen
    reserved: Fen


def plan_progress(plan: RefundPlan) -> PlanProgress:
    """Return what has been paid under a plan, what waits, and what is reserved for cards that nobody claimed."""
    amount = F("custody_fen") + F("bond_fen")
    is_paid = Q(paid_at__isnull=False)
    is_due = Q(paid_at__isnull=True, claim__isnull=False, received__gt=0)
    found = (
        RefundLine.objects.filter(plan=plan)
        .annotate(received=amount)
        .aggregate(
            due_lines=Count("pk", filter=is_due),
            due=Sum("received", filter=is_due),
            paid_lines=Count("pk", filter=is_paid),
            paid=Sum("received", filter=is_paid),
            kept=Sum("received", filter=Q(claim__isnull=True)),
        )
    )
    return PlanProgress(
        found["due_lines"],
        found["due"] or 0,
        found["paid_lines"],
        found["paid"] or 0,
        found["kept"] or 0,
    )


@dataclass(frozen=True)
class SourceLine:
    """Money that a plan draws on: whose, what it is, how much there was and how much is used, in fen."""

    operator: str
    label: Bilingual
    amount_fen: Fen
    used_fen: Fen


def plan_sources(plan: RefundPlan) -> list[SourceLine]:
    """Return the money that stands for the holders, by the names that people know the businesses by."""
    parts = [(row, *str(row["source"]).split("/", 2)) for row in plan.sources]
    numbers = {number for _, number, _, _ in parts}
    names = dict(Operator.objects.filter(number__in=numbers).values_list("number", "name"))
    return [
        SourceLine(
            names[number],
            Bilingual("专用存款账户", "special account")
            if row["kind"] == CUSTODY
            else Bilingual(f"履约保证 {key}", f"bond {key}"),
            row["amount_fen"],
            row["used_fen"],
        )
        for row, number, _, key in parts
    ]


PLAN_HEADER = (
    "经营者",
    "卡标识",
    "登记编号",
    "应退（元）",
    "存管账户（元）",
    "履约保证（元）",
    "发放时间",
)


def plan_rows(plan: RefundPlan) -> Iterable[tuple[object, ...]]:
    """Return a plan line by line, for the bank and for the file."""
    lines = plan.lines.select_related("operator", "claim").order_by("operator__number", "card")
    for line in lines.iterator(chunk_size=2000):
        yield (
            line.operator.name,
            bytes(line.card).hex(),
            line.claim.number if line.claim else "未登记，份额保留",
            in_yuan(line.owed_fen),
            in_yuan(line.custody_fen),
            in_yuan(line.bond_fen),
            _moment(line.paid_at),
        )


def _moment(at: datetime | None) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at else ""
