"""`shangwu up`: database, worker, web and live events under one supervisor, which answers for all of them."""

import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from shangwu.config.children import Child, ended
from shangwu.config.demonstrations import (
    CARDS_DONE,
    DEMONSTRATIONS,
    REHEARSED,
    Neighbour,
    is_there,
    neighbours,
)
from shangwu.config.rehearsal import move_clock, real_now
from shangwu.foundation.postgres import CannotServe, DataLock, Server, versions
from shangwu.foundation.postgres.process import end_with_parent
from shangwu.foundation.postgres.record import write_private

# One for each processor: pages are made by Python, which uses one at a time. Eight leave the database room.
WEB_WORKERS = min(max(2, os.cpu_count() or 2), 8)
WEB_THREADS = 4
# A slow or crowded machine gets its time as long as the site lives, and a word now and then.
ANSWER_SECONDS = 600
WORD_SECONDS = 30
STOP_SECONDS = 10
# Children of a killed start may take their whole grace before they let the port go.
PORT_RETRY_SECONDS = STOP_SECONDS + 2
DATABASE_PAUSE_SECONDS = 10
# Until everything else runs, nobody need ask whether it answers.
SERVICE_DELAY_SECONDS = 60
LIVE_PAGES = 900
Say = Callable[[str], None]


