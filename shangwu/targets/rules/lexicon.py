"""The words of target texts, read from law/target_grammar.toml."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class ComparatorWord:
    """A word or sign that compares, and how."""

    word: str
    cmp: str


@dataclass(frozen=True)
class UnitWord:
    """A unit as written, its dimension, its normal name and the factor to it."""

    word: str
    dim: str
    unit: str
    factor: str = "1"
    doubt: str = ""


@dataclass(frozen=True)
class ScaleLevel:
    """One level of an ordinal scale; `words` are its spellings, the first is canonical."""

    rank: int
    words: tuple[str, ...]


Scale = Value[tuple[ScaleLevel, ...]]


@dataclass(frozen=True)
class TrendWord:
    """A word for a trend: its comparison with the base and what it is compared with."""

    word: str
    cmp: str
    base: str = "previous_year"
    every: str = ""


@dataclass(frozen=True)
class ReferenceWord:
    """A noun that stands for a figure fixed elsewhere: the budget, a contract, a plan, a standard."""

    word: str
    base: str


@dataclass(frozen=True)
class EventWords:
    """The events between which a time runs when the indicator's name says no more than `word`."""

    word: str
    start: str
    end: str


@dataclass(frozen=True)
class GrammarLaw:
    """What law/target_grammar.toml offers."""

    LAW: ClassVar[str] = "target_grammar"
    prefixes: Annotated[Value[tuple[ComparatorWord, ...]], At("prefixes", unit="rows")]
    suffixes: Annotated[Value[tuple[ComparatorWord, ...]], At("suffixes", unit="rows")]
    units: Annotated[Value[tuple[UnitWord, ...]], At("units", unit="rows")]
    durations: Annotated[Value[tuple[UnitWord, ...]], At("durations", unit="rows")]
    duration_events: Annotated[Value[tuple[EventWords, ...]], At("duration_events", unit="rows")]
    trends: Annotated[Value[tuple[TrendWord, ...]], At("trends", unit="rows")]
    trend_bases: Annotated[Value[tuple[TrendWord, ...]], At("trend_bases", unit="rows")]
    flags: Annotated[Value[tuple[str, ...]], At("flags", unit="words")]
    lower_words: Annotated[Value[tuple[str, ...]], At("lower_words", unit="words")]
    higher_words: Annotated[Value[tuple[str, ...]], At("higher_words", unit="words")]
    remedy_words: Annotated[Value[tuple[str, ...]], At("remedy_words", unit="words")]
    budget_words: Annotated[Value[tuple[str, ...]], At("budget_words", unit="words")]
    reference_nouns: Annotated[Value[tuple[ReferenceWord, ...]], At("reference_nouns", unit="rows")]
    lead_nouns: Annotated[Value[tuple[str, ...]], At("lead_nouns", unit="words")]
    lead_verbs: Annotated[Value[tuple[str, ...]], At("lead_verbs", unit="words")]
    moving_words: Annotated[Value[tuple[str, ...]], At("moving_words", unit="words")]
    hedging_words: Annotated[Value[tuple[str, ...]], At("hedging_words", unit="words")]
    due_words: Annotated[Value[tuple[str, ...]], At("due_words", unit="words")]
    standard_words: Annotated[Value[tuple[str, ...]], At("standard_words", unit="words")]
    achievement: Annotated[Value[tuple[str, ...]], At("achievement_levels", unit="words")]


@dataclass(frozen=True)
class TargetWordsLaw:
    """What law/targets.toml says of words: the ordinal scales, best level first, and two margins."""

    LAW: ClassVar[str] = "targets"
    soundness4: Annotated[Scale, At("scale.soundness4", unit="rows")]
    likert5: Annotated[Scale, At("scale.likert5", unit="rows")]
    grade4: Annotated[Scale, At("scale.grade4", unit="rows")]
    grade5: Annotated[Scale, At("scale.grade5", unit="rows")]
    dengbao5: Annotated[Scale, At("scale.dengbao5", unit="rows")]
    regularity3: Annotated[Scale, At("scale.regularity3", unit="rows")]
    coverage3: Annotated[Scale, At("scale.coverage3", unit="rows")]
    establishment3: Annotated[Scale, At("scale.establishment3", unit="rows")]
    approximate_margin: Annotated[Value[Decimal], At("lexicon.approximate_margin", unit="ratio")]
    unbounded_words: Annotated[Value[tuple[str, ...]], At("lexicon.unbounded_words", unit="words")]

    def scales(self) -> dict[str, tuple[ScaleLevel, ...]]:
        """Return the scales by name, each best level first."""
        return {
            field.name: value.value
            for field in fields(self)
            if (value := getattr(self, field.name)) and field.name[-1].isdigit()
        }


@cache
def scales(year: int | None = None) -> dict[str, tuple[ScaleLevel, ...]]:
    """Return the ordinal scales in force in a year, by name."""
    return target_words(year).scales()


@cache
def target_words(year: int | None = None) -> TargetWordsLaw:
    """Return the scales and margins in force in a year; without a year, those of 2019."""
    return law.read(TargetWordsLaw, on=date(year or 2019, 12, 31))


@cache
def words(year: int | None) -> GrammarLaw:
    """Return the words in force in a year; without a year, those of the form of 2019."""
    return law.read(GrammarLaw, on=date(year or 2019, 12, 31))
