"""What refund plans have given and what is still open: debts by card, money left, claims that wait for more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum

from shangwu.foundation.money import Fen
from shangwu.prepaid.models import (
    Collapse,
    CollapseMember,
    FrozenCard,
    RefundClaim,
    RefundLine,
    RefundPlan,
)
from shangwu.prepaid.rules.bilingual import NOTHING, Bilingual
from shangwu.prepaid.rules.prospects import ClaimFacts, prospect
from shangwu.prepaid.rules.waterfall import BOND, CUSTODY, Source, left_over
from shangwu.prepaid.vocabulary import ClaimState, CollapseState

Card = tuple[int, bytes]
_BATCH = 5000


@dataclass(frozen=True)
class Debts:
    """What each card is owed in fen, and the claim of those that were claimed and decided."""

    owed: Mapping[Card, Fen]
    claims: Mapping[Card, RefundClaim]


@dataclass(frozen=True)
class OpenClaims:
    """Decided claims that signed plans have not paid in full although their operators' sources have something left.

    How many they are, what they lack in all, and what is left, in fen.
    """

    count: int
    lacking: Fen
    left: Fen


@dataclass(frozen=True)
class ClaimStanding:
    """One claim as its holder follows it: its lines of signed plans, and what is still to come, if anything."""

    lines: tuple[RefundLine, ...]
    lacking: Fen
    expects: Bilingual


@dataclass(frozen=True)
class Obstacle:
    """Why a settlement cannot be ended yet, with the code of its refusal."""

    code: str
    sentence: str


def signed_plans(collapse: Collapse) -> QuerySet[RefundPlan]:
    """Return the signed plans of a collapse, the first one first: each stands beside the earlier ones."""
    return collapse.plans.filter(signed_at__isnull=False).order_by("version")


def shown_plans(collapse: Collapse) -> list[RefundPlan]:
    """Return the signed plans, and after them the newest where it waits for its signature."""
    newest = collapse.plans.order_by("-version").first()
    waiting = [newest] if newest is not None and newest.signed_at is None else []
    return [*signed_plans(collapse), *waiting]


def decided_claims(collapse: Collapse) -> QuerySet[RefundClaim]:
    """Return the decided claims that entitle to something, each `entitled_fen`."""
    entitling = Q(state=ClaimState.ADMITTED) | Q(state=ClaimState.REJECTED, ledger_fen__gt=0)
    return RefundClaim.objects.filter(entitling, collapse=collapse)


def debts(collapse: Collapse) -> Debts:
    """Return what each card is owed after what signed plans give it; what is settled is left out.

    A card that nobody claimed is owed what the ledger says. An admitted claim replaces that figure; a claim that
    was not confirmed leaves it, and its holder is paid by it.
    """
    owed: dict[Card, Fen] = {
        (frozen.operator_id, bytes(frozen.card)): frozen.balance_fen
        for frozen in FrozenCard.objects.filter(collapse=collapse).iterator(chunk_size=_BATCH)
    }
    claims: dict[Card, RefundClaim] = {}
    for claim in decided_claims(collapse):
        card = (claim.operator_id, bytes(claim.card))
        owed[card], claims[card] = claim.entitled_fen, claim
    for line in _signed_lines(collapse).iterator(chunk_size=_BATCH):
        owed[line.operator_id, bytes(line.card)] -= line.received_fen
    still = {card: amount for card, amount in owed.items() if amount}
    return Debts(still, {card: claim for card, claim in claims.items() if card in still})


def money_left(collapse: Collapse) -> tuple[Source, ...]:
    """Return what the sources of the first signed plan hold beside all that signed plans give or reserve."""
    first = signed_plans(collapse).first()
    if first is None:
        return ()
    sums = _signed_lines(collapse).values("operator").order_by("operator")
    spent: dict[tuple[str, str], Fen] = {}
    for row in sums.annotate(custody=Sum("custody_fen"), bonds=Sum("bond_fen")):
        spent[str(row["operator"]), CUSTODY] = row["custody"]
        spent[str(row["operator"]), BOND] = row["bonds"]
    return left_over(list(_stated(first)), spent)


def open_claims(collapse: Collapse) -> OpenClaims:
    """Return which decided claims a further plan could pay more, and from how much."""
    left: dict[int, Fen] = {}
    for source in money_left(collapse):
        if source.amount:
            operator = int(source.operator)
            left[operator] = left.get(operator, 0) + source.amount
    sums = _signed_lines(collapse).filter(claim__isnull=False).values_list("claim")
    received = dict(sums.annotate(paid=Sum(F("custody_fen") + F("bond_fen"))))
    rows = [
        (claim.operator_id, lack)
        for claim in decided_claims(collapse).filter(operator__in=left)
        if (lack := claim.entitled_fen - received.get(claim.pk, 0))
    ]
    return OpenClaims(
        count=len(rows),
        lacking=sum(lack for _, lack in rows),
        left=sum(left[operator] for operator in {operator for operator, _ in rows}),
    )


def claim_standing(claim: RefundClaim, *, on: date) -> ClaimStanding:
    """Return what signed plans give to a claim, and what its holder may still expect on that day."""
    chain = claim.collapse
    lines = tuple(
        _signed_lines(chain).filter(claim=claim).select_related("plan").order_by("plan__version")
    )
    is_open = claim.state == ClaimState.FILED
    lacking = 0 if is_open else claim.entitled_fen - sum(line.received_fen for line in lines)
    if lines and not lacking:
        return ClaimStanding(lines, 0, NOTHING)
    reserved_for = _signed_lines(chain).filter(
        operator=claim.operator_id, card=claim.card, claim__isnull=True
    )
    left = [one for one in money_left(chain) if one.operator == str(claim.operator_id)]
    facts = ClaimFacts(
        state=claim.state,
        is_known=claim.ledger_fen is not None,
        is_signed=signed_plans(chain).exists(),
        is_reserved=reserved_for.exists(),
        is_ended=chain.state == CollapseState.ENDED,
        until=chain.claims_until or on,
        left=sum(source.amount for source in left),
    )
    return ClaimStanding(lines, lacking, prospect(facts, on=on))


def is_term_over(collapse: Collapse, *, on: date) -> bool:
    """Return whether the term for claims has run out; its last day still counts."""
    return collapse.claims_until is not None and on > collapse.claims_until


def obstacles(collapse: Collapse, *, on: date) -> Iterator[Obstacle]:
    """Yield why a settlement that is being paid cannot be ended on that day."""
    if not is_term_over(collapse, on=on):
        yield Obstacle(
            "PREPAID-COLLAPSE-TERM", f"登记期限到 {collapse.claims_until} 届满，期满后才能办结。"
        )
    claims = RefundClaim.objects.filter(collapse=collapse)
    if waiting := claims.filter(state=ClaimState.FILED).count():
        yield Obstacle("PREPAID-COLLAPSE-OPEN", f"还有 {waiting} 笔登记没有认定。")
    unpaid = _signed_lines(collapse).filter(claim__isnull=False, paid_at__isnull=True)
    if count := unpaid.exclude(custody_fen=0, bond_fen=0).count():
        yield Obstacle("PREPAID-COLLAPSE-UNPAID", f"还有 {count} 笔已登记的退款没有发放。")
    if count := open_claims(collapse).count:
        yield Obstacle(
            "PREPAID-COLLAPSE-LEFT",
            f"还有 {count} 笔已认定的登记没有足额清退，而资金尚有剩余。请先编制、签发补充清退方案。",
        )


def reserved(collapse: Collapse) -> Fen:
    """Return what signed plans keep for cards that nobody claimed."""
    silent = _signed_lines(collapse).filter(claim__isnull=True)
    found = silent.aggregate(kept=Sum(F("custody_fen") + F("bond_fen")))
    return found["kept"] or 0


def _signed_lines(collapse: Collapse) -> QuerySet[RefundLine]:
    return RefundLine.objects.filter(plan__collapse=collapse, plan__signed_at__isnull=False)


def _stated(plan: RefundPlan) -> Iterator[Source]:
    """The sources that a plan named, with the amounts on which it was signed."""
    members = CollapseMember.objects.filter(collapse=plan.collapse_id)
    operators = dict(members.values_list("operator__number", "operator_id"))
    for row in plan.sources:
        number = str(row["source"]).partition("/")[0]
        yield Source(row["source"], row["kind"], str(operators[number]), row["amount_fen"])
