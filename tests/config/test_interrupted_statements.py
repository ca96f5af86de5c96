"""A statement whose confirmation is cut off: the site killed before the commit, the database after it.

Afterwards every payment is there exactly once, and the record of acts is whole.
"""

import contextlib
import json
import os
import signal
import threading

import httpx
import psycopg
import pytest

from city.browser import Browser, PageError
from tests.config.platform import Platform
from tests.config.test_up import command
from tests.foundation.postgres.folders import open_folder

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.slow]
ROWS = 500
# The last table that a confirmation touches before the statement itself and the record of the act.
HELD = "LOCK TABLE targets_statementmapping IN ACCESS EXCLUSIVE MODE"
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'targets_statementmapping'::regclass"
COUNTS = """
SELECT (SELECT count(*) FROM targets_payment),
       (SELECT count(DISTINCT fingerprint) FROM targets_payment),
       (SELECT string_agg(status, ',') FROM targets_statement),
       (SELECT count(*) FROM audit_act WHERE act = 'targets.confirm_statement')
"""


def connected(platform):
    return psycopg.connect((platform.folder / "postgres.url").read_text("utf-8").strip())


def counted(platform):
    with connected(platform) as database:
        return database.execute(COUNTS).fetchone()


def clerk_of(platform):
    passwords = json.loads((platform.folder / "demonstration-accounts.json").read_text("utf-8"))
    return Browser(platform.address).sign_in(login="demo-payer", password=passwords["demo-payer"])


def statement(rows):
    head = "支付日期,凭证号,收款人,支付金额,付款账号"
    lines = [f"2019-05-{1 + n % 28:02},V{n:05},甲公司,{n + 1}.00,6222" for n in range(rows)]
    return "\n".join((head, *lines)).encode()


def received(clerk):
    """Upload the statement for the first project and return the path of its check."""
    pages = clerk.open("/office/targets/money/approvals/").links("/money/")
    page = next(link for link in pages if "/projects/" in link)
    clerk.open(f"{page}statements/new/").submit(
        fields={},
        action="/statements/new/",
        files=[("file", ("对账单.csv", statement(ROWS), "text/csv"))],
    )
    return clerk.path


def confirm(clerk, path):
    clerk.open(path).submit(fields={}, action=path, button="confirm")


def cut_off(clerk, path):
    """Confirm in a site that is killed meanwhile."""
    with contextlib.suppress(httpx.HTTPError, PageError):
        confirm(clerk, path)


def waits(platform):
    with connected(platform) as database:
        return database.execute(WAITS).fetchone() == (1,)


def test_nothing_is_lost_and_nothing_doubled():
    with open_folder() as folder:
        platform = Platform(folder, SHANGWU_DEMONSTRATION="1").start()
        try:
            platform.wait_until(lambda: "演示数据已就绪" in platform.said, 150)
            with clerk_of(platform) as clerk, connected(platform) as holder:
                path = received(clerk)
                holder.execute(HELD)
                click = threading.Thread(target=cut_off, args=(clerk, path))
                click.start()
                platform.wait_until(lambda: waits(platform), 60)
                for number, line in platform.children().items():
                    if "gunicorn" in line:
                        os.kill(number, signal.SIGKILL)
                click.join()
            platform.wait_until(platform.is_healthy, 60)
            assert counted(platform) == (0, 0, "READ", 0), "cut off before the commit: nothing"
            with clerk_of(platform) as clerk:
                confirm(clerk, path)
                assert f"已登记 {ROWS} 笔支付。" in clerk.text
            os.kill(platform.child("postgres"), signal.SIGKILL)
            platform.wait_until(platform.is_healthy, 60)
            assert counted(platform) == (ROWS, ROWS, "CONFIRMED", 1), "committed: everything, once"
            with clerk_of(platform) as clerk:
                assert received(clerk) == path, "the same file leads to the statement that stands"
            assert counted(platform)[0] == ROWS
            verdict = command(platform, "verify_audit", "--format", "json")
            assert json.loads(verdict.stdout)["ok"], verdict.stdout
        finally:
            if platform.is_running():
                assert platform.end() == 0
