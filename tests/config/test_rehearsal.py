"""The rehearsal clock: forwards only, a demonstration only, and told on every page."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from shangwu.config import checks, rehearsal
from shangwu.foundation.law.refused import Refused

REAL = datetime(2026, 11, 26, 4, tzinfo=UTC)
MARCH = datetime(2019, 3, 5, 2, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rehearsal-clock"


def at(moment):
    return lambda: moment


def test_the_clock_tells_the_rehearsed_time_and_runs_on(path):
    rehearsal.move_clock(path, to=MARCH, real=at(REAL))
    now = [REAL]
    clock = rehearsal.RehearsalClock(path, real=lambda: now[0])
    assert clock() == MARCH
    now[0] += timedelta(minutes=7)
    assert clock() == MARCH + timedelta(minutes=7)


def test_a_running_process_follows_the_clock_when_it_is_moved(path):
    rehearsal.move_clock(path, to=MARCH, real=at(REAL))
    clock = rehearsal.RehearsalClock(path, real=at(REAL))
    assert clock() == MARCH
    later = MARCH + timedelta(days=31)
    rehearsal.move_clock(path, to=later, real=at(REAL))
    assert clock() == later


def test_the_clock_is_not_moved_backwards(path):
    rehearsal.move_clock(path, to=MARCH, real=at(REAL))
    with pytest.raises(Refused, match=r"只能向前.*2019-03-05 10:00") as refused:
        rehearsal.move_clock(path, to=MARCH - timedelta(hours=1), real=at(REAL))
    assert refused.value.code == "CLOCK-BACKWARDS"
    assert rehearsal.RehearsalClock(path, real=at(REAL))() == MARCH


def test_a_file_changed_by_hand_does_not_turn_a_process_back(path):
    rehearsal.move_clock(path, to=MARCH, real=at(REAL))
    clock = rehearsal.RehearsalClock(path, real=at(REAL))
    assert clock() == MARCH
    rehearsal.move_clock(path.with_name("earlier"), to=MARCH - timedelta(days=9), real=at(REAL))
    path.with_name("earlier").replace(path)
    assert clock() == MARCH
    path.unlink()
    assert clock() == MARCH


@pytest.mark.parametrize("content", ["", "tomorrow", "1e400"])
def test_a_file_that_holds_no_time_is_refused_kindly(path, content):
    path.write_text(content)
    assert "rehearse_clock" in rehearsal.objection(str(path), demonstration=True)


def test_a_real_deployment_is_refused_any_clock(path, settings):
    rehearsal.move_clock(path, to=MARCH, real=at(REAL))
    settings.REHEARSAL_CLOCK, settings.DEMONSTRATION = str(path), False
    assert [error.id for error in checks.check_clock()] == ["config.E001"]
    assert "只能用于演示环境" in checks.check_clock()[0].msg
    settings.DEMONSTRATION = True
    assert checks.check_clock() == []
    settings.REHEARSAL_CLOCK = ""
    assert checks.check_clock() == []


def test_real_time_is_told_when_no_clock_is_set(settings):
    assert settings.REHEARSAL_CLOCK == ""
    assert timezone.now.__module__ == "django.utils.timezone"


def command(tmp_path, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "shangwu.config.commandline", *arguments],
        env=os.environ
        | {"SHANGWU_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "shangwu.config.settings"}
        | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_command_moves_the_clock_and_says_so(tmp_path, path):
    rehearsed = {"SHANGWU_DEMONSTRATION": "1", "SHANGWU_CLOCK": str(path)}
    done = command(tmp_path, "rehearse_clock", "2019-03-05T10:00", **rehearsed)
    assert (done.returncode, done.stdout) == (0, "演练时钟已拨到 2019年03月05日 10:00。\n")
    back = command(tmp_path, "rehearse_clock", "2019-03-04", **rehearsed)
    assert back.returncode == 1
    assert "只能向前" in back.stderr
    assert command(tmp_path, "rehearse_clock", "tomorrow", **rehearsed).returncode == 2


def test_the_command_is_refused_outside_a_demonstration(tmp_path, path):
    done = command(tmp_path, "rehearse_clock", "2019-03-05", SHANGWU_CLOCK=str(path))
    assert done.returncode == 1
    assert "只能用于演示环境" in done.stderr
    assert not path.exists()


@pytest.mark.django_db
def test_every_page_says_which_day_is_rehearsed(client, settings, monkeypatch, path):
    settings.DEMONSTRATION = True
    assert "演练日期" not in client.get("/").text
    rehearsal.move_clock(path, to=MARCH)
    settings.REHEARSAL_CLOCK = str(path)
    monkeypatch.setattr(timezone, "now", rehearsal.RehearsalClock(path))
    assert "演练日期：2019年3月5日" in client.get("/").text
