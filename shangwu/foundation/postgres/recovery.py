"""Tells the person at the terminal how a long recovery is going, from what the server logs."""

import re
import time
from collections.abc import Callable
from pathlib import Path

QUIET_SECONDS = 3.0
EVERY_SECONDS = 2.0
_POSITION = re.compile(r"redo in progress, elapsed time: [\d.]+ s, current LSN: ([0-9A-F/]+)")


class RecoveryWatch:
    """Reads the part of the log that one start wrote."""

    def __init__(self, log: Path, say: Callable[[str], None]) -> None:
        self.log = log
        self.say = say
        self.offset = log.stat().st_size
        self.started = self.reported = time.monotonic()

    def report(self) -> None:
        """Print a line now and then while the server is not ready yet; nothing for a quick start."""
        now = time.monotonic()
        if now - self.started < QUIET_SECONDS or now - self.reported < EVERY_SECONDS:
            return
        self.reported = now
        text = self._text()
        positions = _POSITION.findall(text)
        if positions:
            what = f"正在重放日志，已到 {positions[-1]} / replaying"
        elif "redo done" in text:
            what = "日志已重放完，正在写盘 / writing out"
        elif "recovery" in text:
            what = "正在从上次的意外停止中恢复 / recovering"
        else:
            what = "正在启动 / starting"
        self.say(f"数据库{what} ({now - self.started:.0f} s)")

    def last_lines(self) -> str:
        """Return the last lines of this start, for the message when it fails."""
        return "\n".join(self._text().splitlines()[-8:])

    def _text(self) -> str:
        with self.log.open("rb") as file:
            file.seek(self.offset)
            return file.read().decode("utf-8", "replace")
