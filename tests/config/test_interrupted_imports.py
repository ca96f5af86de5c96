"""The five imports of the demonstration, with the database, the site and the supervisor killed under them.

Afterwards everything is there exactly once and the record of acts is whole.
"""

import json
import os
import signal

import psycopg
import pytest

from tests.config.platform import Platform
from tests.config.test_up import command
from tests.foundation.postgres.folders import open_folder

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.slow]
COUNTS = """
SELECT (SELECT count(*) FROM targets_declarationimport),
       (SELECT count(*) FROM targets_declaration),
       (SELECT count(*) FROM targets_indicator),
       (SELECT count(*) FROM targets_declarationimport WHERE status = 'CONFIRMED'),
       (SELECT count(*) FROM targets_declaration WHERE status = 'APPROVED'),
       (SELECT count(*) FROM targets_indicator i LEFT JOIN targets_targetversion v
               ON v.indicator_id = i.id WHERE v.id IS NULL)
"""


def counted(platform):
    with psycopg.connect((platform.folder / "postgres.url").read_text("utf-8").strip()) as database:
        return database.execute(COUNTS).fetchone()


def imported(platform, least):
    """Tell whether so many forms have been received; a database that is down has received none yet."""
    try:
        return counted(platform)[0] >= least
    except psycopg.Error:
        return False


def test_nothing_is_lost_and_nothing_doubled():
    with open_folder() as folder:
        platform = Platform(folder, SHANGWU_DEMONSTRATION="1").start()
        try:
            platform.wait_until(lambda: imported(platform, 1), 60)
            os.kill(platform.child("postgres"), signal.SIGKILL)
            platform.wait_until(platform.is_healthy, 60)
            os.kill(platform.child("gunicorn"), signal.SIGKILL)
            platform.wait_until(platform.is_healthy, 60)
            platform.process.kill()
            platform.process.wait()
            platform.start()
            platform.wait_until(lambda: "演示数据已就绪" in platform.said, 150)
            assert counted(platform) == (5, 5, 44, 5, 5, 0)
            verdict = command(platform, "verify_audit", "--format", "json")
            assert json.loads(verdict.stdout)["ok"], verdict.stdout
            told = command(platform, "targets", "--year", "2019", "--format", "json")
            lines = json.loads(told.stdout)
            assert len(lines) == 44
            assert {line["status"] for line in lines} <= {
                *("MET", "MISSED", "PARTIAL", "NOT_DUE", "NO_DATA", "NEEDS_RATING")
            }
        finally:
            if platform.is_running():
                assert platform.end() == 0
