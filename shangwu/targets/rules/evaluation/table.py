"""A table of indicators as a file states it: read whole, or refused with a sentence that names the place."""

from dataclasses import replace
from datetime import date

from shangwu.foundation.law import JURISDICTIONS
from shangwu.targets.rules.evaluation.actual import read_actual
from shangwu.targets.rules.evaluation.cells import (
    fields_of,
    money_of,
    points_of_cell,
    refused,
    text_of,
    unknown_keys,
)
from shangwu.targets.rules.evaluation.facts import (
    Budget,
    Deduction,
    Flag,
    Level,
    Rating,
    Row,
    Table,
)
from shangwu.targets.rules.evaluation.law import EvaluationLaw, evaluation_law
from shangwu.targets.rules.grammar import parse, plain
from shangwu.targets.rules.numerals import exact, fraction
from shangwu.targets.rules.target import ParsedTarget, Part
from shangwu.targets.vocabulary import Framework

MOST_ROWS = 2000
TABLE_KEYS = {
    "framework",
    "indicators",
    "budget",
    "year",
    "on",
    "jurisdiction",
    "kind",
    "total",
    "grade",
    "weights_signed_off",
}
ROW_KEYS = {
    "level1",
    "level2",
    "name",
    "target",
    "actual",
    "weight",
    "polarity",
    "unit",
    "score",
    "cause",
    "remedy",
    "rating",
    "deduction",
}
KINDS = {"SELF": "单位自评", "DEPARTMENT": "部门评价", "FINANCE": "财政评价"}


def read_table(content: object, *, today: date) -> Table:
    """Return the table that a parsed JSON document states. `today` stands in where it names no day.

    Unit: weights and scores in points, money in yuan.
    Raises: Refused EVALUATE-… naming the row and what is wrong with it.
    """
    found = fields_of(content, "文件内容")
    framework = found.get("framework")
    known = "、".join(str(choice) for choice in Framework.values)
    if framework not in Framework.values:
        shown = f"“{framework}”不是可用的指标框架" if framework else "没有写明指标框架 framework"
        raise refused(f"{shown}，可用的有：{known}。", "FRAMEWORK")
    rows = found.get("indicators")
    if not isinstance(rows, list) or not rows:
        raise refused("没有指标：indicators 应为至少一项的列表。", "INDICATORS")
    if len(rows) > MOST_ROWS:
        raise refused(f"指标超过 {MOST_ROWS} 项，请分表评价。", "INDICATORS")
    year = _year(found.get("year"))
    on = _day(found.get("on")) or (date(year + 1, 1, 1) if year else today)
    jurisdiction = _jurisdiction(found.get("jurisdiction"))
    law = evaluation_law(on, jurisdiction)
    kind = str(found.get("kind") or "")
    if kind and kind not in KINDS:
        raise refused(f"评价种类“{kind}”不可用，可用的有：{'、'.join(KINDS)}。", "KIND")
    return Table(
        framework=str(framework),
        rows=tuple(_row(row, number, year, law) for number, row in enumerate(rows, start=1)),
        budget=_budget(found.get("budget")),
        on=on,
        jurisdiction=jurisdiction,
        weights_signed_off=found.get("weights_signed_off") is True,
        kind=kind,
        printed_total=points_of_cell(found.get("total"), "所列总分 total"),
        printed_grade=str(found.get("grade") or ""),
        flags=unknown_keys(found, TABLE_KEYS, "表"),
    )


def directed(target: ParsedTarget, polarity: str) -> tuple[ParsedTarget, tuple[Flag, ...]]:
    """Return the target with the direction column heeded where its own text leaves it open."""
    parts, flags = [], []
    for part in target.parts:
        if part.kind == "quant" and part.dim == "ratio" and part.unit_source == "name":
            part = _as_percent(part)
        if polarity and part.kind in {"quant", "duration"}:
            wanted = "le" if polarity == "lower" else "ge"
            if part.cmp_source in {"implicit", ""}:
                part = replace(part, cmp=wanted, polarity=polarity)
            elif part.cmp in {"ge", "gt", "le", "lt"} and part.polarity != polarity:
                message = f"目标值“{target.raw}”的比较方向与指标方向一栏不一致，按目标值原文计算。"
                flags.append(Flag("POLARITY-CONFLICT", message, Level.ERROR))
        parts.append(part)
    told = {"POLARITY-ASSUMED"} if polarity else set()
    flags += [
        Flag(warning.code, warning.message, Level.NOTE)
        for warning in target.warnings
        if warning.code not in told
    ]
    return replace(target, parts=tuple(parts)), tuple(flags)


