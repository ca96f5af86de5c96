"""An operator closes in order: announced in time, holders told and repaid, ended by a second person."""

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import CardBalance, Closing, LinkageMark, Operator
from shangwu.prepaid.queries.cases import stopped_on
from shangwu.prepaid.queries.closing import holding
from shangwu.prepaid.rules import screening
from shangwu.prepaid.rules.deadlines import Due, notice_by
from shangwu.prepaid.vocabulary import CardKind, ClosingKind, ClosingState, OperatorStatus

# Numbers are read aloud over the telephone: no letters that look like digits.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# What an announced closing does to the operator's place with the platform; a move changes nothing.
STOPS_ISSUING = frozenset({ClosingKind.CLOSE, ClosingKind.SUSPEND, ClosingKind.LEAVE})
# Whose issue through the platform an announcement stops; whoever is not connected yet keeps its place until the end.
CONNECTED = frozenset({OperatorStatus.CONNECTED, OperatorStatus.STOPPED})
GONE = frozenset({OperatorStatus.LOST, OperatorStatus.ENDED})
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Announcement:
    """What an operator announces."""

    kind: str
    takes_effect_on: date
    text: str
    refund_method: str


def notice_due(kind: str, takes_effect_on: date, *, on: date) -> Due:
    """Return until when the notice had to come, for that kind of closing.

    Raises: Refused where no rule on such a notice is in force.
    """
    event = "deregistration_notice" if kind == ClosingKind.LEAVE else "closing_notice"
    return notice_by(takes_effect_on, on=on, event=event)


def announce_closing(
    *, operator: int, said: Announcement, by: Account, at: datetime, on: date
) -> Closing:
    """Publish a closing; with it the operator stops issuing, unless it only moves.

    A notice that comes too late is published all the same, and marked: hiding it would harm the holders. Holders of
    one that is not connected yet are told as well; its place with the platform stays, for there is nothing to stop.

    Raises: Refused PREPAID-CLOSING-STATUS, -TWICE, -DATE or -PERSONAL.
    """
    if said.takes_effect_on < on:
        raise Refused("生效日不能早于今天。请核对日期。", code="PREPAID-CLOSING-DATE")
    require_no_person(f"{said.text}\n{said.refund_method}")
    due = notice_due(said.kind, said.takes_effect_on, on=on)
    with transaction.atomic():
        found = Operator.objects.select_for_update().get(pk=operator)
        _require_standing(found, said.kind)
        if found.closings.filter(state=ClosingState.ANNOUNCED).exists():
            raise Refused(
                "这家经营者已有一份公告在公告期内。请先办结或者撤回。", code="PREPAID-CLOSING-TWICE"
            )
        now = holding(found)
        closing = Closing.objects.create(
            number=new_number("TY", on.year),
            operator=found,
            kind=said.kind,
            state=ClosingState.ANNOUNCED,
            announced_on=on,
            takes_effect_on=said.takes_effect_on,
            notice_by=due.due,
            is_short=on > due.due,
            text=said.text.strip(),
            refund_method=said.refund_method.strip(),
            holders=now.cards,
            balance_fen=now.balance,
            announced_by=by,
            announced_at=at,
        )
        before = found.status
        if said.kind in STOPS_ISSUING and before in CONNECTED:
            found.status = OperatorStatus.CLOSING
            found.save(update_fields=["status"])
        audit.record(
            act="prepaid.announce_closing",
            by=by.actor,
            at=at,
            subject=f"operator:{found.number}",
            before={"status": before},
            after={
                "closing": closing.number,
                "kind": said.kind,
                "takes_effect_on": said.takes_effect_on.isoformat(),
                "notice_by": due.due.isoformat(),
                "balance_fen": now.balance,
                "status": found.status,
            },
        )
    return closing


def record_told(*, closing: int, told: int, proof: str, by: Account, at: datetime) -> Closing:
    """Note how many holders the operator has told, with the digest of what was sent to them.

    Raises: Refused PREPAID-CLOSING-STATE, PREPAID-CLOSING-PROOF or PREPAID-CLOSING-TOLD.
    """
    if not _HASH.fullmatch(proof):
        raise Refused(
            "告知凭证摘要须为 64 位小写十六进制数（SHA-256）。", code="PREPAID-CLOSING-PROOF"
        )
    with transaction.atomic():
        found = _announced(closing)
        registered = CardBalance.objects.filter(
            operator=found.operator_id, kind=CardKind.REGISTERED, balance_fen__gt=0
        ).count()
        if not 0 <= told <= max(registered, found.holders):
            raise Refused(
                f"有余额的记名卡共 {registered} 张，已告知的卡数不能是 {told}。请核对。",
                code="PREPAID-CLOSING-TOLD",
            )
        before = found.told
        found.told, found.proof = told, proof
        found.save(update_fields=["told", "proof"])
        _record(
            "prepaid.record_told", found, by, at, before={"told": before}, told=told, proof=proof
        )
    return found


