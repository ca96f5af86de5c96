"""Papers of a case: numbered and frozen as they are signed, delivered, read and answered."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.queries import is_open
from shangwu.foundation.law import Refused
from shangwu.foundation.web.notifications import notify
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import Case, CaseLetter, CaseStep, LetterReply, ReplyFile
from shangwu.prepaid.operations.evidence import take_reply
from shangwu.prepaid.operations.numbers import next_serial
from shangwu.prepaid.operations.written import Written, require_received
from shangwu.prepaid.queries.governance import agency_name, district_name, shop_accounts
from shangwu.prepaid.queries.letters import letter_content
from shangwu.prepaid.rules.supervision import (
    LETTERS,
    TO_BODY,
    digest,
    letter_number,
    period,
    require_impersonal,
)
from shangwu.prepaid.vocabulary import CaseAct, CaseState, Delivery, LetterKind

# Papers that go to the operator; a hand-over goes to the penalty body.
TO_OPERATOR = frozenset(LetterKind) - {LetterKind.HAND_OVER}


def issue_letters(case: Case, step: CaseStep, *, by: Account, at: datetime) -> list[CaseLetter]:
    """Give the papers of a signed step their numbers and freeze them; call it inside the act."""
    today = timezone.localtime(at).date()
    issued = []
    for kind in LETTERS[CaseAct(step.act)]:
        district = district_name(case.district, on=today)
        serial = next_serial(f"{kind}:{case.agency}:{case.district}:{today.year}")
        number = letter_number(
            kind, agency=case.agency, district=district, year=today.year, serial=serial
        )
        content = letter_content(case, step, kind, number=number, on=today)
        issued.append(
            CaseLetter.objects.create(
                case=case,
                step=step,
                kind=kind,
                number=number,
                content=content,
                content_sha256=digest(content),
                issued_on=today,
            )
        )
        audit.record(
            act="prepaid.issue_letter",
            by=by.actor,
            at=at,
            subject=f"case:{case.number}",
            after={"letter": number, "content": issued[-1].content_sha256},
        )
    _tell_shop(case, issued, on=today, at=at)
    return issued


def deliver_letter(
    *, letter: int, mode: str, on: date, note: str, by: Account, at: datetime
) -> CaseLetter:
    """Record how and on which day a paper was delivered, or a hand-over was received; once.

    Raises: Refused PREPAID-LETTER-DELIVERED, PREPAID-LETTER-DAY; PREPAID-LETTER-RECEIPT for a hand-over without
    the receipt of the body, or on a way that does not lead there.
    """
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = CaseLetter.objects.select_for_update().get(pk=letter)
        if found.kind == LetterKind.HAND_OVER and (mode not in TO_BODY or not note.strip()):
            raise Refused(
                "案件移送函直接或者邮寄送交接收机关，请写明接收回执。",
                code="PREPAID-LETTER-RECEIPT",
            )
        if found.delivered_on is not None:
            raise Refused(
                f"{found.number}已于 {found.delivered_on} 登记送达，没有重复登记。",
                code="PREPAID-LETTER-DELIVERED",
            )
        if not found.issued_on <= on <= today:
            raise Refused(
                f"送达日期应在 {found.issued_on}（签发日）至今天之间。", code="PREPAID-LETTER-DAY"
            )
        _deliver(found, Delivery(mode), on=on, note=note.strip(), by=by)
        _record("prepaid.deliver_letter", found, by, at, mode=mode, on=on)
    return found


def read_letter(*, letter: int, by: Account, at: datetime) -> CaseLetter:
    """Record that the operator opened a paper on the platform; the first opening delivers it."""
    with transaction.atomic():
        found = CaseLetter.objects.select_for_update().get(pk=letter)
        if found.read_at is not None:
            return found
        found.read_at = at
        found.save(update_fields=["read_at"])
        if found.delivered_on is None:
            today = timezone.localtime(at).date()
            _deliver(found, Delivery.PLATFORM, on=today, note="当事人在平台打开", by=None)
        _record("prepaid.read_letter", found, by, at, mode=found.delivery)
    return found


def reply_to_letter(
    *,
    letter: int,
    text: str,
    files: Sequence[StoredFile],
    written: Written | None = None,
    by: Account,
    at: datetime,
) -> LetterReply:
    """Answer a paper; the answer becomes evidence, and its review is due some working days after its receipt.

    That is today, or the day on which the paper of a party without an account came; `by` then only records it.

    Raises: Refused PREPAID-LETTER-TEXT, PREPAID-LETTER-FILE, PREPAID-PERSONAL, PREPAID-CASE-CLOSED;
    PREPAID-WRITTEN-… for an answer on paper.
    """
    if not text.strip():
        raise Refused("请写明答复内容。", code="PREPAID-LETTER-TEXT")
    if not all(is_open(file) for file in files):
        raise Refused("有附件未通过安全检查，请稍后再试或者重新上传。", code="PREPAID-LETTER-FILE")
    require_impersonal(text)
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = CaseLetter.objects.get(pk=letter)
        case = Case.objects.select_for_update().get(pk=found.case_id)
        if case.state == CaseState.CLOSED:
            raise Refused("案件已经结案，不需要再答复。", code="PREPAID-CASE-CLOSED")
        if written is not None:
            require_received(written, since=found.issued_on, today=today)
        reply = LetterReply.objects.create(
            letter=found,
            text=text.strip(),
            replied_by=by,
            replied_at=at,
            received_on=written.received_on if written else None,
            handed_in_by=written.handed_in_by if written else "",
        )
        files = [written.paper, *files] if written else files
        ReplyFile.objects.bulk_create(ReplyFile(reply=reply, file=file) for file in files)
        take_reply(case, reply, files, at=at)
        received = written.received_on if written else today
        review = period("review", received, calendar=load_calendar()).due
        if case.act_by is not None:
            case.act_by = min(case.act_by, review)
        case.version += 1
        case.save(update_fields=["act_by", "version"])
        act = "prepaid.record_reply" if written else "prepaid.reply_letter"
        said = {"handed_in_by": written.handed_in_by, "on": received} if written else {}
        _record(act, found, by, at, files=[file.sha256 for file in files], **said)
        if case.officer_id not in {None, by.pk}:
            told = f"案件{case.number}的当事人答复了{found.number}，请于 {review} 前核查。"
            link = reverse("prepaid:case", args=[case.number])
            notify(account=case.officer, sentence=told, link=link, at=at)
    return reply


def _deliver(
    letter: CaseLetter, mode: Delivery, *, on: date, note: str, by: Account | None
) -> None:
    letter.delivered_on, letter.delivery = on, mode
    letter.delivery_note, letter.delivered_by = note, by
    letter.save(update_fields=["delivered_on", "delivery", "delivery_note", "delivered_by"])


def _tell_shop(case: Case, issued: Sequence[CaseLetter], *, on: date, at: datetime) -> None:
    for letter in issued:
        if LetterKind(letter.kind) not in TO_OPERATOR:
            continue
        sender = agency_name(case.agency, case.district, on=on)
        told = f"{sender}向您发出{letter.get_kind_display()}（{letter.number}），请及时查看、答复。"
        link = reverse("prepaid:shop-letter", args=[letter.pk])
        for account in shop_accounts(case.operator, on=on):
            notify(account=account, sentence=told, link=link, at=at)


def _record(act: str, letter: CaseLetter, by: Account, at: datetime, **after: Any) -> None:
    audit.record(
        act=act,
        by=by.actor,
        at=at,
        subject=f"letter:{letter.pk}",
        after={"letter": letter.number, **after},
    )
