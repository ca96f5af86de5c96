"""`shangwu up` as a real process on a data folder of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from shangwu.foundation.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240
# A part that died often is started again after a pause that grows up to this (`config/supervisor`).
LONGEST_PAUSE_SECONDS = 30
# What belongs to the test run, not to the platform that it starts.
NOT_HANDED_ON = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}


class Platform:
    """One started platform; `folder` may hold what an earlier one left."""

    def __init__(self, folder: Path, *, port: int = 0, **environment: str) -> None:
        self.folder = folder
        self.port = port or free_port(neighbours=1)
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in NOT_HANDED_ON},
            "SHANGWU_DATA": str(folder),
            "SHANGWU_HTTPS": "0",
            **environment,
        }
        self.log = folder / f"up-{self.port}.log"
        self.process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        """Where the site answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """What the supervisor said so far."""
        return self.log.read_text("utf-8")

    def launch(self) -> "Platform":
        """Start without waiting."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "shangwu.config.commandline",
                    "up",
                    "--port",
                    str(self.port),
                ],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def start(self) -> "Platform":
        """Start and wait until the site answers."""
        self.launch()
        self.wait_until(self.is_healthy, START_SECONDS)
        self.wait_until(lambda: "已启动" in self.said, 10)
        return self

    def is_running(self) -> bool:
        """Tell whether the supervisor lives."""
        return self.process is not None and self.process.poll() is None

    def is_healthy(self) -> bool:
        """Tell whether the site and its database answer."""
        assert self.process.poll() is None, self.said
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.address}/health", timeout=3).status_code == 200
        return False

    def wait_until(self, done, seconds: float) -> None:
        """Wait for a condition, no longer than the seconds."""
        until = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < until, self.said
            time.sleep(0.1)

    def children(self) -> dict[int, str]:
        """Return the processes below the supervisor with their command lines."""
        return {number: line for number, line in processes().items() if self._is_below(number)}

    def child(self, word: str) -> int:
        """Return the number of the topmost process whose command line holds the word, once there is one."""
        found: list[int] = []

        def there() -> bool:
            lines = self.children()
            found[:] = [n for n, line in lines.items() if word in line and self._is_own(n)]
            return bool(found)

        self.wait_until(there, LONGEST_PAUSE_SECONDS + 60)
        return found[0]

    def kill(self, word: str) -> int:
        """Kill the topmost process whose command line holds the word, and return its number once it is gone."""
        number = self.child(word)
        os.kill(number, signal.SIGKILL)
        self.wait_until(lambda: number not in processes(), 30)
        return number

    def end(self, kind: signal.Signals = signal.SIGINT) -> int:
        """End the supervisor and return its exit status."""
        self.process.send_signal(kind)
        return self.process.wait(60)

    def _is_own(self, number: int) -> bool:
        return parent(number) == self.process.pid

    def _is_below(self, number: int) -> bool:
        while number > 1:
            number = parent(number)
            if number == self.process.pid:
                return True
        return False


def processes() -> dict[int, str]:
    """Return the command line of every live process by number."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                line = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                )
                if line:
                    found[int(entry.name)] = line
    return found


def parent(number: int) -> int:
    """Return the number of a process's parent, 0 when it is gone."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
    return 0
