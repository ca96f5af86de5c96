"""Forecasts by rules alone: the handbook's figures, what may never happen, and whether intervals hold."""

import calendar
import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import comb, exp, sqrt
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.forecast import is_calibrated, run
from shangwu.foundation import law
from shangwu.targets.rules.forecast.distributions import (
    Remainder,
    amount,
    beta_binomial,
    interval,
    negative_binomial,
    poisson,
)
from shangwu.targets.rules.forecast.facts import Due, Forecast, NoForecast, Observation, Question
from shangwu.targets.rules.forecast.forecast import forecast, light_of, word_of
from shangwu.targets.rules.forecast.law import forecast_law
from shangwu.targets.rules.forecast.planned import dual_monitoring, planned_value, progress
from shangwu.targets.rules.forecast.whatif import Change, required, what_if
from shangwu.targets.rules.forecast.wording import percent, plain, two_places
from shangwu.targets.rules.grammar import parse
from shangwu.targets.rules.target import Part

CASES = tomllib.loads((law.LAW_FOLDER / "cases/forecast.toml").read_text("utf-8"))
LAW = forecast_law(date(2019, 12, 31))
STARTS_ON, ENDS_ON = date(2019, 1, 1), date(2019, 12, 31)
MILESTONES = [Due(row["by"], Decimal(row["value"])) for row in CASES["milestones"]]
COUNT = Part("quant", cmp="ge", value="500", dim="count", unit="家", polarity="higher")
RATIO = Part("quant", cmp="ge", value="0.9", dim="ratio", unit="ratio", polarity="higher")
A7 = next(row["totals"] for row in CASES["reference"] if row["id"] == "A7")
MONEY = [20, 40, 60, 80, 100, 120]


def month_end(month):
    return date(2019, month, calendar.monthrange(2019, month)[1])


def asked(part, totals, wholes=None, **more):
    """Return a question about month-end totals since January, asked at the last of them."""
    wholes = wholes or [1] * len(totals)
    observations = tuple(
        Observation(month_end(month), Decimal(str(above)), Decimal(str(below)))
        for month, (above, below) in enumerate(zip(totals, wholes, strict=True), 1)
    )
    on = more.pop("on", month_end(max(len(totals), 1)))
    return Question(part, observations, on, STARTS_ON, ENDS_ON, **more)


def told(part, totals, wholes=None, **more):
    """Return the forecast, which there must be."""
    found = forecast(asked(part, totals, wholes, **more), LAW)
    assert isinstance(found, Forecast), found
    return found


def spending(totals, **more):
    return asked(RATIO, totals, [200] * len(totals), is_budget=True, **more)


def running(added):
    return [sum(added[: place + 1]) for place in range(len(added))]


@pytest.mark.parametrize("case", CASES["planned"], ids=lambda case: case["id"])
def test_planned_value_and_its_light(case):
    reached = Decimal(case["reached"])
    found = progress(reached, MILESTONES, starts_on=STARTS_ON, on=case["on"], law=LAW)
    assert two_places(found.planned) == case["value"]
    assert (percent(found.share), found.light) == (case["share"], case["light"])
    assert case["value"] in found.why


def test_before_the_start_nothing_is_planned_and_no_light_is_given():
    found = progress(Decimal(3), MILESTONES, starts_on=STARTS_ON, on=date(2018, 12, 31), law=LAW)
    assert (found.planned, found.share, found.light) == (0, None, None)
    assert planned_value([], starts_on=STARTS_ON, on=ENDS_ON) == 0


@pytest.mark.parametrize("case", CASES["dual"], ids=lambda case: case["id"])
def test_money_and_output_keep_step(case):
    amounts = {name: Decimal(case[name]) for name in ("paid", "budget", "reached", "goal")}
    found = dual_monitoring(**amounts, law=LAW)
    assert (percent(found.spending), percent(found.output)) == (case["spending"], case["output"])
    assert (two_places(found.gap), found.is_flagged) == (case["gap"], case["flagged"])
    assert dual_monitoring(**{**amounts, "budget": Decimal(0)}, law=LAW) is None


