"""The rehearsal clock: a demonstration can play a past year with every act recorded on its own day.

The file named by SHANGWU_CLOCK holds how many seconds the platform's time lies behind (or before) real
time. Every process that sets Django up takes `django.utils.timezone.now` from there. Real stay: one-time
codes, signatures of forms, the database's own clock, the schedule of periodic jobs.

Decision: docs/decisions/0014-rehearsal-clock.md
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from shangwu.foundation.law.refused import Refused

Clock = Callable[[], datetime]


def real_now() -> datetime:
    """Return the time that the machine tells."""
    return datetime.now(UTC)


class RehearsalClock:
    """Real time plus the offset in a file; read again when the file was replaced, and never backwards."""

    def __init__(self, path: Path, *, real: Clock = real_now) -> None:
        self._path, self._real = path, real
        self._stamp = (0, 0)
        self._offset: timedelta | None = None

    def __call__(self) -> datetime:
        """Return the rehearsed moment."""
        self._look()
        return self._real() + (self._offset or timedelta())

    def _look(self) -> None:
        try:
            facts = self._path.stat()
            if (stamp := (facts.st_ino, facts.st_mtime_ns)) == self._stamp:
                return
            offset = read_offset(self._path)
        except (OSError, Refused):
            # Without a readable file the time that was told goes on; the start refuses such a file.
            return
        self._stamp = stamp
        if self._offset is None or offset > self._offset:
            self._offset = offset


def read_offset(path: Path) -> timedelta:
    """Return how far the rehearsed time lies from real time.

    Raises: Refused CLOCK-FILE when the file is missing or holds no number of seconds.
    """
    try:
        return timedelta(seconds=float(path.read_text("ascii")))
    except (OSError, ValueError, OverflowError):
        raise Refused(
            f"演练时钟文件 {path} 不存在或内容有误，请先用 shangwu rehearse_clock 设定演练时间。",
            code="CLOCK-FILE",
        ) from None


def move_clock(path: Path, *, to: datetime, real: Clock = real_now) -> None:
    """Set the rehearsed time; a clock that was set moves forwards only.

    Raises: Refused CLOCK-BACKWARDS or CLOCK-FILE.
    """
    offset = to - real()
    if path.exists() and offset < (standing := read_offset(path)):
        now = timezone.localtime(real() + standing)
        raise Refused(
            f"演练时钟只能向前，现在是 {now:%Y-%m-%d %H:%M}，不能拨回 {timezone.localtime(to):%Y-%m-%d %H:%M}。",
            code="CLOCK-BACKWARDS",
        )
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(f"{offset.total_seconds():.6f}\n", "ascii")
    fresh.replace(path)


def objection(clock: str, *, demonstration: bool) -> str:
    """Return why the platform must not start with this clock; empty when nothing stands against it."""
    if not clock:
        return ""
    if not demonstration:
        return "演练时钟（SHANGWU_CLOCK）只能用于演示环境，正式环境的操作一律按真实时间记录，请取消这项设置。"
    try:
        read_offset(Path(clock))
    except Refused as refused:
        return refused.sentence
    return ""


def start_rehearsal(clock: str) -> None:
    """Let this process tell the rehearsed time from now on."""
    # The one place by which Django, its libraries and the platform learn the time.
    setattr(timezone, "now", RehearsalClock(Path(clock)))  # noqa: B010 - mypy refuses the plain form
