"""Which demonstrations a start plays, in which order, and that a rehearsal plays its own."""

from datetime import timedelta

import pytest

from shangwu.config import supervisor
from shangwu.config.rehearsal import read_offset
from shangwu.config.supervisor import DEMONSTRATIONS, Supervisor


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Return a function that starts a supervisor's demonstrations and names the programs begun."""
    monkeypatch.setattr(supervisor.Child, "start", lambda child: None)
    monkeypatch.delenv("SHANGWU_CLOCK", raising=False)

    def start(wanted):
        monkeypatch.setenv("SHANGWU_DEMONSTRATION", wanted)
        found = Supervisor(tmp_path, port=8000, say=lambda text: None, may_move=False)
        found._start_demonstration()
        return [child.name for child in found.children]

    return start


@pytest.mark.parametrize("wanted", ["1", "year"])
def test_the_declarations_come_first(started, wanted):
    assert started(wanted) == ["演示"]


def test_cards_and_the_year_follow_when_they_are_wanted_and_only_then(started, tmp_path):
    (tmp_path / "demonstration.done").touch()
    assert started("1") == []
    assert started("year") == ["预付卡演示"]
    (tmp_path / "demonstration-cards.done").touch()
    assert started("1") == []
    assert started("year") == ["演示年度"]
    (tmp_path / "demonstration-year.done").touch()
    assert started("year") == []


@pytest.mark.parametrize(
    ("wanted", "done", "begins_in_the_past"),
    [("year", False, True), ("year", True, False), ("1", False, False), ("", False, False)],
)
def test_only_a_fresh_demonstration_of_weeks_begins_in_the_past(
    monkeypatch, tmp_path, wanted, done, begins_in_the_past
):
    monkeypatch.delenv("SHANGWU_CLOCK", raising=False)
    monkeypatch.setenv("SHANGWU_DEMONSTRATION", wanted)
    if done:
        (tmp_path / "demonstration.done").touch()
    found = Supervisor(tmp_path, port=8000, say=lambda text: None, may_move=False)
    found._begin_in_the_past()
    clock = tmp_path / "rehearsal-clock"
    assert clock.exists() == begins_in_the_past
    assert ("SHANGWU_CLOCK" in found._environment()) == begins_in_the_past
    if begins_in_the_past:
        assert read_offset(clock) < -supervisor.REHEARSED + timedelta(minutes=1)
        # Once the weeks are played, the platform knows real time only.
        (tmp_path / supervisor.CARDS_DONE).touch()
        assert "SHANGWU_CLOCK" not in found._environment()


@pytest.mark.parametrize("wanted", ["", "0", "2019"])
def test_nothing_is_played_where_nobody_asked(started, wanted):
    assert started(wanted) == []


def test_a_rehearsal_plays_its_own(started, monkeypatch, tmp_path):
    monkeypatch.setenv("SHANGWU_CLOCK", str(tmp_path / "clock"))
    assert started("year") == []


def test_the_sentence_that_the_first_is_ready_stays_as_others_wait_for_it():
    assert DEMONSTRATIONS["演示"].ready.startswith("演示数据已就绪")
    assert DEMONSTRATIONS["演示年度"].ready.startswith("演示年度已就绪")