@pytest.mark.parametrize("case", CASES["reference"], ids=lambda case: case["id"])
def test_the_reference_method_gives_the_worked_figures(case):
    question = asked(replace(COUNT, value=case["goal"]), case["totals"])
    found = forecast(question, LAW).reference
    assert (found.median, found.low, found.high) == tuple(
        Decimal(case[name]) for name in ("median", "low", "high")
    )
    assert round(found.probability, 6) == Decimal(case["probability"])
    pace = required(question)
    assert (plain(pace.monthly), pace.whole) == (case["monthly"], case["whole"])


def test_the_handbooks_forecast_is_red_and_says_from_what():
    found = told(COUNT, A7)
    assert (found.light, found.word, found.confidence) == ("RED", "有可能", Decimal("0.80"))
    assert found.low < found.reference.low < found.median < found.reference.high < found.high
    assert "最近 3 期新增 50、45、45，平均每月 46.67" in found.why
    assert "还有 6 个月，预计再增 280" in found.why
    assert found.horizon == ENDS_ON and "负二项" in found.method_label


def test_a_forecast_survives_storage():
    for found in (told(COUNT, A7), forecast(spending(MONEY), LAW)):
        stored = found.to_json()
        assert stored["confidence"] == "0.80" and stored["horizon"] == "2019-12-31"
        assert Forecast.from_json(stored) == found


def test_lights_and_words_change_at_their_borders():
    at = [Decimal(p) for p in ("0.95", "0.9499", "0.80", "0.7999", "0.50", "0.4999", "0.01")]
    assert [light_of(p, LAW) for p in at] == ["GREEN"] * 3 + ["YELLOW"] * 2 + ["RED"] * 2
    assert [word_of(p, LAW) for p in at] == ["确定能"] + ["有可能"] * 6
    assert word_of(Decimal("0.0099"), LAW) == "完全不可能"


def test_distributions_give_the_textbooks_figures():
    three, few = poisson(3.0), negative_binomial(6.0, 18.0)
    for k in range(12):
        expected = exp(-3) * sum(3**i / _factorial(i) for i in range(k + 1))
        assert three.at_most(k) == pytest.approx(expected, abs=1e-9)
        # Size 3 and success 1/3: failures before the third success.
        expected = sum(comb(i + 2, 2) * (1 / 3) ** 3 * (2 / 3) ** i for i in range(k + 1))
        assert few.at_most(k) == pytest.approx(expected, abs=1e-9)
        # Share and correlation of a uniform prior: every number of successes is as likely.
        assert beta_binomial(11, 0.5, 1 / 3).at_most(k) == pytest.approx((k + 1) / 12)
    assert beta_binomial(7, 1.0, 0.1).quantile(0.01) == 7
    assert negative_binomial(5.0, 4.0) == poisson(5.0)


def _factorial(number):
    return 1 if number < 2 else number * _factorial(number - 1)


def test_wide_distributions_keep_their_quantiles():
    wide = poisson(1_000_000.0)
    assert wide.width > 1
    for share in (0.1, 0.5, 0.9):
        assert wide.quantile(share) == pytest.approx(
            1_000_000 + 1000 * NormalDist().inv_cdf(share), abs=3
        )
        assert wide.at_most(wide.quantile(share)) == pytest.approx(share, abs=3e-4)


def test_amounts_stop_at_their_cap_and_remainders_mirror_them():
    capped = amount(100.0, 2500.0, cap=110.0)
    assert capped.quantile(0.9) == capped.quantile(0.99) == 110
    assert capped.at_most(110) == 1 and capped.less_than(110) < 0.8
    rest = Remainder(110.0, capped)
    assert rest.quantile(0.05) == 0 and rest.at_most(0) == pytest.approx(1 - capped.less_than(110))
    free = amount(100.0, 2500.0)
    steps = [free.quantile((place + 0.5) / 20_000) for place in range(20_000)]
    mean = sum(steps) / len(steps)
    assert mean == pytest.approx(100, rel=0.01)
    assert sqrt(sum((x - mean) ** 2 for x in steps) / len(steps)) == pytest.approx(50, rel=0.03)


