"""The pre-check (事前核查) before an operator is let in: what is looked up, each with its answer in words.

Nothing here asks another system: it runs inside the act that keeps the answers.

Other parts add a check by a function in CHECKS; it takes the operator and the day.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

from shangwu.foundation import codes
from shangwu.prepaid.models import Operator
from shangwu.prepaid.queries.credit import (
    listed_finding,
    penalty_finding,
    related_findings,
    subject_of,
)
from shangwu.prepaid.rules.credit import Finding
from shangwu.prepaid.rules.registry import WARNINGS, RegisteredFacts, differences, from_answer
from shangwu.prepaid.vocabulary import FindingLevel


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


def _dishonesty(operator: Operator, on: date) -> PreCheck:
    finding = listed_finding(subject_of(operator))
    return PreCheck("dishonesty", "本平台严重失信名单", _is_clear(finding), finding.sentence)


def _penalties(operator: Operator, on: date) -> PreCheck:
    finding = penalty_finding(subject_of(operator), on=on)
    return PreCheck("penalties", "一年内的行政处罚", _is_clear(finding), finding.sentence)


def _relatives(operator: Operator, on: date) -> PreCheck:
    """Whether the same representative, address or brand stood behind an operator that failed its customers."""
    found = related_findings(subject_of(operator))
    told = [one.sentence for one in found if one.level in {FindingLevel.SERIOUS, FindingLevel.NOTE}]
    text = "".join(told) if told else "没有其他经营者登记同一负责人、住所或者品牌。"
    is_clear = all(one.level != FindingLevel.SERIOUS for one in found)
    return PreCheck("relatives", "同一负责人、住所、品牌的经营者", is_clear, text)


def _is_clear(finding: Finding) -> bool | None:
    if finding.level == FindingLevel.UNKNOWN:
        return None
    return finding.level != FindingLevel.SERIOUS


CHECKS: tuple[Check, ...] = (_code, _registered, _warnings, _dishonesty, _penalties, _relatives)
