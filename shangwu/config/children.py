"""One supervised process: started, watched, started again with growing patience, stopped."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shangwu.foundation.postgres.process import end_with_parent

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
SETTLED_SECONDS = 60.0
LOG_LIMIT_BYTES = 20 * 1024 * 1024


class Child:
    """A process of the platform in its own process group, so that Ctrl-C reaches the supervisor only.

    The kernel ends it when the supervisor dies, even by `kill -9`.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        handles: Sequence[int] = (),
        delay: float = 0.0,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.environment = dict(environment)
        self.handles = tuple(handles)
        self.delay = delay
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._told = 0
        self._pause = FIRST_PAUSE_SECONDS
        self._not_before = 0.0

    def begin(self) -> None:
        """Start the process, or leave it to `tend` to start it once its delay, in seconds, is over."""
        if self.delay:
            self._not_before = time.monotonic() + self.delay
        else:
            self.start()

    def start(self) -> None:
        """Start the process; what it says goes to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._told = log.tell()
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.handles,
                process_group=0,
                preexec_fn=end_with_parent(signal.SIGTERM),
            )
        self._started = time.monotonic()

    def is_running(self) -> bool:
        """Return whether the process lives; collects it when it does not."""
        return self.process is not None and self.process.poll() is None

    def tend(self, say: Callable[[str], None]) -> None:
        """Start the process again when it has ended and its pause is over."""
        if self.is_running():
            return
        now = time.monotonic()
        if self.process is not None:
            if now - self._started > SETTLED_SECONDS:
                self._pause = FIRST_PAUSE_SECONDS
            say(
                f"{self.name} 意外停止（{ended(self.process.returncode)}），{self._pause:g} 秒后重新启动 / restarting"
            )
            self._signal(signal.SIGTERM)  # what the process itself started and left behind
            self._not_before = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            self.process = None
        elif now >= self._not_before:
            self.start()

    def news(self) -> list[str]:
        """Return the whole lines that came into the log since the start, or since it was last asked."""
        with self.log.open("rb") as log:
            log.seek(self._told)
            said, _, _ = log.read().rpartition(b"\n")
        if not said:
            return []
        self._told += len(said) + 1
        return said.decode("utf-8", "replace").splitlines()

    def ask_to_stop(self) -> None:
        """Ask the process, and what it started, to end."""
        self._signal(signal.SIGTERM)

    def stop(self, *, patience: float) -> None:
        """Wait for the end, and force it when it does not come."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self._signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def last_lines(self) -> str:
        """Return the end of the log, for the message when the start failed."""
        with contextlib.suppress(FileNotFoundError):
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-12:])
        return ""

    def _signal(self, number: signal.Signals) -> None:
        # The group outlives its leader for a moment, so it is asked even when the leader has ended.
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def ended(code: int) -> str:
    """Return how a process ended, in words."""
    return f"信号 {-code}" if code < 0 else f"退出码 {code}"