@given(
    mean=st.floats(0.05, 5000),
    extra=st.floats(0, 3),
    cap=st.none() | st.integers(0, 3000),
    confidence=st.floats(0.5, 0.95),
)
def test_an_interval_holds_what_it_says(mean, extra, cap, confidence):
    future = negative_binomial(mean, mean + extra * mean * mean, cap)
    low, high = interval(future, confidence)
    assert 0 <= low <= high
    assert future.at_most(high) - future.less_than(low) >= confidence - 1e-3


series = st.lists(st.integers(1, 60), min_size=3, max_size=11).map(running)


@settings(max_examples=60, deadline=None)
@given(totals=series, goal=st.integers(1, 900), step=st.integers(0, 40))
def test_a_higher_count_is_never_likelier_and_borders_are_strict(totals, goal, step):
    def chance(cmp, value):
        return told(replace(COUNT, cmp=cmp, value=str(value)), totals).probability

    easy, hard = chance("ge", goal), chance("ge", goal + step)
    assert 0 <= hard <= easy <= 1
    assert chance("gt", goal) == chance("ge", goal + 1)
    assert chance("le", goal) + chance("gt", goal) == pytest.approx(Decimal(1), abs=Decimal("1e-7"))
    found = told(COUNT, totals)
    assert totals[-1] <= found.low <= found.median <= found.high


@settings(max_examples=60, deadline=None)
@given(
    months=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=3, max_size=11),
    goal=st.integers(1, 99),
)
def test_a_higher_share_is_never_likelier(months, goal):
    hits = running([min(hit, items) for hit, items in months])
    items = running([items for _, items in months])
    easy, hard = (
        told(replace(RATIO, value=str(Decimal(share) / 100)), hits, items)
        for share in (goal, goal + 1)
    )
    assert 0 <= hard.probability <= easy.probability <= 1
    assert 0 <= easy.low <= easy.median <= easy.high <= 1


def test_exactly_one_in_ten_thousand_is_not_below_it():
    strict = replace(RATIO, cmp="lt", value="0.0001", polarity="lower")
    months = {"totals": running([1, 0, 1, 1, 0, 1]), "wholes": running([3000] * 6)}
    # As many again without one complaint: 4 of 36,000 is more, and 4 in 40,000 exactly as much.
    none_more = {"share": Decimal(0)}
    assert told(strict, **months, **none_more).probability == 0
    months["wholes"] = running([3334, 3333, 3333, 3333, 3333, 3334])
    assert told(strict, **months, **none_more).probability == 0
    assert told(replace(strict, cmp="le"), **months, **none_more).probability == 1
    months["totals"] = running([1, 0, 1, 0, 0, 1])
    assert told(strict, **months, **none_more).probability == 1


def test_one_late_item_ends_a_promise_for_every_item():
    every = Part("duration", cmp="le", value="3", dim="duration", unit="wd")
    items = running([20] * 6)
    clean, broken = told(every, items, items), told(every, [one - 1 for one in items], items)
    assert 0 < clean.probability < 1 and broken.probability == 0
    assert broken.word == "完全不可能" and clean.method == "in_time"
    loose = told(replace(every, share="0.9"), [one - 1 for one in items], items)
    assert loose.probability > Decimal("0.9")


def test_cases_towards_a_fixed_whole_never_exceed_it():
    nine_of_twelve = told(replace(RATIO, value="1"), running([1, 2, 1, 2, 1, 2]), [12] * 6)
    assert nine_of_twelve.method == "completion"
    assert nine_of_twelve.high == 1 and Decimal("0.5") < nine_of_twelve.probability < 1
    done = told(replace(RATIO, value="1"), [4, 8, 12, 12, 12, 12], [12] * 6)
    assert (done.probability, done.low, done.word) == (1, 1, "确定能")


