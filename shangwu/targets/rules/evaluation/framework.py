"""Where a row stands in its framework, and where in the national one (the crosswalk)."""

import re
from dataclasses import dataclass

from shangwu.targets.rules.evaluation.facts import Flag, Level, Role, Row, Rule
from shangwu.targets.rules.evaluation.law import EvaluationLaw, framework_rows
from shangwu.targets.rules.grammar import plain

NATIONAL = "national-2020"
MANAGEMENT, INFLUENCE = "投入和管理", "影响力"
EXECUTION = "预算执行率"
OUTPUT, BENEFIT, SATISFACTION = "产出", "效益", "满意度"
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_SUFFIX = re.compile(r"(?:类)?(?:指标|目标)$")


@dataclass(frozen=True)
class Placed:
    """A row with its part of the national framework ("" where none is known) and its role."""

    row: Row
    category: str
    role: Role
    rules: tuple[Rule, ...] = ()
    flags: tuple[Flag, ...] = ()


def place(row: Row, law: EvaluationLaw) -> Placed:
    """Return where the row stands. A row of 投入和管理 is a gate unless it carries a weight (D9).

    Source: law/targets.toml#framework.crosswalk
    """
    name = _bare(row.name)
    level1, level2 = heading(row.level1), heading(row.level2)
    category = _category(level1, law)
    if name in law.execution_names.value or category == EXECUTION:
        rule = Rule.of(law.crosswalk, "预算执行率即单列的执行率一行，不再作为指标计分。")
        return Placed(row, EXECUTION, Role.EXECUTION, (rule,))
    if category == MANAGEMENT:
        return _management(row, law)
    if category == INFLUENCE:
        asked = any(word in (level2 or name) for word in law.satisfaction_names.value)
        category = SATISFACTION if asked else BENEFIT
        rule = Rule.of(law.crosswalk, f"影响力之下的这一项对应全国框架的“{category}”。")
        return Placed(row, category, Role.INDICATOR, (rule,))
    if category:
        return Placed(row, category, Role.INDICATOR)
    return _by_level2(row, level1, level2)


def heading(text: str) -> str:
    """Return a printed heading without points in brackets and without 指标 or 目标 at its end."""
    return _SUFFIX.sub("", _bare(text))


def points_of(category: str) -> int:
    """Return the points that the national framework gives a part (N8).

    Unit: points of 100.
    Source: law/targets.toml#framework.national-2020
    """
    rows = framework_rows(NATIONAL).value
    return int(next((row.weight for row in rows if row.level1 == category), 0))


def _bare(text: str) -> str:
    return re.sub(r"[\s:：]", "", _BRACKETS.sub("", plain(text)))


def _category(level1: str, law: EvaluationLaw) -> str:
    rows = law.level1_words.value
    return next((row.category for row in rows if row.word == level1), "")


def _management(row: Row, law: EvaluationLaw) -> Placed:
    if row.weight:
        rule = Rule.of(law.management_rows, "“投入和管理”类指标列有权重，按权重计分。")
        return Placed(row, MANAGEMENT, Role.INDICATOR, (rule,))
    blocked = law.management_rows.value["blocks_grade"]
    sentence = f"“投入和管理”类指标未列权重，只作门槛：不合格不得评“{blocked}”，不计分。"
    return Placed(row, MANAGEMENT, Role.GATE, (Rule.of(law.management_rows, sentence),))


def _by_level2(row: Row, level1: str, level2: str) -> Placed:
    """Infer the part from the second level where the first is blank or unknown; always said."""
    for part in framework_rows(NATIONAL).value:
        if level2 and any(level2 in word or word in level2 for word in part.level2):
            message = f"一级指标{f'“{row.level1}”不在框架中' if level1 else '空白'}，按二级指标归入“{part.level1}”，请核对。"
            flag = Flag("LEVEL1-INFERRED", message)
            return Placed(row, part.level1, Role.INDICATOR, flags=(flag,))
    shown = f"“{row.level1}”" if level1 else "空白"
    flag = Flag(
        "LEVEL1-UNKNOWN", f"一级指标{shown}，不在所选框架中，无法归类，请核对。", Level.WARNING
    )
    return Placed(row, "", Role.INDICATOR, flags=(flag,))
