"""How well forecasts are calibrated: made-up years are cut, forecast, and held against what then came.

Run: `python -m benchmarks.forecast [--seed FIRST] [--seeds NUMBER] [--series PER_SEED]`. Needs no database.
Parameters were chosen on seeds 1 to 20; the verdict is of seeds 1001 to 1020, which nothing was chosen on.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from random import Random
from statistics import NormalDist, fmean
from typing import Any

from benchmarks.simulated.worlds import KINDS
from benchmarks.simulated.year import ENDS_ON, Made
from shangwu.targets.rules.forecast.accepted import accepted
from shangwu.targets.rules.forecast.facts import Forecast, Question
from shangwu.targets.rules.forecast.forecast import countable, forecast
from shangwu.targets.rules.forecast.law import ForecastLaw, forecast_law
from shangwu.targets.rules.forecast.months import before, between
from shangwu.targets.rules.forecast.wording import rounded
from shangwu.targets.rules.numerals import exact

DEVELOPMENT, HELD_OUT = 1, 1001
LEAST, MOST = 0.75, 0.85
# Forecasts print eight decimals; an end of the interval is met within half of the last.
NEAR = Fraction(1, 10**8)


@dataclass(frozen=True)
class Scored:
    """One forecast held against the result."""

    kind: str
    course: str
    inside: bool
    claimed: float
    below: bool
    ours: float
    naive: float
    normal: float
    normal_inside: bool
    reference_inside: bool | None
    seconds: float


def straight_line(question: Question) -> tuple[Fraction, float]:
    """Return where the line through start and today ends, and a standard error as simple as the line.

    A total grows with time; a share stays where it is. The error is that of months, or of items, alone.
    """
    last = question.known[-1]
    elapsed = between(before(question.starts_on), last.on)
    rest = between(last.on, question.horizon)
    above, below = Fraction(last.numerator), Fraction(last.denominator)
    if below != question.known[0].denominator or question.part.kind == "duration":
        share = above / below if below else Fraction(0)
        more = below / elapsed * rest
        return share, sqrt(share * (1 - share) * more) / float(below + more) if below else 0.0
    totals = [0.0, *(float(one.numerator) for one in question.known)]
    added = [after - prior for prior, after in pairwise(totals)]
    middle = fmean(added)
    months = sqrt(sum((one - middle) ** 2 for one in added) / max(len(added) - 1, 1))
    end = above * (elapsed + rest) / elapsed / below
    end = min(end, Fraction(1)) if below > 1 else end
    return end, months * sqrt(rest) / float(below)


def claimed(asked: Question, found: Forecast, law: ForecastLaw) -> float:
    """Return what the method itself gives its interval: above 0.80 where whole numbers leave no choice."""
    least, most = exact(Fraction(found.low) - NEAR), exact(Fraction(found.high) + NEAR)
    between_ends = replace(asked.part, cmp="range", value=least, upper=most)
    again = forecast(replace(asked, part=between_ends), law)
    return float(again.probability) if isinstance(again, Forecast) else 0.0


def score(kind: str, made: Made, law: ForecastLaw) -> Scored | None:
    """Return how the forecast of one year did, or nothing where it gave none."""
    started = time.perf_counter()
    found = forecast(made.question, law)
    seconds = time.perf_counter() - started
    if not isinstance(found, Forecast):
        return None
    asked, result = countable(made.question), rounded(made.result)
    wanted = accepted(asked.part)
    outcome = wanted.holds(made.result)
    line, error = straight_line(made.question)
    normal = NormalDist(float(line), max(error, 1e-9))
    rises = wanted.low is not None
    below = normal.cdf(float(wanted.low if rises else wanted.high))
    half = normal.stdev * NormalDist().inv_cdf(0.9)
    other = found.reference
    return Scored(
        kind=kind,
        course=made.course,
        inside=found.low <= result <= found.high,
        claimed=claimed(asked, found, law),
        below=result < found.low,
        ours=(float(found.probability) - outcome) ** 2,
        naive=float(wanted.holds(line) != outcome),
        normal=((1 - below if rises else below) - outcome) ** 2,
        normal_inside=abs(float(made.result - line)) <= half,
        reference_inside=other and other.low <= result <= other.high,
        seconds=seconds,
    )


def summed(scored: Sequence[Scored]) -> dict[str, Any]:
    """Return coverage and Brier scores of many forecasts."""
    reference = [one.reference_inside for one in scored if one.reference_inside is not None]
    return {
        "series": len(scored),
        "coverage_80": round(fmean(one.inside for one in scored), 3),
        "coverage_claimed": round(fmean(one.claimed for one in scored), 3),
        "below_interval": round(fmean(one.below for one in scored), 3),
        "brier": round(fmean(one.ours for one in scored), 4),
        "brier_straight_line": round(fmean(one.naive for one in scored), 4),
        "brier_line_with_normal_error": round(fmean(one.normal for one in scored), 4),
        "coverage_80_line_with_normal_error": round(fmean(o.normal_inside for o in scored), 3),
        **({"coverage_80_reference": round(fmean(reference), 3)} if reference else {}),
    }


def run(seeds: Sequence[int], series: int) -> dict[str, Any]:
    """Return what forecasts of every kind came to on these seeds."""
    law = forecast_law(ENDS_ON)
    scored: list[Scored] = []
    refused = 0
    for kind, maker in KINDS.items():
        for seed in seeds:
            rng = Random(f"{kind}-{seed}")
            for _ in range(series):
                one = score(kind, maker(rng), law)
                refused += one is None
                scored += [one] if one else []
    times = sorted(one.seconds for one in scored)
    kinds = {}
    for kind in KINDS:
        mine = [one for one in scored if one.kind == kind]
        courses = sorted({one.course for one in mine})
        kinds[kind] = {
            **summed(mine),
            "coverage_80_by_course": {
                name: round(fmean(o.inside for o in mine if o.course == name), 3)
                for name in courses
            },
        }
    return {
        "seeds": [seeds[0], seeds[-1]],
        "overall": summed(scored),
        "without_forecast": refused,
        "median_ms": round(times[len(times) // 2] * 1000, 2),
        "p99_ms": round(times[len(times) * 99 // 100] * 1000, 2),
        "kinds": kinds,
    }


def is_calibrated(report: dict[str, Any]) -> bool:
    """Return whether the intervals hold as often as they say and the probabilities beat the line's."""
    found = report["overall"]
    calibrated: bool = LEAST <= found["coverage_80"] <= MOST
    return calibrated and found["brier"] < found["brier_straight_line"]


def main() -> int:
    """Print both runs as JSON; fail when the held-out one is not calibrated or no better than the line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=HELD_OUT, help="the first held-out seed")
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--series", type=int, default=60, help="made-up years of a kind and seed")
    options = asked.parse_args()
    development = run(range(DEVELOPMENT, DEVELOPMENT + options.seeds), options.series)
    held_out = run(range(options.seed, options.seed + options.seeds), options.series)
    passed = is_calibrated(held_out)
    report = {
        "what": "forecasts of made-up years against what then came; 80 % interval and Brier score",
        "passed": passed,
        "development": development,
        "held_out": held_out,
        "bound": "the years are made up: they show that the method is honest about such years, no more",
    }
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