def test_spending_follows_its_plan_and_stops_at_the_budget():
    plan = tuple(Due(month_end(month), Decimal(20 * month)) for month in range(1, 10))
    by_pace, by_plan = forecast(spending(MONEY), LAW), forecast(spending(MONEY, payments=plan), LAW)
    assert (by_pace.method, by_plan.method) == ("spending", "planned_spending")
    assert by_pace.high == 1 and by_plan.high < Decimal("0.9001")
    wishful = tuple(replace(due, total=due.total * 2) for due in plan)
    assert forecast(spending(MONEY, payments=wishful), LAW).high <= 1
    behind = forecast(spending([10, 20, 30, 40, 50, 60], payments=plan), LAW)
    assert behind.median < by_plan.median
    over = forecast(replace(spending(MONEY), part=Part("ref", cmp="le", base="@budget")), LAW)
    assert 0 < over.probability < 1 < over.high


def test_promises_per_month_and_growth_against_last_year_become_totals():
    monthly = Part("quant", cmp="ge", value="1", dim="count", unit="次", per="month")
    totals = running([1, 1, 1, 1, 1, 1])
    assert told(monthly, totals).probability == told(replace(COUNT, value="12"), totals).probability
    grows = Part("trend", cmp="ge", value="0.1", base="previous_year", polarity="higher")
    last_year = told(grows, A7, base=Decimal(400))
    assert last_year.probability == told(replace(COUNT, value="440"), A7).probability
    falls = replace(grows, polarity="lower")
    fewer = told(falls, A7, base=Decimal(400)).probability
    assert fewer == told(replace(COUNT, cmp="le", value="360"), A7).probability


def test_words_that_were_parsed_can_be_asked():
    for text, name in (("500家", "建成网点数"), ("≥95%", "办结率"), ("3个工作日以内", "发布时效")):
        part = parse(text, name=name, year=2019).parts[0]
        wholes = running([60] * 6)
        assert isinstance(forecast(asked(part, running([58] * 6), wholes), LAW), Forecast)


@pytest.mark.parametrize(
    ("question", "because"),
    [
        (asked(COUNT, []), "还没有记录"),
        (asked(COUNT, [10, 20]), "只有 2 期记录，至少要有 3 期"),
        (asked(COUNT, [10, 20, 30, 30, 30, 30]), "没有新增"),
        (asked(COUNT, [0, 0, 0, 0, 0, 40]), "工作刚刚开始"),
        (asked(COUNT, running([9] * 12)), "期限 2019-12-31 已到"),
        (asked(replace(COUNT, by="2019-06-30"), A7), "期限 2019-06-30 已到"),
        (asked(RATIO, [9, 19, 30], [8, 18, 29]), "不能按件推算"),
        (asked(RATIO, MONEY, [200] * 6, is_counted=False), "不能按件推算"),
        (asked(RATIO, [9.5, 19, 28.5], [10, 20, 30]), "不能按件推算"),
        (asked(RATIO, [9, 9, 9, 9, 9], [10, 11, 11, 11, 11]), "还有多少件"),
        (asked(replace(COUNT, per="亩"), A7), "不随时间累计"),
        (asked(replace(COUNT, cmp="eq", dim="volume"), A7), "恰好"),
        (asked(Part("text"), A7), "由责任人评定"),
        (asked(Part("flag", level="合规"), A7), "由责任人评定"),
        (asked(Part("ordinal", level="健全"), A7), "由责任人评定"),
        (asked(Part("ref", cmp="le", base="@contract"), A7), "由责任人评定"),
        (asked(Part("deadline", by="2019-12-31"), A7), "能否按期完成"),
        (asked(Part("trend", cmp="gt", value="0"), A7), "没有上年数值"),
        (asked(Part("trend", cmp="gt", value="0", every="year"), A7), "逐期"),
        (asked(RATIO, MONEY, [0] * 6, is_budget=True), "没有预算数"),
        (spending([0, 0, 0, 0]), "没有新增"),
    ],
)
def test_what_cannot_be_foreseen_is_said(question, because):
    found = forecast(question, LAW)
    assert isinstance(found, NoForecast)
    assert because in found.why and found.why.endswith("。")


def test_a_late_start_is_not_averaged_away_but_rare_cases_are():
    late = told(COUNT, [0, 0, 0, 20, 70, 120])
    assert "最近 2 期新增 50、50，平均每月 50" in late.why
    rare = told(replace(COUNT, value="2"), [0, 0, 0, 0, 1, 1])
    assert "最近 3 期新增 0、1、0" in rare.why


