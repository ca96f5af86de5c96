"""A supervisor's Tuesday: an alert is read, one is not followed, the other becomes a case; at a desk and on a phone."""

import pytest
from django.conf import settings

from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import WarningAlert
from shangwu.prepaid.operations.warning import warn_weekly
from shangwu.prepaid.vocabulary import OperatorStatus, WarningState
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.journeys.conftest import DESKTOP
from tests.journeys.pictures import keep_picture
from tests.journeys.steps import press
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
def tuesday(visitors, alerts):
    """The page of a reviewer of the city, signed in."""
    account = supervisor("fu.he", Role.PREPAID_REVIEWER)
    with_app(account)
    client, page = signed_in_client(account), visitors(DESKTOP)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}
    page.context.add_cookies([cookie])
    return page


def test_one_alert_is_not_followed_and_the_other_becomes_a_case(tuesday, alerts):
    page, wrong = tuesday, []
    troubled, healthy = alerts

    def looked_at(name):
        for width, scheme in ((DESKTOP, "light"), (360, "dark")):
            wrong.extend(faults(page, name, width, scheme))
            keep_picture(page, f"{name}-{width}")
        page.set_viewport_size({"width": DESKTOP, "height": 900})

    page.goto("/office/prepaid/alerts/")
    looked_at("alerts")
    mine = page.locator("li", has=page.get_by_role("link", name=healthy.name, exact=True))
    mine.locator("summary").click()
    mine.locator("textarea").fill("到店核查，营业正常，投诉系误报。")
    looked_at("alerts-dismissing")
    press(page, "登记不予跟进")
    assert "计入误报统计" in page.inner_text("main")
    other = page.locator("li", has=page.get_by_role("link", name=troubled.name, exact=True))
    other.get_by_role("link", name="立案").click()
    assert "当周起" in page.input_value("[name=summary]")
    press(page, "立案")
    assert "已立案" in page.inner_text("main")
    page.goto("/office/prepaid/alerts/")
    looked_at("alerts-decided")
    assert sorted(WarningAlert.objects.values_list("state", flat=True)) == ["DISMISSED", "IN_CASE"]
    page.goto(f"/office/prepaid/files/{troubled.number}/")
    assert "与已停业失联的" in page.inner_text("main")
    looked_at("alerts-file")
    assert wrong == [], "\n".join(wrong)
