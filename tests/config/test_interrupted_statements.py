"""A statement whose confirmation is cut off: the site killed before the commit, the database after it.

Afterwards every payment is there exactly once, and the record of acts is whole.
"""

import pytest

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
ROWS = 500
# The last table that a confirmation touches before the statement itself and the record of the act.
HELD = {"table": "targets_statementmapping", "mode": "ACCESS EXCLUSIVE"}
COUNTS = """
SELECT (SELECT count(*) FROM targets_payment),
       (SELECT count(DISTINCT fingerprint) FROM targets_payment),
       (SELECT string_agg(status, ',') FROM targets_statement),
       (SELECT count(*) FROM audit_act WHERE act = 'targets.confirm_statement')
"""


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


def test_nothing_is_lost_and_nothing_doubled():
    with open_folder() as folder:
        platform = Platform(folder, SHANGWU_DEMONSTRATION="1").start()
        try:
            platform.wait_until(lambda: "演示数据已就绪" in platform.said, DEMONSTRATION_SECONDS)
            with person_of(platform, "demo-payer") as clerk:
                path = received(clerk)
                killed_inside(platform, lambda: confirm(clerk, path), **HELD)
            assert asked(platform, COUNTS) == (0, 0, "READ", 0), "cut off before the commit"
            with person_of(platform, "demo-payer") as clerk:
                confirm(clerk, path)
                assert f"已登记 {ROWS} 笔支付。" in clerk.text
            kill_database(platform)
            whole = (ROWS, ROWS, "CONFIRMED", 1)
            assert asked(platform, COUNTS) == whole, "committed: everything, once"
            with person_of(platform, "demo-payer") as clerk:
                assert received(clerk) == path, "the same file leads to the statement that stands"
            assert asked(platform, COUNTS) == whole
            require_whole_record(platform)
        finally:
            if platform.is_running():
                assert platform.end() == 0
