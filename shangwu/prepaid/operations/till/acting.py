"""Storing one act of a till with its card, and its record."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import Operator, Outlet, TillAct, TillCard
from shangwu.prepaid.vocabulary import TillActKind


@dataclass(frozen=True)
class Movement:
    """What an act moves: units as the holder sees them, and money in fen as it is reported."""

    kind: TillActKind
    units: int
    issued: Fen = 0
    redeemed: Fen = 0
    refunded: Fen = 0
    fault: str = ""
    formula: str = ""
    counted: str = ""


def store_act(
    card: TillCard,
    outlet: Outlet,
    moved: Movement,
    *,
    hashes: tuple[bytes, bytes],
    remark: str,
    by: Account,
    at: datetime,
) -> TillAct:
    """Store the act of a card whose row is locked, or new, and already holds what the act left.

    An act that waited for the card across midnight is one of the card's newest day, so that days keep their order.
    """
    operator = card.operator
    today = timezone.localtime(at).date()
    newest = card.acts.order_by("-pk").values_list("day", flat=True).first()
    made = TillAct.objects.create(
        operator=operator,
        key_hash=hashes[0],
        digest=hashes[1],
        card=card,
        kind=moved.kind,
        outlet=outlet.number,
        day=max(today, newest or today),
        units=moved.units,
        issued_fen=moved.issued,
        redeemed_fen=moved.redeemed,
        refunded_fen=moved.refunded,
        balance_fen=card.balance_fen,
        left_units=card.left_units if moved.kind != TillActKind.REFUND else 0,
        fault=moved.fault,
        formula=moved.formula[:500],
        counted=moved.counted,
        remark=remark,
        done_by=by,
        at=at,
    )
    record(
        ACTS[moved.kind],
        operator,
        by,
        at,
        till_act=made.pk,
        outlet=outlet.number,
        issued_fen=moved.issued,
        redeemed_fen=moved.redeemed,
        refunded_fen=moved.refunded,
    )
    return made


def record(act: str, operator: Operator, by: Account, at: datetime, **after: object) -> None:
    """Record an act of a till in the caller's transaction."""
    audit.record(act=act, by=by.actor, at=at, subject=f"operator:{operator.number}", after=after)


ACTS = {
    TillActKind.ISSUE: "prepaid.issue_card",
    TillActKind.TOP_UP: "prepaid.top_up_card",
    TillActKind.REDEEM: "prepaid.redeem_card",
    TillActKind.REFUND: "prepaid.refund_card",
}
