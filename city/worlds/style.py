"""How one world differs from another: every figure is drawn anew from a wide range, by seed."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.random import Generator

FEEDS = ("batches", "custody", "bonds", "complaints", "lookups", "arrears", "changes")
FAILING = ("slow_failure", "cash_grab", "hidden_issuance", "phoenix")
CONFOUNDING = ("promotion", "seasonal", "recovering", "orderly_closing")
SECTORS = (
    *("catering", "retail", "hotel", "resident_service", "mall", "education", "sports"),
    *("youth_sports", "culture", "tourism", "transport", "beauty", "laundry", "fresh_food"),
)
# How failing operators give themselves away, each with a strength of its own in each world, or not at all.
EFFECTS = (
    *("surge", "discount", "long", "ticket", "late", "pace", "fade", "refunds", "drain"),
    *("bonds", "complaints", "worry", "mismatch", "arrears", "changes", "unseen", "told"),
)
# The contract names no words: another world may use these, or none of them.
CHANGE_WORDS = (
    {"who": "representative", "name": "name", "where": "address", "closing": "closing_notice"},
    {"who": "legal_rep", "name": "trade_name", "where": "relocation", "closing": "wind_down"},
    {"who": "法定代表人变更", "name": "名称变更", "where": "住所变更", "closing": "停业公告"},
    {"who": "k1", "name": "k2", "where": "k3", "closing": "k4"},
)
COMPLAINT_WORDS = (
    ("refund", "service", "closed", "price"),
    ("退款难", "服务缩水", "门店关闭", "其他"),
    ("t1", "t2"),
)
ARREARS_WORDS = (
    ("wages", "rent", "social", "tax"),
    ("欠薪", "欠租", "欠缴社保", "欠税"),
    ("a", "b"),
)


@dataclass(frozen=True)
class Style:
    """The figures of one world. Rates are a week's or a year's as named; shares lie in [0, 1]."""

    failures_a_year: float
    failing_mix: tuple[float, ...]
    confounding: tuple[float, ...]
    sectors: int
    revenue_fen: float
    spread: float
    noise: float
    persistence: float
    season: float
    strength: dict[str, float]
    turns: float
    ramp: float
    slow_weeks: tuple[int, int]
    grab_weeks: tuple[int, int]
    hidden_weeks: tuple[int, int]
    life_weeks: tuple[int, int]
    discount: float
    long_share: float
    late: float
    complaints: float
    lookups: float
    mismatch: float
    coverage: float
    chronic_arrears: float
    low_custody: float
    bonded: float
    changes: float
    franchised: float
    sharing: float
    entering: float
    leaving: float
    missing_rows: float
    missing_weeks: float
    absent: tuple[str, ...]
    hidden_custody: float
    change_words: int
    complaint_words: int
    arrears_words: int
    arrears_kept: bool


def draw(rng: Generator) -> Style:
    """Return the style of a world."""
    return Style(
        failures_a_year=float(np.exp(rng.uniform(np.log(0.005), np.log(0.05)))),
        failing_mix=tuple(map(float, rng.dirichlet([4, 3, 2.5, 1.5]))),
        confounding=tuple(map(float, rng.uniform(0.01, [0.12, 0.15, 0.06, 0.03]))),
        sectors=int(rng.integers(3, len(SECTORS) + 1)),
        revenue_fen=float(np.exp(rng.uniform(np.log(4e7), np.log(8e8)))),
        spread=float(rng.uniform(0.8, 1.7)),
        noise=float(rng.uniform(0.08, 0.55)),
        persistence=float(rng.uniform(0, 0.8)),
        season=float(rng.uniform(0, 0.5)),
        strength={name: _strength(rng) for name in EFFECTS},
        turns=float(rng.choice([0, rng.uniform(0, 0.6)])),
        ramp=float(rng.uniform(0.5, 2.2)),
        slow_weeks=_window(rng, (8, 30), (10, 45)),
        grab_weeks=_window(rng, (3, 9), (2, 10)),
        hidden_weeks=_window(rng, (10, 35), (10, 45)),
        life_weeks=_window(rng, (8, 18), (10, 35)),
        discount=float(rng.uniform(4, 20)),
        long_share=float(rng.uniform(0.03, 0.3)),
        late=float(rng.uniform(0.01, 0.15)),
        complaints=float(np.exp(rng.uniform(np.log(0.01), np.log(0.4)))),
        lookups=float(np.exp(rng.uniform(np.log(0.3), np.log(12)))),
        mismatch=float(rng.uniform(0.002, 0.04)),
        coverage=float(rng.uniform(0.2, 0.95)),
        chronic_arrears=float(rng.uniform(0, 0.004)),
        low_custody=float(rng.uniform(0, 0.25)),
        bonded=float(rng.uniform(0.05, 0.4)),
        changes=float(rng.uniform(0.0005, 0.004)),
        franchised=float(rng.uniform(0, 0.5)),
        sharing=float(rng.uniform(0, 0.4)),
        entering=float(rng.uniform(0, 0.15)),
        leaving=float(rng.uniform(0, 0.01)),
        missing_rows=float(rng.choice([0, rng.uniform(0, 0.05)])),
        missing_weeks=float(rng.choice([0, rng.uniform(0, 0.12)])),
        absent=tuple(feed for feed in FEEDS[1:] if rng.random() < 0.09),
        hidden_custody=float(rng.uniform(-1, 1)),
        change_words=int(rng.integers(len(CHANGE_WORDS))),
        complaint_words=int(rng.integers(len(COMPLAINT_WORDS))),
        arrears_words=int(rng.integers(len(ARREARS_WORDS))),
        arrears_kept=bool(rng.random() < 0.7),
    )


def with_changes(style: Style, changes: dict[str, Any]) -> Style:
    """Return the style with some figures set by hand; a name that it does not have is an error."""
    if unknown := set(changes) - {field.name for field in fields(style)}:
        raise ValueError(f"a style has no {', '.join(sorted(unknown))}")
    return replace(style, **changes)


def _strength(rng: Generator) -> float:
    return float(rng.uniform(0.3, 1.6)) if rng.random() < 0.8 else 0.0


def _window(rng: Generator, least: tuple[int, int], more: tuple[int, int]) -> tuple[int, int]:
    start = int(rng.integers(*least))
    return start, start + int(rng.integers(*more))