def test_what_is_not_yet_known_on_the_day_is_not_used():
    whole_year = running([40] * 12)
    assert told(COUNT, whole_year, on=month_end(6)) == told(COUNT, whole_year[:6])


def test_another_pace_milestone_or_budget_moves_the_forecast_and_nothing_else():
    question = asked(COUNT, A7)
    faster = what_if(question, Change(pace=Decimal(60)), LAW)
    assert faster.before == told(COUNT, A7)
    assert faster.after.probability > faster.before.probability
    assert "假设每月新增 60" in faster.why and "不改变任何记录" in faster.why
    moved = what_if(question, Change(milestone=Due(date(2020, 3, 31), Decimal(500))), LAW)
    assert moved.after.horizon == date(2020, 3, 31)
    assert moved.required_after.monthly == Fraction(350, 9) < moved.required_before.monthly
    smaller = what_if(spending([10, 20, 30, 40, 50, 60]), Change(budget=Decimal(150)), LAW)
    assert smaller.after.median > smaller.before.median
    plan = (Due(month_end(6), Decimal(120)), Due(month_end(12), Decimal(190)))
    planned = what_if(spending(MONEY), Change(payments=plan), LAW)
    assert planned.after.method == "planned_spending"
    assert (question, planned.before) == (asked(COUNT, A7), forecast(spending(MONEY), LAW))


def test_another_share_from_now_on_moves_a_ratio():
    question = asked(RATIO, running([17] * 6), running([20] * 6))
    better = what_if(question, Change(share=Decimal("0.96")), LAW)
    assert better.before.probability < Decimal("0.2") < better.after.probability
    assert "今后 96.00% 符合" in better.why and required(question) is None


def test_a_change_of_what_cannot_be_foreseen_says_why():
    found = what_if(asked(Part("text"), A7), Change(pace=Decimal(5)), LAW)
    assert isinstance(found.after, NoForecast) and "由责任人评定" in found.why
    assert found.required_before is None


def test_what_is_reached_needs_nothing_more_and_strict_promises_one_more():
    assert required(asked(replace(COUNT, value="150"), A7)).rest == 0
    assert required(asked(replace(COUNT, cmp="gt", value="150"), A7)).rest == 1
    assert required(asked(replace(COUNT, cmp="le"), A7)) is None


def test_intervals_of_made_up_years_hold_and_overconfident_ones_are_caught(monkeypatch):
    assert is_calibrated(run(range(21, 23), 40))
    sure = {"variation": Decimal(0), "weight": Decimal(0), "drift": Decimal(0)}
    names = ("counts", "milestones", "shares", "in_time", "amounts")
    certain = replace(
        LAW,
        **{
            name: replace(value := getattr(LAW, name), value=replace(value.value, **sure))
            for name in names
        },
    )
    monkeypatch.setattr("benchmarks.forecast.forecast_law", lambda on: certain)
    assert not is_calibrated(run(range(21, 23), 40))


def test_a_promise_to_spend_everything_is_as_likely_as_the_plan_was_kept():
    """A shortfall drawn from a continuous curve is never nothing; plans are often kept to the last fen."""
    everything = replace(RATIO, value="1")
    plan = tuple(Due(month_end(month), Decimal(20 * month)) for month in range(1, 11))
    kept = asked(everything, MONEY, [200] * 6, is_budget=True, payments=plan)
    late = asked(everything, [0, 20, 40, 60, 80, 100], [200] * 6, is_budget=True, payments=plan)
    found, other = (forecast(question, LAW) for question in (kept, late))
    assert round(found.probability, 4) == Decimal("0.9286")
    assert round(other.probability, 4) == Decimal("0.0714")
    assert "6 笔计划有 6 笔" in found.why
    assert "6 笔计划有 0 笔" in other.why
    short = asked(everything, MONEY, [200] * 6, is_budget=True, payments=plan[:8])
    assert "笔计划" not in forecast(short, LAW).why
