"""The days of terms pass by themselves: each one that is over fulfils its share of the price."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from shangwu.foundation import audit
from shangwu.prepaid.models import Operator, TillAct, TillCard
from shangwu.prepaid.operations.steps import PLATFORM
from shangwu.prepaid.operations.till.gates import digests
from shangwu.prepaid.queries.till import held_of
from shangwu.prepaid.rules.till import accrue
from shangwu.prepaid.vocabulary import SaleKind, TillActKind, TillCardState


def accrue_terms(*, operator: Operator, day: date, at: datetime) -> int:
    """Let a day that is over pass on all cards for a term, and return on how many it did. Safe to run twice."""
    with transaction.atomic():
        cards = list(
            TillCard.objects.select_for_update(of=("self",))
            .select_related("plan")
            .filter(
                operator=operator,
                state=TillCardState.ACTIVE,
                plan__kind=SaleKind.MEMBERSHIP,
                starts_on__lte=day,
                used_units__lt=F("units"),
            )
            .order_by("pk")
        )
        outlets = dict(
            TillAct.objects.filter(card__in=cards)
            .order_by("card", "-pk")
            .distinct("card")
            .values_list("card", "outlet")
        )
        acts = [_pass(card, outlets[card.pk], day, at) for card in cards if _is_due(card, day)]
        if not acts:
            return 0
        TillCard.objects.bulk_update([act.card for act in acts], ["used_units", "balance_fen"])
        TillAct.objects.bulk_create(acts)
        audit.record(
            act="prepaid.accrue_terms",
            by=PLATFORM,
            at=at,
            subject=f"operator:{operator.number}",
            after={
                "day": day,
                "cards": len(acts),
                "redeemed_fen": sum(act.redeemed_fen for act in acts),
            },
        )
    return len(acts)


def _is_due(card: TillCard, day: date) -> bool:
    held = held_of(card)
    return accrue(held, through=day).after.used > held.used


def _pass(card: TillCard, outlet: str, day: date, at: datetime) -> TillAct:
    spent = accrue(held_of(card), through=day)
    days = spent.after.used - card.used_units
    card.used_units, card.balance_fen = spent.after.used, spent.after.balance
    asked = {"act": "accrue", "card": card.pk, "day": day}
    key_hash, digest = digests(f"accrue|{card.pk}|{day}", asked)
    return TillAct(
        operator_id=card.operator_id,
        key_hash=key_hash,
        digest=digest,
        card=card,
        kind=TillActKind.ACCRUE,
        outlet=outlet,
        day=day,
        units=days,
        redeemed_fen=spent.redeemed,
        balance_fen=card.balance_fen,
        left_units=card.left_units,
        done_by=None,
        at=at,
    )
