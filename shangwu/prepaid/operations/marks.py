"""The linkage mark (信息对接标识): issued within the legal days, withdrawn with a reason."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import LinkageMark
from shangwu.prepaid.operations.steps import locked_operator, required, take_step, tell
from shangwu.prepaid.queries.onboarding import shop_people
from shangwu.prepaid.rules.deadlines import mark_due
from shangwu.prepaid.rules.marks import CODE_LENGTH
from shangwu.prepaid.rules.tokens import CROCKFORD
from shangwu.prepaid.vocabulary import LinkageStepKind, OperatorStatus

SHOP_PAGE = "/shop/"


def issue_mark(*, operator: int, by: Account, at: datetime) -> LinkageMark:
    """Issue the mark of a connected operator, by another person than who declared it connected.

    Source: law/prepaid.toml#pack.SH-REG18-12-1
    Raises: Refused MARK-STATE, MARK-TWICE or MARK-OWN.
    """
    on = timezone.localtime(at).date()
    with transaction.atomic():
        found = locked_operator(operator)
        if found.status != OperatorStatus.CONNECTED or found.connected_on is None:
            raise Refused(
                f"经营者当前为“{found.get_status_display()}”，完成对接以后才能核发标识。",
                code="MARK-STATE",
            )
        if found.marks.filter(withdrawn_on=None).exists():
            raise Refused("标识已经核发，没有重复核发。", code="MARK-TWICE")
        connected = found.linkage_steps.filter(kind=LinkageStepKind.CONNECTED).order_by("-pk")
        if (last := connected.first()) and last.taken_by_id == by.pk:
            raise Refused("确认对接与核发标识不能是同一人，请由另一位办理。", code="MARK-OWN")
        due = mark_due(found.connected_on, calendar=load_calendar())
        made = LinkageMark.objects.create(
            operator=found,
            code=new_code(),
            due_on=due.due,
            issued_on=on,
            issued_by=by,
        )
        late = (on - due.due).days
        told = f"逾期 {late} 天" if late > 0 else "按期"
        take_step(
            "prepaid.issue_mark",
            found,
            LinkageStepKind.MARK_ISSUED,
            f"核发标识 {made.code}，{told}。{due.sentence}",
            by=by,
            at=at,
            code=made.code,
            due_on=due.due,
        )
        people = shop_people(found, on=on)
        tell(people, "对接标识已核发，请下载、打印并在经营场所展示。", link=SHOP_PAGE, at=at)
    return made


def new_code() -> str:
    """Return a code that nobody finds by trying."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))


def withdraw_mark(*, operator: int, reason: str, by: Account, at: datetime) -> LinkageMark:
    """Withdraw the mark with a reason that anyone who verifies it reads. Raises: Refused MARK-GONE."""
    on = timezone.localtime(at).date()
    text = required(reason, "收回理由", longest=200)
    with transaction.atomic():
        found = locked_operator(operator)
        mark = found.marks.select_for_update().filter(withdrawn_on=None).first()
        if mark is None:
            raise Refused("没有在用的标识，可能已经收回。", code="MARK-GONE")
        mark.withdrawn_on, mark.withdrawn_by, mark.withdrawal_reason = on, by, text
        mark.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawal_reason"])
        take_step(
            "prepaid.withdraw_mark",
            found,
            LinkageStepKind.MARK_WITHDRAWN,
            f"收回标识 {mark.code}：{text}",
            by=by,
            at=at,
            code=mark.code,
        )
        people = shop_people(found, on=on)
        tell(people, f"对接标识已收回：{text}。请停止展示。", link=SHOP_PAGE, at=at)
    return mark
