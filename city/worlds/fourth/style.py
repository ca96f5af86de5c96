"""What differs between two worlds: rates, strengths, noise, coverage and words."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from numpy.random import Generator

from city.worlds.fourth.words import SPOKEN

FEEDS = ("custody", "bonds", "complaints", "lookups", "arrears", "changes")
SIGNS = (
    "issue",
    "discount",
    "long",
    "redeem",
    "refund",
    "late",
    "gap",
    "complaints",
    "mismatch",
    "arrears",
    "changes",
    "custody",
    "lookups",
)


@dataclass(frozen=True)
class Style:
    """The figures of a world. Shares lie between 0 and 1, rates are for a year where the name says so."""

    words: int
    failures_a_year: float
    mix: tuple[float, float, float, float]
    promotion: float
    seasonal: float
    recovering: float
    closing_a_year: float
    scares_a_year: float
    renovations_a_year: float
    scandals_a_year: float
    entering_a_year: float
    strength: float
    shown: float
    signs: tuple[float, ...]
    noise: float
    sluggish: float
    spread: float
    tail: float
    revenue_fen: float
    franchised: float
    sharing: float
    relet: float
    linked: float
    keeps_law: float
    obliging: float
    lateness: float
    gap: float
    backfill: bool
    complaints: float
    lookups: float
    misread: float
    arrears_cover: float
    arrears_a_year: float
    changes_a_year: float
    bonded: float
    banks: int
    bank_silence: float
    till_tells: float
    afterwards: bool
    notices: float
    absent: tuple[str, ...]
    feed_gap: float
    outage: tuple[str, int, int]


def draw(rng: Generator) -> Style:
    """Draw the style of a world."""
    between = rng.uniform
    absent = [feed for feed in FEEDS if rng.random() < 0.12][:3]
    mix = rng.dirichlet((9.0, 4.5, 3.8, 2.7))
    return Style(
        words=int(rng.integers(len(SPOKEN))),
        failures_a_year=float(min(0.035, 0.019 * rng.lognormal(0, 0.25))),
        mix=(float(mix[0]), float(mix[1]), float(mix[2]), float(mix[3])),
        promotion=between(0.04, 0.14),
        seasonal=between(0.04, 0.12),
        recovering=between(0.015, 0.05),
        closing_a_year=between(0.010, 0.035),
        scares_a_year=between(0.02, 0.08),
        renovations_a_year=between(0.01, 0.05),
        scandals_a_year=between(0.01, 0.05),
        entering_a_year=between(0.03, 0.10),
        strength=float(rng.lognormal(0, 0.22)),
        shown=between(0.5, 0.95),
        signs=tuple(float(one) for one in rng.lognormal(0, 0.35, len(SIGNS))),
        noise=between(0.15, 0.45),
        sluggish=between(0.5, 0.92),
        spread=between(0.8, 1.3),
        tail=between(1.6, 3.0),
        revenue_fen=float(3e8 * rng.lognormal(0, 0.4)),
        franchised=between(0.08, 0.30),
        sharing=between(0.03, 0.15),
        relet=between(0.0, 0.3),
        linked=between(0.7, 0.95),
        keeps_law=between(0.75, 0.97),
        obliging=between(0.0, 0.04),
        lateness=between(0.05, 0.4),
        gap=between(0.0, 0.025),
        backfill=bool(rng.random() < 0.5),
        complaints=float(0.02 * rng.lognormal(0, 0.6)),
        lookups=float(0.006 * rng.lognormal(0, 0.5)),
        misread=between(0.003, 0.02),
        arrears_cover=between(0.3, 0.9),
        arrears_a_year=between(0.03, 0.15),
        changes_a_year=between(0.06, 0.2),
        bonded=between(0.05, 0.3),
        banks=int(rng.integers(5, 13)),
        bank_silence=between(0.0, 0.04),
        till_tells=between(0.75, 1.0),
        afterwards=bool(rng.random() < 0.6),
        notices=between(0.3, 1.0),
        absent=tuple(absent),
        feed_gap=between(0.0, 0.06),
        outage=(
            str(rng.choice(("none", *FEEDS))),
            int(rng.integers(10, 90)),
            int(rng.integers(3, 12)),
        ),
    )


def with_changes(style: Style, changes: Mapping[str, Any]) -> Style:
    """Return the style with figures set by hand; a figure that no style has is an error."""
    if strange := set(changes) - {one.name for one in fields(Style)}:
        raise ValueError(f"a world has no {', '.join(sorted(strange))}")
    return replace(style, **changes)
