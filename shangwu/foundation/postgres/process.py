"""Starting the server as its account, tied to the life of whoever started it; and telling servers apart."""

import ctypes
import os
import signal
from collections.abc import Callable
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


def live_postmaster(cluster: Path) -> int | None:
    """Return the process that serves this cluster now, whoever started it.

    A number in `postmaster.pid` that meanwhile belongs to another program does not count.
    """
    try:
        # Bytes: the second line is the folder's name, in whatever script.
        number = int((cluster / "postmaster.pid").read_bytes().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return number if number > 1 and _serves(number, cluster) else None


def signal_postmaster(number: int, cluster: Path) -> None:
    """Ask a server left over from an earlier start to shut down quickly."""
    if _serves(number, cluster):
        os.kill(number, signal.SIGINT)


def _serves(number: int, cluster: Path) -> bool:
    process = Path("/proc") / str(number)
    try:
        if _is_zombie(process):
            return False
        words = (process / "cmdline").read_bytes().split(b"\0")
        if not Path(os.fsdecode(words[0])).name.startswith("postgres"):
            return False
        return (process / "cwd").resolve() == cluster.resolve()
    except PermissionError:  # another user's: its command line was a server's, so be careful
        return True
    except OSError:
        return False


def _is_zombie(process: Path) -> bool:
    return (process / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] == "Z"
