"""`shangwu up` as people and accidents treat it: Ctrl-C, kill -9 of any part, a second start, a taken port."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from shangwu.foundation.postgres import Server
from tests.config.platform import ROOT, Platform, parent, processes
from tests.foundation.postgres.folders import open_folder

KEEPER = (
    "from django.db import transaction; from django.utils import timezone;"
    "from shangwu.foundation.accounts.models import Account;"
    "from shangwu.foundation.web import live; from shangwu.foundation.web.notifications import notify;"
    "found = Account.objects.get(login='keeper')"
)
NOTIFY = "notify(account=found, sentence='有一件事', link='/office/', at=timezone.now())"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder():
    """A data folder with a space and Chinese words in its name; in the end nothing runs on it."""
    with open_folder("商务 平台 ") as found:
        (found / "数据").mkdir()
        yield found / "数据"
        left = [line for line in processes().values() if str(found) in line]
        assert left == [], "everything ends with the supervisor"


@pytest.fixture(scope="module")
def started(folder):
    """The platform that the tests share; the data stay from one test to the next."""
    found = Platform(folder)
    yield found
    if found.is_running():
        assert found.end() == 0


@pytest.fixture
def platform(started):
    """A running platform, started again where the test before ended it."""
    if not started.is_running():
        started.start()
    started.wait_until(started.is_healthy, 40)
    return started


def command(platform, *words, **environment):
    """Run a command of the platform on its data folder."""
    return subprocess.run(
        [sys.executable, "-m", "shangwu.config.commandline", *words],
        cwd=ROOT,
        env={**platform.environment, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def owner_url(record):
    """Return the address of the role that owns the tables."""
    facts = json.loads(record.read_text("utf-8"))
    password = facts["passwords"]["owner"]
    return f"postgres://shangwu_owner:{password}@127.0.0.1:{facts['port']}/shangwu"


def database(platform):
    return psycopg.connect((platform.folder / "postgres.url").read_text("utf-8").strip())


def test_ctrl_c_ends_everything_in_order(platform):
    assert httpx.get(f"{platform.address}/", timeout=30).status_code == 200
    words = " ".join(platform.children().values())
    assert all(part in words for part in ("postgres", "procrastinate", "gunicorn", "uvicorn"))
    assert platform.end() == 0
    assert "已停止" in platform.said


@pytest.mark.parametrize("part", ["gunicorn", "procrastinate", "uvicorn", "postgres"])
def test_a_killed_part_comes_back(platform, part):
    before = platform.said.count("重新启动")
    number = platform.kill(part)
    platform.wait_until(lambda: platform.said.count("重新启动") > before, 90)
    platform.wait_until(platform.is_healthy, 90)
    platform.wait_until(
        lambda: any(part in line for n, line in platform.children().items() if n != number), 90
    )
    assert httpx.get(f"{platform.address}/targets/", timeout=30).status_code == 200


def test_requests_outlive_a_killed_database(platform):
    """Connections of the site's pool died with it; nobody sees an error page because of them."""
    with ThreadPoolExecutor(8) as visitors:
        list(
            visitors.map(lambda _: httpx.get(f"{platform.address}/targets/", timeout=30), range(16))
        )
        before = platform.said.count("database is back")
        platform.kill("postgres")
        platform.wait_until(lambda: platform.said.count("database is back") > before, 90)
        after = visitors.map(
            lambda _: httpx.get(f"{platform.address}/targets/", timeout=30).status_code, range(32)
        )
        assert set(after) == {200}


def test_a_database_that_is_refused_is_tried_again(platform, folder):
    """The rest keeps running, and when the obstacle is gone everything is well without a hand."""
    version = folder / "postgres" / "PG_VERSION"
    right = version.read_text("ascii")
    version.write_text("15\n")
    try:
        before = platform.said.count("trying again")
        platform.kill("postgres")
        platform.wait_until(lambda: platform.said.count("trying again") > before, 90)
        assert httpx.get(f"{platform.address}/health", timeout=60).status_code == 503
        assert platform.is_running()
    finally:
        version.write_text(right)
    platform.wait_until(platform.is_healthy, 90)


def test_a_killed_web_worker_is_replaced_without_a_lost_request(platform):
    master = platform.child("gunicorn")
    worker = next(n for n in platform.children() if parent(n) == master)
    os.kill(worker, signal.SIGKILL)
    for _ in range(20):
        assert httpx.get(f"{platform.address}/health", timeout=10).status_code == 200