class Supervisor:
    """The platform of one data folder, from first start to last goodbye."""

    def __init__(self, data_dir: Path, *, port: int, say: Say, may_move: bool) -> None:
        self.data_dir = data_dir.absolute()
        self.port = port
        self.say = say
        self.may_move = may_move
        self.demonstration = os.environ.get("SHANGWU_DEMONSTRATION", "")
        self.database: Server | None = None
        self.children: list[Child] = []
        self.neighbours: list[Neighbour] = []
        self.accounts = ""
        self._database_not_before = 0.0

    def run(self) -> None:
        """Start everything and keep it running until Ctrl-C or SIGTERM, then stop in order.

        Raises: CannotServe with the reason when the start is refused or fails.
        """
        with contextlib.ExitStack() as cleanup:
            cleanup.enter_context(DataLock(self.data_dir))
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                # Under nohup the terminal may close: that signal stays ignored.
                if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                    signal.signal(number, _interrupted)
            cleanup.callback(self._stop)
            web = cleanup.enter_context(_listening(self.port, self.say))
            live = cleanup.enter_context(_listening(self.port + 1, self.say))
            self.neighbours = [
                one.at(cleanup.enter_context(_listening(0, self.say)))
                for one in neighbours(self.demonstration, given=os.environ)
            ]
            with contextlib.suppress(KeyboardInterrupt):
                self._start((web, live))
                while True:
                    self._tend()
                    time.sleep(0.2)

    def _start(self, listeners: tuple[socket.socket, socket.socket]) -> None:
        self._write_secret_key()
        self._begin_in_the_past()
        environment = self._environment()
        owner = environment
        if not os.environ.get("DATABASE_URL"):
            self.database = Server(self.data_dir, say=self.say, may_move=self.may_move)
            self.say("启动数据库 / starting the database")
            self.database.start()
            owner = environment | {"DATABASE_URL": self.database.url("owner")}
        elif of_owner := os.environ.get("SHANGWU_OWNER_DATABASE_URL"):
            owner = environment | {"DATABASE_URL": of_owner}
        self.say(
            "准备数据库结构、法规与静态文件 / migrating, checking law, collecting static files"
        )
        self._prepare(owner)
        self.children = self._make_children(environment, listeners)
        # The site has the processor to itself until it answers.
        web, *others = self.children
        web.start()
        self.say("等待网站应答 / waiting for the site to answer")
        self._wait_for_answer(web)
        for child in others:
            child.begin()
        self._announce()
        self._start_demonstration()

    def _begin_in_the_past(self) -> None:
        """Let a fresh demonstration begin weeks ago and catch up: its reports come in on their own days."""
        if "year" not in self.demonstration or os.environ.get("SHANGWU_CLOCK"):
            return
        fresh = not any((self.data_dir / one.done).exists() for one in DEMONSTRATIONS.values())
        if fresh and not self._clock.exists():
            move_clock(self._clock, to=real_now() - REHEARSED)

    @property
    def _clock(self) -> Path:
        return self.data_dir / "rehearsal-clock"

    def _environment(self) -> dict[str, str]:
        environment = {
            **os.environ,
            "SHANGWU_DATA": str(self.data_dir),
            "DJANGO_SETTINGS_MODULE": "shangwu.config.settings",
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        }
        if not (self.data_dir / CARDS_DONE).exists() and self._clock.exists():
            environment.setdefault("SHANGWU_CLOCK", str(self._clock))
        environment.setdefault("SHANGWU_LIVE_ADDRESS", f"http://127.0.0.1:{self.port + 1}")
        if self.demonstration in {"1", "year"}:
            environment.setdefault("SHANGWU_ADDRESS", f"http://127.0.0.1:{self.port}")
        environment.update({one.setting: one.address for one in self.neighbours})
        environment.pop("SHANGWU_OWNER_DATABASE_URL", None)
        return environment

    def _write_secret_key(self) -> None:
        path = self.data_dir / "secret-key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(64) + "\n")

    def _prepare(self, environment: dict[str, str]) -> None:
        url = os.environ.get("DATABASE_URL") or (self.database.url("app") if self.database else "")
        role = urlsplit(url).username or ""
        with subprocess.Popen(
            [sys.executable, "-m", "django", "prepare", f"--application-role={role}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        ) as process:
            said, complained = self._hear_out(process)
        self.accounts = said.strip()
        if process.returncode:
            raise CannotServe(
                f"准备没有完成（{ended(process.returncode)}）：\n{(said + complained).strip()[-3000:]}",
                code="prepare_failed",
            )

    def _hear_out(self, process: subprocess.Popen[str]) -> tuple[str, str]:
        """Wait for the process, with a word to people now and then, and return what it said and complained of."""
        try:
            while True:
                try:
                    return process.communicate(timeout=WORD_SECONDS)
                except subprocess.TimeoutExpired:
                    self.say("仍在准备，请稍候 / still preparing")
        except BaseException:
            process.kill()
            raise

    def _make_children(
        self, environment: dict[str, str], listeners: tuple[socket.socket, socket.socket]
    ) -> list[Child]:
        web, live = listeners
        python, log = [sys.executable, "-m"], self.data_dir / "log"
        worker = [
            "django",
            "procrastinate",
            "worker",
            "--delete-jobs=successful",
            f"--shutdown-graceful-timeout={STOP_SECONDS}",
        ]
        gunicorn = [
            *("gunicorn", "--bind", f"fd://{web.fileno()}", "--worker-class", "gthread"),
            *("--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
            *("--timeout", "120", "--graceful-timeout", str(STOP_SECONDS), "--no-control-socket"),
            # One import for all workers; none of them holds a connection before it is forked.
            *("--max-requests", "20000", "--max-requests-jitter", "2000", "--preload"),
            "shangwu.config.wsgi:application",
        ]
        uvicorn = [
            *("uvicorn", "--fd", str(live.fileno()), "--no-access-log", "--log-level", "warning"),
            *("--timeout-graceful-shutdown", "2", "--limit-concurrency", str(LIVE_PAGES)),
            "shangwu.config.live:application",
        ]
        # The listening sockets stay with the supervisor: while a child restarts, requests wait in line.
        return [
            Child(
                "网站",
                [*python, *gunicorn],
                log=log / "web.log",
                environment=environment,
                handles=[web.fileno()],
            ),
            Child(
                "实时消息",
                [*python, *uvicorn],
                log=log / "live.log",
                environment=environment,
                handles=[live.fileno()],
            ),
            Child("后台任务", [*python, *worker], log=log / "worker.log", environment=environment),
            Child(
                "服务自检",
                [*python, *worker, "--queues=service"],
                log=log / "service.log",
                environment=environment,
                delay=SERVICE_DELAY_SECONDS,
            ),
            *(one.child(self.data_dir, environment) for one in self.neighbours),
        ]

    def _tend(self) -> None:
        if self.database is not None and not self.database.is_running():
            self._restart_database(self.database)
        for child in list(self.children):
            if child.name in DEMONSTRATIONS:
                self._tend_demonstration(child)
            else:
                child.tend(self.say)

    def _restart_database(self, database: Server) -> None:
        """Start it again; what stands in the way (a full disk, say) may pass, so a refusal is not the end."""
        if time.monotonic() < self._database_not_before:
            return
        self.say("数据库意外停止，重新启动 / restarting the database")
        try:
            database.start()
        except CannotServe as refused:
            self._database_not_before = time.monotonic() + DATABASE_PAUSE_SECONDS
            self.say(f"{refused.sentence}\n{DATABASE_PAUSE_SECONDS} 秒后再试 / trying again")
        else:
            self.say("数据库已恢复 / database is back")

    def _wait_for_answer(self, web: Child) -> None:
        began = time.monotonic()
        until, next_word = began + ANSWER_SECONDS, began + WORD_SECONDS
        while (now := time.monotonic()) < until:
            if now > next_word:
                self.say("网站仍在启动，请稍候 / the site is still starting")
                next_word = now + WORD_SECONDS
            if not web.is_running():
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                try:
                    asked.request("GET", "/health")
                    if asked.getresponse().status == 200:
                        return
                finally:
                    asked.close()
            time.sleep(0.1)
        raise CannotServe(
            f"网站没有应答。它最后的话是：\n{web.last_lines()}\n完整记录见 {web.log}。",
            code="web_failed",
        )

    def _announce(self) -> None:
        self.say(f"商务平台已启动：http://127.0.0.1:{self.port}/ （Ctrl-C 停止）/ ready")
        for line in self.accounts.splitlines():
            self.say(f"  {line}")
        for line in self._shortcomings():
            self.say(f"  注意：{line}")

    def _shortcomings(self) -> list[str]:
        """Say what this installation lacks, so that nobody takes it for more than it is."""
        found = []
        if self.database is not None:
            told = versions.describe(self.database.binaries.version)
            if "落后" in told:
                found.append(f"{told}；正式使用请连接受维护的服务器（DATABASE_URL）")
        if not os.environ.get("SHANGWU_CLAMD"):
            found.append("没有接入病毒扫描（SHANGWU_CLAMD），上传的文件未经扫描")
        if self.demonstration in {"1", "year"}:
            found.append("这是演示：账户和数据均为虚构，不要录入真实信息")
        if os.geteuid() == 0:
            found.append("正以 root 身份运行；正式使用请换成普通账户")
        return found

    def _start_demonstration(self) -> None:
        """Start the first demonstration that is wanted and not there yet; a rehearsal plays its own."""
        if os.environ.get("SHANGWU_CLOCK"):
            return
        for demonstration in DEMONSTRATIONS.values():
            if self.demonstration not in demonstration.wanted_by:
                continue
            if (self.data_dir / demonstration.done).exists() or not is_there(demonstration.program):
                continue
            self.say(demonstration.beginning)
            child = Child(
                demonstration.name,
                [
                    *(sys.executable, "-m", demonstration.program),
                    *("--address", f"http://127.0.0.1:{self.port}"),
                ],
                log=self.data_dir / "log" / "demonstration.log",
                environment=self._environment(),
            )
            child.start()
            self.children.append(child)
            return

    def _tend_demonstration(self, child: Child) -> None:
        """Pass on how far it is, and note once how it ended; what failed is not started again in this run."""
        for line in child.news():
            self.say(f"{child.name}：{line}")
        if child.process is None or child.is_running():
            return
        self.children.remove(child)
        demonstration = DEMONSTRATIONS[child.name]
        if child.process.returncode == 0:
            (self.data_dir / demonstration.done).touch()
            self.say(demonstration.ready)
            self._start_demonstration()
        else:
            how = ended(child.process.returncode)
            self.say(f"{child.name}数据没有导入完（{how}），下次启动会再试：\n{child.last_lines()}")

    def _stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if self.children or self.database is not None:
            self.say("正在停止 / stopping")
        # Each finishes what it has begun; the database stays until the last has ended.
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop(patience=STOP_SECONDS + 2)
        if self.database is not None:
            self.database.stop()
        if self.children or self.database is not None:
            self.say("已停止 / stopped")


def _interrupted(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _listening(port: int, say: Say) -> socket.socket:
    """Return a listening socket on this machine's own address.

    Raises: CannotServe when another program keeps the port; children of a killed start get some seconds.
    """
    until = time.monotonic() + PORT_RETRY_SECONDS
    told = False
    while True:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(512)
            return listener
        except PermissionError:
            listener.close()
            raise CannotServe(
                f"没有使用端口 {port} 的权限。请用 --port（make run PORT=…）换一个 1024 以上的端口。",
                code="port_forbidden",
            ) from None
        except OSError:
            listener.close()
            if time.monotonic() > until:
                raise CannotServe(
                    f"端口 {port} 已被别的程序占用。请用 --port（make run PORT=…）换一个端口。",
                    code="port_taken",
                ) from None
        if not told:
            say(f"端口 {port} 尚被占用，稍等 / waiting for the port")
            told = True
        time.sleep(0.3)
