"""What stands before every act at a till: the right shop, the right to sell, no personal data, once by its key."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.db import connection

from shangwu.foundation.law import Refused
from shangwu.prepaid.models import Operator, Outlet, TillAct
from shangwu.prepaid.queries.onboarding import uses_till
from shangwu.prepaid.queries.risks import established
from shangwu.prepaid.rules.counter import asks
from shangwu.prepaid.rules.limits import Sale, check_sale
from shangwu.prepaid.rules.screening import find, labels
from shangwu.prepaid.vocabulary import OperatorStatus

# Whoever holds a card may use it up and get money back, whatever became of the right to sell.
SERVING = frozenset({OperatorStatus.CONNECTED, OperatorStatus.STOPPED, OperatorStatus.CLOSING})
LONGEST_REMARK = 100


def require_till(operator: Operator) -> None:
    """Refuse whoever has no till. Raises: Refused TILL-NONE."""
    if not uses_till(operator) or operator.status not in SERVING:
        raise Refused(
            "收银系统只对选择了公共基础业务处理系统、已完成对接的经营者开放。", code="TILL-NONE"
        )


def require_sale(operator: Operator, asked: Sale, *, on: date, held: Sequence[Sale] = ()) -> None:
    """Refuse to take money in advance where the law forbids it, with every bound and article.

    `held` is what the buyer's other cards hold, as far as they were shown.

    Source: law/prepaid.toml#pack.CN-CPR24-22
    Raises: Refused TILL-STOPPED for an operator that may not sell at all, TILL-LIMIT for a sale beyond a limit.
    """
    if operator.status != OperatorStatus.CONNECTED:
        label = operator.get_status_display()
        raise Refused(
            f"目前的状态是“{label}”，不得售卡和充值；兑付和退款照常。", code="TILL-STOPPED"
        )
    risks = established(operator, on=on)
    answer = check_sale(asked, on=on, sector=operator.sector, held=held, risks=risks)
    if answer.is_allowed:
        return
    code = "TILL-STOPPED" if answer.must_stop_selling else "TILL-LIMIT"
    raise Refused(answer.sentence, code=code)


def require_start(operator: Operator, starts_on: date | None, *, on: date) -> None:
    """Refuse a sale of which the law must know the first day, and a day that is over.

    Source: law/prepaid.toml#pack.CN-ED1
    Raises: Refused TILL-START.
    """
    if starts_on is None and asks(operator.sector, on=on).start:
        raise Refused(
            "本行业按规定不得在开课前过早收费，请填写开课日期；已经开课的，填今天。",
            code="TILL-START",
        )
    if starts_on is not None and starts_on < on:
        raise Refused("开课（启用）日期不能早于今天；已经开课的，填今天。", code="TILL-START")


def open_outlet(operator: Operator, number: str, *, on: date) -> Outlet:
    """Return the shop in which something is done. Raises: Refused TILL-OUTLET."""
    found = operator.outlets.filter(number=number, closed_on=None).first()
    if found is None or found.opened_on > on:
        raise Refused("没有这家门店，或者已经停业。请重新选择门店。", code="TILL-OUTLET")
    return found


def clean_remark(text: str) -> str:
    """Return a remark without personal data.

    Source: law/prepaid.toml#pack.SH-REG18-9
    Raises: Refused TILL-PERSONAL, which never repeats what was found.
    """
    remark = text.strip()
    if len(remark) > LONGEST_REMARK:
        raise Refused(f"备注最多 {LONGEST_REMARK} 字。", code="TILL-REMARK")
    if kinds := find(remark):
        raise Refused(
            f"备注里像是有消费者的{labels(kinds).zh}。平台不收集消费者个人信息，请删去后再办理。",
            code="TILL-PERSONAL",
        )
    return remark


def digests(key: str, asked: Mapping[str, object]) -> tuple[bytes, bytes]:
    """Return the digests of an act's key and of what is asked under it."""
    content = json.dumps(dict(asked), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(key.encode()).digest(), hashlib.sha256(content.encode()).digest()


def done_before(operator: Operator, key_hash: bytes, digest: bytes) -> TillAct | None:
    """Return the act that was done under the key; those who ask at once wait for each other.

    Call it first in the transaction of the act.
    Raises: Refused TILL-KEY when something else was done under the key.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"prepaid-till|{operator.pk}|{key_hash.hex()}"],
        )
    found = TillAct.objects.filter(operator=operator, key_hash=key_hash).first()
    if found is not None and bytes(found.digest) != digest:
        raise Refused(
            "这个页面刚才办过另一笔业务，没有重复办理。请返回收银台，从新的页面办理。",
            code="TILL-KEY",
        )
    return found


def slip_key() -> bytes:
    """Return the platform's key from which, with a page's own key, slips are made."""
    return hashlib.sha256(b"shangwu-slip|" + settings.SECRET_KEY.encode()).digest()
