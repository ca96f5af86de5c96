"""A supervisor's morning: the desk, a district, an operator's file, a difference settled, a ratio tried.

Every page is looked at at a desk in the light theme and on a phone of 360 pixels in the dark one, and on paper nothing
is lost.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import Observation, RatioTrial
from shangwu.prepaid.operations.reconciling import reconcile
from shangwu.prepaid.operations.standings import restate
from shangwu.prepaid.operations.trials import run_trial
from shangwu.prepaid.queries.trials import most_changed
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.vocabulary import OperatorStatus, Sector
from tests.foundation.accounts.factories import with_app
from tests.journeys.conftest import DESKTOP
from tests.journeys.steps import enter_as, follow, press
from tests.journeys.test_every_page import faults
from tests.prepaid.factories import operator, supervisor
from tests.prepaid.witnesses import bank_tells, earned, insured, moment, reports

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
DAYS, LINES = 9, (Sector.CATERING, Sector.SPORTS, Sector.RETAIL, Sector.EDUCATION)


@pytest.fixture
def city(transactional_db):
    """Nine days of 48 operators in all districts: some short, some silent, bonds that end, money that went."""
    now, today = timezone.now(), timezone.localdate()
    made = []
    for n, district in enumerate(list(districts(today)) * 3):
        sector = LINES[n % len(LINES)]
        facts = {} if n % 11 else {"status": OperatorStatus.ONBOARDING, "connected_on": None}
        connected = today - timedelta(days=DAYS)
        one = operator(
            **({"district": district, "sector": sector, "connected_on": connected} | facts)
        )
        for year in {connected.year - 1, today.year - 1}:
            earned(one, year, 800_000_000, at=moment(connected))
        made.append(one)
        for back in range(DAYS, 0, -1):
            day, balance = today - timedelta(days=back), 9_000_000 * (n % 9 + 1) - 100_001 * back
            at = now - timedelta(days=back - 1, hours=3)
            if n % 7 or back > 3:
                reports(one, day, balance, first_received_at=at)
            gone = n % 6 == 0 and back < 3
            bank_tells(one, day, -(-balance * (2 if gone else 4) // 10) * (n % 5 != 1), at=at)
        if n % 4 == 0:
            insured(one, 6_000_000, today - timedelta(days=90), today + timedelta(days=n % 8 + 1))
    for back in (3, 2, 1, 0):
        at = now - timedelta(days=back)
        restate(None, day=timezone.localtime(at).date(), cause="NIGHTLY", at=at)
        reconcile(at=at)
    return made


@pytest.fixture
def morning(visitors, city):
    """The page of a reviewer of the city, signed in."""
    account = supervisor("fu.he", Role.PREPAID_REVIEWER)
    with_app(account)
    page = visitors(DESKTOP)
    enter_as(page, account)
    return page


def test_a_supervisor_goes_from_the_desk_to_the_file_and_settles(morning):
    page, wrong = morning, []

    def looked_at():
        address = page.url.partition("localhost")[2]
        wrong.extend(faults(page, address, DESKTOP, "light") + faults(page, address, 360, "dark"))
        page.set_viewport_size({"width": DESKTOP, "height": 900})

    page.goto("/office/prepaid/")
    page.wait_for_selector("figure[data-drawn]")
    assert "缺额最大的经营者" in page.inner_text("main")
    looked_at()
    page.locator(".tile a", has_text="徐汇").click()
    page.wait_for_url("**district=310104**")
    assert "徐汇区" in page.inner_text(".lead-line")
    looked_at()
    page.goto("/office/prepaid/files/?short=0")
    looked_at()
    page.locator("tbody th a").first.click()
    page.wait_for_selector("figure[data-drawn]")
    assert "怎样算出来的" in page.inner_text("main")
    looked_at()
    page.goto("/office/prepaid/observations/?state=OPEN&kind=CUSTODY_DROP")
    looked_at()
    page.locator("tbody th a").first.click()
    page.fill("[name=reason]", "银行已说明系账户迁移，次日更正。")
    looked_at()
    press(page, "了结")
    assert "已了结" in page.inner_text("main")
    assert Observation.objects.filter(facts__has_key="settled_because").count() == 1
    page.goto("/office/prepaid/screen/")
    looked_at()
    assert wrong == [], "\n".join(wrong)


def test_a_reviewer_tries_a_ratio_and_sees_who_changes(morning):
    page = morning
    page.goto("/office/prepaid/what-if/")
    wrong = faults(page, "what-if", DESKTOP, "light") + faults(page, "what-if", 360, "dark")
    page.select_option(
        "[name=tier]", label=page.locator("option", has_text="40%").first.inner_text()
    )
    page.fill("[name=ratio]", "50")
    press(page, "开始试算")
    assert "等待处理" in page.inner_text("main")
    run_trial(trial=RatioTrial.objects.get().pk, clock=timezone.now)
    page.wait_for_selector("text=变化最大的经营者", timeout=30_000)
    page.wait_for_selector("figure[data-drawn]")
    wrong += faults(page, "trial", DESKTOP, "light") + faults(page, "trial", 360, "dark")
    follow(page, most_changed(RatioTrial.objects.get())[0].operator.name)
    assert "怎样算出来的" in page.inner_text("main")
    assert wrong == [], "\n".join(wrong)
