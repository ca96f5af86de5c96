"""The calendar files against the library they were seeded from, and what happens beyond them."""

import shutil
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from django.core.checks import WARNING

from shangwu.config.checks import calendar_reminders
from shangwu.foundation import law, workdays


@pytest.fixture(scope="module")
def calendar():
    return workdays.load_calendar()


@pytest.mark.parametrize("year", range(2018, 2027))
def test_every_day_agrees_with_the_library(calendar, year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    differing = [
        day
        for day in days
        if day.year == year and calendar.is_workday(day) != chinese_calendar.is_workday(day)
    ]
    assert differing == []


@pytest.mark.parametrize("year", range(2018, 2027))
def test_every_year_cites_its_notice(year):
    text = (workdays.CALENDAR_FOLDER / f"{year}.toml").read_text("utf-8")
    assert f"国务院办公厅关于{year}年部分节假日安排的通知" in text
    assert "国办发明电〔" in text


def test_changes_during_the_year_cite_their_own_notice():
    folder = workdays.CALENDAR_FOLDER
    assert "国办发明电〔2019〕3号" in (folder / "2019.toml").read_text("utf-8")
    assert "国办发明电〔2020〕1号" in (folder / "2020.toml").read_text("utf-8")


def test_says_why(calendar):
    assert calendar.why(date(2019, 2, 4)) == "春节假期"
    assert calendar.why(date(2019, 2, 2)) == "调休上班（春节）"
    assert calendar.why(date(2019, 2, 16)) == "周末"
    assert calendar.why(date(2019, 2, 18)) == "工作日"


def test_a_year_without_notice_is_provisional_and_no_crash(calendar):
    assert not calendar.is_workday(date(2030, 5, 1))
    assert not calendar.is_workday(date(2030, 5, 2))
    assert calendar.is_workday(date(2030, 5, 6))
    assert calendar.why(date(2030, 10, 1)) == "法定节日（暂定）"
    assert calendar.is_provisional(date(2030, 5, 6))
    assert calendar.is_provisional(date(2010, 5, 6))
    assert not calendar.is_workday(date(2024 - 17, 5, 3))
    assert calendar.is_workday(date(1980, 1, 1))


def test_the_last_days_of_the_last_known_year_may_still_change(calendar):
    last = max(calendar.years)
    assert calendar.is_provisional(date(last, 12, 31))
    assert not calendar.is_provisional(date(last, 12, 1))
    assert not calendar.is_provisional(date(last - 1, 12, 31))


def test_another_file_makes_another_version(tmp_path, calendar):
    shutil.copytree(law.LAW_FOLDER, tmp_path / "law")
    (tmp_path / "law/calendar/2026.toml").unlink()
    shorter = workdays.load_calendar(tmp_path / "law/calendar")
    assert shorter.version != calendar.version
    assert shorter.is_provisional(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("before", "after", "code", "key"),
    [
        ("day = 2019-02-02", "day = 2019-02-04", "overlap", "workdays[1]"),
        ("day = 2019-02-02", "day = 2019-02-11", "not_weekend", "workdays[1]"),
        ("last_day = 2019-02-10", "last_day = 2019-02-01", "empty_period", "holidays[1]"),
        ("last_day = 2019-02-10", 'last_day = "2019-02-10"', "wrong_type", "holidays[1]"),
        ("last_day = 2019-04-07", "last_dya = 2019-04-07", "unknown_key", "holidays[2].last_dya"),
        ('notice = "may_day"', 'notice = "june_day"', "unknown_notice", "holidays[3].notice"),
        ("year = 2019", "year = 2018", "wrong_year", "year"),
        ('title = "国务院', 'note = "国务院', "missing_source", "notices.annual"),
        (
            'source_status = "secondary"',
            'source_status = "sure"',
            "unknown_source_status",
            "source_status",
        ),
        ("checked_on = 2026-11-24", "", "missing_checked_on", "checked_on"),
        ("[[holidays]]", "[[holidays", "not_toml", ""),
    ],
)
def test_a_defective_calendar_is_named(tmp_path, before, after, code, key):
    shutil.copytree(law.LAW_FOLDER, tmp_path / "law")
    path = tmp_path / "law/calendar/2019.toml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    problems = workdays.check_calendar(tmp_path / "law/calendar")
    assert ("law/calendar/2019.toml", key, code) in [(p.file, p.key, p.code) for p in problems]
    with pytest.raises(law.LawError, match=r"2019\.toml"):
        workdays.load_calendar(tmp_path / "law/calendar")


def test_reminds_from_december_while_next_year_is_missing():
    after_last = max(workdays.load_calendar().years)
    november = datetime(after_last, 11, 30, 15, tzinfo=UTC)
    in_shanghai_december = datetime(after_last, 11, 30, 17, tzinfo=UTC)
    assert calendar_reminders(november) == []
    [reminder] = calendar_reminders(in_shanghai_december)
    assert f"{after_last + 1}.toml" in reminder.msg
    assert not reminder.is_serious(WARNING), "a platform may start, and be released, in December"
