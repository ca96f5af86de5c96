"""How much of the year's physical output is reached: the other half of 双监控.

Source: law/targets.toml#light.money_output_gap
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from shangwu.targets.rules.numerals import fraction
from shangwu.targets.rules.target import Part


@dataclass(frozen=True)
class OutputFact:
    """One output target: its condition, its value, whether dated work is done, and the series it belongs to.

    Rows that differ only by date and number are one series; its last number is the year's target.
    """

    part: Part
    value: Fraction | None
    is_done: bool
    series: str


def output_share(facts: Iterable[OutputFact]) -> Fraction | None:
    """Return the mean share of the year's targets that is reached, each at most one; None without data.

    Physical counts speak for the output where there are any; rates and dated work only where there are none.
    """
    listed = list(facts)
    counts = [fact for fact in listed if fact.part.kind == "quant" and fact.part.dim == "count"]
    shares = _series_shares(counts) or [
        share for fact in listed if (share := _other_share(fact)) is not None
    ]
    return sum(shares, Fraction(0)) / len(shares) if shares else None


def _series_shares(counts: list[OutputFact]) -> list[Fraction]:
    target: dict[str, Fraction] = {}
    value: dict[str, Fraction] = {}
    for fact in counts:
        number = fraction(fact.part.value)
        target[fact.series] = max(number, target.get(fact.series, number))
        if fact.value is not None:
            value[fact.series] = max(fact.value, value.get(fact.series, fact.value))
    return [min(value[key] / target[key], Fraction(1)) for key in value if target[key] > 0]


def _other_share(fact: OutputFact) -> Fraction | None:
    if fact.part.kind in {"deadline", "period", "flag"}:
        return Fraction(int(fact.is_done))
    if fact.part.kind != "quant" or fact.value is None or fact.part.polarity == "lower":
        return None
    asked = fraction(fact.part.value)
    return min(fact.value / asked, Fraction(1)) if asked > 0 else None
