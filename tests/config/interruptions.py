"""Cutting an act off: the site killed inside its transaction, and what the database knows afterwards."""

import contextlib
import json
import os
import signal
import threading
from collections.abc import Callable

import httpx
import psycopg

from city.browser import Browser, PageError
from tests.config.platform import Platform
from tests.config.test_up import command

DEMONSTRATION_SECONDS = 150


def connected(platform: Platform) -> psycopg.Connection:
    """Open the platform's database beside it."""
    return psycopg.connect((platform.folder / "postgres.url").read_text("utf-8").strip())


def asked(platform: Platform, sql: str) -> tuple:
    """Return the one row that answers a question."""
    with connected(platform) as database:
        return database.execute(sql).fetchone()


def person_of(platform: Platform, login: str) -> Browser:
    """Sign a person of the demonstration in."""
    passwords = json.loads((platform.folder / "demonstration-accounts.json").read_text("utf-8"))
    return Browser(platform.address).sign_in(login=login, password=passwords[login])


def killed_inside(platform: Platform, act: Callable[[], object], *, table: str, mode: str) -> None:
    """Kill the site while the act waits for a table, with all that it wrote before uncommitted."""
    waits = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass"

    def cut_off() -> None:
        with contextlib.suppress(httpx.HTTPError, PageError):
            act()

    with connected(platform) as holder:
        holder.execute(f"LOCK TABLE {table} IN {mode} MODE")
        click = threading.Thread(target=cut_off)
        click.start()
        platform.wait_until(lambda: asked(platform, waits) == (1,), 60)
        for number, line in platform.children().items():
            if "gunicorn" in line:
                os.kill(number, signal.SIGKILL)
        click.join()
    platform.wait_until(platform.is_healthy, 60)


def kill_database(platform: Platform) -> None:
    """Kill the database and wait until the platform stands again."""
    platform.kill("postgres")
    platform.wait_until(platform.is_healthy, 60)


def require_whole_record(platform: Platform) -> None:
    """Let the platform verify its own record of acts."""
    verdict = command(platform, "verify_audit", "--format", "json")
    assert json.loads(verdict.stdout)["ok"], verdict.stdout
