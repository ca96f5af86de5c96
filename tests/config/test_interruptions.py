"""Acts cut off on one platform: site, database and supervisor killed while the demonstration imports, then within an act.

Afterwards everything is there exactly once or not at all, and the record of acts is whole.
"""

import json
import os
import re
import signal

import psycopg
import pytest

from city.browser import PageError
from tests.config.interruptions import (
    DEMONSTRATION_SECONDS,
    asked,
    kill_database,
    killed_inside,
    person_of,
    require_whole_record,
)
from tests.config.platform import Platform
from tests.config.test_up import command
from tests.foundation.postgres.folders import open_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
]
IMPORTS = """
SELECT (SELECT count(*) FROM targets_declarationimport),
       (SELECT count(*) FROM targets_declaration),
       (SELECT count(*) FROM targets_indicator),
       (SELECT count(*) FROM targets_declarationimport WHERE status = 'CONFIRMED'),
       (SELECT count(*) FROM targets_declaration WHERE status = 'APPROVED'),
       (SELECT count(*) FROM targets_indicator i LEFT JOIN targets_targetversion v
               ON v.indicator_id = i.id WHERE v.id IS NULL)
"""
ROWS = 500
PAYMENTS = """
SELECT (SELECT count(*) FROM targets_payment),
       (SELECT count(DISTINCT fingerprint) FROM targets_payment),
       (SELECT string_agg(status, ',') FROM targets_statement),
       (SELECT count(*) FROM audit_act WHERE act = 'targets.confirm_statement')
"""
LOCKS = """
SELECT (SELECT string_agg(status, ',') FROM targets_monitoringreport),
       (SELECT count(*) FROM targets_monitoringapproval),
       (SELECT count(*) FROM audit_act WHERE act = 'targets.approve_report'),
       (SELECT count(*) FROM web_notification WHERE sentence LIKE '%的监控报告已批准并锁定%')
"""


def imported(platform, least):
    """Tell whether so many forms have been received; a database that is down has received none yet."""
    try:
        return asked(platform, IMPORTS)[0] >= least
    except psycopg.Error:
        return False


@pytest.fixture(scope="module")
def ready():
    """A platform that was killed part by part while its demonstration imported, and came to the end all the same."""
    with open_folder() as folder:
        platform = Platform(folder, SHANGWU_DEMONSTRATION="1").start()
        try:
            platform.wait_until(lambda: imported(platform, 1), 60)
            kill_database(platform)
            os.kill(platform.child("gunicorn"), signal.SIGKILL)
            platform.wait_until(platform.is_healthy, 60)
            platform.process.kill()
            platform.process.wait()
            platform.start()
            platform.wait_until(lambda: "演示数据已就绪" in platform.said, DEMONSTRATION_SECONDS)
            yield platform
        finally:
            if platform.is_running():
                assert platform.end() == 0


def test_five_imports_are_there_once_though_every_part_was_killed(ready):
    assert asked(ready, IMPORTS) == (5, 5, 44, 5, 5, 0)
    require_whole_record(ready)
    told = command(ready, "targets", "--year", "2019", "--format", "json")
    lines = json.loads(told.stdout)
    assert len(lines) == 44
    assert {line["status"] for line in lines} <= {
        *("MET", "MISSED", "PARTIAL", "NOT_DUE", "NO_DATA", "NEEDS_RATING")
    }


def statement(rows):
    head = "支付日期,凭证号,收款人,支付金额,付款账号"
    lines = [f"2019-05-{1 + n % 28:02},V{n:05},甲公司,{n + 1}.00,6222" for n in range(rows)]
    return "\n".join((head, *lines)).encode()


def received(clerk):
    """Upload the statement for the last project and return the path of its check; the first one's period gets locked."""
    pages = clerk.open("/office/targets/money/approvals/").links("/money/")
    *_, page = [link for link in pages if "/projects/" in link]
    clerk.open(f"{page}statements/new/").submit(
        fields={},
        action="/statements/new/",
        files=[("file", ("对账单.csv", statement(ROWS), "text/csv"))],
    )
    return clerk.path


