"""Trials of another ratio on all operators before it is enacted: asked for, run in steps, kept to be looked at."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.jobs import enqueue
from shangwu.prepaid.models import RatioTrial, RatioTrialChange
from shangwu.prepaid.queries.facts import facts_on
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.requirement.whatif import trial, with_ratio
from shangwu.prepaid.vocabulary import TrialState

STEP = 10_000


def ask_trial(
    *, pack: str, on: date, old_ratio: Decimal, new_ratio: Decimal, by: Account, at: datetime
) -> RatioTrial:
    """Put a trial in the queue; it tries the operators that its author supervises.

    Source: law/prepaid.toml#pack
    Raises: Refused PREPAID-PACK or PREPAID-RATIO when pack and ratios do not fit.
    """
    with_ratio(law.pack(pack, on=on), old=old_ratio, new=new_ratio)
    with transaction.atomic():
        found = RatioTrial.objects.create(
            pack=pack,
            on=on,
            old_ratio=old_ratio,
            new_ratio=new_ratio,
            state=TrialState.WAITING,
            asked_by=by,
            asked_at=at,
        )
        audit.record(
            act="prepaid.ask_trial",
            by=by.actor,
            at=at,
            subject=f"prepaid-trial:{found.pk}",
            after={
                "pack": pack,
                "on": on.isoformat(),
                "old": str(old_ratio),
                "new": str(new_ratio),
            },
        )
        enqueue("prepaid.run_trial", trial=found.pk)
    return found


def run_trial(*, trial: int, clock: Callable[[], datetime]) -> int:
    """Try the ratio on everybody in steps, each visible as soon as it is done; return how many would change.

    A trial that a dead worker left half done begins anew; one that is done stays as it is.

    Unit: fen.
    """
    with transaction.atomic():
        found = RatioTrial.objects.select_for_update(of=("self",)).get(pk=trial)
        if found.state == TrialState.DONE:
            return 0
        found.changes.all().delete()
        keys = sorted(operators_of(found.asked_by, on=clock().date()).values_list("pk", flat=True))
        found.operators, found.done, found.state = len(keys), 0, TrialState.RUNNING
        found.before_fen = found.after_fen = 0
        found.save()
    changed = 0
    for start in range(0, len(keys), STEP):
        changed += _try(found, keys[start : start + STEP], clock())
    found.state, found.ended_at = TrialState.DONE, clock()
    found.save(update_fields=["state", "ended_at"])
    return changed


def _try(found: RatioTrial, keys: list[int], at: datetime) -> int:
    """Try one part of the operators and keep who would change."""
    pack = with_ratio(law.pack(found.pack, on=found.on), old=found.old_ratio, new=found.new_ratio)
    facts = facts_on(keys, day=found.on, known_at=at)
    outcome = trial({str(pk): one.position for pk, one in facts.items()}, on=found.on, packs=[pack])
    with transaction.atomic():
        RatioTrialChange.objects.bulk_create(
            [
                RatioTrialChange(
                    trial=found,
                    operator_id=int(change.key),
                    balance_fen=facts[int(change.key)].balance,
                    before_fen=change.before,
                    after_fen=change.after,
                )
                for change in outcome.changes
            ],
            batch_size=2000,
        )
        found.done += len(keys)
        found.before_fen += outcome.before
        found.after_fen += outcome.after
        found.save(update_fields=["done", "before_fen", "after_fen"])
    return len(outcome.changes)
