"""Which demonstrations a start plays and in which order, that a rehearsal plays its own, and who answers beside them."""

import os
import signal
import socket
import sys
import threading
import time
from datetime import timedelta

import httpx
import pytest

from city.prepaid import shop
from shangwu.config import supervisor
from shangwu.config.children import Child
from shangwu.config.demonstrations import NEIGHBOURS, neighbours
from shangwu.config.rehearsal import read_offset
from shangwu.config.supervisor import DEMONSTRATIONS, Supervisor
from tests.config.platform import ROOT


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


@pytest.mark.parametrize(
    ("wanted", "given", "asked"),
    [
        ("year", None, "http://127.0.0.1:8000"),
        ("1", "http://localhost:9", "http://localhost:9"),
        ("", None, None),
        ("", "https://shangwu.example", "https://shangwu.example"),
    ],
)
def test_only_a_demonstration_is_its_own_public_address(
    monkeypatch, tmp_path, wanted, given, asked
):
    monkeypatch.delenv("SHANGWU_ADDRESS", raising=False)
    if given:
        monkeypatch.setenv("SHANGWU_ADDRESS", given)
    monkeypatch.setenv("SHANGWU_DEMONSTRATION", wanted)
    found = Supervisor(tmp_path, port=8000, say=lambda text: None, may_move=False)
    assert found._environment().get("SHANGWU_ADDRESS") == asked


def test_a_part_that_may_wait_is_started_once_its_delay_is_over(tmp_path):
    words = [sys.executable, "-c", "import time; time.sleep(60)"]
    log, said = tmp_path / "child.log", []
    late = Child("迟来", words, log=log, environment=dict(os.environ), delay=0.3)
    late.begin()
    late.tend(said.append)
    assert not late.is_running()
    time.sleep(0.4)
    late.tend(said.append)
    assert late.is_running() and not said
    late.ask_to_stop()
    late.stop(patience=10)


@pytest.mark.parametrize("wanted", ["", "0", "2019"])
def test_nothing_is_played_where_nobody_asked(started, wanted):
    assert started(wanted) == []


def test_a_rehearsal_plays_its_own(started, monkeypatch, tmp_path):
    monkeypatch.setenv("SHANGWU_CLOCK", str(tmp_path / "clock"))
    assert started("year") == []


def test_the_sentence_that_the_first_is_ready_stays_as_others_wait_for_it():
    assert DEMONSTRATIONS["演示"].ready.startswith("演示数据已就绪")
    assert DEMONSTRATIONS["演示年度"].ready.startswith("演示年度已就绪")


def test_neighbours_come_with_the_weeks_only_and_not_where_the_deployment_names_its_own():
    assert [one.setting for one in neighbours("year", given={})] == [
        "SHANGWU_REGISTRY",
        "SHANGWU_CREDIT_PLATFORM",
    ]
    assert neighbours("1", given={}) == neighbours("", given={}) == []
    own = {"SHANGWU_REGISTRY": "https://registry.example"}
    assert [one.setting for one in neighbours("year", given=own)] == ["SHANGWU_CREDIT_PLATFORM"]


@pytest.mark.parametrize(
    ("neighbour", "path"),
    list(zip(NEIGHBOURS, (f"/companies/{shop.USCC}", f"/subjects/{shop.USCC}"), strict=True)),
)
def test_a_killed_neighbour_answers_again_and_keeps_who_asked_waiting(tmp_path, neighbour, path):
    said, environment = [], {**os.environ, "PYTHONPATH": str(ROOT)}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = neighbour.at(listener)
        child = found.child(tmp_path, environment)
        assert found.address.startswith("http://127.0.0.1:")
        child.start()
        try:
            assert httpx.get(found.address + path, timeout=60).status_code == 200
            os.kill(child.process.pid, signal.SIGKILL)
            child.process.wait()
            answers = []
            asking = threading.Thread(
                target=lambda: answers.append(httpx.get(found.address + path, timeout=60))
            )
            asking.start()
            while not answers and asking.is_alive():
                child.tend(said.append)
                asking.join(0.1)
            assert [one.status_code for one in answers] == [200]
            assert "重新启动" in said[0]
        finally:
            child.stop(patience=0)


def test_the_news_of_a_child_are_whole_lines_once(tmp_path):
    log = tmp_path / "child.log"
    log.write_text("from an earlier start\n", "utf-8")
    say = "import sys; print('第一天', flush=True); print('half', end='', flush=True); sys.stdin.read()"
    child = Child("演示", [sys.executable, "-c", say], log=log, environment={"PYTHONUTF8": "1"})
    child.start()
    child.process.wait()
    assert child.news() == ["第一天"]
    assert child.news() == []
