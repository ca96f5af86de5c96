"""A supervisor's Tuesday: an alert is read, one is not followed, the other becomes a case and a warning letter.

The officer drafts the letter, a second person signs it, and it has its number; at a desk and on a phone.
"""

import pytest

from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import Case, WarningAlert
from shangwu.prepaid.operations.warning import warn_weekly
from shangwu.prepaid.vocabulary import OperatorStatus, WarningState
from tests.foundation.accounts.factories import with_app
from tests.journeys.conftest import DESKTOP
from tests.journeys.pictures import keep_picture
from tests.journeys.steps import downloaded, enter_as, follow, press, unfold, words
from tests.journeys.test_every_page import faults
from tests.prepaid.factories import operator, supervisor
from tests.prepaid.weeks import WEEKS, live, small_city, the_morning_after, week

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]


@pytest.fixture
def alerts(transactional_db):
    """An alert of the newest week, about an heir of a failed operator, and an older one that waits."""
    made = small_city()
    troubled = live(made)
    operator(
        status=OperatorStatus.LOST, ended_on=week(20), address_key=troubled.address_key, brand=""
    )
    warn_weekly(at=the_morning_after(WEEKS))
    sentence = "每周投诉自2019年9月2日当周起高于自身常态（近来4.0件，此前0.2件）"
    WarningAlert.objects.create(
        operator=made[0],
        week=week(WEEKS - 20),
        score=0.41,
        reasons=sentence,
        signals=[{"sentence": sentence, "since": "2019-09-02"}],
        model_version="earlier",
        made_at=the_morning_after(WEEKS - 20),
        state=WarningState.OPEN,
    )
    return troubled, made[0]


@pytest.fixture
def come(visitors, alerts):
    """Give the page of somebody of the city's commerce, signed in."""

    def come(login, role):
        account, page = supervisor(login, role), visitors(DESKTOP)
        with_app(account)
        enter_as(page, account)
        return page

    return come


@pytest.fixture
def looked_at():
    """Hold pages to what every page must keep, at a desk and on a phone; keep pictures of them."""
    wrong = []

    def looked_at(page, name):
        for width, scheme in ((DESKTOP, "light"), (360, "dark")):
            wrong.extend(faults(page, name, width, scheme))
            keep_picture(page, f"{name}-{width}")
        page.set_viewport_size({"width": DESKTOP, "height": 900})

    yield looked_at
    assert wrong == [], "\n".join(wrong)


def test_one_alert_is_not_followed_and_the_other_becomes_a_letter(come, alerts, looked_at):
    page = come("jing.ban", Role.PREPAID_OFFICER)
    troubled, healthy = alerts
    page.goto("/office/prepaid/alerts/")
    looked_at(page, "alerts")
    mine = page.locator("li", has=page.get_by_role("link", name=healthy.name, exact=True))
    mine.locator("summary").click()
    mine.locator("textarea").fill("到店核查，营业正常，投诉系误报。")
    looked_at(page, "alerts-dismissing")
    press(page, "登记不予跟进")
    assert "计入误报统计" in page.inner_text("main")
    other = page.locator("li", has=page.get_by_role("link", name=troubled.name, exact=True))
    other.get_by_role("link", name="立案").click()
    assert "当周起" in page.input_value("[name=summary]")
    press(page, "立案")
    assert "已立案" in page.inner_text("main")
    case = Case.objects.get()
    _warned(page, come("fu.he", Role.PREPAID_REVIEWER), case, looked_at)
    page.goto("/office/prepaid/alerts/")
    looked_at(page, "alerts-decided")
    assert sorted(WarningAlert.objects.values_list("state", flat=True)) == ["DISMISSED", "IN_CASE"]
    page.goto(f"/office/prepaid/files/{troubled.number}/")
    assert "与已停业失联的" in page.inner_text("main")
    looked_at(page, "alerts-file")


def _warned(officer, reviewer, case, looked_at):
    """Draft the letter, have a second person sign it, and see its number."""
    looked_at(officer, "alerts-case")
    unfold(officer, "发出监管警示函")
    officer.fill(
        "#id_warn_text", "售卡明显增多、兑付减少，账户余额下降。请说明原因并补足存管资金。"
    )
    press(officer, "提交")
    assert "须由拟稿人以外的预付卡复核岗签发" in words(officer)
    looked_at(officer, "alerts-letter-drafted")
    reviewer.goto("/office/prepaid/cases/?view=draft")
    follow(reviewer, case.number)
    looked_at(reviewer, "alerts-letter-to-sign")
    press(reviewer, "签发")
    letter = case.letters.get()
    assert letter.number in words(reviewer)
    looked_at(reviewer, "alerts-letter-numbered")
    name, paper = downloaded(reviewer, "案卷")
    assert name == f"案卷-{case.number}.zip" and letter.number.encode() in paper