def confirm(clerk, path):
    clerk.open(path).submit(fields={}, action=path, button="confirm")


def test_every_payment_of_a_statement_is_there_once_or_not_at_all(ready):
    """The site is killed after the last table that a confirmation touches before the statement and its act."""
    with person_of(ready, "demo-payer") as clerk:
        path = received(clerk)
        killed_inside(
            ready,
            lambda: confirm(clerk, path),
            table="targets_statementmapping",
            mode="ACCESS EXCLUSIVE",
        )
    assert asked(ready, PAYMENTS) == (0, 0, "READ", 0), "cut off before the commit"
    with person_of(ready, "demo-payer") as clerk:
        confirm(clerk, path)
        assert f"已登记 {ROWS} 笔支付。" in clerk.text
    kill_database(ready)
    whole = (ROWS, ROWS, "CONFIRMED", 1)
    assert asked(ready, PAYMENTS) == whole, "committed: everything, once"
    with person_of(ready, "demo-payer") as clerk:
        assert received(clerk) == path, "the same file leads to the statement that stands"
    assert asked(ready, PAYMENTS) == whole
    require_whole_record(ready)


def submitted(editor):
    """Draft the report of the first project's year so far, state its lines, send it; return its path."""
    page = editor.open("/office/targets/monitoring/")
    action = next(action for action in page.actions() if action.endswith("/monitoring/new/"))
    page.submit(fields={}, action=action)
    path = editor.path
    lines = set(re.findall(r'name="(line-\d+)-word"', editor.response.text))
    said = {f"{line}-explanation": "前期手续办理较慢。" for line in lines}
    said |= {f"{line}-causes": "其他" for line in lines}
    said |= {f"{line}-word": "有可能" for line in lines}
    editor.submit(fields=said, action=f"{path}lines/")
    editor.submit(fields={}, action=f"{path}submit/")
    return path


def approve(reviewer, path):
    reviewer.open(path).submit(fields={"note": "同意。"}, action=f"{path}decide/", button="approve")


def entered(clerk, page, voucher):
    """Enter a payment of a day in the period by hand."""
    clerk.open(f"{page}money/new/payment/").submit(
        fields={
            "voucher": voucher,
            "paid_on": "2019-05-06",
            "amount_fen": "1000.00",
            "payee": "甲公司",
            "reason": "没有对账单。",
        },
        action="/money/new/payment/",
    )


def test_a_period_is_locked_once_or_not_at_all(ready):
    """The approval and the lock are written, the sender is told next: only then comes the record of the act."""
    with person_of(ready, "demo-editor") as editor:
        path = submitted(editor)
        (project,) = editor.open(path).links("/projects/")
    assert asked(ready, LOCKS) == ("SUBMITTED", 0, 0, 0)
    with person_of(ready, "demo-reviewer") as reviewer:
        killed_inside(
            ready, lambda: approve(reviewer, path), table="web_notification", mode="SHARE"
        )
    assert asked(ready, LOCKS) == ("SUBMITTED", 0, 0, 0), "cut off before the commit"
    with person_of(ready, "demo-payer") as clerk:
        entered(clerk, project, "P1")
        assert "等待复核人员审批" in clerk.text, "what is not locked takes facts"
    with person_of(ready, "demo-reviewer") as reviewer:
        approve(reviewer, path)
        assert "监控报告已批准，期间已锁定。" in reviewer.text
    kill_database(ready)
    assert asked(ready, LOCKS) == ("LOCKED", 1, 1, 1), "committed: everything, once"
    with person_of(ready, "demo-reviewer") as reviewer:
        with pytest.raises(PageError, match="no form for"):
            approve(reviewer, path)
    with person_of(ready, "demo-payer") as clerk:
        with pytest.raises(PageError, match="已批准锁定的监控期间"):
            entered(clerk, project, "P2")
    assert asked(ready, LOCKS) == ("LOCKED", 1, 1, 1)
    require_whole_record(ready)
