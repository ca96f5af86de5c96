"""The launcher against real servers: its own authentication, closed folders, crashes, strangers, versions."""

import contextlib
import dataclasses
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from shangwu.foundation.postgres import CannotServe, DataLock, Server, place
from shangwu.foundation.postgres import record as records
from shangwu.foundation.postgres.binaries import closed_ancestor, find_binaries
from tests.foundation.postgres.folders import open_folder

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534
RUN = ("-m", "shangwu.foundation.postgres", "run", "--throw-away", "--data")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts programs as others")


@contextlib.contextmanager
def serving(folder, **options):
    """Run a server on the folder and stop it afterwards."""
    said = []
    server = Server(folder, say=said.append, **{"throw_away": True, **options})
    server.said = said
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def folder():
    """A data folder with a space and Chinese words in its name."""
    with open_folder("商务 数据 ") as found:
        yield found


@pytest.fixture
def server(folder):
    """A running server."""
    with serving(folder) as found:
        yield found


def ask(url, query):
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else None


def kill(server):
    server.process.kill()
    server.process.wait()


def test_it_authenticates_and_listens_on_this_machine_alone(server):
    settings = dict(
        ask(
            server.url("postgres"),
            "SELECT name, setting FROM pg_settings WHERE name IN "
            "('listen_addresses', 'unix_socket_directories', 'data_checksums', 'server_encoding')",
        )
    )
    assert settings == {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "data_checksums": "on",
        "server_encoding": "UTF8",
    }
    right = server.url("app")
    assert ask(right, "SELECT current_user") == [("shangwu_app",)]
    password = server.record.passwords["app"]
    for wrong in (right.replace(password, "wrong"), right.replace(f":{password}@", "@")):
        with pytest.raises(psycopg.OperationalError, match="password"):
            ask(wrong, "SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="refused"):
        ask(right.replace("127.0.0.1", "127.0.0.2"), "SELECT 1")


def test_what_it_keeps_is_for_its_owner_alone(server):
    assert stat.S_IMODE(server.cluster.stat().st_mode) == 0o700
    for name in ("postgres.json", "postgres.url"):
        assert stat.S_IMODE((server.data_dir / name).stat().st_mode) == 0o600


@as_root
def test_the_server_does_not_run_as_root(server):
    status = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    uid = next(line.split()[1] for line in status.splitlines() if line.startswith("Uid:"))
    assert int(uid) == server.account.uid != 0


@as_root
def test_a_closed_parent_is_refused_and_left_closed(folder):
    folder.chmod(0o700)
    with pytest.raises(CannotServe) as refused:
        Server(folder / "inner", say=print)
    assert str(folder) in refused.value.sentence
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []


@as_root
def test_a_link_in_a_closed_folder_does_no_harm(folder):
    (folder / "open").mkdir()
    with open_folder() as closed:
        closed.chmod(0o700)
        (closed / "link").symlink_to(folder / "open")
        with serving(closed / "link") as server:
            assert ask(server.url("app"), "SELECT 1") == [(1,)]
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_roots_closed_data_folder_gets_its_cluster_elsewhere_and_a_copy_does_not_share_it(
    folder, monkeypatch
):
    monkeypatch.setattr(place, "ELSEWHERE", folder / "elsewhere")
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with serving(closed, may_move=True) as server:
        assert server.cluster.is_relative_to(folder / "elsewhere")
        copied = folder / "copied"
        shutil.copytree(closed, copied)
        with pytest.raises(CannotServe) as refused:
            Server(copied, say=print).start()
        assert refused.value.code == "already_running"
        assert ask(server.url("app"), "SELECT 1") == [(1,)]
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_roles_may_do_what_their_names_say(server):
    owner, app, readonly = (server.url(role) for role in ("owner", "app", "readonly"))
    ask(owner, "CREATE TABLE counted (n int)")
    ask(app, "INSERT INTO counted VALUES (1)")
    for url, forbidden in (
        (app, "CREATE TABLE mine (n int)"),
        (app, "DROP TABLE counted"),
        (app, "TRUNCATE counted"),
        (readonly, "INSERT INTO counted VALUES (2)"),
        (server.url("monitor"), "SELECT * FROM counted"),
    ):
        with pytest.raises(psycopg.errors.DatabaseError):
            ask(url, forbidden)
    assert ask(readonly, "SELECT n FROM counted") == [(1,)]
    assert ask(server.url("backup"), "SELECT n FROM counted") == [(1,)]
    assert ask(server.url("monitor"), "SELECT count(*) > 0 FROM pg_stat_activity") == [(True,)]


def test_a_second_starter_is_told_who_was_first(folder):
    with DataLock(folder), pytest.raises(CannotServe) as refused:
        DataLock(folder).take()
    assert refused.value.code == "already_running"
    assert f"进程 {os.getpid()}" in refused.value.sentence
    DataLock(folder).take().release()


def test_a_second_command_is_refused_in_one_sentence(folder):
    with DataLock(folder):
        done = subprocess.run(
            [sys.executable, *RUN, str(folder), "--", "true"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "已有一个商务平台在运行" in done.stderr and "Traceback" not in done.stderr


def write_until_it_dies(url, kept):
    """Insert rows one by one, and note each number that the server has acknowledged."""
    with contextlib.suppress(psycopg.Error):
        with psycopg.connect(url, autocommit=True) as connection:
            for n in range(100_000):
                connection.execute("INSERT INTO kept (t) VALUES (repeat('x', 400))")
                kept.append(n)


def test_every_acknowledged_row_survives_kill_9_under_load(folder):
    with serving(folder, throw_away=False) as server:
        url, kept = server.url("owner"), [[], [], []]
        ask(url, "CREATE TABLE kept (n bigint GENERATED ALWAYS AS IDENTITY, t text)")
        writers = [threading.Thread(target=write_until_it_dies, args=(url, mine)) for mine in kept]
        for writer in writers:
            writer.start()
        until = time.monotonic() + 60
        while sum(len(mine) for mine in kept) <= 100 and time.monotonic() < until:
            time.sleep(0.1)
        kill(server)
        for writer in writers:
            writer.join(30)
        server.start()
        acknowledged = sum(len(mine) for mine in kept)
        assert acknowledged > 100
        # At most one row of each writer was written and not yet acknowledged.
        assert 0 <= ask(url, "SELECT count(*) FROM kept")[0][0] - acknowledged <= len(kept)


def test_a_busy_session_without_its_server_does_not_stand_in_the_way(folder):
    endless = "SELECT count(*) FROM generate_series(1, 4000000000) AS n WHERE n % 7 = 0"
    with serving(folder) as server:
        busy = subprocess.Popen(
            [server.binaries.path("psql"), "--no-psqlrc", server.url("app"), "-c", endless],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            active = (
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 4%'"
            )
            until = time.monotonic() + 60
            while ask(server.url("monitor"), active)[0][0] < 2 and time.monotonic() < until:
                time.sleep(0.1)
            kill(server)
            started = time.monotonic()
            server.start()
            assert time.monotonic() - started < 60
            assert ask(server.url("app"), "SELECT 1") == [(1,)]
            assert busy.wait(60) != 0, "its session was ended"
        finally:
            busy.kill()
            busy.wait()


def rename_in_pid_file(server, number):
    """Let the pid file of a killed server name another process."""
    pid_file = server.cluster / "postmaster.pid"
    lines = pid_file.read_text("utf-8").splitlines()
    pid_file.write_text("\n".join([str(number), *lines[1:]]) + "\n", "utf-8")


def test_a_pid_file_that_names_a_stranger_is_not_believed(folder):
    with serving(folder) as server:
        kill(server)
        stranger = subprocess.Popen(["sleep", "60"])
        try:
            rename_in_pid_file(server, stranger.pid)
            server.start()
            assert ask(server.url("app"), "SELECT 1") == [(1,)]
            assert stranger.poll() is None, "the stranger was left alone"
        finally:
            stranger.kill()
            stranger.wait()


def test_a_pid_file_that_names_another_server_does_that_one_no_harm(folder):
    with open_folder() as other, serving(other) as neighbour, serving(folder) as server:
        kill(server)
        rename_in_pid_file(server, neighbour.process.pid)
        server.start()
        assert ask(server.url("app"), "SELECT 1") == ask(neighbour.url("app"), "SELECT 1")


def test_a_server_left_over_from_a_killed_start_is_stopped_first(folder):
    with serving(folder) as first:
        left_over = first.process
        with serving(folder) as second:
            assert any("先让它停下" in line for line in second.said)
            left_over.wait(10)
            assert ask(second.url("app"), "SELECT 1") == [(1,)]


def test_a_long_recovery_is_waited_for_with_progress(folder):
    """The server restores from an archive that takes its time, as a real one after a disaster does."""
    with serving(folder) as server:
        kill(server)
        settings = server.cluster / "postgresql.auto.conf"
        with settings.open("a") as file:
            file.write("restore_command = 'sleep 1; false'\nhot_standby = off\n")
        signal_file = server.cluster / "recovery.signal"
        signal_file.touch()
        server.account.own(signal_file)
        server.said.clear()
        started = time.monotonic()
        server.start()
        assert time.monotonic() - started > 3
        assert any("数据库" in line and "正在" in line for line in server.said), server.said
        assert ask(server.url("app"), "SELECT pg_is_in_recovery()") == [(False,)]


def test_two_servers_run_beside_each_other_and_a_taken_port_is_given_up(folder):
    with open_folder() as other, serving(folder) as first, serving(other) as second:
        assert first.record.port != second.record.port
        assert ask(first.url("app"), "SELECT 1") == ask(second.url("app"), "SELECT 1")
        second.stop()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            second.record = dataclasses.replace(second.record, port=taken.getsockname()[1])
            second.start()
            assert second.record.port != taken.getsockname()[1]
            assert ask(second.url("app"), "SELECT 1") == [(1,)]


def test_within_a_run_the_port_stays_and_is_waited_for(folder):
    with serving(folder) as server:
        port = server.record.port
        server.process.kill()
        server.process.wait()
        with (
            socket.create_server(("127.0.0.1", port)),
            pytest.raises(CannotServe, match=str(port)) as refused,
        ):
            server.start()
        assert refused.value.code == "port_taken"
        server.start()
        assert server.record.port == port
        assert ask(server.url("app"), "SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("older_server", lambda s: s._remember(version=s.binaries.version + 1)),
        ("other_major_version", lambda s: (s.cluster / "PG_VERSION").write_text("15\n")),
    ],
)
def test_an_unfit_server_program_is_refused_before_it_touches_the_data(folder, code, spoil):
    with serving(folder) as server:
        server.stop()
        spoil(server)
        with pytest.raises(CannotServe) as refused:
            server.start()
        assert refused.value.code == code
        assert server.process is None


def test_a_cluster_without_its_record_is_refused(folder):
    with serving(folder) as server:
        server.stop()
        (folder / "postgres.json").unlink()
        with pytest.raises(CannotServe) as refused:
            Server(folder, say=print).start()
        assert refused.value.code == "record_missing"


def test_an_interrupted_creation_leaves_nothing_that_stands_in_the_way(folder):
    draft = folder / "postgres.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    with serving(folder) as server:
        assert ask(server.url("app"), "SELECT 1") == [(1,)]
        assert not draft.exists()


def test_it_dies_with_the_program_that_started_it(folder):
    code = (
        "import sys, time; from pathlib import Path; from shangwu.foundation.postgres import Server;"
        "s = Server(Path(sys.argv[1]), say=lambda t: None, throw_away=True); s.start();"
        "print(s.process.pid, flush=True); time.sleep(120)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    number = int(starter.stdout.readline())
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    until = time.monotonic() + 20
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{number}").exists()


def open_python():
    """Return a Python that other users may run: the launcher needs its standard library only."""
    for candidate in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        path = Path(candidate)
        if path.exists() and closed_ancestor(path.resolve().parent) is None:
            asked = [candidate, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
            if subprocess.run(asked, check=False).returncode == 0:
                return candidate
    pytest.skip("no Python here that other users may run")


@as_root
def test_an_ordinary_user_runs_it_as_himself():
    """His server runs under his own name, and root is kept out of his data folder as he is out of root's."""
    if closed_ancestor(ROOT) or closed_ancestor(find_binaries().folder):
        pytest.skip("this checkout lies in a home that other users may not enter")
    with open_folder() as folder:
        os.chown(folder, NOBODY, NOBODY)
        data = folder / "我的 数据"
        psql = find_binaries().path("psql")
        show = (
            f'stat -c %u:%a "{data}/postgres"; {psql} -AtXc "SELECT current_user" "$DATABASE_URL"'
        )
        done = subprocess.run(
            [open_python(), *RUN, str(data), "--", "sh", "-c", show],
            cwd=ROOT,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": "/nonexistent",
                "PYTHONDONTWRITEBYTECODE": "1",
                "SHANGWU_PG_BIN": str(find_binaries().folder),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.split() == [f"{NOBODY}:700", "shangwu_owner"], done.stderr
        with pytest.raises(CannotServe) as refused:
            DataLock(data).take()
        assert refused.value.code == "foreign_data_folder"


def test_every_program_that_is_used_runs():
    """The wheel's pg_verifybackup does not; nothing here may rest on it."""
    binaries = find_binaries()
    for name in ("initdb", "postgres", "psql"):
        done = subprocess.run([binaries.path(name), "--version"], capture_output=True, check=False)
        assert done.returncode == 0, name


def test_a_record_is_whole_or_not_there(folder):
    records.save(folder, dataclasses.replace(records.new_record(), port=5))
    assert records.load(folder).port == 5
    assert records.recorded_database_url(folder).endswith(":5/shangwu")
    assert records.recorded_database_url(folder / "nothing") == records.NOWHERE
