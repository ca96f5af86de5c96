"""What the public-credit platform is told: written with the act, sent until a receipt comes, compared every day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.jobs import enqueue
from shangwu.foundation.law import Refused
from shangwu.prepaid.gateways import credit as platform
from shangwu.prepaid.models import CreditMessage, CreditReconciliation, Operator
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.rules.supervision import digest
from shangwu.prepaid.vocabulary import CreditMessageKind, MessageState

EXCHANGE = audit.Actor(kind="system", number="prepaid.credit", name="信用信息交换")
SEND = "prepaid.send_credit_messages"
AT_ONCE = 200


def tell_platform(
    operator: Operator, kind: CreditMessageKind, content: Mapping[str, Any], *, at: datetime
) -> CreditMessage:
    """Write a message for the platform in the transaction of the act that it tells about."""
    whole = {"uscc": operator.uscc, "name": operator.name, "operator": operator.number, **content}
    message = CreditMessage.objects.create(
        number=uuid4(),
        operator=operator,
        kind=kind,
        day=timezone.localtime(at).date(),
        content=whole,
        digest=digest(whole),
        state=MessageState.WAITING,
        next_at=at,
        written_at=at,
    )
    enqueue(SEND, once=SEND)
    return message


def send_waiting(*, at: datetime) -> int:
    """Send what is due, the messages of one operator in their order; return how many got a receipt.

    Each message has a transaction of its own: whoever is killed in between sends that one again.
    """
    sent = 0
    for number in list(_due(at).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            message = (
                CreditMessage.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(pk=number, state=MessageState.WAITING)
                .first()
            )
            # An earlier message of the operator may have failed just now: this one waits for it.
            if message is not None and not _is_behind(message):
                sent += _send(message, at=at)
    return sent


def replay_message(*, message: int, by: Account, at: datetime) -> CreditMessage:
    """Send a message that was given up once more, from its first attempt.

    Raises: Refused PREPAID-CREDIT-MESSAGE unless it waits for a person.
    """
    with transaction.atomic():
        found = CreditMessage.objects.select_for_update().get(pk=message)
        if found.state != MessageState.DEAD:
            raise Refused(
                f"这条消息{found.get_state_display()}，不需要重新送达。",
                code="PREPAID-CREDIT-MESSAGE",
            )
        found.state, found.attempts, found.next_at = MessageState.WAITING, 0, at
        found.save(update_fields=["state", "attempts", "next_at"])
        audit.record(
            act="prepaid.replay_message",
            by=by.actor,
            at=at,
            subject=f"credit-message:{found.number}",
            before={"problem": found.problem},
        )
        enqueue(SEND, once=SEND)
    return found


def reconcile(day: date, *, at: datetime) -> CreditReconciliation:
    """Compare the messages of a day with what the platform holds; what it lacks is sent again.

    Raises: the gateway's PlatformUnavailable or PlatformRefused when it does not answer.
    """
    theirs = platform.held(day)
    with transaction.atomic():
        ours = list(CreditMessage.objects.select_for_update().filter(day=day).order_by("pk"))
        differences = []
        for message in ours:
            number = str(message.number)
            if number not in theirs and message.state == MessageState.SENT:
                differences.append({"number": number, "why": "对方没有这条消息，已重新送达"})
                message.state, message.attempts, message.next_at = MessageState.WAITING, 0, at
                message.save(update_fields=["state", "attempts", "next_at"])
            elif number in theirs and theirs[number] != message.digest:
                differences.append({"number": number, "why": "内容指纹不一致，请人工核对"})
        known = {str(message.number) for message in ours}
        differences += [
            {"number": number, "why": "本平台没有这条消息，请人工核对"}
            for number in sorted(set(theirs) - known)
        ]
        found = CreditReconciliation.objects.create(
            day=day,
            ours=len(ours),
            theirs=len(theirs),
            differences=differences,
            compared_at=at,
        )
        audit.record(
            act="prepaid.reconcile_credit",
            by=EXCHANGE,
            at=at,
            subject=f"credit-day:{day}",
            after={"ours": len(ours), "theirs": len(theirs), "differences": len(differences)},
        )
    return found


def _due(at: datetime) -> QuerySet[CreditMessage]:
    """Return the messages to be sent now, those behind an undelivered one left out."""
    held_up = CreditMessage.objects.filter(
        Q(state=MessageState.DEAD) | Q(state=MessageState.WAITING, next_at__gt=at),
        operator=OuterRef("operator"),
        pk__lt=OuterRef("pk"),
    )
    due = CreditMessage.objects.filter(state=MessageState.WAITING, next_at__lte=at)
    return due.exclude(Exists(held_up)).order_by("pk")


def _is_behind(message: CreditMessage) -> bool:
    earlier = CreditMessage.objects.filter(operator=message.operator_id, pk__lt=message.pk)
    return earlier.exclude(state=MessageState.SENT).exists()


def _send(message: CreditMessage, *, at: datetime) -> int:
    """Try once and note what came of it; returns 1 with a receipt, else 0."""
    message.attempts += 1
    try:
        receipt = platform.deliver(
            number=message.number,
            kind=message.kind,
            day=message.day,
            digest=message.digest,
            content=message.content,
        )
    except platform.PlatformRefused as refused:
        message.state, message.problem = MessageState.DEAD, str(refused)
    except platform.PlatformUnavailable as gone:
        message.problem = str(gone)[: platform.LONGEST_PROBLEM]
        _put_off(message, at=at)
    else:
        message.state, message.receipt, message.sent_at = MessageState.SENT, receipt, at
        message.problem = ""
    message.save(update_fields=["attempts", "state", "problem", "receipt", "sent_at", "next_at"])
    return int(message.state == MessageState.SENT)


def _put_off(message: CreditMessage, *, at: datetime) -> None:
    """Wait twice as long as before, or give up.

    Source: law/prepaid_governance.toml#exchange.limits
    """
    limits = {
        row.name: row.count for row in governance(timezone.localtime(at).date()).exchange.value
    }
    if message.attempts >= limits["attempts"]:
        message.state = MessageState.DEAD
        return
    seconds = min(limits["longest_wait"], limits["first_wait"] * 2 ** (message.attempts - 1))
    message.next_at = at + timedelta(seconds=seconds)
