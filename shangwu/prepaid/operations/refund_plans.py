"""Refunds after a collapse: a plan to the fen from custody and bonds, signed by another, paid by the bank."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import Collapse, RefundClaim, RefundLine, RefundPlan
from shangwu.prepaid.operations.closing import require_another
from shangwu.prepaid.operations.collapse import locked
from shangwu.prepaid.queries.closing import security
from shangwu.prepaid.queries.refund_plans import (
    Card,
    Debts,
    debts,
    is_term_over,
    money_left,
    obstacles,
    reserved,
)
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.waterfall import BOND, CUSTODY, Claim, Distribution, Source, distribute
from shangwu.prepaid.vocabulary import ClaimState, CollapseState

_BATCH = 5000
# Why nothing can be planned: for the first plan, and for one that comes after a signed one.
_NOTHING = (
    "没有应退的余额，也没有确认的登记。",
    "没有可以补充清退的：应退的已经全部列入方案，或者资金已经没有剩余。",
)


def make_plan(*, collapse: int, by: Account, at: datetime, on: date) -> RefundPlan:
    """Compute who receives what: every card of the ledger, and every admitted claim beside it.

    A card that nobody claimed keeps its share, reserved. An admitted claim replaces the ledger's figure, a
    claim not confirmed leaves the ledger's figure as it is, and its holder is paid by it. Once a plan is signed,
    a further one distributes what its sources have left over what is still owed, after the term for claims, so
    that nobody who claims in time comes too late for it.

    Raises: Refused PREPAID-COLLAPSE-STATE, PREPAID-PLAN-TERM, PREPAID-PLAN-OPEN or PREPAID-PLAN-NOTHING.
    """
    with transaction.atomic():
        found = locked(
            collapse, CollapseState.CLAIMING, CollapseState.PLANNED, CollapseState.PAYING
        )
        is_further = found.state == CollapseState.PAYING
        if is_further and not is_term_over(found, on=on):
            raise Refused(
                f"登记期限到 {found.claims_until} 届满，期满后才能编制补充清退方案。",
                code="PREPAID-PLAN-TERM",
            )
        _require_decided(found)
        open_debts = _open_debts(found)
        owed = open_debts.owed
        if not owed:
            raise Refused(_NOTHING[is_further], code="PREPAID-PLAN-NOTHING")
        sources = _further_sources(found) if is_further else _sources(found, on=on)
        settings = law.settings(on)
        result = distribute(
            [Claim(_key(card), str(card[0]), amount) for card, amount in owed.items()],
            sources,
            order=settings.refund_order.value,
        )
        last = found.plans.aggregate(last=Max("version"))["last"] or 0
        plan = RefundPlan.objects.create(
            collapse=found,
            version=last + 1,
            order=settings.refund_order.value,
            basis=settings.refund_order.source[:200],
            sources=_stated(sources, result),
            claims=len(owed),
            claimed_fen=sum(owed.values()),
            paid_fen=result.paid,
            made_by=by,
            made_at=at,
        )
        RefundLine.objects.bulk_create(_lines(plan, open_debts, sources, result), batch_size=_BATCH)
        if not is_further:
            found.state = CollapseState.PLANNED
            found.save(update_fields=["state"])
        _record(
            "prepaid.make_plan", plan, by, at, claimed_fen=plan.claimed_fen, paid_fen=plan.paid_fen
        )
    return plan


def sign_plan(*, plan: int, by: Account, at: datetime) -> RefundPlan:
    """Sign the newest plan; with it the bank may pay.

    What was decided between drawing it up and signing it would stand in no plan, so that the plan must be drawn up anew.

    Raises: Refused PREPAID-PLAN-OLD, PREPAID-PLAN-SIGNED, PREPAID-COLLAPSE-STATE or PREPAID-CLOSING-SAME.
    """
    with transaction.atomic():
        found = RefundPlan.objects.select_for_update().get(pk=plan)
        collapse = locked(found.collapse_id, CollapseState.PLANNED, CollapseState.PAYING)
        require_another(found.made_by_id, by)
        if found.signed_at is not None:
            raise Refused("这一版清退方案已经签发，没有重复签发。", code="PREPAID-PLAN-SIGNED")
        if collapse.plans.filter(version__gt=found.version).exists():
            raise Refused("已有更新的清退方案，请签发最新的一版。", code="PREPAID-PLAN-OLD")
        _require_current(found, collapse)
        found.signed_by, found.signed_at = by, at
        found.save(update_fields=["signed_by", "signed_at"])
        collapse.state = CollapseState.PAYING
        collapse.save(update_fields=["state"])
        _record("prepaid.sign_plan", found, by, at, version=found.version)
    return found


def confirm_paid(*, plan: int, numbers: Iterable[str], by: Account, at: datetime) -> int:
    """Note which claims the bank has paid, by their numbers, and return how many were new.

    A number that is paid already is left as it is: the bank may send its list twice.

    Raises: Refused PREPAID-PLAN-UNSIGNED, or PREPAID-PLAN-NUMBERS naming what is in no signed line.
    """
    asked = {number.strip() for number in numbers if number.strip()}
    with transaction.atomic():
        found = RefundPlan.objects.select_for_update().select_related("collapse").get(pk=plan)
        if found.signed_at is None:
            raise Refused("清退方案签发后才能登记发放。", code="PREPAID-PLAN-UNSIGNED")
        lines = list(
            found.lines.select_for_update(of=("self",))
            .select_related("claim")
            .filter(claim__number__in=asked)
        )
        if unknown := asked - {line.claim.number for line in lines if line.claim}:
            shown = "、".join(sorted(unknown)[:5])
            raise Refused(
                f"第 {found.version} 版方案里没有这些登记编号：{shown}。请核对清单，本次没有登记任何一笔。",
                code="PREPAID-PLAN-NUMBERS",
            )
        fresh = [line for line in lines if line.paid_at is None and line.received_fen]
        for line in fresh:
            line.paid_at = at
        RefundLine.objects.bulk_update(fresh, ["paid_at"])
        if fresh:
            paid = sum(line.received_fen for line in fresh)
            _record("prepaid.confirm_paid", found, by, at, lines=len(fresh), paid_fen=paid)
    return len(fresh)


def end_collapse(*, collapse: int, by: Account, at: datetime, on: date) -> Collapse:
    """End the settlement when the term is over and everything claimed is paid; what is reserved stays with the accounts.

    Raises: Refused PREPAID-COLLAPSE-STATE, -TERM, -OPEN, -UNPAID or -LEFT.
    """
    with transaction.atomic():
        found = locked(collapse, CollapseState.PAYING)
        for obstacle in obstacles(found, on=on):
            raise Refused(obstacle.sentence, code=obstacle.code)
        found.state, found.ended_at = CollapseState.ENDED, at
        found.save(update_fields=["state", "ended_at"])
        plan = found.plans.order_by("-version")[0]
        _record("prepaid.end_collapse", plan, by, at, reserved_fen=reserved(found))
    return found


def _require_decided(collapse: Collapse) -> None:
    waiting = RefundClaim.objects.filter(collapse=collapse, state=ClaimState.FILED).count()
    if waiting:
        raise Refused(
            f"还有 {waiting} 笔登记没有认定，认定后再编制清退方案。", code="PREPAID-PLAN-OPEN"
        )


def _require_current(plan: RefundPlan, collapse: Collapse) -> None:
    """Refuse a plan that claims decided since it was made have left behind."""
    made = {
        (line.operator_id, bytes(line.card)): (line.owed_fen, line.claim_id)
        for line in plan.lines.iterator(chunk_size=_BATCH)
    }
    now = _open_debts(collapse)
    asked = {
        card: (amount, now.claims[card].pk if card in now.claims else None)
        for card, amount in now.owed.items()
    }
    if made != asked:
        raise Refused("编制之后又认定了登记，请重新编制清退方案再签发。", code="PREPAID-PLAN-OLD")


def _open_debts(collapse: Collapse) -> Debts:
    """What a plan has to distribute over; a further one only where its operator's sources have something left."""
    found = debts(collapse)
    if collapse.state != CollapseState.PAYING:
        return found
    holding = {int(source.operator) for source in _further_sources(collapse)}
    owed = {card: amount for card, amount in found.owed.items() if card[0] in holding}
    return Debts(owed, {card: claim for card, claim in found.claims.items() if card in owed})


