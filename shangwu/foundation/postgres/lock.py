"""One running platform per data folder, whoever starts the second one."""

import fcntl
import os
from pathlib import Path
from types import TracebackType

from shangwu.foundation.postgres.binaries import make_open_folder
from shangwu.foundation.postgres.refusal import CannotServe


class DataLock:
    """Holds the data folder for this process; the kernel lets go when the process ends, however it ends.

    Any user may open the file for reading and a lock needs no more, so root and an ordinary user
    exclude each other. Children do not inherit the handle.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "lock"
        self._handle: int | None = None

    def take(self) -> "DataLock":
        """Hold the folder.

        Raises: CannotServe when another process holds it or the folder belongs to someone else.
        """
        make_open_folder(self.path.parent)
        handle = self._open()
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode("ascii", "replace").strip()
            os.close(handle)
            who = f"（进程 {holder}）" if holder else ""
            raise CannotServe(
                f"数据文件夹 {self.path.parent} 已有一个商务平台在运行{who}。"
                "请使用已经打开的那一个，或先将其停止；也可以用 SHANGWU_DATA 指定另一个数据文件夹。",
                code="already_running",
            ) from None
        self._handle = handle
        self._refuse_foreign_folder()
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode("ascii"), 0)
        return self

    def release(self) -> None:
        """Let the folder go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> "DataLock":
        return self.take()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except PermissionError:
            pass
        try:
            return os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            raise self._foreign() from None

    def _refuse_foreign_folder(self) -> None:
        if self.path.stat().st_uid != os.geteuid():
            self.release()
            raise self._foreign()

    def _foreign(self) -> CannotServe:
        return CannotServe(
            f"数据文件夹 {self.path.parent} 属于另一个用户。请以该用户运行，或用 SHANGWU_DATA 指定自己的数据文件夹。",
            code="foreign_data_folder",
        )
