"""One embedded server: made on first use, started, waited for, stopped. The data folder's lock is held outside."""

import contextlib
import dataclasses
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from shangwu.foundation.postgres import process as processes
from shangwu.foundation.postgres import record as records
from shangwu.foundation.postgres import roles, tuning, versions
from shangwu.foundation.postgres.binaries import find_binaries, reachable
from shangwu.foundation.postgres.lock import DataLock
from shangwu.foundation.postgres.place import ELSEWHERE, cluster_folder, server_account
from shangwu.foundation.postgres.ports import free_port, is_free
from shangwu.foundation.postgres.recovery import RecoveryWatch
from shangwu.foundation.postgres.refusal import CannotServe

LONGEST_RECOVERY_SECONDS = 15 * 60
LEFT_OVER_SECONDS = {signal.SIGINT: 60, signal.SIGQUIT: 10, signal.SIGKILL: 10}
LOCK_RETRY_SECONDS = 10
BACKENDS_SECONDS = 1
STOP_SECONDS = 60
LOG_LIMIT_BYTES = 20 * 1024 * 1024


class Server:
    """The embedded database of one data folder."""

    def __init__(
        self,
        data_dir: Path,
        *,
        say: Callable[[str], None],
        throw_away: bool = False,
        may_move: bool = False,
        port: int = 0,
    ) -> None:
        # Resolved: the way to a link may be closed to the account even when its end is not.
        self.data_dir = data_dir.resolve()
        self.say = say
        self.throw_away = throw_away
        self.wished_port = port
        self.account = server_account()
        self.cluster = cluster_folder(self.data_dir, self.account, may_move=may_move)
        self.binaries = reachable(
            find_binaries(), by_other=self.account.uid is not None, shelf=ELSEWHERE / "programs"
        )
        self.record = records.load(self.data_dir) or records.new_record()
        self.process: subprocess.Popen[bytes] | None = None
        self._elsewhere: DataLock | None = None

    @property
    def log(self) -> Path:
        """Where the server writes what it does."""
        return self.data_dir / "log" / "postgres.log"

    def url(self, role: str) -> str:
        """Return the address for a role: owner, app, readonly, backup, monitor or postgres."""
        return self.record.url(role)

    def start(self) -> None:
        """Start and wait until the server answers and its roles exist; recovery may take minutes.

        Raises: CannotServe with the reason; the data is left as it was.
        """
        self._hold_place_elsewhere()
        self._refuse_unsuitable()
        if not (self.cluster / "PG_VERSION").exists():
            self._create()
        self._end_left_over()
        self._launch()
        self._remember(version=self.binaries.version)
        if not self.record.roles_ready:
            self._psql("postgres", roles.server_script(self.record, throw_away=self.throw_away))
            self._psql(records.DATABASE, roles.schema_script())
            self._remember(roles_ready=True)

    def is_running(self) -> bool:
        """Return whether the server process lives; collects it when it does not."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Shut down in order: sessions are ended, everything is written, then the process ends."""
        if self.process is not None:
            self._shut_down(self.process)
            self.process = None
        if self._elsewhere is not None:
            self._elsewhere.release()
            self._elsewhere = None

    def _shut_down(self, process: "subprocess.Popen[bytes]") -> None:
        for kind, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10)):
            if process.poll() is not None:
                return
            process.send_signal(kind)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
        process.kill()
        process.wait()

    def _hold_place_elsewhere(self) -> None:
        """Hold a cluster outside the data folder: a copied data folder points to the same one."""
        if self.cluster.parent != self.data_dir and self._elsewhere is None:
            self._elsewhere = DataLock(self.cluster.parent).take()

    def _refuse_unsuitable(self) -> None:
        ours, written = self.binaries.version, self.record.version
        kept = self.cluster / "PG_VERSION"
        major = int(kept.read_text("ascii")) if kept.exists() else ours // 10000
        if major != ours // 10000:
            raise CannotServe(
                f"数据由 PostgreSQL {major} 建立，现有程序是 {versions.name_of(ours)}，不能直接打开。"
                "请按 docs/operations/database.md 的步骤导出后再导入。",
                code="other_major_version",
            )
        if ours < written:
            raise CannotServe(
                f"数据上次由 PostgreSQL {versions.name_of(written)} 写入，现有程序 {versions.name_of(ours)} 更旧，"
                "已拒绝启动。请安装不低于上次版本的程序（SHANGWU_PG_BIN），数据未改动。",
                code="older_server",
            )
        if kept.exists() and self.record.version == 0 and not self.record.port:
            raise CannotServe(
                f"{self.cluster} 中有数据库，但 {self.data_dir} 中缺少它的记录 postgres.json。"
                "请从备份中恢复该文件后再启动。",
                code="record_missing",
            )

    def _create(self) -> None:
        """Make a cluster beside its final place, so that an interrupted attempt leaves nothing behind."""
        self.say("建立数据库 / creating the database")
        records.save(self.data_dir, self.record)
        draft = self.cluster.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.account.own(draft)
        secret = draft.with_name("postgres.secret")
        records.write_private(secret, self.record.passwords[records.SUPERUSER])
        try:
            self.account.own(secret)
            done = subprocess.run(
                [self.binaries.path("initdb"), "--pgdata", str(draft)]
                + ["--username", records.SUPERUSER, "--pwfile", str(secret)]
                + ["--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8"]
                + ["--locale=C.UTF-8", "--no-instructions"]
                + (["--no-sync"] if self.throw_away else []),
                cwd=draft,
                env=_environment(),
                user=self.account.uid,
                group=self.account.gid,
                extra_groups=None if self.account.uid is None else [],
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            secret.unlink()
        if done.returncode:
            raise CannotServe(
                f"数据库未能建立：{(done.stderr or done.stdout).strip()[-600:]}",
                code="initdb_failed",
            )
        draft.rename(self.cluster)
        # A port is chosen now so that the record of a finished cluster is never without one.
        self._remember(port=self.wished_port or free_port(), version=self.binaries.version)

    def _end_left_over(self) -> None:
        """Stop what a killed start or a killed postmaster left behind; drop a pid file that names a stranger.

        Backends without their postmaster serve nobody, but no server starts beside them.
        """
        named = processes.postmaster_of(self.cluster)
        _wait_until(lambda: not (left := self._at_work()) or named in left, BACKENDS_SECONDS)
        for kind, patience in LEFT_OVER_SECONDS.items():
            left = self._at_work()
            if not left:
                break
            self.say("上次的数据库进程还在，先让它停下 / stopping what is left of the last server")
            if named in left:
                processes.signal_all({named}, kind)
            else:
                processes.signal_all(left, signal.SIGKILL)
            _wait_until(lambda: not self._at_work(), patience)
        if left := self._at_work():
            numbers = "、".join(str(number) for number in sorted(left))
            raise CannotServe(
                f"上次的数据库进程没有停下（{numbers}）。请结束这些进程后重试。",
                code="left_over_server",
            )
        if named is not None and Path(f"/proc/{named}").exists():
            # The server itself takes any live process of its own user for a competitor.
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _at_work(self) -> set[int]:
        with self.account.in_person():
            return processes.serving(self.cluster)

    def _launch(self) -> None:
        """Start the process, again for some seconds while remains of a killed one still hold its memory."""
        until = time.monotonic() + LOCK_RETRY_SECONDS
        # Whoever is connected knows the port: a new one is chosen between two runs, not within one.
        known = self.process is not None
        while True:
            if not is_free(self.record.port):
                if known:
                    raise CannotServe(
                        f"数据库的端口 {self.record.port} 已被别的程序占用，等它让出后再启动。",
                        code="port_taken",
                    )
                self._remember(port=free_port())
            watch = self._spawn()
            if self._wait(watch):
                return
            said = watch.last_lines()
            retry = any(
                sign in said
                for sign in (
                    "lock file",
                    "shared memory block",
                    "could not bind",
                    "Address already",
                )
            )
            if not retry or time.monotonic() > until:
                raise CannotServe(
                    f"数据库没有启动起来。它最后的话是：\n{said}\n完整记录见 {self.log}。",
                    code="server_failed",
                )
            time.sleep(0.3)

    def _spawn(self) -> RecoveryWatch:
        self.log.parent.mkdir(exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        settings = tuning.settings_for(tuning.memory_bytes(), throw_away=self.throw_away)
        settings["port"] = str(self.record.port)
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            watch = RecoveryWatch(self.log, self.say)
            self.process = subprocess.Popen(
                [self.binaries.path("postgres"), "-D", str(self.cluster), *options],
                cwd=self.cluster,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=handle,
                user=self.account.uid,
                group=self.account.gid,
                extra_groups=None if self.account.uid is None else [],
                umask=0o077,
                process_group=0,
                preexec_fn=processes.end_with_parent(signal.SIGINT),
            )
        finally:
            os.close(handle)
        return watch

    def _wait(self, watch: RecoveryWatch) -> bool:
        """Return True when the server answers, False when its process ended."""
        until = time.monotonic() + LONGEST_RECOVERY_SECONDS
        while self.process is not None and self.is_running():
            if processes.is_ready(self.cluster, self.process.pid):
                return True
            if time.monotonic() > until:
                self.stop()
                raise CannotServe(
                    f"数据库在 {LONGEST_RECOVERY_SECONDS // 60} 分钟内没有恢复完。记录见 {self.log}。"
                    "再次启动会继续恢复。",
                    code="recovery_too_long",
                )
            watch.report()
            time.sleep(0.05)
        return False

    def _psql(self, database: str, script: str) -> None:
        password = self.record.passwords[records.SUPERUSER]
        done = subprocess.run(
            [
                self.binaries.path("psql"),
                "--no-psqlrc",
                "--quiet",
                "--host=127.0.0.1",
                f"--port={self.record.port}",
                f"--username={records.SUPERUSER}",
                database,
            ],
            input=script,
            env=_environment() | {"PGPASSWORD": password},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotServe(
                f"数据库角色未能建立：{done.stderr.strip()[-600:]}", code="roles_failed"
            )

    def _remember(self, **facts: object) -> None:
        changed = dataclasses.replace(self.record, **facts)  # type: ignore[arg-type]
        if changed != self.record:
            self.record = changed
            records.save(self.data_dir, changed)


def _environment() -> dict[str, str]:
    # Nothing of the caller's own database settings (PGHOST, PGDATA, LD_PRELOAD ...) may leak in.
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "TZ": "UTC"}


def _wait_until(done: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.1)
