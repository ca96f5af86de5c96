"""What holds for every period: order, stops, working days, and the inverse."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shangwu.foundation import workdays
from shangwu.foundation.workdays import DayZero, RollOver, Stop, due, elapsed, period_end, remaining

CALENDAR = workdays.load_calendar()
ONE_DAY = timedelta(days=1)

dates = st.dates(date(2018, 1, 1), date(2029, 12, 31))
counts = st.integers(1, 60)
rules = st.sampled_from(DayZero)


@st.composite
def stop_lists(draw, around=dates):
    first = draw(around)
    pairs = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=4))
    return [
        Stop(first + timedelta(days=lead), first + timedelta(days=lead + length))
        for lead, length in pairs
    ]


@st.composite
def situations(draw):
    start = draw(dates)
    return start, draw(counts), draw(stop_lists(st.just(start)))


@given(situations(), rules)
def test_due_is_a_working_day_after_day_zero(situation, rule):
    start, count, stops = situation
    deadline = due(CALENDAR, start=start, count=count, stops=stops, day_zero=rule)
    assert CALENDAR.is_workday(deadline.due)
    assert deadline.due > deadline.day_zero_on >= start


@given(situations(), rules)
def test_monotone_in_count(situation, rule):
    start, count, stops = situation
    shorter = due(CALENDAR, start=start, count=count, stops=stops, day_zero=rule)
    longer = due(CALENDAR, start=start, count=count + 1, stops=stops, day_zero=rule)
    assert shorter.due < longer.due


@given(situations(), rules, st.integers(0, 30))
def test_monotone_in_start(situation, rule, later):
    start, count, stops = situation
    early = due(CALENDAR, start=start, count=count, stops=stops, day_zero=rule)
    late = due(
        CALENDAR, start=start + timedelta(days=later), count=count, stops=stops, day_zero=rule
    )
    assert early.due <= late.due


@given(situations(), rules)
def test_stops_add_exactly_the_stopped_working_days(situation, rule):
    start, count, stops = situation
    deadline = due(CALENDAR, start=start, count=count, stops=stops, day_zero=rule)
    stopped = [
        day.date
        for day in deadline.trace
        if "停止计时" in day.why and CALENDAR.is_workday(day.date)
    ]
    unstopped = due(CALENDAR, start=start, count=count + len(stopped), day_zero=rule)
    assert deadline.due == unstopped.due


@given(situations(), st.randoms())
def test_the_order_of_stops_is_irrelevant(situation, random):
    start, count, stops = situation
    shuffled = random.sample(stops, len(stops))
    assert due(CALENDAR, start=start, count=count, stops=stops, floor_days=1) == due(
        CALENDAR, start=start, count=count, stops=shuffled, floor_days=1
    )


@given(situations())
def test_saying_a_stop_twice_changes_nothing(situation):
    start, count, stops = situation
    assert due(CALENDAR, start=start, count=count, stops=stops) == due(
        CALENDAR, start=start, count=count, stops=stops + stops
    )


@given(situations(), rules)
def test_elapsed_is_the_inverse_of_due(situation, rule):
    start, count, stops = situation
    clock = {"start": start, "stops": stops, "day_zero": rule}
    deadline = due(CALENDAR, count=count, **clock)
    assert elapsed(CALENDAR, on=deadline.due, **clock) == count
    assert elapsed(CALENDAR, on=deadline.due - ONE_DAY, **clock) == count - 1


@given(situations(), st.integers(-5, 90))
def test_elapsed_and_remaining_add_up(situation, days):
    start, count, stops = situation
    deadline = due(CALENDAR, start=start, count=count, stops=stops)
    on = start + timedelta(days=days)
    assume(on <= deadline.due)
    passed = elapsed(CALENDAR, start=start, on=on, stops=stops)
    assert passed + remaining(CALENDAR, deadline=deadline, on=on) == count


@given(situations())
def test_the_trace_holds_every_calendar_day_once(situation):
    start, count, stops = situation
    deadline = due(CALENDAR, start=start, count=count, stops=stops)
    assert [day.date for day in deadline.trace] == [
        start + n * ONE_DAY for n in range((deadline.due - start).days + 1)
    ]
    assert sum(day.counted for day in deadline.trace) == count
    assert all(day.why for day in deadline.trace)


@given(dates, st.integers(1, 400))
def test_a_calendar_period_never_ends_early_and_rolls_to_a_working_day(start, days):
    rolled = period_end(CALENDAR, start=start, days=days)
    bare = period_end(CALENDAR, start=start, days=days, roll_over=RollOver.NONE)
    assert bare.due == bare.raw == rolled.raw == start + timedelta(days=days)
    assert rolled.due == CALENDAR.workday_on_or_after(rolled.raw)
    assert sum(day.counted for day in rolled.trace) == days
    assert rolled.trace[-1].date == rolled.due


def test_overdue_counts_below_zero():
    deadline = due(CALENDAR, start=date(2019, 1, 31), count=2)
    assert remaining(CALENDAR, deadline=deadline, on=date(2019, 2, 12)) == -3


def test_an_instant_belongs_to_its_day_in_shanghai():
    at = datetime(2019, 1, 30, 17, 30, tzinfo=UTC)
    assert due(CALENDAR, start=at, count=2).received_on == date(2019, 1, 31)
    deadline = due(CALENDAR, start=date(2019, 1, 31), count=2)
    assert not deadline.has_passed(datetime(2019, 2, 2, 15, 59, tzinfo=UTC))
    assert deadline.has_passed(datetime(2019, 2, 2, 16, 0, tzinfo=UTC))


def test_an_instant_without_offset_is_a_defect_of_the_caller():
    with pytest.raises(ValueError, match="offset"):
        due(CALENDAR, start=datetime(2019, 1, 31, 10), count=2)  # noqa: DTZ001 - the defect itself


def test_material_that_comes_back_after_closing_time_counts_from_the_next_day():
    notified = datetime(2019, 2, 1, 15, tzinfo=workdays.SHANGHAI)
    back = datetime(2019, 2, 12, 20, tzinfo=workdays.SHANGHAI)
    deadline = due(
        CALENDAR,
        start=date(2019, 1, 31),
        count=2,
        stops=[Stop(notified, back)],
        closing_time=time(17),
    )
    assert deadline.due == date(2019, 2, 14)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"count": 0}, "WORKDAYS-COUNT"),
        ({"count": 10_001}, "WORKDAYS-COUNT"),
        ({"count": 2, "stops": [Stop(date(2019, 2, 1), None)]}, "WORKDAYS-STOPPED"),
        ({"count": 2, "stops": [Stop(date(2019, 2, 2), date(2019, 2, 1))]}, "WORKDAYS-STOP-ORDER"),
        ({"count": 2, "stops": [Stop(date(2019, 2, 2), date.max)]}, "WORKDAYS-DATE"),
        ({"count": 2, "stops": [Stop(date(2019, 2, 1), date(2199, 1, 1))]}, "WORKDAYS-SPAN"),
    ],
)
def test_refuses_what_cannot_be_counted(arguments, code):
    with pytest.raises(workdays.UncountablePeriod) as refused:
        due(CALENDAR, start=date(2019, 1, 31), **arguments)
    assert refused.value.code == code


def test_time_spent_under_an_open_stop_does_not_elapse():
    stops = [Stop(date(2019, 2, 1), None)]
    assert elapsed(CALENDAR, start=date(2019, 1, 31), on=date(2019, 3, 1), stops=stops) == 1
