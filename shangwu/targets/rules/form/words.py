"""The printed words of 绩效目标申报表, and how two prints of the same word are recognised as one."""

import re
import unicodedata

TITLE = "绩效目标申报表"

# field -> the labels that have been seen for it; the first is the one shown to people
LABELS: dict[str, tuple[str, ...]] = {
    "organisation": ("申报单位名称", "申报单位", "申报单位（盖章）"),
    "project": ("项目名称",),
    "types": ("项目类型", "项目类别"),
    "uses": ("资金用途",),
    "starts_on": ("开始时间", "项目开始时间", "起始时间", "开始日期"),
    "ends_on": ("结束时间", "项目结束时间", "终止时间", "结束日期"),
    "overview": ("项目概况", "项目概述"),
    "basis": ("立项依据", "项目立项依据"),
    "necessity": ("项目设立的必要性", "项目设立必要性", "设立必要性"),
    "safeguards": ("保证项目实施的制度、措施", "保证项目实施的制度措施", "项目实施的制度、措施"),
    "budget_total": ("项目总预算",),
    "budget_year": ("项目当年预算", "当年预算"),
    "previous_budget": ("同名项目上年预算额", "上年预算额"),
    "previous_executed": ("同名项目上年预算执行数", "上年预算执行数"),
    "subprojects": ("项目当年投入资金构成", "当年投入资金构成"),
    "plan": ("项目实施计划", "实施计划"),
    "overall_goal": ("项目总目标", "总目标"),
    "annual_goal": ("年度绩效目标", "年度目标"),
    "remarks": ("备注",),
}
TITLES = {field: labels[0] for field, labels in LABELS.items()} | {
    "title": "表名",
    "year": "年度",
    "frame": "表外",
}
TEXTS = (
    "overview",
    "basis",
    "necessity",
    "safeguards",
    "plan",
    "overall_goal",
    "annual_goal",
    "remarks",
)
TICKS = ("types", "uses")
SUBPROJECT_NAME, SUBPROJECT_AMOUNT = ("子项目名称", "子项目"), ("预算金额", "金额")
ROWS_TITLE = ("分解目标", "绩效分解目标")
LEVEL1_HEADS, LEVEL2_HEADS = ("一级指标", "分解目标内容"), ("二级指标",)
NAME_HEADS, TARGET_HEADS = ("三级指标", "绩效指标"), ("指标目标值", "指标值", "目标值")

# Level 1 of the form of 2019 and the level-2 words that belong to it, 目标 and 指标 cut off.
GROUPS: dict[str, tuple[str, ...]] = {
    "投入和管理": ("投入", "管理", "投入和管理", "财务管理", "实施管理"),
    "产出": ("产出", "数量", "质量", "时效", "成本"),
    "效果": ("效果", "效益", "社会效益", "经济效益", "生态效益", "环境效益"),
    "影响力": ("影响力", "满意度", "可持续", "可持续影响", "长效管理", "人力资源", "部门协助"),
}
NATIONAL_GROUPS = frozenset({"成本", "产出", "效益", "满意度"})
NOT_APPLICABLE = frozenset({"无", "不适用", "没有", "无此项", "n/a", "na"})
DASHES = frozenset({"-", "--", "/", "\\", "—", "——", "\u2013"})

_SPACE = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[、,，.。;；:：*]")
# The empty places of signature and seal, and page numbers: they frame a form and say nothing of it.
_FRAME = re.compile(
    r"(?:(?:填报人|审核人|单位\(盖章\)|日期):(?:年月日)?)+|第\d*页共\d*页", re.ASCII
)
_UNIT = re.compile(r"\((?:单位[:：]?)?(元|万元|人民币元|人民币万元|盖章|公章)\)")


def squeezed(text: str) -> str:
    """Return the text in compatibility form without any white space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def bare(text: str) -> str:
    """Return a label without white space, punctuation and unit, for comparison."""
    return _PUNCTUATION.sub("", _UNIT.sub("", squeezed(text)))


_FIELD_OF = {bare(label): field for field, labels in LABELS.items() for label in labels}


def field_of(text: str) -> str:
    """Return the field whose label this text is, or an empty string."""
    return _FIELD_OF.get(bare(text), "") if len(text) < 40 else ""


def inline_label(text: str) -> tuple[str, str]:
    """Return (field, value) of 申报单位名称：某某 written in one go, else two empty strings."""
    head, colon, rest = text.replace(":", "：").partition("：")
    field = field_of(head) if colon else ""
    return (field, text[len(head) + 1 :].strip()) if field and rest.strip() else ("", "")


def titled(text: str) -> str:
    """Return the form's name as far as the text prints it, without its year; empty for another text."""
    plain = squeezed(text)
    return plain[: plain.index(TITLE) + len(TITLE)] if TITLE in plain else ""


def is_frame(text: str) -> bool:
    """Return whether the text is an empty place to sign or seal, or a page number."""
    return bool(_FRAME.fullmatch(squeezed(text)))


def yuan_per_unit(label: str) -> int:
    """Return how many yuan one unit of the label's amounts is. Unit: yuan."""
    found = _UNIT.search(squeezed(label))
    return 10_000 if found and "万" in found[1] else 1


def is_one_of(text: str, words: tuple[str, ...]) -> bool:
    """Return whether the text is one of these labels."""
    return bare(text) in {bare(word) for word in words}


def stem(level: str) -> str:
    """Return a level's word without 目标 or 指标 at its end."""
    return re.sub(r"(目标|指标)$", "", squeezed(level))


def home_of(level2: str) -> str:
    """Return the level-1 group that a level-2 word belongs to, empty when it belongs to none."""
    word = stem(level2)
    return next((group for group, members in GROUPS.items() if word in members), "")
