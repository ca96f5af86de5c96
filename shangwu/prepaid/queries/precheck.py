"""The pre-check (事前核查) before an operator is let in: what is looked up, each with its answer in words.

Other parts add a check by a function in CHECKS; it takes the operator and the day.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Q

from shangwu.foundation import codes
from shangwu.prepaid.models import Operator
from shangwu.prepaid.rules.registry import WARNINGS, RegisteredFacts, differences, from_answer
from shangwu.prepaid.vocabulary import OperatorStatus

FAILED = (OperatorStatus.LOST, OperatorStatus.ENDED, OperatorStatus.CLOSING)
SHOWN_RELATIVES = 5


@dataclass(frozen=True)
class PreCheck:
    """One thing looked up. `is_clear` is None where nobody could tell."""

    name: str
    label: str
    is_clear: bool | None
    sentence: str


Check = Callable[[Operator, date], PreCheck]


def precheck(operator: Operator, *, on: date) -> tuple[PreCheck, ...]:
    """Return every check of the operator as of that day."""
    return tuple(check(operator, on) for check in CHECKS)


def as_json(checks: tuple[PreCheck, ...]) -> list[dict[str, object]]:
    """Return the checks as the plain data that an application keeps."""
    return [asdict(one) for one in checks]


def newest_extract(operator: Operator) -> tuple[RegisteredFacts, date] | None:
    """Return what the legal-entity database last said of the operator, and on which day."""
    found = operator.extracts.order_by("-fetched_at", "-pk").first()
    return (from_answer(found.facts), found.fetched_at.date()) if found else None


def _code(operator: Operator, on: date) -> PreCheck:
    verdict = codes.check("uscc", operator.uscc, on=on)
    return PreCheck("code", "统一社会信用代码", verdict.ok, verdict.message)


def _registered(operator: Operator, on: date) -> PreCheck:
    name, label = "registered", "登记信息"
    found = newest_extract(operator)
    if found is None:
        return PreCheck(name, label, None, "尚未与法人库比对，请先比对。")
    facts, day = found
    if not facts.is_active:
        return PreCheck(name, label, False, f"{day} 法人库显示不在存续状态。")
    told = differences(vars(operator), facts)
    text = "；".join(one.sentence for one in told) if told else "与登记一致"
    return PreCheck(name, label, not told, f"{day} 比对：{text}。")


def _warnings(operator: Operator, on: date) -> PreCheck:
    name, label = "warnings", "异常名录、失信被执行人、严重失信"
    found = newest_extract(operator)
    if found is None:
        return PreCheck(name, label, None, "尚未与法人库比对，请先比对。")
    facts, day = found
    if not facts.warnings:
        return PreCheck(name, label, True, f"{day} 查询，没有记录。")
    text = "、".join(str(WARNINGS[one].label) for one in facts.warnings)
    return PreCheck(name, label, False, f"{day} 查询：{text}。")


def _relatives(operator: Operator, on: date) -> PreCheck:
    """Whether the same address, representative or brand stood behind an operator that closed on its customers."""
    same = Q(address_key=operator.address_key)
    if operator.representative:
        same |= Q(representative=operator.representative)
    if operator.brand:
        same |= Q(brand=operator.brand)
    found = Operator.objects.filter(same, status__in=FAILED).exclude(pk=operator.pk)
    lines = [_relative(operator, one) for one in found.order_by("pk")[:SHOWN_RELATIVES]]
    text = "；".join(lines) if lines else "没有相同住所、负责人或者品牌的停业经营者"
    return PreCheck("relatives", "关联的停业经营者", not lines, f"{text}。")


def _relative(operator: Operator, other: Operator) -> str:
    pairs = (
        ("住所", operator.address_key == other.address_key),
        (
            "负责人",
            bool(operator.representative) and operator.representative == other.representative,
        ),
        ("品牌", bool(operator.brand) and operator.brand == other.brand),
    )
    same = "、".join(label for label, holds in pairs if holds)
    return f"{other.name}（{other.number}，{other.get_status_display()}）{same}相同"


CHECKS: tuple[Check, ...] = (_code, _registered, _warnings, _relatives)
