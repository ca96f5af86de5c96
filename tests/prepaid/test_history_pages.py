"""The page of history: what each agency sees, the chart, the files, the background work, the archive's state."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from procrastinate.contrib.django import app

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.prepaid.models import MonthStatistic, StatisticsRun
from shangwu.prepaid.operations.history.archiving import archive_closed_days
from shangwu.prepaid.operations.history.checking import check_due_days
from shangwu.prepaid.operations.history.statistics import ask_for_statistics, compute_statistics
from shangwu.prepaid.queries.history.page import archive_state, figures
from shangwu.prepaid.vocabulary import Agency, Sector
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.prepaid.factories import HUANGPU, XUHUI, operator, supervisor
from tests.prepaid.history import Ledger

pytestmark = pytest.mark.django_db
AT = datetime(2019, 11, 3, 18, tzinfo=UTC)
PAGE = "prepaid:history"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """History of each test in a folder of its own."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def archived():
    """A caterer and a gym with two months of closed days, in files."""
    ledger = Ledger()
    caterer = operator(sector=Sector.CATERING, district=HUANGPU)
    gym = operator(sector=Sector.SPORTS, district=XUHUI)
    ledger.close(date(2019, 9, 30), {caterer: [(1, 50_000, 0, 0)], gym: [(2, 90_000, 0, 0)]})
    ledger.close(date(2019, 10, 1), {caterer: [(1, 0, 20_000, 0)], gym: [(2, 0, 0, 90_000)]})
    archive_closed_days(at=AT)
    return caterer, gym


@pytest.fixture
def computed(archived):
    """The same, with the statistics computed."""
    compute_statistics(run=ask_for_statistics(by=None, at=AT + timedelta(minutes=1)).pk)
    return archived


def browser(account):
    with_app(account)
    return signed_in_client(account)


def shown(account, **asked):
    given = {"first": date(2019, 9, 1), "last": date(2019, 10, 1), "by": "month"} | asked
    return figures(account, on=date(2019, 11, 4), **given)


def test_statistics_are_computed_from_the_files(computed):
    assert MonthStatistic.objects.count() == 4
    row = MonthStatistic.objects.get(month=date(2019, 10, 1), sector="sports")
    assert (row.operators, row.holding, row.rows, row.active_cards) == (1, 0, 1, 1)
    assert (row.issued_fen, row.refunded_fen, row.balance_fen) == (0, 90_000, 0)


def test_only_months_with_new_days_are_computed_anew(computed):
    run = ask_for_statistics(by=None, at=AT + timedelta(hours=1))
    assert compute_statistics(run=run.pk) == 0
    ledger = Ledger()
    ledger.operators[computed[0].pk] = 30_000
    ledger.cards[computed[0].pk, 1] = 30_000
    ledger.close(date(2019, 10, 2), {computed[0]: [(1, 100, 0, 0)]})
    archive_closed_days(at=AT + timedelta(hours=2))
    run = ask_for_statistics(by=None, at=AT + timedelta(hours=3))
    assert compute_statistics(run=run.pk) == 1
    assert compute_statistics(run=run.pk) == 0, "a finished run is not done again"
    changed = MonthStatistic.objects.get(month=date(2019, 10, 1), sector="catering")
    assert (changed.issued_fen, changed.balance_fen, changed.days) == (100, 30_100, 2)


def test_flows_add_up_over_months_and_balances_do_not(computed):
    leader = person("leader", Role.LEADER)
    by_month = shown(leader)
    assert [line.balance_fen for line in by_month.lines] == [140_000, 30_000]
    assert (by_month.total.balance_fen, by_month.total.issued_fen) == (30_000, 140_000)
    by_sector = shown(leader, by="sector")
    assert {line.label: (line.issued_fen, line.balance_fen) for line in by_sector.lines} == {
        "餐饮": (50_000, 30_000),
        "体育健身": (90_000, 0),
    }
    assert [line.label for line in shown(leader, by="district").lines] == ["黄浦区", "徐汇区"]
    assert shown(leader, last=date(2019, 9, 1)).total.balance_fen == 140_000
    assert shown(leader, first=date(2018, 1, 1), last=date(2018, 2, 1)).lines == []


@pytest.mark.parametrize(
    ("agency", "district", "issued"),
    [
        (Agency.COMMERCE, "", 140_000),
        (Agency.COMMERCE, HUANGPU, 50_000),
        (Agency.SPORTS, "", 90_000),
        (Agency.SPORTS, HUANGPU, 0),
        (Agency.EDUCATION, "", 0),
    ],
)
def test_a_unit_sees_its_sectors_in_its_district(computed, agency, district, issued):
    assert shown(supervisor(agency=agency, district=district)).total.issued_fen == issued


