"""The files of the project, as its fitness tests look at them."""

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "shangwu"
SYSTEMS = frozenset({"investment", "filing", "prepaid", "market", "hall", "guard"})


def python_files(*folders: str) -> Iterator[Path]:
    """Yield the Python files of some folders, or of the whole project."""
    for folder in folders or ("shangwu", "city", "deploy", "benchmarks", "tests"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def templates() -> list[Path]:
    """Return the templates of all apps."""
    return sorted(PACKAGE.rglob("templates/**/*.html"))


def project_files() -> list[Path]:
    """Return every file but what .gitignore leaves out; a machine for tests may have no git."""
    patterns = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]

    def ignored(name: str) -> bool:
        return name == ".git" or any(fnmatch(name, pattern) for pattern in patterns)

    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if not ignored(name))
        found += [Path(folder, name) for name in sorted(names) if not ignored(name)]
    return found


def name_of(path: Path) -> str:
    """Return the path of a file inside the project."""
    return path.relative_to(ROOT).as_posix()
