"""Where the cluster lies and which account runs the server. Folders of others are never opened up."""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shangwu.foundation.postgres.binaries import closed_ancestor, make_open_folder
from shangwu.foundation.postgres.record import write_private
from shangwu.foundation.postgres.refusal import CannotServe

ACCOUNT = "shangwu-db"
ELSEWHERE = Path("/var/lib/shangwu")


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system account of the server; None means: whoever starts it."""

    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    @contextlib.contextmanager
    def in_person(self) -> Iterator[None]:
        """Act as the account for a moment: /proc tells where a process works to its own user alone.

        Root without the ptrace capability, as in most containers, is no exception.
        """
        if self.uid is None or self.gid is None:
            yield
            return
        os.setegid(self.gid)
        os.seteuid(self.uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)


def server_account() -> Account:
    """Return the account that runs the server: a dedicated one for root, else the present user.

    Raises: CannotServe when root has no such account and cannot make one.
    """
    if os.geteuid() != 0:
        return Account()
    name = os.environ.get("SHANGWU_PG_USER") or ACCOUNT
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = _made_account(name)
    if entry.pw_uid == 0:
        raise CannotServe(
            "PostgreSQL 不能以 root 身份运行。请把 SHANGWU_PG_USER 设为一个普通账户。",
            code="root_account",
        )
    return Account(entry.pw_uid, entry.pw_gid)


def cluster_folder(data_dir: Path, account: Account, *, may_move: bool) -> Path:
    """Return where the cluster lies; chooses and records the place on first use.

    `may_move` allows a place below /var/lib when the data folder lies in a home that the database
    account may not enter (root's own, usually).

    Raises: CannotServe when the place cannot be entered.
    """
    noted = data_dir / "postgres.location"
    if noted.exists():
        return Path(noted.read_text("utf-8").strip())
    folder = data_dir / "postgres"
    if account.uid is None or folder.exists():
        return _enterable(folder, account)
    closed = closed_ancestor(data_dir)
    if closed is None:
        return folder
    if not may_move:
        raise _closed(folder, closed)
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    folder = ELSEWHERE / name / "postgres"
    make_open_folder(folder.parent)
    _enterable(folder, account)
    write_private(noted, f"{folder}\n")
    return folder


def _enterable(folder: Path, account: Account) -> Path:
    if account.uid is None:
        return folder
    closed = closed_ancestor(folder.parent)
    if closed is not None:
        raise _closed(folder, closed)
    return folder


def _closed(folder: Path, closed: Path) -> CannotServe:
    return CannotServe(
        f"数据库账户进不了文件夹 {closed}，因此不能把数据放在 {folder}。我们不会改动这个文件夹的权限。"
        "请用 SHANGWU_DATA 指定一个各级上层文件夹都可进入的位置，例如 /srv/shangwu。",
        code="closed_ancestor",
    )


def _made_account(name: str) -> pwd.struct_passwd:
    program = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    made = program and subprocess.run(
        [
            program,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            "--comment",
            "Shangwu database",
            name,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return pwd.getpwnam(name)
    except KeyError:
        why = made.stderr.strip() if made else "没有 useradd 命令"
        raise CannotServe(
            f"以 root 运行时数据库需要一个专用账户，但未能建立 {name}（{why}）。"
            "请先建立一个普通系统账户，并用 SHANGWU_PG_USER 指定它，或以普通用户运行。",
            code="no_account",
        ) from None