def test_the_page_shows_chart_table_and_files(computed):
    client = browser(supervisor())
    page = client.get(reverse(PAGE))
    assert page.status_code == 200
    assert "发行、兑付与余额（万元）" in page.text
    assert "1,400.00" in page.text
    assert "已归档" in page.text
    csv = client.get(reverse(PAGE), {"by": "sector", "first": "2019-09", "format": "csv"})
    assert csv["Content-Disposition"].endswith("-201909-201910.csv")
    assert "餐饮,1,1,500.00,200.00,0.00,300.00" in csv.content.decode("utf-8-sig")
    assert client.get(reverse(PAGE), {"format": "xlsx"}).content[:2] == b"PK"
    asked = [act.after["asked"] for act in Act.objects.filter(act="prepaid.export_list")]
    assert sorted(asked) == ["by=sector&first=2019-09&format=csv", "format=xlsx"]
    wrong = client.get(reverse(PAGE), {"first": "2019-12", "last": "2019-01"})
    assert "截止月份不能早于起始月份" in wrong.text
    assert "请按年-月填写" in client.get(reverse(PAGE), {"first": "九月"}).text


def test_empty_pages_say_what_comes_next(settings):
    client = browser(supervisor())
    assert "还没有归档的日期" in client.get(reverse(PAGE)).text
    Ledger().close(date(2019, 9, 30), {operator(): [(1, 50_000, 0, 0)]})
    archive_closed_days(at=AT)
    assert "还没有统计" in client.get(reverse(PAGE)).text


def test_work_is_asked_for_once_and_shows_its_progress(archived):
    client = browser(supervisor())
    for _ in range(2):
        client.post(reverse("prepaid:history-ask"))
    run = StatisticsRun.objects.get()
    assert Act.objects.filter(act="prepaid.ask_for_statistics").count() == 1
    waiting = client.get(reverse("prepaid:history-progress"))
    assert "等待处理" in waiting.text
    assert 'hx-trigger="every 2s"' in waiting.text
    compute_statistics(run=run.pk)
    done = client.get(reverse("prepaid:history-progress"))
    assert "2 个月的统计已更新" in done.text
    assert "hx-trigger" not in done.text


def test_a_run_that_died_is_given_up(archived):
    first = ask_for_statistics(by=None, at=AT)
    StatisticsRun.objects.update(state="RUNNING")
    assert ask_for_statistics(by=None, at=AT + timedelta(hours=1)) == first
    second = ask_for_statistics(by=None, at=AT + timedelta(hours=7))
    first.refresh_from_db()
    assert (first.state, second.state) == ("FAILED", "WAITING")


def test_the_state_of_the_archive(computed, settings, tmp_path):
    check_due_days(at=AT)
    state = archive_state(today=date(2019, 11, 4))
    assert (state.days, state.verified, state.damaged, state.waiting) == (2, 2, [], 0)
    assert state.rows == 4
    assert state.kept_from == date(2018, 10, 1)
    next(tmp_path.glob("history/card_day/day=2019-09-30/*")).unlink()
    check_due_days(at=AT + timedelta(days=40))
    assert archive_state(today=date(2019, 11, 4)).damaged == [date(2019, 9, 30)]
    client = browser(supervisor())
    assert "1 天的历史文件与归档记录不一致" in client.get(reverse(PAGE)).text
    listed = client.get(reverse("prepaid:history-days"))
    assert "2019-09-30" in listed.text
    assert "与记录不一致" in listed.text


def test_only_those_who_supervise_may_look(computed):
    for account, status in (
        (person("clerk", Role.TARGETS_EDITOR), 403),
        (person("chief", Role.LEADER), 200),
    ):
        assert browser(account).get(reverse(PAGE)).status_code == status


def test_the_nightly_tasks_run_twice(archived):
    for name in ("archive_days", "check_history", "thin_history"):
        task = app.tasks[f"prepaid.{name}"]
        task.func()
        task.func()
    Ledger().close(date(2019, 10, 9), {operator(): [(1, 50_000, 0, 0)]})
    assert app.tasks["prepaid.archive_days"].func() == 1
    run = StatisticsRun.objects.get()
    assert app.tasks["prepaid.compute_statistics"].func(run=run.pk) == 2


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_a_month_out_of_reach_is_answered_with_the_page(computed, month):
    client = browser(supervisor(Agency.COMMERCE))
    for asked in ({"last": month}, {"first": month}):
        answer = client.get(reverse(PAGE), asked)
        assert answer.status_code == 200
        assert "年份须在1900年至2199年之间" in answer.text
