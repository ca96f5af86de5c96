"""Starting the server as its account, tied to the life of whoever started it; and telling servers apart."""

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent(signal_number: int) -> Callable[[], None]:
    """Return what a child runs before its program: the kernel sends it this signal when the parent dies.

    It runs after the change of account, which would clear the setting.
    """
    parent = os.getpid()

    def bind() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the setting
            os.kill(os.getpid(), signal_number)

    return bind


def serving(cluster: Path) -> set[int]:
    """Return the server processes at work on this cluster now, whoever started them.

    `postmaster.pid` is not asked: its number may meanwhile belong to a stranger, and a backend that is
    busy outlives a killed postmaster.
    """
    place = cluster.resolve()
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return {number for number in numbers if _serves(number, place)}


def signal_all(numbers: Iterable[int], kind: signal.Signals) -> None:
    """Send a signal to processes of which some may have ended meanwhile."""
    for number in numbers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, kind)


def postmaster_of(cluster: Path) -> int | None:
    """Return the number that `postmaster.pid` names, whatever process it belongs to now."""
    words = _pid_file(cluster)
    return int(words[0]) if words and words[0].isdigit() else None


def is_ready(cluster: Path, number: int) -> bool:
    """Return whether that postmaster has declared itself ready for connections."""
    lines = _pid_file(cluster)
    return len(lines) > 7 and lines[0] == str(number).encode() and lines[7].strip() == b"ready"


def _pid_file(cluster: Path) -> list[bytes]:
    try:
        # Bytes: the second line is the folder's name, in whatever script.
        return (cluster / "postmaster.pid").read_bytes().splitlines()
    except OSError:
        return []


def _serves(number: int, place: Path) -> bool:
    process = Path("/proc") / str(number)
    try:
        # The working folder of another user's process cannot be read: it cannot be at work on ours.
        if Path(os.readlink(process / "cwd")) != place or _is_zombie(process):
            return False
        program = os.fsdecode((process / "cmdline").read_bytes().split(b"\0")[0])
    except OSError:
        return False
    return Path(program.partition(":")[0]).name == "postgres"


def _is_zombie(process: Path) -> bool:
    return (process / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] == "Z"