def end_closing(*, closing: int, reason: str, by: Account, at: datetime, on: date) -> Closing:
    """End a closing after its day: the operator leaves, its mark is withdrawn, what is left is named.

    Raises: Refused PREPAID-CLOSING-STATE, -STATUS, -EARLY, -SAME or -LEFT.
    """
    with transaction.atomic():
        found = _announced(closing)
        require_another(found.announced_by_id, by)
        if found.operator.status in GONE:
            raise Refused(
                f"经营者{found.operator.get_status_display()}，不能按正常停业办结。请撤回公告，"
                "持卡人的退款在失联处置中办理。",
                code="PREPAID-CLOSING-STATUS",
            )
        if on < found.takes_effect_on:
            raise Refused(
                f"公告的生效日是 {found.takes_effect_on}，到期后才能办结。",
                code="PREPAID-CLOSING-EARLY",
            )
        left = holding(found.operator)
        ends = found.kind in STOPS_ISSUING
        if ends and left.balance and not reason.strip():
            raise Refused(
                f"还有 {left.cards} 张卡未退余额，请写明余额如何管理。", code="PREPAID-CLOSING-LEFT"
            )
        found.state, found.left_fen, found.reason = ClosingState.ENDED, left.balance, reason.strip()
        found.ended_by, found.ended_at = by, at
        found.save(update_fields=["state", "left_fen", "reason", "ended_by", "ended_at"])
        if ends:
            _leave(
                found.operator,
                by=by,
                on=on,
                reason=f"{found.get_kind_display()}，公告 {found.number}",
            )
        _record("prepaid.end_closing", found, by, at, left_fen=left.balance, reason=reason.strip())
    return found


def void_closing(*, closing: int, reason: str, by: Account, at: datetime) -> Closing:
    """Take an announcement back; the operator stands again as before, connected or stopped.

    While a closing is announced no case stops or resumes sales, so that what the cases say is how it stood before. The
    place of one that was not connected, or that has been lost since, was not changed by the announcement, and stays.

    Raises: Refused PREPAID-CLOSING-STATE or PREPAID-CLOSING-REASON.
    """
    if not reason.strip():
        raise Refused("请写明撤回公告的理由。", code="PREPAID-CLOSING-REASON")
    with transaction.atomic():
        found = _announced(closing)
        found.state, found.reason = ClosingState.VOID, reason.strip()
        found.ended_by, found.ended_at = by, at
        found.save(update_fields=["state", "reason", "ended_by", "ended_at"])
        if found.operator.status == OperatorStatus.CLOSING:
            stopped = stopped_on(found.operator) is not None
            found.operator.status = OperatorStatus.STOPPED if stopped else OperatorStatus.CONNECTED
            found.operator.save(update_fields=["status"])
        _record("prepaid.void_closing", found, by, at, reason=reason.strip())
    return found


def new_number(prefix: str, year: int) -> str:
    """Return a public number that cannot be guessed from another."""
    return f"{prefix}{year}-" + "".join(secrets.choice(LETTERS) for _ in range(6))


def require_another(first: int, by: Account) -> None:
    """Refuse the second signature of the same person.

    Raises: Refused PREPAID-CLOSING-SAME.
    """
    if first == by.pk:
        raise Refused("提出人和签发人须为两个人。请由另一位同事办理。", code="PREPAID-CLOSING-SAME")


def require_no_person(text: str) -> None:
    """Refuse a public text that tells of a person; a shop may tell its own telephone.

    Raises: Refused PREPAID-CLOSING-PERSONAL.
    """
    if found := screening.find(text) - screening.OF_SHOPS:
        raise Refused(
            f"公告里有个人信息（{screening.labels(found).zh}）。请删去后再发布。",
            code="PREPAID-CLOSING-PERSONAL",
        )


def _require_standing(operator: Operator, kind: str) -> None:
    """Refuse what cannot be announced of an operator where it stands; a second notice has its own refusal."""
    label = operator.get_status_display()
    if operator.status in GONE:
        raise Refused(
            f"经营者{label}，不能再公告停业。持卡人的退款见失联处置或者办结说明。",
            code="PREPAID-CLOSING-STATUS",
        )
    if kind == ClosingKind.LEAVE and operator.status not in CONNECTED | {OperatorStatus.CLOSING}:
        raise Refused(
            f"经营者当前为“{label}”，还没有对接，没有对接可以注销。停止经营的，请选停业或者歇业。",
            code="PREPAID-CLOSING-STATUS",
        )


def _leave(operator: Operator, *, by: Account, on: date, reason: str) -> None:
    operator.status, operator.ended_on = OperatorStatus.ENDED, on
    operator.save(update_fields=["status", "ended_on"])
    LinkageMark.objects.filter(operator=operator, withdrawn_on__isnull=True).update(
        withdrawn_on=on, withdrawn_by=by, withdrawal_reason=reason[:200]
    )


def _announced(closing: int) -> Closing:
    found = (
        Closing.objects.select_for_update(of=("self", "operator"))
        .select_related("operator")
        .get(pk=closing)
    )
    if found.state != ClosingState.ANNOUNCED:
        raise Refused(
            f"公告 {found.number} {found.get_state_display()}，不能再办理。",
            code="PREPAID-CLOSING-STATE",
        )
    return found


def _record(
    act: str,
    closing: Closing,
    by: Account,
    at: datetime,
    before: dict[str, object] | None = None,
    **after: object,
) -> None:
    subject = f"closing:{closing.number}"
    audit.record(act=act, by=by.actor, at=at, subject=subject, before=before, after=after)
