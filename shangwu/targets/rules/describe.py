"""A typed target in words, for the pages: 严格低于 0.0001（万分之一）, 3 个工作日以内."""

from collections.abc import Callable
from fractions import Fraction

from shangwu.targets.rules.numerals import exact, fraction
from shangwu.targets.rules.target import Part

CMP = {
    "ge": "不低于",
    "gt": "严格高于",
    "le": "不高于",
    "lt": "严格低于",
    "eq": "等于",
    "approx": "约为",
}
UNITS = {
    "wd": "个工作日",
    "d": "天",
    "h": "小时",
    "min": "分钟",
    "month": "个月",
    "quarter": "个季度",
    "year": "年",
    "CNY": "元",
    "m²": "平方米",
    "m³": "立方米",
    "kg": "公斤",
    "m": "米",
}
PERIODS = {"day": "天", "week": "周", "month": "月", "quarter": "季度", "year": "年"}
HAN_DIGITS = dict(zip("123456789", "一二三四五六七八九", strict=True))
REFERENCES = {
    "@budget": "不超过预算",
    "@contract": "符合合同约定",
    "@plan": "按计划完成",
    "@standard": "符合规定或标准",
}
FIXED_ELSEWHERE = {
    "@budget": "预算数",
    "@contract": "合同约定数",
    "@plan": "计划数",
    "@standard": "规定标准",
}
GROUNDS = {
    "inclusive": "“以上”“以下”“以内”包括本数（《民法典》第一千二百五十九条）。",
    "strict": "“低于”“高于”“超过”不包括本数（《民法典》第一千二百五十九条），恰好等于不算达成。",
    "implicit": "原文没有写比较方向，按指标名称的含义推定。",
    "text": "文字目标不能自动计算，由责任人具名评定并附佐证，不会自动视为达成。",
    "ordinal": "按等次评定，达到或高于所承诺的等次为达成。",
    "deadline": "以登记并附佐证的完成日期与期限比较；期限当日完成算按期。",
}


def describe(part: Part) -> str:
    """Return the part as a short Chinese phrase."""
    phrase = _PHRASES[part.kind](part)
    return f"{phrase}（{part.qualifier}）" if part.qualifier and part.kind == "quant" else phrase


def grounds(part: Part) -> str:
    """Return the rule by which the part is judged, in one sentence."""
    if part.kind in GROUNDS:
        return GROUNDS[part.kind]
    if part.kind in {"flag", "ref"}:
        return GROUNDS["text"]
    if part.cmp_source == "implicit":
        return GROUNDS["implicit"]
    return GROUNDS["strict" if part.cmp in {"lt", "gt"} else "inclusive"]


def value_in_words(value: str, unit: str) -> str:
    """Return a normal form's value with its unit; small ratios keep their exact decimal.

    What no finite decimal says exactly is called about so much.
    """
    if "/" in value:
        return _about(fraction(value), unit, goal=None)
    if unit != "ratio":
        return f"{value} {UNITS.get(unit, unit)}".strip()
    if 0 < fraction(value) < fraction("1/1000"):
        share = exact(fraction(value) * 10_000)
        return f"{value}（万分之{HAN_DIGITS.get(share, share)}）"
    return _percent(value)


def actual_in_words(value: Fraction, unit: str, *, goal: Fraction) -> str:
    """Return what was reached with its unit; an endless decimal rounded, but never onto the goal that it misses."""
    text = exact(value)
    return _about(value, unit, goal=goal) if "/" in text else value_in_words(text, unit)


def _about(value: Fraction, unit: str, *, goal: Fraction | None) -> str:
    short, long = (Fraction(round(value * 10**digits), 10**digits) for digits in (4, 8))
    rounded = long if short == goal or value < Fraction(1, 1000) else short
    return f"约 {value_in_words(exact(rounded), unit)}"


def _flag(part: Part) -> str:
    covering = f"（涵盖{'、'.join(part.contains)}）" if part.contains else ""
    return f"{part.event}{part.level}{covering}（由人认定是或否）"


def _quantity(part: Part) -> str:
    per = f"每{PERIODS.get(part.per, part.per)}" if part.per else ""
    if part.cmp == "range":
        return f"{value_in_words(part.value, part.unit)} 至 {value_in_words(part.upper, part.unit)}"
    by = f"{part.by} 前" if part.by and part.dim != "ratio" else ""
    named = f"，包括{'、'.join(part.contains)}" if part.contains else ""
    return f"{by}{per}{CMP[part.cmp]} {value_in_words(part.value, part.unit)}{named}"


def _duration(part: Part) -> str:
    events = f"{part.from_}后" if part.from_ else ""
    share = f"，达标比例不低于 {_percent(part.share)}" if part.share else ""
    time = value_in_words(part.value, part.unit)
    if part.cmp == "range":
        return f"{time} 至 {value_in_words(part.upper, part.unit)}"
    limit = f"{time}以内" if part.cmp == "le" else f"{CMP[part.cmp]} {time}"
    return f"{events} {limit}{part.to_}{share}".strip()


def _reference(part: Part) -> str:
    if (part.base == "@budget") == (part.cmp == "le") and part.cmp in {"le", "eq"}:
        return REFERENCES[part.base]
    return f"{CMP[part.cmp]}{FIXED_ELSEWHERE[part.base]}"


def _trend(part: Part) -> str:
    words = {"gt": "增长", "lt": "下降", "ge": "不低于", "le": "不高于", "eq": "保持稳定"}
    size = f"{part.value} 个百分点" if part.unit == "pp" else _percent(part.value or "0")
    amount = f"，幅度{CMP[part.cmp]} {size}" if part.value not in {"", "0"} else ""
    if part.every and not amount:
        lower = part.polarity == "lower"
        return "每期不高于上期，期末低于期初" if lower else "每期不低于上期，期末高于期初"
    direction = (
        "下降" if part.polarity == "lower" else words[part.cmp] if part.value == "0" else "增长"
    )
    base = "上期" if part.base == "previous_period" else "上年"
    return f"与{base}相比{direction}{amount}"


def _percent(value: str) -> str:
    return f"{exact(fraction(value) * 100)}%"


_PHRASES: dict[str, Callable[[Part], str]] = {
    "quant": _quantity,
    "duration": _duration,
    "deadline": lambda p: f"不晚于 {p.by}" + (f"（{p.event}）" if p.event else ""),
    "period": lambda p: f"{p.from_} 至 {p.to_}",
    "trend": _trend,
    "ordinal": lambda p: f"达到“{p.level}”或更高等次",
    "flag": _flag,
    "ref": _reference,
    "bands": lambda p: "；".join(
        f"{word} {_percent(value) if p.dim == 'ratio' else value}" for word, value in p.bands
    ),
    "text": lambda p: "文字目标，待人工评定",
}
