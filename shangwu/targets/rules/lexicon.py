"""The words of target texts, read from law/target_grammar.toml."""

from dataclasses import dataclass
from datetime import date
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

    scale: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class TrendWord:
    """A word for a trend: its comparison with the base and what it is compared with."""

    word: str
    cmp: str
    base: str = "previous_year"
    every: str = ""


@dataclass(frozen=True)
class GrammarLaw:
    """What law/target_grammar.toml offers."""

    LAW: ClassVar[str] = "target_grammar"
    prefixes: Annotated[Value[tuple[ComparatorWord, ...]], At("prefixes", unit="rows")]
    suffixes: Annotated[Value[tuple[ComparatorWord, ...]], At("suffixes", unit="rows")]
    units: Annotated[Value[tuple[UnitWord, ...]], At("units", unit="rows")]
    durations: Annotated[Value[tuple[UnitWord, ...]], At("durations", unit="rows")]
    scales: Annotated[Value[tuple[ScaleLevel, ...]], At("scales", unit="rows")]
    trends: Annotated[Value[tuple[TrendWord, ...]], At("trends", unit="rows")]
    flags: Annotated[Value[tuple[str, ...]], At("flags", unit="words")]
    lower_words: Annotated[Value[tuple[str, ...]], At("lower_words", unit="words")]
    higher_words: Annotated[Value[tuple[str, ...]], At("higher_words", unit="words")]
    remedy_words: Annotated[Value[tuple[str, ...]], At("remedy_words", unit="words")]
    budget_words: Annotated[Value[tuple[str, ...]], At("budget_words", unit="words")]
    standard_words: Annotated[Value[tuple[str, ...]], At("standard_words", unit="words")]
    achievement: Annotated[Value[tuple[str, ...]], At("achievement_levels", unit="words")]


@cache
def words(year: int | None) -> GrammarLaw:
    """Return the words in force in a year; without a year, those of the form of 2019."""
    return law.read(GrammarLaw, on=date(year or 2019, 12, 31))
