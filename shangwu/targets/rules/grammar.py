"""TG-1: from the words of a declaration form to a typed target, or honestly to `text`.

What the grammar does not know becomes a part of kind `text`, which a person must rate; it is never met
by itself. `raw` stays as it was written, byte for byte; only a normalised copy is read.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from shangwu.targets.rules import dates
from shangwu.targets.rules.lexicon import GrammarLaw, target_words, words
from shangwu.targets.rules.numerals import exact, fraction
from shangwu.targets.rules.quantities import Found, quantity
from shangwu.targets.rules.target import ParsedTarget, Part, Warning
from shangwu.targets.rules.wordings import scale_levels, wording

LONGEST = 500
_ANY_YEAR = 2000
_COLUMNS = re.compile(r"\s*[·|｜]\s*")
_JOINTS = re.compile(r"并且|且|[;；,，\n]|(?<=[\d家个次人项%])、(?=.*\d)|\band\b")
_KIND_COLUMN = re.compile(r"^定[性量]\s+")
_LISTED = re.compile(r"(?P<list>[一-龥]{2}(?:、[一-龥]{2,4}){2,})等(?:相关)?(?:领域|行业|方面)")
_DENIED = re.compile(r"[不未无没非勿\d]")
_SUBJECT = re.compile(r"[一-龥A-Za-z+“”（）()、]*")
_SHARED = re.compile(
    r"^(?P<limit>.+?(?:小时|分钟|天|日|工作日)(?:以内|之内|内))(?P<what>.*?率)(?P<share>.+)$"
)


def parse(
    text: str,
    *,
    name: str = "",
    unit: str = "",
    year: int | None = None,
    columns: Sequence[str] = (),
    budget_fen: int | None = None,
) -> ParsedTarget:
    """Return the typed target of a text.

    `name` is the indicator's (its date, unit or polarity may decide), `unit` a separate unit column,
    `year` the declaration's, `columns` further columns over which a form spreads one target.
    With `budget_fen` (fen) a target that only repeats the year's budget is pointed out.
    Source: law/target_grammar.toml#prefixes
    """
    law = words(year)
    body = plain("".join((text, *(f" · {column}" for column in columns))))
    label = plain(name)
    if len(body) > LONGEST:
        return _as_text(
            text, Warning("TOO-LONG", f"目标值超过 {LONGEST} 字，不作解析，须人工评定。")
        )
    if not body:
        return _as_text(text, Warning("EMPTY", "没有填写目标值，须补充或人工评定。"))
    found = _parts(body, name=label, unit=plain(unit), year=year, law=law)
    parts, warnings = [item.part for item in found], [w for item in found for w in item.warnings]
    if len(parts) == 1:
        parts = [replace(parts[0], raw=text)]
    parts, more = _dated_by_name(_covering_named(parts, label), label, year=year)
    return ParsedTarget(text, tuple(parts), (*warnings, *more, *_repeats_budget(parts, budget_fen)))


def plain(text: str) -> str:
    """Return the text as the grammar reads it: one spelling of digits, signs and spaces."""
    kept = unicodedata.normalize("NFKC", text.replace("\u00ad", ""))
    kept = (
        kept.replace("≧", "≥")
        .replace("≦", "≤")
        .replace("⩾", "≥")
        .replace("⩽", "≤")
        .replace("═", "=")
        .replace(">=", "≥")
        .replace("<=", "≤")
    )
    kept = re.sub(r"(?<=[\d一-龥])\s+(?=[%‰一-龥])|(?<=[≥≤><=])\s+", "", kept)
    return re.sub(r"\s+", " ", kept).strip().strip("。.")


def _parts(text: str, *, name: str, unit: str, year: int | None, law: GrammarLaw) -> list[Found]:
    whole = _one(text, name=name, unit=unit, year=year, law=law)
    if whole is not None:
        return [whole]
    pieces = [piece.strip() for piece in _JOINTS.split(text) if piece.strip()]
    if len(pieces) > 1:
        typed = [_one(piece, name=name, unit=unit, year=year, law=law) for piece in pieces]
        known = [item for item in typed if item is not None]
        if len(known) == len(typed):
            return _accumulated(known, text)
    if dates.day_in(text, year=_ANY_YEAR) and not dates.day_in(text, year=year):
        doubt = Warning("YEAR-UNKNOWN", "期限没有写年份，申报年度也不明，无法确定到期日。")
        return [Found(Part("text", raw=text), (doubt,))]
    vague = [word for word in target_words().unbounded_words.value if word in text]
    doubt = Warning("UNMEASURABLE", f"“{'”“'.join(vague)}”无法衡量，建议改写为可以计算的目标。")
    return [Found(Part("text", raw=text), (doubt,) if vague else ())]


def _one(text: str, *, name: str, unit: str, year: int | None, law: GrammarLaw) -> Found | None:
    """Return one part with its warnings, or None when the text is not one known form."""
    text = _joined_columns(text)
    if spans := dates.period(text, year=year):
        return Found(replace(spans[0], raw=text), spans[1])
    if part := dates.deadline(text, year=year, due_words=law.due_words.value):
        return Found(replace(part, raw=text))
    if part := wording(text, law=law):
        return Found(replace(part, raw=text), _lowest(part))
    named = dates.day_in(text, year=year)
    if named and named.before.rstrip(":：") in ("", *law.due_words.value):
        after = re.sub(r"^(?:之前|以前|前)", "", named.after)
        milestone = _stated(quantity(after, name=name, unit=unit, law=law), law)
        if milestone and milestone.part.kind == "quant":
            return replace(
                milestone, part=replace(milestone.part, by=named.day.isoformat(), raw=text)
            )
    if shared := _SHARED.match(text):
        limit = quantity(shared["limit"], name="", unit="", law=law)
        share = quantity(shared["share"], name=shared["what"], unit="", law=law)
        if limit and share and limit.part.kind == "duration" and share.part.dim == "ratio":
            return Found(
                replace(limit.part, share=share.part.value, event=shared["what"], raw=text)
            )
    found = _stated(quantity(text, name=name, unit=unit, law=law), law)
    if found and any(warning.code == "UNIT-CONFLICT" for warning in found.warnings):
        return Found(Part("text", raw=text), found.warnings)
    return replace(found, part=replace(found.part, raw=text)) if found else None


def _stated(found: Found | None, law: GrammarLaw) -> Found | None:
    """Return what was found unless the words around the number may mean something else.

    A number after an unknown word, a negation or a word of change is not taken for a level (rule 9).
    """
    if found is None:
        return None
    bases = (row.word for row in law.trend_bases.value if len(row.word) > 1)
    if any(base in found.part.qualifier for base in bases):
        return None
    noun = found.before.rstrip(":：为") + found.head.rstrip(":：为")
    if not noun or noun.endswith(law.lead_nouns.value):
        return found
    if _DENIED.search(noun) or any(word in noun for word in law.moving_words.value):
        return None
    subject = not found.before or _SUBJECT.fullmatch(found.before)
    verb = not found.head or found.head.startswith(law.lead_verbs.value)
    return found if subject and verb else None


def _lowest(part: Part) -> tuple[Warning, ...]:
    levels = scale_levels(part.scale) if part.kind == "ordinal" else ()
    if not levels or part.level != levels[-1]:
        return ()
    return (Warning("LOWEST-LEVEL", f"“{part.level}”是最低等次，任何结果都会达成，请核对原文。"),)


def _accumulated(found: list[Found], text: str) -> list[Found]:
    """Return milestones that a form states as increments (新增) as the running total they amount to."""
    due = [item.part.by for item in found]
    counted = all(item.part.kind == "quant" and item.part.by for item in found)
    if not counted or due != sorted(set(due)) or not re.search(r"新增|再增|增加", text):
        return found
    total, doubt = Fraction(0), Warning("INCREMENTAL", "原文按期写新增数量，已逐期累加，请核对。")
    summed = []
    for item in found:
        total += fraction(item.part.value)
        summed.append(Found(replace(item.part, value=exact(total)), (*item.warnings, doubt)))
    return summed


def _joined_columns(text: str) -> str:
    text = _KIND_COLUMN.sub("", text)
    if not _COLUMNS.search(text):
        return text
    columns = [
        column for column in _COLUMNS.split(text) if column and column not in {"定性", "定量"}
    ]
    return "".join(columns) if not re.search(r"优.*良.*中", text) else " ".join(columns)


def _dated_by_name(
    parts: list[Part], name: str, *, year: int | None
) -> tuple[list[Part], tuple[Warning, ...]]:
    """Bring a date that stands in the indicator's name into the target (rule 6)."""
    found = dates.day_in(name, year=year)
    if found is None or any(part.kind in {"deadline", "period"} for part in parts):
        return parts, ()
    warning = Warning(
        "DATE-IN-NAME", f"完成期限 {found.day.isoformat()} 写在指标名称中，已作为目标的一部分。"
    )
    day = found.day.isoformat()
    if len(parts) == 1 and parts[0].kind == "quant" and parts[0].dim == "count":
        return [replace(parts[0], by=day)], (warning,)
    if len(parts) == 1 and parts[0].cmp_source == "implicit" and _is_whole(parts[0]):
        # 100 % by a day: wholly done, which is an equality and not a rate to be exceeded.
        parts = [replace(parts[0], cmp="eq")]
    # What must be finished by a day is not missed before it.
    parts = [replace(part, by=day) if part.kind == "quant" else part for part in parts]
    limit = Part("deadline", cmp="le", by=day, event=found.after or found.before, cmp_source="name")
    return [*parts, limit], (warning,)


def _is_whole(part: Part) -> bool:
    return part.kind == "quant" and part.dim == "ratio" and part.value == "1"


def _covering_named(parts: list[Part], name: str) -> list[Part]:
    """Keep what the name lists (教育、文化…等领域) with a bare 完成: all of it must be covered."""
    found = _LISTED.search(name)
    if found is None or len(parts) != 1 or parts[0].kind != "flag":
        return parts
    return [replace(parts[0], contains=tuple(found["list"].split("、")))]


def _repeats_budget(parts: list[Part], budget_fen: int | None) -> tuple[Warning, ...]:
    """Point out a target that measures spending instead of performance (N3)."""
    money = [part for part in parts if part.dim == "money" and not part.per]
    if budget_fen is None or not any(fraction(part.value) * 100 == budget_fen for part in money):
        return ()
    return (
        Warning(
            "EQUALS-BUDGET",
            "目标值等于当年预算，衡量的是花钱多少而不是绩效；建议写“控制在预算内”。",
        ),
    )


def _as_text(raw: str, warning: Warning) -> ParsedTarget:
    return ParsedTarget(raw, (Part("text", raw=raw[:LONGEST]),), (warning,))
