"""Which demonstrations a start plays, in which order, and that a rehearsal plays its own."""

import pytest

from shangwu.config import supervisor
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


def test_the_year_follows_when_it_is_wanted_and_only_then(started, tmp_path):
    (tmp_path / "demonstration.done").touch()
    assert started("1") == []
    assert started("year") == ["演示年度"]
    (tmp_path / "demonstration-year.done").touch()
    assert started("year") == []


@pytest.mark.parametrize("wanted", ["", "0", "2019"])
def test_nothing_is_played_where_nobody_asked(started, wanted):
    assert started(wanted) == []


def test_a_rehearsal_plays_its_own(started, monkeypatch, tmp_path):
    monkeypatch.setenv("SHANGWU_CLOCK", str(tmp_path / "clock"))
    assert started("year") == []


def test_the_sentence_that_the_first_is_ready_stays_as_others_wait_for_it():
    assert DEMONSTRATIONS["演示"].ready.startswith("演示数据已就绪")
    assert DEMONSTRATIONS["演示年度"].ready.startswith("演示年度已就绪")
