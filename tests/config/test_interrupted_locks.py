"""An approval that locks a period, cut off: the site killed before the commit, the database after it.

Afterwards the period is locked by exactly one approval, or open with none, and the record of acts is whole.
"""

import re

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
from tests.foundation.postgres.folders import open_folder

pytestmark = [pytest.mark.xdist_group("platform"), pytest.mark.slow]
# The approval and the lock are written, the sender is told next: only then comes the record of the act.
HELD = {"table": "web_notification", "mode": "SHARE"}
COUNTS = """
SELECT (SELECT string_agg(status, ',') FROM targets_monitoringreport),
       (SELECT count(*) FROM targets_monitoringapproval),
       (SELECT count(*) FROM audit_act WHERE act = 'targets.approve_report'),
       (SELECT count(*) FROM web_notification WHERE sentence LIKE '%的监控报告已批准并锁定%')
"""


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


def test_the_period_is_locked_once_or_not_at_all():
    with open_folder() as folder:
        platform = Platform(folder, SHANGWU_DEMONSTRATION="1").start()
        try:
            platform.wait_until(lambda: "演示数据已就绪" in platform.said, DEMONSTRATION_SECONDS)
            with person_of(platform, "demo-editor") as editor:
                path = submitted(editor)
                (project,) = editor.open(path).links("/projects/")
            assert asked(platform, COUNTS) == ("SUBMITTED", 0, 0, 0)
            with person_of(platform, "demo-reviewer") as reviewer:
                killed_inside(platform, lambda: approve(reviewer, path), **HELD)
            assert asked(platform, COUNTS) == ("SUBMITTED", 0, 0, 0), "cut off before the commit"
            with person_of(platform, "demo-payer") as clerk:
                entered(clerk, project, "P1")
                assert "等待复核人员审批" in clerk.text, "what is not locked takes facts"
            with person_of(platform, "demo-reviewer") as reviewer:
                approve(reviewer, path)
                assert "监控报告已批准，期间已锁定。" in reviewer.text
            kill_database(platform)
            assert asked(platform, COUNTS) == ("LOCKED", 1, 1, 1), "committed: everything, once"
            with person_of(platform, "demo-reviewer") as reviewer:
                with pytest.raises(PageError, match="no form for"):
                    approve(reviewer, path)
            with person_of(platform, "demo-payer") as clerk:
                with pytest.raises(PageError, match="已批准锁定的监控期间"):
                    entered(clerk, project, "P2")
            assert asked(platform, COUNTS) == ("LOCKED", 1, 1, 1)
            require_whole_record(platform)
        finally:
            if platform.is_running():
                assert platform.end() == 0
