"""The actual column of a table, read as an answer to the conditions of the target."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from shangwu.targets.rules import dates
from shangwu.targets.rules.evaluation.facts import Actual, Flag, Rating, State
from shangwu.targets.rules.evaluation.law import EvaluationLaw
from shangwu.targets.rules.evaluation.measured import Asked, measured, unreadable
from shangwu.targets.rules.grammar import plain
from shangwu.targets.rules.lexicon import scales, words
from shangwu.targets.rules.numerals import NUMBER, number
from shangwu.targets.rules.target import ParsedTarget
from shangwu.targets.rules.wordings import level_rank, wording

_BLANKS = {"", "-", "--", "—", "——", "/", "空", "暂无", "暂无数据", "无数据"}
_LISTED = re.compile(r"[、，,/；;\s>＞]+")
_SHARE = re.compile(rf"({NUMBER})\s*%")
_STEPS = re.compile(r"\s*(?:→|->|—>|、|，|,|;|；)\s*")
_YEARS = re.compile(
    r"(?:上年|去年|上期)\D{0,4}(?P<old>\d.*?)[,，;；\s]*(?:本年|今年|当年|本期)\D{0,4}(?P<new>\d.*)"
)
_CHANGE = re.compile(
    rf"(?:同比|较上年|比上年|较去年)?(?P<way>增长|提高|上升|提升|增加|下降|降低|减少)?(?:了|约)?(?P<sign>[-+])?(?P<n>{NUMBER})(?P<pct>%)?"
)
_WHOLE_MONTH = re.compile(r"\d{1,2}月$")
_PIECES = re.compile(r"[;；,，]|且")


def read_actual(
    text: str,
    target: ParsedTarget,
    *,
    name: str,
    unit: str,
    year: int | None,
    law: EvaluationLaw,
    rating: Rating | None = None,
) -> tuple[Actual, ...]:
    """Return the answer to each condition of the target, in its order.

    What cannot be read is never repaired: it comes back as unreadable, with a flag that says why.
    """
    found = []
    for part in target.parts:
        asked = Asked(part, plain(target.raw), plain(name), plain(unit), year, law)
        answer = _read(text, asked)
        if rating is not None:
            answer = replace(answer, rating=rating)
        found.append(answer)
    return tuple(found)


def _read(text: str, asked: Asked) -> Actual:
    body = plain(text)
    if body in _BLANKS:
        return Actual(text, State.EMPTY, why="没有填写实际完成值，无数据，不计为达成。")
    if body.upper() in asked.law.not_applicable_words.value:
        return Actual(text, State.NOT_APPLICABLE, why="填报为不适用。")
    read = _READERS[asked.part.kind]
    answer = read(text, body, asked)
    if answer.state != State.UNREADABLE:
        return answer
    pieces = [piece.strip() for piece in _PIECES.split(body) if piece.strip()]
    for piece in pieces if len(pieces) > 1 else ():
        other = read(text, piece, asked)
        if other.state != State.UNREADABLE:
            return other
    return answer


def _quantity(text: str, body: str, asked: Asked) -> Actual:
    if body == asked.target_text and asked.part.cmp_source == "explicit":
        return unreadable(text, "照抄了目标值的不等式，不是实际完成值。", code="ACTUAL-INEQUALITY")
    if body in asked.law.not_done_words.value:
        return (
            Actual(text, value=Fraction(0))
            if asked.part.polarity != "lower"
            else unreadable(text, "不是数值，请填写实际数值。")
        )
    if asked.part.by and not asked.part.dim == "count" and (day := _day(body, asked)):
        # 100 % by a day, answered with the day on which it was done.
        return Actual(text, value=Fraction(1), done_on=day)
    return measured(text, body, asked)


def _deadline(text: str, body: str, asked: Asked) -> Actual:
    due = asked.part.by or asked.part.to_
    if re.fullmatch(r"0+(?:\.0+)?%?", body):
        return unreadable(text, f"不是日期；目标是期限 {due}，请填写完成日期。", code="DATE-ZERO")
    if body in asked.law.not_done_words.value:
        return Actual(text, not_done=True)
    if body.endswith(("前", "之前", "以前", "内")):
        return unreadable(text, "是期限，不是完成日期。", code="ACTUAL-INEQUALITY")
    if (day := _day(body, asked)) is None:
        return unreadable(text, f"没有写明完成日期，无法与期限 {due} 比较。", code="DATE-MISSING")
    limit = date.fromisoformat(due)
    if _WHOLE_MONTH.search(body) and day.replace(day=1) <= limit < day:
        return unreadable(text, f"只写到月，无法与期限 {due} 比较。", code="DATE-MISSING")
    return Actual(text, done_on=day)


def _day(body: str, asked: Asked) -> date | None:
    year = int((asked.part.by or asked.part.to_)[:4])
    if spans := dates.period(body, year=year):
        return date.fromisoformat(spans[0].to_)
    found = dates.day_in(body, year=year)
    return found.day if found else None


def _ordinal(text: str, body: str, asked: Asked) -> Actual:
    scale = asked.part.scale
    listed = [word for word in _LISTED.split(body) if level_rank(scale, word) is not None]
    letters = [c for c in body if level_rank(scale, c) is not None]
    if len(set(listed)) > 1 or (
        scale.startswith("grade") and body == "".join(letters) and len(letters) > 2
    ):
        return unreadable(text, "是评定等级表，不是评定结果。", code="ACTUAL-SCALE")
    if re.search(r"\d", body) and scale in {"likert5", "coverage3"}:
        return _mean(text, body, asked)
    found = wording(body, law=words(asked.year))
    if level_rank(scale, body) is not None:
        return Actual(text, level=body)
    if found and found.kind == "ordinal" and level_rank(scale, found.level) is not None:
        return Actual(text, level=found.level)
    return _rated(text, body, asked, what=f"不是“{asked.part.level}”所在的等级")


def _mean(text: str, body: str, asked: Asked) -> Actual:
    """Read a mean of a survey, or a share of coverage, as the answer to a level."""
    covering = asked.part.scale == "coverage3"
    part = replace(
        asked.part,
        kind="quant",
        cmp="ge",
        value="1",
        dim="ratio" if covering else "count",
        unit="ratio" if covering else "",
    )
    answer = measured(
        text,
        body.removesuffix("分"),
        replace(asked, part=part, target_text="1" if not covering else "1%"),
    )
    if answer.value is None or covering:
        return answer
    ranks = [level.rank for level in scales(asked.year)[asked.part.scale]]
    if min(ranks) <= answer.value <= max(ranks):
        return answer
    return unreadable(
        text, "不是量表的均值；满意程度按均值评定，请填写均值。", code="ACTUAL-NOT-MEASURED"
    )


def _flag(text: str, body: str, asked: Asked) -> Actual:
    word = asked.part.level
    if body in asked.law.not_done_words.value or re.search(rf"[不未没]\S{{0,2}}{word}", body):
        return Actual(text, level=f"未{word}")
    if body in asked.law.done_words.value:
        return Actual(text, level=word)
    partly = re.search(r"基本|部分|大部|正在|拟|将|[不未没无]", body)
    if word in body and not partly and not re.search(r"\d", body):
        return Actual(text, level=word)
    if word == "完成" and not partly and dates.day_in(body, year=asked.year or 2019):
        return Actual(text, level=word)
    return _rated(text, body, asked, what=f"没有说明是否“{word}”")


def _rated(text: str, body: str, asked: Asked, *, what: str = "") -> Actual:
    """Read a person's band, with its share where that is written: 部分达成 70%."""
    bands = [row["band"] for row in asked.law.bands.value]
    heads = ("达成预期", "部分达成", "未达成预期")
    band = next(
        (band for band, head in zip(bands, heads, strict=True) if body.startswith(head)), ""
    )
    if band:
        share = _SHARE.search(body)
        percent = number(share[1]) if share else None
        return Actual(text, rating=Rating(band, None if percent is None else percent / 100))
    if what:
        return unreadable(text, f"{what}，须由责任人评定。")
    if re.fullmatch(rf"(?:已)?(?:完成)?{NUMBER}%?", body):
        return unreadable(
            text,
            "不是对文字目标的评定，须由责任人写明档次、百分比和理由。",
            code="ACTUAL-NOT-MEASURED",
        )
    return Actual(text, why="文字目标须由责任人具名评定。")


