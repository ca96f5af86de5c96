"""Alerts: what the figures of a day say needs somebody's attention. One function a rule.

Source: law/targets.toml#alert.rules
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from shangwu.targets.rules.monitoring.law import MonitoringLaw
from shangwu.targets.rules.monitoring.period import elapsed_share
from shangwu.targets.rules.numerals import exact
from shangwu.targets.vocabulary import Light, TargetStatus


@dataclass(frozen=True)
class TargetFacts:
    """A target on the day, as far as the rules ask. Ratios are fractions of one."""

    key: int
    name: str
    status: str
    why: str
    is_bound: bool
    is_ratio: bool = False
    value: Fraction | None = None
    earlier: Fraction | None = None
    earlier_on: date | None = None
    falling_is_bad: bool = True
    progress: Fraction | None = None
    progress_light: str = Light.NONE
    light: str = Light.NONE
    forecast: str = ""


@dataclass(frozen=True)
class HitFacts:
    """An open hit of the negative list, and the day of its newest payment; None without any."""

    rule: str
    subject: str
    sentence: str
    since: date | None


@dataclass(frozen=True)
class Situation:
    """A declaration on the day: its targets, its money, its reports.

    `gap` says how far money and output are apart, where that is more than is allowed.
    """

    on: date
    starts_on: date
    ends_on: date
    targets: tuple[TargetFacts, ...]
    gap: str = ""
    hits: tuple[HitFacts, ...] = ()
    late_reports: tuple[tuple[str, date], ...] = ()

    @property
    def elapsed(self) -> Fraction:
        """The share of the project's days that are over at the end of the day."""
        return elapsed_share(self.starts_on, self.ends_on, on=self.on)


@dataclass(frozen=True)
class Alert:
    """What one rule found; `target` is None when it speaks of the project."""

    rule: str
    subject: str
    sentence: str
    target: int | None = None


Found = Iterable[Alert]


def forecast_red(facts: Situation, law: MonitoringLaw) -> Found:
    """Y-01: the forecast says that the target will hardly be met."""
    for target in facts.targets:
        if target.light == Light.RED and target.status not in _SETTLED:
            yield _of(target, "Y-01", target.forecast)


def progress_red(facts: Situation, law: MonitoringLaw) -> Found:
    """Y-02: clearly behind the plan on the day."""
    for target in facts.targets:
        if target.progress_light == Light.RED and target.progress is not None:
            yield _of(target, "Y-02", f"进度为计划的 {_percent(target.progress)}。")


def money_output_gap(facts: Situation, law: MonitoringLaw) -> Found:
    """Y-03: money and output drift apart."""
    if facts.gap:
        yield Alert("Y-03", "project", facts.gap)


def target_missed(facts: Situation, law: MonitoringLaw) -> Found:
    """Y-04: due and not met."""
    for target in facts.targets:
        if target.status in {TargetStatus.MISSED, TargetStatus.PARTIAL}:
            yield _of(target, "Y-04", target.why)


def no_data(facts: Situation, law: MonitoringLaw) -> Found:
    """Y-05: a good part of the period is over, and nothing was recorded although a measure is bound."""
    limit = law.limits.value.no_data_after
    if facts.elapsed <= limit:
        return
    for target in facts.targets:
        if target.status == TargetStatus.NO_DATA and target.is_bound:
            share = _percent(facts.elapsed)
            yield _of(target, "Y-05", f"项目期间已过 {share}，仍没有可以计算的记录。")


def rating_due(facts: Situation, law: MonitoringLaw) -> Found:
    """Y-06: the end is near, and nobody has rated."""
    left = (facts.ends_on - facts.on).days
    if left > law.limits.value.rating_within_days:
        return
    for target in facts.targets:
        if target.status == TargetStatus.NEEDS_RATING:
            when = f"距期末还有 {left} 天" if left >= 0 else f"期末 {facts.ends_on} 已过"
            yield _of(target, "Y-06", f"{when}，尚未评定。")


def value_fell(facts: Situation, law: MonitoringLaw) -> Found:
    """Y-07: a rate got much worse since the month before."""
    for target in facts.targets:
        if not target.is_ratio or target.value is None or target.earlier is None:
            continue
        change = (target.value - target.earlier) * 100
        worse = -change if target.falling_is_bad else change
        if worse > law.limits.value.fall_points:
            yield _of(
                target,
                "Y-07",
                f"{target.earlier_on} 为 {_percent(target.earlier)}，{facts.on} 为 "
                f"{_percent(target.value)}，变差 {_two(worse)} 个百分点。",
            )


def old_hit(facts: Situation, law: MonitoringLaw) -> Found:
    """Y-08: a hit of the negative list stays open."""
    limit = law.limits.value.hit_days
    for hit in facts.hits:
        days = None if hit.since is None else (facts.on - hit.since).days
        if days is None or days >= limit:
            age = "" if days is None else f"自 {hit.since} 起 {days} 天"
            sentence = f"负面清单 {hit.rule} {age}未核销：{hit.sentence}"
            yield Alert("Y-08", f"{hit.rule}:{hit.subject}"[:80], sentence)


def late_report(facts: Situation, law: MonitoringLaw) -> Found:
    """Y-09: a monitoring report was not approved in time."""
    for label, due in facts.late_reports:
        yield Alert("Y-09", label, f"{label} 的监控报告应于 {due} 前报送，尚未批准。")


ALERT_RULES: tuple[Callable[[Situation, MonitoringLaw], Found], ...] = (
    forecast_red,
    progress_red,
    money_output_gap,
    target_missed,
    no_data,
    rating_due,
    value_fell,
    old_hit,
    late_report,
)
_SETTLED = {TargetStatus.MET, TargetStatus.MISSED, TargetStatus.PARTIAL}


def alerts(facts: Situation, law: MonitoringLaw) -> tuple[Alert, ...]:
    """Return what every rule finds, in the order of the rules."""
    return tuple(found for rule in ALERT_RULES for found in rule(facts, law))


def _of(target: TargetFacts, rule: str, sentence: str) -> Alert:
    return Alert(rule, f"indicator:{target.key}", f"“{target.name}”：{sentence}", target.key)


def _percent(value: Fraction) -> str:
    return f"{_two(value * 100)}%"


def _two(value: Fraction) -> str:
    # Half up, as everything printed is.
    return exact(Fraction(floor(value * 100 + Fraction(1, 2)), 100))
