"""Everything that a machine can review, each check by name; all run, and one failure fails the whole."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
DATABASE = [
    *(PYTHON, "-m", "shangwu.foundation.postgres"),
    *("run", "--throw-away", "--data", "var/check-postgres", "--"),
]
TEMPLATES = ["shangwu"]

CHECKS: dict[str, list[str]] = {
    "ruff format": ["ruff", "format", "--check", "."],
    "ruff": ["ruff", "check", "."],
    "mypy": ["mypy", "shangwu", "city"],
    "import contracts": ["lint-imports"],
    "djlint format": ["djlint", "--check", "--quiet", *TEMPLATES],
    "djlint": ["djlint", "--lint", "--quiet", *TEMPLATES],
    "migrations": [*DATABASE, PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "deployment": ["shangwu", "check", "--deploy", "--fail-level", "WARNING"],
}

# What an operator sets in production; the deployment check must find nothing to say about it.
PRODUCTION = {
    "SHANGWU_SECRET_KEY": "check-only-"
    + "".join(chr(97 + n % 26) for n in range(60))
    + "-0123456789",
    "SHANGWU_HOSTS": "shangwu.example",
    "SHANGWU_ORIGINS": "https://shangwu.example",
    "SHANGWU_HTTPS": "1",
    "SHANGWU_DEMONSTRATION": "0",
    "SHANGWU_DEBUG": "0",
}


def passes(name: str, command: list[str]) -> bool:
    """Run one check and return whether it had nothing to say."""
    started = time.monotonic()
    program = command[0] if os.sep in command[0] else str(BIN / command[0])
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    if name == "deployment":
        environment.update(PRODUCTION)
    done = subprocess.run(
        [program, *command[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    word = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:17} {word:7} {time.monotonic() - started:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def main() -> int:
    """Return 0 when every check passes; run only the named ones when names are given."""
    wanted = sys.argv[1:] or list(CHECKS)
    results = [passes(name, CHECKS[name]) for name in wanted]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