def _trend(text: str, body: str, asked: Asked) -> Actual:
    if found := _YEARS.search(body):
        pieces = [found["old"], found["new"]]
    else:
        pieces = [piece for piece in _STEPS.split(body) if piece]
    if len(pieces) > 1:
        part = replace(asked.part, kind="quant", cmp="ge", value="1", dim="count", unit="")
        one = replace(asked, part=part, target_text="1")
        values = [_point(piece, one) for piece in pieces]
        if all(value is not None for value in values):
            return Actual(text, series=tuple(value for value in values if value is not None))
    if (found := _CHANGE.fullmatch(body)) and (value := number(found["n"])) is not None:
        falls = (found["way"] or "")[:1] in {"下", "降", "减"} and found["way"] != ""
        signed = -value if falls or found["sign"] == "-" else value
        return Actual(text, change=signed / 100 if found["pct"] else signed)
    band = _rated(text, body, asked)
    if band.rating is not None:
        return band
    same = body == asked.target_text
    why = "没有可比的历期数值，须由人评定。"
    flag = Flag("ACTUAL-REPEATS", f"实际值“{text}”照抄了目标，没有历期数值，须由人评定。")
    return Actual(text, why=why, flags=(flag,) if same else ())


def _point(piece: str, asked: Asked) -> Fraction | None:
    ratio = replace(asked, part=replace(asked.part, dim="ratio", unit="ratio"), target_text="1%")
    first = measured(piece, piece, asked)
    return first.value if first.value is not None else measured(piece, piece, ratio).value


def _reference(text: str, body: str, asked: Asked) -> Actual:
    if asked.part.base != "@budget":
        return _rated(text, body, asked)
    if body == asked.target_text or ("预算" in body and not re.search(r"\d", body)):
        # The words claim nothing that the budget's own figures do not say better.
        return Actual(text, why="按预算执行数核对。")
    money = replace(asked.part, kind="quant", value="1", dim="money", unit="CNY")
    answer = measured(text, body, replace(asked, part=money, target_text="1元"))
    if answer.value is not None:
        return answer
    ratio = replace(money, dim="ratio", unit="ratio", polarity="lower")
    share = measured(text, body, replace(asked, part=ratio, target_text="1%"))
    return replace(share, is_share=True) if share.value is not None else share


_READERS: dict[str, Callable[[str, str, Asked], Actual]] = {
    "quant": _quantity,
    "duration": _quantity,
    "bands": _quantity,
    "deadline": _deadline,
    "period": _deadline,
    "ordinal": _ordinal,
    "flag": _flag,
    "text": _rated,
    "trend": _trend,
    "ref": _reference,
}
