"""Targets that are words: levels of a scale, yes-or-no findings, trends, references to a plan."""

import re

from shangwu.targets.rules.lexicon import GrammarLaw, TrendWord, scales
from shangwu.targets.rules.numerals import NUMBER, exact, fraction, is_share, number
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
_MOVED = re.compile(
    r"(?P<verb>增长|提高|提升|上升|增加|下降|降低|减少|压减)(?:了)?"
    rf"(?P<cmp>[^\d零一二三四五六七八九十百千万]{{0,4}}?)(?P<n>{NUMBER})(?P<unit>%|‰|个百分点)?(?P<after>.*)"
)
_FALLING = frozenset({"下降", "降低", "减少", "压减"})
_NEGATED = re.compile(r"[不未无没非勿]")
_BANDS = re.compile(r"优\s*良\s*中\s*差[\s:：]*((?:\d+(?:\.\d+)?%?[\s,，、]*){3,4})")
_BAND = re.compile(
    r"(优|良|中|差)(?:秀|好|等)?\s*[:：]?\s*[<≥>≤]?\s*(\d+(?:\.\d+)?)(%?)[\s,，;；、]*"
)


def wording(text: str, *, law: GrammarLaw) -> Part | None:
    """Return the typed target when the whole text is a wording that the law data knows, else None."""
    for attempt in (_bands, _ordinal, _moved, _trend, _reference, _flag, _channels):
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
    word = re.sub(r"(?:\(含\)以上|及以上|以上)$", "", text).strip("“”\"'")
    word = re.sub(r"(?:等次|水平)$", "", word)
    word = re.sub(r"^(?:≥|不低于|不得低于|至少|达到|完成|保持|实现|评为|评定为|为)", "", word)
    for scale, rows in scales().items():
        if scale != "dengbao5" and any(word in row.words for row in rows):
            return _level(scale, word)
    return None


def _level(scale: str, level: str, *, evidence: str = "") -> Part:
    return Part(
        "ordinal", cmp="ge", scale=scale, level=level, qualifier=evidence, polarity="higher"
    )


def _moved(text: str, law: GrammarLaw) -> Part | None:
    """Return a trend by a stated amount: 同比增长5%以上, 环比下降不低于2%, 提高3个百分点."""
    found = _MOVED.search(text)
    if found is None or not (found["unit"] or is_share(found["n"])):
        return None
    led = _base(text[: found.start()], law)
    before = {row.word: row.cmp for row in law.prefixes.value} | {"": ""}
    after = {row.word: row.cmp for row in law.suffixes.value} | {"": ""}
    value = number(found["n"])
    if led is None or value is None or found["cmp"] not in before or found["after"] not in after:
        return None
    cmps = {before[found["cmp"]], after[found["after"]]} - {""}
    if len(cmps) > 1 or not cmps <= {"ge", "gt", "eq"}:
        return None
    if found["unit"] in {"%", "‰"}:
        value /= 100 if found["unit"] == "%" else 1000
    points = found["unit"] == "个百分点"
    base, every, event = led
    return Part(
        "trend",
        cmp=cmps.pop() if cmps else "ge",
        value=exact(value),
        dim="percentage_point" if points else "",
        unit="pp" if points else "",
        base=base or "previous_year",
        every=every,
        event=event,
        polarity="lower" if found["verb"] in _FALLING else "higher",
    )


def _trend(text: str, law: GrammarLaw) -> Part | None:
    matching = [row for row in law.trends.value if text.endswith(row.word)]
    if not matching or len(text) > 16:
        return None
    row: TrendWord = max(matching, key=lambda row: len(row.word))
    led = _base(text.removesuffix(row.word), law)
    if led is None:
        return None
    base, every, event = led
    return Part(
        "trend",
        cmp=row.cmp,
        value="0",
        base=base or row.base,
        every=every or row.every,
        event=event,
        dim="ratio" if re.search(r"(?:比例|率)$", event) else "",
        polarity="lower" if row.cmp in {"lt", "le"} else "higher",
    )


def _base(lead: str, law: GrammarLaw) -> tuple[str, str, str] | None:
    """Return what a trend is compared with, how often, and what moves; None when the words deny it."""
    base = every = ""
    rows = sorted(law.trend_bases.value, key=lambda row: len(row.word), reverse=True)
    while True:
        lead = lead.strip("，, ")
        row = next(
            (
                row
                for row in rows
                if lead in {row.word, f"{row.word}上"}
                or (len(row.word) > 1 and (lead.startswith(row.word) or lead.endswith(row.word)))
            ),
            None,
        )
        if row is None:
            break
        base, every = base or row.base, every or row.every
        lead = (
            lead.removeprefix(row.word)
            if lead.startswith(row.word)
            else lead.removesuffix(row.word)
        )
    if _NEGATED.search(lead) or re.search(r"\d", lead):
        return None
    return base, every, lead


def _reference(text: str, law: GrammarLaw) -> Part | None:
    if any(word == text for word in law.budget_words.value):
        return Part("ref", cmp="le", base="@budget", polarity="lower")
    if found := _cited(text, law):
        return found
    if any(word == text for word in law.standard_words.value):
        base = "@contract" if "合同" in text else "@plan" if "计划" in text else "@standard"
        return Part("ref", cmp="eq", base=base)
    return None


def _cited(text: str, law: GrammarLaw) -> Part | None:
    """Return a comparison with a figure that stands elsewhere: ≤合同价, 不低于国家标准."""
    prefix = next((row for row in law.prefixes.value if text.startswith(row.word)), None)
    if prefix is None:
        return None
    body = text.removeprefix(prefix.word)
    after = next((row for row in law.suffixes.value if body.endswith(row.word)), None)
    if after and after.cmp != prefix.cmp:
        return None
    noun = body.removesuffix(after.word) if after else body
    row = next((row for row in law.reference_nouns.value if row.word == noun), None)
    if row is None:
        return None
    side = "higher" if prefix.cmp in {"ge", "gt"} else "lower" if prefix.cmp != "eq" else ""
    return Part("ref", cmp=prefix.cmp, base=row.base, polarity=side)


def _flag(text: str, law: GrammarLaw) -> Part | None:
    for word in law.flags.value:
        subject = text.removesuffix(word)
        hedged = any(hedge in subject for hedge in law.hedging_words.value)
        short = len(subject) <= 4 and not re.search(r"\d", subject)
        if text.endswith(word) and short and not hedged:
            return Part("flag", level=word, event=subject, polarity="higher")
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
    if len(named) < 3 or (found is None and _BAND.sub("", text).strip()):
        return None
    bands = []
    for word, value, sign in named[:4]:
        share = number(value)
        if share is None:
            return None
        bands.append((word, exact(share / 100 if sign else share)))
    dim = "count" if fraction(bands[0][1]) > 1 else "ratio"
    return Part("bands", bands=tuple(bands), dim=dim, polarity="higher")


def _columns(text: str) -> tuple[list[str], list[str]]:
    found = re.findall(r"(\d+(?:\.\d+)?)(%?)", text)
    return [value for value, _ in found], [sign for _, sign in found]
