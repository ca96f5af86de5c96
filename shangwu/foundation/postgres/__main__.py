"""`python -m shangwu.foundation.postgres run --data DIR -- COMMAND`: one command beside its own server."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from shangwu.foundation.postgres import CannotServe, DataLock, Server
from shangwu.foundation.postgres.place import cluster_folder, server_account

STARTED = time.monotonic()


def say(text: str) -> None:
    """Print one progress line with the seconds since the start."""
    sys.stderr.write(f"[{time.monotonic() - STARTED:5.1f} s] {text}\n")
    sys.stderr.flush()


def run(data_dir: Path, command: list[str], *, throw_away: bool) -> int:
    """Return the command's exit status; the server lives exactly as long as the command.

    The command finds the owner's address in DATABASE_URL. With `throw_away` the data is fresh each time
    and gone afterwards, the server is quick and unsafe, and the owner may make databases.
    """
    with DataLock(data_dir):
        if throw_away:
            _discard(data_dir)
        server = Server(data_dir, say=say, throw_away=throw_away, may_move=True)
        try:
            server.start()
            environment = {**os.environ, "DATABASE_URL": server.url("owner")}
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            server.stop()
            if throw_away:
                _discard(data_dir)


def _discard(data_dir: Path) -> None:
    account = server_account()
    cluster = cluster_folder(data_dir.absolute(), account, may_move=True)
    shutil.rmtree(cluster, ignore_errors=True)
    for name in ("postgres.json", "postgres.url"):
        (data_dir / name).unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    """Return the exit status: the command's own, or 1 with the reason when there is no server."""
    parser = argparse.ArgumentParser(prog="python -m shangwu.foundation.postgres")
    actions = parser.add_subparsers(dest="action", required=True)
    running = actions.add_parser("run", help="run one command beside an embedded server")
    running.add_argument("--data", type=Path, required=True)
    running.add_argument("--throw-away", action="store_true")
    running.add_argument("command", nargs="+")
    given = parser.parse_args(arguments)

    def interrupted(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)
    try:
        return run(given.data, given.command, throw_away=given.throw_away)
    except CannotServe as refused:
        sys.stderr.write(refused.sentence + "\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