def _as_percent(part: Part) -> Part:
    value = fraction(part.value)
    return replace(part, value=exact(value / 100)) if value > 1 and part.cmp != "range" else part


def _row(content: object, number: int, year: int | None, law: EvaluationLaw) -> Row:
    place = f"第 {number} 项指标"
    found = fields_of(content, place)
    name = text_of(found.get("name"), f"{place}的名称 name").strip()
    if not name:
        raise refused(f"{place}没有名称 name。", "ROW")
    place = f"第 {number} 项指标“{name}”"
    unit = text_of(found.get("unit"), f"{place}的单位 unit")
    raw = text_of(found.get("target"), f"{place}的目标值 target")
    parsed = parse(raw, name=name, unit=unit, year=year)
    target, flags = directed(parsed, _polarity(found.get("polarity"), place, law))
    actuals = read_actual(
        text_of(found.get("actual"), f"{place}的实际值 actual"),
        target,
        name=name,
        unit=unit,
        year=year,
        law=law,
        rating=_rating(found.get("rating"), place),
    )
    return Row(
        name=name,
        level1=text_of(found.get("level1"), f"{place}的一级指标 level1"),
        level2=text_of(found.get("level2"), f"{place}的二级指标 level2"),
        target=target,
        actuals=actuals,
        weight=points_of_cell(found.get("weight"), f"{place}的权重 weight"),
        printed=points_of_cell(found.get("score"), f"{place}的得分 score"),
        cause=text_of(found.get("cause"), f"{place}的偏差原因 cause").strip(),
        remedy=text_of(found.get("remedy"), f"{place}的改进措施 remedy").strip(),
        deduction=_deduction(found.get("deduction"), place),
        flags=(*unknown_keys(found, ROW_KEYS, place), *flags),
    )


def _budget(content: object) -> Budget | None:
    if content is None:
        return None
    found = fields_of(content, "预算 budget")
    return Budget(
        money_of(found.get("adjusted"), "调整后预算数 budget.adjusted"),
        money_of(found.get("executed"), "执行数 budget.executed"),
        points_of_cell(found.get("score"), "所列预算执行率得分 budget.score"),
    )


def _rating(content: object, place: str) -> Rating | None:
    if content is None:
        return None
    found = fields_of(content, f"{place}的评定 rating")
    share = found.get("percent")
    value = None if share is None else points_of_cell(share, f"{place}的评定百分比 rating.percent")
    if value is not None and (value > 1 or "%" in str(share)):
        value /= 100
    return Rating(str(found.get("band") or ""), value, str(found.get("reason") or ""))


def _deduction(content: object, place: str) -> Deduction | None:
    if content is None:
        return None
    found = fields_of(content, f"{place}的扣分 deduction")
    points = points_of_cell(found.get("points"), f"{place}的扣分 deduction.points")
    reason = str(found.get("reason") or "").strip()
    if points is None or not reason:
        raise refused(f"{place}的扣分须写明分值 points 和理由 reason。", "DEDUCTION")
    return Deduction(points, reason)


def _polarity(content: object, place: str, law: EvaluationLaw) -> str:
    text = plain(text_of(content, f"{place}的指标方向 polarity")).lower()
    found = next((row.polarity for row in law.polarity_words.value if row.word == text), "")
    if text and not found:
        raise refused(f"{place}的指标方向“{content}”不可用，请填写“正向”或“反向”。", "POLARITY")
    return found


def _jurisdiction(content: object) -> str:
    text = str(content or "shanghai")
    for code, label in JURISDICTIONS.items():
        if text in {code, label, label.rstrip("省市")}:
            return code
    raise refused(f"地区“{text}”不可用，可用的有：{'、'.join(JURISDICTIONS)}。", "JURISDICTION")


def _year(content: object) -> int | None:
    if content is None:
        return None
    if isinstance(content, bool) or not isinstance(content, int) or not 2000 <= content <= 2100:
        raise refused(f"年度“{content}”不可用，应为 2000 至 2100 的整数。", "YEAR")
    return content


def _day(content: object) -> date | None:
    if content is None:
        return None
    try:
        return date.fromisoformat(str(content))
    except ValueError:
        raise refused(f"截至日期“{content}”不可用，应写成 2019-12-31。", "DAY") from None