def _further_sources(collapse: Collapse) -> list[Source]:
    return [source for source in money_left(collapse) if source.amount]


def _sources(collapse: Collapse, *, on: date) -> list[Source]:
    found = []
    for member in collapse.members.select_related("operator"):
        operator = member.operator
        secured = security(operator, on=on)
        for account in secured.accounts:
            key = f"{operator.number}/账户/{account.institution_id}"
            found.append(Source(key, CUSTODY, str(operator.pk), account.balance_fen))
        for bond in secured.bonds:
            key = f"{operator.number}/保证/{bond.number}"
            found.append(Source(key, BOND, str(operator.pk), bond.amount_fen))
    return found


def _stated(sources: Sequence[Source], result: Distribution) -> list[dict[str, object]]:
    return [
        {
            "source": source.key,
            "kind": source.kind,
            "amount_fen": source.amount,
            "used_fen": source.amount - result.left[source.key],
        }
        for source in sources
    ]


def _lines(
    plan: RefundPlan,
    open_debts: Debts,
    sources: Sequence[Source],
    result: Distribution,
) -> Iterable[RefundLine]:
    kinds = {source.key: source.kind for source in sources}
    shares: dict[tuple[str, str], Fen] = defaultdict(int)
    for share in result.shares:
        shares[share.claim, kinds[share.source]] += share.amount
    for card, amount in open_debts.owed.items():
        operator, token = card
        yield RefundLine(
            plan=plan,
            operator_id=operator,
            card=token,
            claim=open_debts.claims.get(card),
            owed_fen=amount,
            custody_fen=shares[_key(card), CUSTODY],
            bond_fen=shares[_key(card), BOND],
        )


def _key(card: Card) -> str:
    return f"{card[0]:012d}/{card[1].hex()}"


def _record(act: str, plan: RefundPlan, by: Account, at: datetime, **after: object) -> None:
    subject = f"collapse:{plan.collapse.number}"
    audit.record(act=act, by=by.actor, at=at, subject=subject, after=after)
