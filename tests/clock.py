"""Processor time, which a busy machine does not stretch as it stretches the time on the wall."""

import resource
import subprocess
import sys
from collections.abc import Callable

# What a command line of Django's cannot do without: the measure of the machine, in the same run.
BARE_START = "import django.core.management, django.db.models"


def processor_seconds(work: Callable[[], object], *, times: int = 3) -> float:
    """Return the least processor time that the work took, of this process and of those it ran."""
    taken = []
    for _ in range(times):
        before = _used()
        work()
        taken.append(_used() - before)
    return min(taken)


def bare_starts(work: Callable[[], object], *, times: int = 3) -> float:
    """Return the work's processor time in starts of an interpreter that loads Django and does nothing.

    A start takes about 0.4 s on the machine of the design, and twice that on a crowded one.
    """
    work_taken = processor_seconds(work, times=times)
    return work_taken / processor_seconds(_start_bare, times=times)


def _start_bare() -> None:
    subprocess.run([sys.executable, "-c", BARE_START], check=True)


def _used() -> float:
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
