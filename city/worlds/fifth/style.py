"""What differs from one city to the next: drawn once for a world, its figures may be set by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from numpy.random import Generator

FEEDS = ("batches", "custody", "bonds", "complaints", "lookups", "arrears", "changes")
# How likely a city has no such feed at all; without batches there is nothing to watch.
ABSENT = {
    **{"custody": 0.06, "bonds": 0.12, "complaints": 0.04},
    **{"lookups": 0.15, "arrears": 0.12, "changes": 0.1},
}


@dataclass(frozen=True)
class Style:
    """One city: rates are a year's unless said otherwise, shares lie between 0 and 1."""

    failures_a_year: float
    causes: tuple[float, float, float, float]  # slow failure, cash grab, hidden issuance, phoenix
    campaigners: float  # kinds that are not to be counted, as shares of all operators
    seasonals: float
    closing: float
    small_hiders: float  # who tell a little less than they sell, and never fail for it
    # The hidden distance to default, in units of about two years' quiet wandering.
    pull: float
    wander: float
    slump_begins: float
    slump_weeks: float
    slump_depth: float
    sector_shock: float
    sight: float  # the distance to default at which half the strain shows
    # How loudly strain speaks, and how often it speaks of nothing.
    loudness: float
    silence: float  # share of signs that an operator never shows
    nerves: float  # spells of trouble a year at operators that are sound
    # The trade.
    median_revenue: float  # yuan
    size_spread: float
    chains: float
    entering: float
    first_week: int  # week of the year in which the world begins
    festival: float
    # Telling.
    language: str  # english, chinese or codes
    discount: str  # off or left
    lateness: float
    missing_rows: float
    catching_up: bool  # whether a missed week is added to the next row
    quiet_before: float  # share of the failing that stop sending some weeks before
    after: str  # gone or zeros: what is still sent after a failure
    blanks: float
    bank_rule: (
        str  # steps (40 and 100 per cent), quarter (a fifth of the last quarter's) or none_small
    )
    compliance: float
    insured: float
    complaining: float  # complaints a week for a thousand cards
    complaint_delay: int
    asking: float  # look-ups a week for a thousand cards
    asked_at: float  # share of operators whose cards can be looked up
    misreading: float  # mismatches among honest operators' look-ups
    arrears_coverage: tuple[float, float, float, float, float]
    arrears_every: int  # weeks between two deliveries
    restructuring: float  # changes in the register a year at a sound operator
    blank_roster: float
    absent: tuple[str, ...]
    missing_weeks: float
    blackout: tuple[str, int, int]  # a feed that is missing for a while: name, first week, weeks


def draw(rng: Generator) -> Style:
    """Return a city."""
    causes = rng.dirichlet([9.0, 5.0, 5.0, 2.5])
    return Style(
        failures_a_year=float(rng.uniform(0.014, 0.026)),
        causes=(float(causes[0]), float(causes[1]), float(causes[2]), float(causes[3])),
        campaigners=float(rng.uniform(0.02, 0.10)),
        seasonals=float(rng.uniform(0.02, 0.10)),
        closing=float(rng.uniform(0.005, 0.03)),
        small_hiders=float(rng.uniform(0.0, 0.03)),
        pull=float(rng.uniform(0.015, 0.04)),
        wander=float(rng.uniform(0.06, 0.16)),
        slump_begins=float(rng.uniform(0.05, 0.2)),
        slump_weeks=float(rng.uniform(14, 45)),
        slump_depth=float(rng.uniform(0.05, 0.14)),
        sector_shock=float(rng.uniform(0.0, 0.05)),
        sight=float(rng.uniform(0.75, 1.5)),
        loudness=float(rng.uniform(0.7, 1.7)),
        silence=float(rng.uniform(0.05, 0.4)),
        nerves=float(rng.uniform(0.05, 0.4)),
        **_trade(rng),
        **_telling(rng),
        **_witnesses(rng),
    )


def _trade(rng: Generator) -> dict[str, Any]:
    return {
        "median_revenue": float(rng.uniform(500_000, 2_000_000)),
        "size_spread": float(rng.uniform(0.9, 1.4)),
        "chains": float(rng.uniform(0.01, 0.05)),
        "entering": float(rng.uniform(0.04, 0.15)),
        "first_week": int(rng.integers(0, 52)),
        "festival": float(rng.uniform(0.2, 1.2)),
    }


def _telling(rng: Generator) -> dict[str, Any]:
    return {
        "language": str(rng.choice(["english", "chinese", "codes"], p=[0.55, 0.35, 0.1])),
        "discount": "left" if rng.random() < 0.2 else "off",
        "lateness": float(rng.uniform(0.01, 0.08)),
        "missing_rows": float(rng.uniform(0.0, 0.04)),
        "catching_up": bool(rng.random() < 0.6),
        "quiet_before": float(rng.uniform(0.0, 0.4)),
        "after": "zeros" if rng.random() < 0.25 else "gone",
        "blanks": float(rng.choice([0.0, rng.uniform(0.0, 0.05), rng.uniform(0.1, 1.0)])),
        "bank_rule": str(rng.choice(["steps", "quarter", "none_small"], p=[0.55, 0.2, 0.25])),
        "compliance": float(rng.uniform(0.6, 0.97)),
        "insured": float(rng.uniform(0.03, 0.25)),
    }


def _witnesses(rng: Generator) -> dict[str, Any]:
    lost = tuple(feed for feed, share in ABSENT.items() if rng.random() < share)
    cover = rng.uniform(0.15, 0.9, 5)
    dark = str(rng.choice(FEEDS[1:])) if rng.random() < 0.35 else "none"
    return {
        "complaining": float(rng.lognormal(-2.7, 0.5)),
        "complaint_delay": int(rng.integers(0, 4)),
        "asking": float(rng.lognormal(1.2, 0.7)),
        "asked_at": float(rng.uniform(0.35, 1.0)),
        "misreading": float(rng.uniform(0.001, 0.02)),
        "arrears_coverage": tuple(float(one) for one in cover),
        "arrears_every": int(rng.choice([1, 1, 2, 4])),
        "restructuring": float(rng.uniform(0.08, 0.4)),
        "blank_roster": float(rng.choice([0.0, rng.uniform(0.02, 0.3)])),
        "absent": lost,
        "missing_weeks": float(rng.choice([0.0, rng.uniform(0.0, 0.05)])),
        "blackout": (dark, int(rng.integers(1, 60)), int(rng.integers(3, 14))),
    }


def with_changes(style: Style, changes: Mapping[str, Any]) -> Style:
    """Return the style with figures set by hand; a name that it does not have is an error."""
    unknown = set(changes) - {field.name for field in fields(Style)}
    if unknown:
        raise ValueError(f"A style has no {', '.join(sorted(unknown))}.")
    return replace(style, **dict(changes))
