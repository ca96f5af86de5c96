"""What one world of the second author is like: how often things go wrong, how they show, and how they are told."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.random import Generator

from city.worlds.style import CONFOUNDING, FAILING, FEEDS

SECTORS = ("hair", "gym", "cafe", "carwash", "tutoring", "spa", "dental", "kids", "grocery")
# Where a symptom of trouble can show.
SYMPTOMS = (
    *("service", "demand", "push", "custody", "late", "complaints", "arrears", "refund", "person"),
    "bond",
)
LANGUAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "snake": {
        "person": ("legal_rep_change", "shareholder_change"),
        "place": ("address_change",),
        "other": ("name_change", "scope_change"),
        "closing": ("closing_notice",),
        "complaint": ("refund_refused", "service_quality", "no_answer"),
        "arrears": ("wages", "rent", "tax", "utilities"),
    },
    "plain": {
        "person": ("representative", "principal"),
        "place": ("address",),
        "other": ("brand", "capital"),
        "closing": ("notice", "suspension notice"),
        "complaint": ("refund", "service", "contact lost"),
        "arrears": ("wage", "rent", "social", "power"),
    },
    "chinese": {
        "person": ("法定代表人变更", "负责人变更"),
        "place": ("住所变更",),
        "other": ("名称变更", "经营范围变更"),
        "closing": ("结业公告", "停止经营公告"),
        "complaint": ("退款难", "服务缩水", "失联"),
        "arrears": ("欠薪", "欠租", "欠税", "欠缴社保"),
    },
    "codes": {
        "person": ("K11", "K12"),
        "place": ("K20",),
        "other": ("K30", "K31"),
        "closing": ("K90",),
        "complaint": ("T1", "T2", "T3"),
        "arrears": ("Q1", "Q2", "Q3", "Q4"),
    },
}


@dataclass(frozen=True)
class Style:
    """Figures of one world. Shares and rates lie in 0..1; `failures_a_year` counts operators."""

    failures_a_year: float
    failing: tuple[float, ...]
    confounding: tuple[float, ...]
    slow_weeks: tuple[int, int]
    grab_weeks: tuple[int, int]
    hidden_weeks: tuple[int, int]
    symptom_share: float
    strength: float
    noise: float
    season: float
    spread: float
    opening: float
    leaving: float
    successors: float
    deposits_kept: float
    bonded: float
    looked_up: float
    misread: float
    complained: float
    arrears_covered: float
    arrears_every: int
    changing: float
    zeros: float
    skipping: float
    festivals: bool
    epidemic: bool
    discount_told: str
    long_told: float
    custody_for_all: bool
    sparse_roster: float
    language: str
    absent: tuple[str, ...]
    missing_weeks: float
    missing_rows: float


def draw(rng: Generator) -> Style:
    """Return the style of one world."""

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def reach(low: tuple[int, int], more: tuple[int, int]) -> tuple[int, int]:
        least = int(rng.integers(*low))
        return least, least + int(rng.integers(*more))

    return Style(
        failures_a_year=float(np.exp(between(np.log(0.006), np.log(0.045)))),
        failing=tuple(rng.dirichlet(np.array([5.0, 3.0, 3.0, 1.5])[: len(FAILING)])),
        confounding=tuple(rng.uniform(0.01, 0.08, len(CONFOUNDING))),
        slow_weeks=reach((10, 25), (8, 36)),
        grab_weeks=reach((3, 6), (2, 6)),
        hidden_weeks=reach((10, 25), (8, 36)),
        symptom_share=between(0.35, 0.85),
        strength=between(0.5, 1.3),
        noise=between(0.1, 0.5),
        season=between(0.0, 0.4),
        spread=between(0.8, 1.6),
        opening=between(0.02, 0.2),
        leaving=between(0.0, 0.03),
        successors=between(0.1, 0.9),
        deposits_kept=between(0.3, 0.95),
        bonded=between(0.05, 0.4),
        looked_up=float(np.exp(between(np.log(0.05), np.log(2.0)))),
        misread=between(0.003, 0.05),
        complained=float(np.exp(between(np.log(0.01), np.log(0.3)))),
        arrears_covered=between(0.1, 0.8),
        arrears_every=int(rng.choice([1, 1, 4])),
        changing=between(0.02, 0.2),
        zeros=between(0.0, 0.6),
        skipping=between(0.0, 0.2),
        festivals=bool(rng.random() < 0.6),
        epidemic=bool(rng.random() < 0.3),
        discount_told=str(rng.choice(["off", "off", "off", "off", "left", "share"])),
        long_told=float(rng.choice([1, 1, 1, 100])),
        custody_for_all=bool(rng.random() < 0.5),
        sparse_roster=float(rng.choice([0.0, 0.02, 0.3])),
        language=str(rng.choice(list(LANGUAGES))),
        absent=tuple(feed for feed in FEEDS if feed != "batches" and rng.random() < 0.08),
        missing_weeks=float(rng.choice([0.0, 0.03, 0.12])),
        missing_rows=float(rng.choice([0.0, 0.01, 0.05])),
    )


def with_changes(style: Style, changes: dict[str, Any]) -> Style:
    """Return the style with figures set by hand; a figure that no style has is an error."""
    if strange := set(changes) - {one.name for one in fields(Style)}:
        raise ValueError(f"a world has no {', '.join(sorted(strange))}")
    return replace(style, **changes)
