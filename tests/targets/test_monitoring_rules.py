"""Monitoring as rules: periods and due days, each alert at and beside its limit, physical output."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from shangwu.foundation.law.refused import Refused
from shangwu.targets.rules.monitoring.alerts import (
    ALERT_RULES,
    HitFacts,
    Situation,
    TargetFacts,
    alerts,
)
from shangwu.targets.rules.monitoring.law import monitoring_law
from shangwu.targets.rules.monitoring.output import OutputFact, output_share
from shangwu.targets.rules.monitoring.period import (
    after_workdays,
    report_day,
    require_period,
    usual_period,
)
from shangwu.targets.rules.target import Part

JULY = date(2019, 7, 31)
LAW = monitoring_law(JULY)
QUIET = Situation(on=JULY, starts_on=date(2019, 1, 1), ends_on=date(2019, 12, 31), targets=())
TARGET = TargetFacts(1, "新建微菜场", "NOT_DUE", "期限未到。", is_bound=True)


def found(target=TARGET, **changes):
    """Return rule and sentence of each alert."""
    facts = replace(QUIET, targets=(target,), **changes)
    return [(alert.rule, alert.sentence) for alert in alerts(facts, LAW)]


def rules(target=TARGET, **changes):
    return [rule for rule, _ in found(target, **changes)]


def count(number, by):
    return Part("quant", cmp="ge", value=number, dim="count", unit="家", by=by)


class TestPeriods:
    def test_the_round_is_january_to_july_and_due_by_the_end_of_august(self):
        assert usual_period(2019) == (date(2019, 1, 1), JULY)
        day = report_day(date(2019, 1, 1), JULY)
        assert day.due == date(2019, 8, 31)
        assert "136号" in day.why

    def test_any_other_report_is_due_ten_working_days_after_its_end(self):
        # Ching Ming, 5 April 2019, was a Friday off; Sunday 28 April worked.
        assert report_day(date(2019, 1, 1), date(2019, 3, 31)).due == date(2019, 4, 15)
        assert after_workdays(date(2019, 4, 26), 3).due == date(2019, 4, 30)

    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "sentence"),
        [
            (date(2019, 7, 1), date(2019, 6, 30), "不能早于"),
            (date(2018, 12, 1), date(2019, 6, 30), "项目期间"),
            (date(2019, 1, 1), date(2020, 1, 1), "项目期间"),
            (date(2019, 1, 1), date(2019, 8, 2), "尚未结束"),
        ],
    )
    def test_a_period_that_cannot_be_is_refused(self, starts_on, ends_on, sentence):
        with pytest.raises(Refused, match=sentence):
            require_period(
                starts_on,
                ends_on,
                first=date(2019, 1, 1),
                last=date(2019, 12, 31),
                today=date(2019, 8, 1),
            )


class TestAlerts:
    def test_a_quiet_day_raises_nothing(self):
        assert found() == []

    def test_every_rule_is_written_in_the_law_and_the_reverse(self):
        written = {row.id for row in LAW.alerts.value} - {"Y-10", "Y-11"}
        assert written == {rule.__doc__[:4] for rule in ALERT_RULES}

    def test_a_red_forecast_is_told_until_the_target_is_settled(self):
        red = replace(TARGET, light="RED", forecast="全年预计 430 家。")
        assert found(red) == [("Y-01", "“新建微菜场”：全年预计 430 家。")]
        assert rules(replace(red, status="MET")) == []
        assert rules(replace(red, light="YELLOW")) == []

    def test_red_progress_is_told_with_its_share(self):
        late = replace(TARGET, progress_light="RED", progress=Fraction(3, 4))
        assert found(late) == [("Y-02", "“新建微菜场”：进度为计划的 75%。")]

    def test_money_and_output_drift_apart(self):
        assert found(gap="相差 24.5 个百分点。") == [("Y-03", "相差 24.5 个百分点。")]

    @pytest.mark.parametrize(
        ("status", "told"), [("MISSED", True), ("PARTIAL", True), ("MET", False)]
    )
    def test_what_is_due_and_missed_is_told(self, status, told):
        assert (rules(replace(TARGET, status=status)) == ["Y-04"]) is told

    def test_no_data_is_told_in_the_second_half_and_only_of_bound_measures(self):
        empty = replace(TARGET, status="NO_DATA")
        assert rules(empty) == ["Y-05"]
        assert rules(empty, on=date(2019, 6, 30)) == []
        assert rules(replace(empty, is_bound=False)) == []

    def test_a_missing_rating_is_told_a_month_before_the_end(self):
        unrated = replace(TARGET, status="NEEDS_RATING")
        assert rules(unrated, on=date(2019, 11, 30)) == []
        assert rules(unrated, on=date(2019, 12, 1)) == ["Y-06"]

    def test_a_rate_that_falls_by_more_than_ten_points_is_told(self):
        rate = replace(
            TARGET,
            is_ratio=True,
            earlier=Fraction(96, 100),
            earlier_on=date(2019, 6, 30),
            value=Fraction(86, 100),
        )
        assert rules(rate) == []
        fallen = replace(rate, value=Fraction(859, 1000))
        assert found(fallen) == [
            ("Y-07", "“新建微菜场”：2019-06-30 为 96%，2019-07-31 为 85.9%，变差 10.1 个百分点。")
        ]
        assert rules(replace(fallen, falling_is_bad=False)) == []
        assert rules(replace(fallen, is_ratio=False)) == []

    def test_an_old_hit_of_the_negative_list_is_told(self):
        hit = HitFacts("N-09", "invoice:1", "发票重复。", date(2019, 7, 21))
        assert rules(hits=(hit,)) == ["Y-08"]
        assert rules(hits=(replace(hit, since=date(2019, 7, 22)),)) == []
        assert rules(hits=(replace(hit, since=None),)) == ["Y-08"]

    def test_a_late_report_is_told(self):
        late = (("2019-01-01 至 2019-07-31", date(2019, 8, 31)),)
        [(rule, sentence)] = found(late_reports=late)
        assert rule == "Y-09"
        assert "2019-08-31" in sentence


class TestOutput:
    def test_a_series_counts_once_against_its_last_number(self):
        facts = [
            OutputFact(count("150", "2019-06-30"), Fraction(190), False, "installed"),
            OutputFact(count("300", "2019-09-30"), Fraction(190), False, "installed"),
            OutputFact(count("500", "2019-12-31"), Fraction(190), False, "installed"),
            OutputFact(Part("deadline", by="2019-03-31"), None, True, "plan"),
        ]
        assert output_share(facts) == Fraction(38, 100)

    def test_without_counts_rates_and_dated_work_speak(self):
        rate = Part("quant", cmp="ge", value="0.9", dim="ratio", polarity="higher")
        facts = [
            OutputFact(rate, Fraction(45, 100), False, "a"),
            OutputFact(Part("deadline", by="2019-03-31"), None, True, "b"),
        ]
        assert output_share(facts) == Fraction(3, 4)

    def test_no_reading_is_no_output_and_not_zero(self):
        assert output_share([OutputFact(count("150", ""), None, False, "a")]) is None
        assert output_share([]) is None

    def test_more_than_promised_is_no_more_than_all(self):
        assert output_share([OutputFact(count("150", ""), Fraction(200), False, "a")]) == 1