def test_after_kill_9_of_the_supervisor_the_next_start_recovers_by_itself(platform):
    numbers = list(platform.children())
    platform.process.kill()
    platform.process.wait()
    platform.start()
    platform.wait_until(lambda: not set(numbers) & set(processes()), 30)
    assert httpx.get(f"{platform.address}/", timeout=30).status_code == 200


def test_a_second_start_on_the_same_data_is_refused(platform, folder):
    second = Platform(folder).launch()
    assert second.process.wait(60) == 1
    assert "已有一个商务平台在运行" in second.said
    platform.wait_until(platform.is_healthy, 40)


def test_a_taken_port_is_named():
    with open_folder() as folder, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = Platform(folder, port=port).launch()
        assert refused.process.wait(60) == 1
        assert f"端口 {port} 已被别的程序占用" in refused.said


def test_the_second_start_takes_seconds_and_no_minutes(platform):
    ready = next(line for line in platform.said.splitlines() if "已启动" in line)
    seconds = float(re.search(r"\[\s*([\d.]+) s\]", ready)[1])
    fresh = "建立数据库" in platform.said
    # Six seconds where nothing else runs, several times that beside other tests; a first one migrates as well.
    assert seconds < (150 if fresh else 60), ready


def test_the_application_may_not_rewrite_the_record(platform):
    for statement in (
        "UPDATE audit_act SET act = 'x.y'",
        "DELETE FROM audit_act",
        "TRUNCATE audit_act",
        "DELETE FROM audit_batch",
        "CREATE TABLE mine (n int)",
    ):
        with database(platform) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def inside(platform, code):
    """Run Python with the platform's own settings and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        cwd=ROOT,
        env={**platform.environment, "DJANGO_SETTINGS_MODULE": "shangwu.config.settings"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def keeper(platform):
    """Make sure that the platform has its first account."""
    made = command(
        platform,
        *("create_administrator", "keeper", "--name", "保管员"),
        *("--organisation", "某市商务委员会", "--role", "AUDIT_ADMIN"),
    )
    assert made.returncode == 0 or "已" in made.stderr, made.stderr


def test_two_hundred_megabytes_are_refused_in_memory_that_does_not_grow(platform):
    """Sent to the real site as it is, chunk by chunk; the site answers with a page, not a broken pipe."""
    size, chunk = 200 * 2**20, b"x" * 2**20

    def body():
        for _ in range(200):
            yield chunk

    def heaviest():
        """Return the largest resident set of the site's processes so far, in KiB."""
        numbers = [n for n, line in platform.children().items() if "gunicorn" in line]
        status = [Path(f"/proc/{n}/status").read_text("utf-8") for n in numbers]
        return max(int(re.search(r"VmHWM:\s+(\d+)", text)[1]) for text in status)

    assert httpx.get(f"{platform.address}/", timeout=30).status_code == 200
    before = heaviest()
    answer = httpx.post(
        f"{platform.address}/office/targets/imports/new/",
        content=body(),
        headers={"Content-Length": str(size), "Content-Type": "multipart/form-data; boundary=x"},
        timeout=60,
    )
    assert answer.status_code == 413
    assert "文件太大" in answer.text
    assert heaviest() - before < 64 * 1024


def test_work_put_into_the_background_is_done(platform):
    keeper(platform)
    inside(platform, "from shangwu.foundation.jobs import enqueue; enqueue('audit.seal_acts')")

    def sealed():
        with database(platform) as connection:
            waiting = connection.execute("SELECT count(*) FROM audit_unsealedact").fetchone()[0]
            batches = connection.execute("SELECT count(*) FROM audit_batch").fetchone()[0]
        return waiting == 0 and batches > 0

    platform.wait_until(sealed, 60)
    verdict = command(platform, "verify_audit", "--format", "json")
    assert verdict.returncode == 0 and '"ok": true' in verdict.stdout


def test_the_job_of_a_killed_worker_is_done_by_the_next_one(platform):
    keeper(platform)
    with psycopg.connect(owner_url(platform.folder / "postgres.json")) as connection:
        connection.execute("LOCK TABLE audit_batch IN ACCESS EXCLUSIVE MODE")
        inside(platform, "from shangwu.foundation.jobs import enqueue; enqueue('audit.seal_acts')")
        platform.child("procrastinate")
        platform.wait_until(lambda: jobs(platform, "doing"), 90)
        (number,) = jobs(platform, "doing")
        os.kill(platform.child("procrastinate"), signal.SIGKILL)
    with database(platform) as connection:  # as if it had been silent for its minute already
        connection.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'"
        )
    inside(
        platform,
        "from shangwu.foundation.jobs import enqueue;"
        "enqueue('schedule.retry_stalled_jobs', once='schedule.retry_stalled_jobs', timestamp=0)",
    )
    platform.wait_until(lambda: number not in jobs(platform, "todo", "doing"), 60)
    assert number not in jobs(platform, "failed", "aborted")


