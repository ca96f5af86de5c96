"""Targets that are words: levels of a scale, yes-or-no findings, trends, references to a plan."""

import re

from shangwu.targets.rules.lexicon import GrammarLaw, TrendWord, scales
from shangwu.targets.rules.numerals import NUMBER, exact, number
from shangwu.targets.rules.target import Part

_DENGBAO = re.compile(
    r"等(?:级)?保(?:护)?[^IVX\d一二三四五]*(?P<level>IV|V|I{1,3}|[一二三四五1-5])\s*级?"
)
_ROMAN = {"一": "I", "二": "II", "三": "III", "四": "IV", "五": "V"} | {
    str(n): r for n, r in enumerate(("I", "II", "III", "IV", "V"), start=1)
}
_CHANNELS = re.compile(
    r"(?P<list>[^、，]+(?:、[^、，]+)*)等多(?P<unit>渠道|方式|形式|途径)(?P<verb>.{0,6})"
)
_GROWTH = re.compile(
    rf"(?:同比|比上年|较上年)?(?:增长|提高|上升)(?P<cmp>不低于|≥|超过)?(?P<n>{NUMBER})%?$"
)
_DECLINE = re.compile(
    rf"(?:同比|比上年|较上年)?(?:下降|降低|减少)(?P<cmp>不低于|≥|超过)?(?P<n>{NUMBER})%?$"
)
_BANDS = re.compile(r"优\s*良\s*中\s*差[\s:：]*((?:\d+(?:\.\d+)?%?[\s,，、]*){3,4})")
_BAND = re.compile(r"(优|良|中|差)\s*[:：]\s*[<≥]?\s*(\d+(?:\.\d+)?)(%?)")


def wording(text: str, *, law: GrammarLaw) -> Part | None:
    """Return the typed target when the whole text is a wording that the law data knows, else None."""
    for attempt in (_bands, _ordinal, _trend, _reference, _flag, _channels):
        if (part := attempt(text, law)) is not None:
            return part
    return None


def scale_levels(scale: str) -> tuple[str, ...]:
    """Return the canonical words of a scale, best first."""
    return tuple(row.words[0] for row in scales()[scale])


def level_rank(scale: str, word: str) -> int | None:
    """Return the place of a level in its scale, 0 for the best, or None when it is not there."""
    rows = scales()[scale]
    return next((place for place, row in enumerate(rows) if word in row.words), None)


def scale_rank(scale: str, word: str) -> int | None:
    """Return the rank of a level, the best being the highest number, or None when it is not there."""
    return next((row.rank for row in scales()[scale] if word in row.words), None)


def _ordinal(text: str, law: GrammarLaw) -> Part | None:
    if (found := _DENGBAO.search(text)) and len(text) <= 40:
        level = _ROMAN.get(found["level"], found["level"])
        return _level("dengbao5", level, evidence="certificate")
    if text == "优良":
        return _level("grade4", "良")
    word = re.sub(r"^(?:达到|完成|保持|实现|为)", "", text)
    word = re.sub(r"(?:及以上|以上|等次|水平)$", "", word)
    for scale, rows in scales().items():
        if scale != "dengbao5" and any(word in row.words for row in rows):
            return _level(scale, word)
    return None


def _level(scale: str, level: str, *, evidence: str = "") -> Part:
    return Part(
        "ordinal", cmp="ge", scale=scale, level=level, qualifier=evidence, polarity="higher"
    )


def _trend(text: str, law: GrammarLaw) -> Part | None:
    for pattern, side in ((_GROWTH, "higher"), (_DECLINE, "lower")):
        if found := pattern.fullmatch(text):
            value = number(found["n"])
            if value is not None:
                share = value / 100 if text.endswith("%") else value
                cmp = "gt" if found["cmp"] == "超过" else "ge"
                return Part(
                    "trend", cmp=cmp, value=exact(share), base="previous_year", polarity=side
                )
    matching = [row for row in law.trends.value if text.endswith(row.word)]
    if not matching or len(text) > 12:
        return None
    row: TrendWord = max(matching, key=lambda row: len(row.word))
    return Part(
        "trend",
        cmp=row.cmp,
        value="0",
        base=row.base,
        every=row.every,
        event=text.removesuffix(row.word),
        dim="ratio" if re.search(r"(?:比例|率)$", text.removesuffix(row.word)) else "",
        polarity="lower" if row.cmp in {"lt", "le"} else "higher",
    )


def _reference(text: str, law: GrammarLaw) -> Part | None:
    if any(word == text for word in law.budget_words.value):
        return Part("ref", cmp="le", base="@budget", polarity="lower")
    if any(word == text for word in law.standard_words.value):
        base = "@contract" if "合同" in text else "@plan" if "计划" in text else "@standard"
        return Part("ref", cmp="eq", base=base)
    return None


def _flag(text: str, law: GrammarLaw) -> Part | None:
    for word in law.flags.value:
        if text == word or (
            text.endswith(word) and len(text) <= len(word) + 4 and not re.search(r"[不未\d]", text)
        ):
            return Part("flag", level=word, event=text.removesuffix(word), polarity="higher")
    return None


def _channels(text: str, law: GrammarLaw) -> Part | None:
    found = _CHANNELS.fullmatch(text)
    if found is None:
        return None
    named = tuple(found["list"].split("、"))
    return Part(
        "quant",
        cmp="ge",
        value=str(max(2, len(named))),
        dim="count",
        unit=found["unit"],
        contains=named,
        polarity="higher",
        cmp_source="implicit",
        unit_source="value",
    )


def _bands(text: str, law: GrammarLaw) -> Part | None:
    named = [(word, value, sign) for word, value, sign in _BAND.findall(text)]
    if found := _BANDS.fullmatch(text.strip()):
        values = [(v, s) for v, s in zip(*_columns(found[1]), strict=True)]
        named = [
            (word, value, sign) for word, (value, sign) in zip("优良中差", values, strict=False)
        ]
    if len(named) < 3:
        return None
    bands = []
    for word, value, sign in named[:4]:
        share = number(value)
        if share is None:
            return None
        bands.append((word, exact(share / 100 if sign else share)))
    return Part("bands", bands=tuple(bands), dim="ratio", polarity="higher")


def _columns(text: str) -> tuple[list[str], list[str]]:
    found = re.findall(r"(\d+(?:\.\d+)?)(%?)", text)
    return [value for value, _ in found], [sign for _, sign in found]
