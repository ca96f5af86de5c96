"""What should be there by a day, how far it is, and whether money and output keep step (双监控)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from shangwu.targets.rules.forecast.facts import Due
from shangwu.targets.rules.forecast.law import ForecastLaw
from shangwu.targets.rules.forecast.months import before
from shangwu.targets.rules.forecast.wording import percent, plain, two_places
from shangwu.targets.vocabulary import Light


@dataclass(frozen=True)
class Progress:
    """What is there beside what was planned for the day; without a plan for it there is no share and no light."""

    planned: Fraction
    share: Fraction | None
    light: Light | None
    why: str


@dataclass(frozen=True)
class DualMonitoring:
    """The shares of money and of output on one day. Unit: `gap` in percentage points, money less output."""

    spending: Fraction
    output: Fraction
    gap: Fraction
    is_flagged: bool
    why: str


def planned_value(milestones: Sequence[Due], *, starts_on: date, on: date) -> Fraction:
    """Return what should be there by the end of the day: straight between milestones, from 0 at the start."""
    prior_on, prior = before(starts_on), Fraction(0)
    for due in sorted(milestones, key=lambda due: due.on):
        if on <= due.on:
            share = Fraction(max((on - prior_on).days, 0), max((due.on - prior_on).days, 1))
            return prior + (Fraction(due.total) - prior) * share
        prior_on, prior = due.on, Fraction(due.total)
    return prior


def progress(
    reached: Decimal, milestones: Sequence[Due], *, starts_on: date, on: date, law: ForecastLaw
) -> Progress:
    """Return the progress against the plan and its light.

    Source: law/targets.toml#light.progress
    """
    planned = planned_value(milestones, starts_on=starts_on, on=on)
    if planned <= 0:
        return Progress(planned, None, None, f"{on} 计划值为 0，尚不比较进度。")
    share = Fraction(reached) / planned
    limits = law.progress.value
    light = (
        Light.GREEN
        if share >= limits.green_from
        else Light.YELLOW
        if share >= limits.yellow_from
        else Light.RED
    )
    why = (
        f"{on} 计划值 {two_places(planned)}（里程碑之间按日均匀推算），"
        f"实际 {plain(Fraction(reached))}，为计划的 {percent(share)}，{light.label}。"
    )
    return Progress(planned, share, light, why)


def dual_monitoring(
    *, paid: Decimal, budget: Decimal, reached: Decimal, goal: Decimal, law: ForecastLaw
) -> DualMonitoring | None:
    """Return how far spending and output are apart; nothing without a budget or a goal.

    Paid and reached are of one day; budget and goal are those of the whole period.
    Source: law/targets.toml#light.money_output_gap
    """
    if budget <= 0 or goal <= 0:
        return None
    spending, output = Fraction(paid) / Fraction(budget), Fraction(reached) / Fraction(goal)
    gap, limit = (spending - output) * 100, Fraction(law.gap.value)
    flagged = abs(gap) > limit
    ahead = "支出快于产出" if gap > 0 else "产出快于支出"
    why = (
        f"支出进度 {percent(spending)}，产出进度 {percent(output)}，相差 {two_places(abs(gap))} 个百分点，"
        + (
            f"超过 {plain(limit)} 个百分点，{ahead}，请核实原因。"
            if flagged
            else "在允许的范围内。"
        )
    )
    return DualMonitoring(spending, output, gap, flagged, why)