def jobs(platform, *kinds):
    """Return the numbers of the sealing jobs in those states; done ones are deleted."""
    with database(platform) as connection:
        found = connection.execute(
            "SELECT id FROM procrastinate_jobs WHERE task_name = 'audit.seal_acts'"
            " AND status::text = ANY(%s)",
            [list(kinds)],
        ).fetchall()
    return {number for (number,) in found}


def test_an_open_page_hears_what_concerns_its_person_and_nothing_else(platform):
    """Also after the database was killed under the open line."""
    keeper(platform)
    number, token = inside(
        platform, f"{KEEPER}; print(found.number, live.door(found)['token'])"
    ).split()
    door = f"http://127.0.0.1:{platform.port + 1}/live/events"
    assert httpx.get(door, params={"token": "forged"}, timeout=10).status_code == 403
    foreign = {"Origin": "https://elsewhere.example"}
    assert httpx.get(door, params={"token": token}, headers=foreign, timeout=10).status_code == 403
    with httpx.stream("GET", door, params={"token": token}, timeout=40) as page:
        assert page.status_code == 200
        lines = page.iter_lines()
        assert next(lines) == ": open"
        other = "00000000-0000-4000-8000-000000000000"
        with database(platform) as connection:
            connection.execute("SELECT pg_notify('shangwu_live', %s)", [f"account:{other}"])
        inside(
            platform,
            f"{KEEPER}; transaction.set_autocommit(False); {NOTIFY}; transaction.rollback()",
        )
        inside(platform, f"{KEEPER}; {NOTIFY}")
        heard = [told(lines)]
        platform.kill("postgres")
        platform.wait_until(lambda: listening(platform), 90)
        inside(platform, f"{KEEPER}; {NOTIFY}")
        with database(platform) as connection:
            connection.execute("SELECT pg_notify('shangwu_live', 'all:1')")
        heard += [told(lines), told(lines)]
    assert heard == [f"data: account:{number}", f"data: account:{number}", "data: all:1"]


def told(lines):
    """Return the next event on the line."""
    return next(line for line in lines if line.startswith("data:"))


def listening(platform):
    """Tell whether the process of live events has its connection."""
    with contextlib.suppress(psycopg.Error), database(platform) as connection:
        return connection.execute(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN shangwu_live%'"
        ).fetchone()
    return None


def test_an_address_where_no_database_answers_is_said_in_one_sentence():
    with open_folder() as data:
        refused = Platform(data, DATABASE_URL="postgres://a:b@127.0.0.1:9/none").launch()
        assert refused.process.wait(60) == 1
        assert "连接不上数据库" in refused.said and "Traceback" not in refused.said
        assert not (data / "postgres").exists()


def test_the_suite_runs_against_a_server_started_elsewhere():
    """A part of this very suite, on a TCP server that knows one role only."""
    with open_folder() as elsewhere:
        server = Server(elsewhere, say=lambda text: None, throw_away=True)
        server.start()
        try:
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                    *("-m", "smoke", "tests/targets", "tests/foundation"),
                ],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": server.url("owner")},
                capture_output=True,
                text=True,
                check=False,
                timeout=200,
            )
        finally:
            server.stop()
        assert done.returncode == 0, done.stdout
        assert re.search(r"\b[4-9] passed", done.stdout), done.stdout


def test_a_server_of_ones_own_takes_the_place_of_the_embedded_one():
    with open_folder() as elsewhere, open_folder() as data:
        server = Server(elsewhere, say=lambda text: None, throw_away=True)
        server.start()
        (data / "own").mkdir()
        platform = Platform(data / "own", DATABASE_URL=server.url("owner"))
        try:
            platform.launch().wait_until(lambda: "准备数据库结构" in platform.said, 20)
            time.sleep(2)  # somewhere in the midst of the first migration
            assert platform.end() == 0
            platform.start()
            assert httpx.get(f"{platform.address}/targets/", timeout=30).status_code == 200
            assert not any("/postgres -D" in line for line in platform.children().values())
            assert not (data / "own" / "postgres").exists()
            told = httpx.get(f"{platform.address}/health", timeout=10).json()
            assert told["ok"] and "数据库" in told["database"]
            with psycopg.connect(server.url("owner")) as connection:
                found = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
            assert found[0] > 20
            assert urlsplit(server.url("owner")).port == server.record.port
        finally:
            if platform.process.poll() is None:
                assert platform.end() == 0
            server.stop()
