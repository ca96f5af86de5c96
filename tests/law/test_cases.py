"""Every worked example of law/cases, through the public functions and through the command line."""

import json
import subprocess
import sys
import tomllib
from datetime import date, datetime, timedelta

import pytest

from shangwu.config.counting import counting_law
from shangwu.foundation import law, workdays

CASES = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for path in sorted((law.LAW_FOLDER / "cases").glob("*.toml"))
}


def cases(kind):
    return [
        pytest.param(case, id=f"{name}-{case['id']}")
        for name, content in CASES.items()
        for case in content.get(kind, [])
    ]


def moment(text):
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def shangwu(*arguments):
    program = "from shangwu.config.commandline import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def counted(case):
    """Count the case the way the office does: by law, except where the case says otherwise."""
    start = moment(case["start"])
    rules = counting_law(workdays.local(start)[0])
    clock = {
        "start": start,
        "stops": [workdays.Stop(*map(moment, stop.split(".."))) for stop in case.get("stops", [])],
        "day_zero": workdays.DayZero(case.get("day_zero", rules.day_zero.value)),
        "closing_time": rules.closing_time.value,
    }
    return clock, workdays.due(
        workdays.load_calendar(), count=case["count"], floor_days=rules.floor_days.value, **clock
    )


@pytest.mark.parametrize("case", cases("workdays"))
def test_working_days_by_the_functions(case):
    clock, deadline = counted(case)
    assert deadline.due == case["due"]
    assert deadline.provisional is case["provisional"]
    assert deadline.floor_days_used == case.get("floor_days_used", 0)
    if "stopped_from" in case:
        stopped = [day.date for day in deadline.trace if "停止计时" in day.why]
        assert (stopped[0], stopped[-1] + timedelta(days=1)) == (
            case["stopped_from"],
            case["stopped_until"],
        )
        assert len(stopped) == (case["stopped_until"] - case["stopped_from"]).days
    if "elapsed" in case:
        on = case["elapsed_on"]
        assert workdays.elapsed(workdays.load_calendar(), on=on, **clock) == case["elapsed"]


@pytest.mark.parametrize("case", cases("workdays"))
def test_working_days_by_the_command_line(case):
    arguments = ["workdays", case["start"], str(case["count"]), "--format", "json"]
    for stop in case.get("stops", []):
        arguments += ["--stop", stop]
    if "day_zero" in case:
        arguments += ["--day-zero", case["day_zero"]]
    printed = shangwu(*arguments)
    assert printed["due"] == case["due"].isoformat()
    assert printed["provisional"] is case["provisional"]
    _, deadline = counted(case)
    assert printed["trace"] == [
        {"date": day.date.isoformat(), "counted": day.counted, "why": day.why}
        for day in deadline.trace
    ]


@pytest.mark.parametrize("case", cases("calendar_days"))
def test_calendar_days_by_the_functions(case):
    deadline = workdays.period_end(
        workdays.load_calendar(),
        start=moment(case["start"]),
        days=case["days"],
        roll_over=workdays.RollOver(case.get("roll_over", "next_workday")),
    )
    assert (deadline.raw, deadline.due) == (case["raw"], case["due"])
    assert not deadline.has_passed(moment(case["open_at"]))
    assert deadline.has_passed(moment(case["over_at"]))


@pytest.mark.parametrize("case", cases("calendar_days"))
def test_calendar_days_by_the_command_line(case):
    arguments = [
        "workdays",
        case["start"],
        str(case["days"]),
        "--calendar-days",
        "--format",
        "json",
    ]
    if "roll_over" in case:
        arguments += ["--roll-over", case["roll_over"]]
    printed = shangwu(*arguments)
    assert (printed["raw"], printed["due"]) == (case["raw"].isoformat(), case["due"].isoformat())


@pytest.mark.parametrize("case", cases("working_days_in"))
def test_working_days_in_a_period(case):
    calendar = workdays.load_calendar()
    assert calendar.workdays_between(case["from"], case["until"]) == case["days"]


def test_no_kind_of_case_is_overlooked():
    known = {"workdays", "calendar_days", "working_days_in"}
    mine = {"filing", "targets"} & CASES.keys()
    assert {kind for name in mine for kind in CASES[name]} <= known
    assert len(cases("workdays")) >= 11
