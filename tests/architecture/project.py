"""The files of the project, as its fitness tests look at them."""

import subprocess
from collections.abc import Iterator
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


def tracked_files() -> list[Path]:
    """Return what stands in the repository and in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def name_of(path: Path) -> str:
    """Return the path of a file inside the project."""
    return path.relative_to(ROOT).as_posix()
