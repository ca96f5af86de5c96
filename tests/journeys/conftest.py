"""A browser for each journey, with a fresh profile for every person in it."""

import os
from datetime import UTC, date, datetime
from functools import partial

import pytest
from playwright.sync_api import sync_playwright

from shangwu.foundation.accounts.models import Account
from shangwu.targets.operations import measuring
from tests.fakes.canteen.measures import MEALS, Meal
from tests.foundation.accounts.factories import person, with_app
from tests.journeys.browser import chromium_executable, launch_arguments
from tests.journeys.steps import listened_to, sign_in
from tests.targets.factories import AT, approved, row

DESKTOP, PHONE = 1440, 390


@pytest.fixture
def visitors(live_server, monkeypatch):
    """Open profiles: `visitors(width)` gives a page; what its console complains of is in `complaints`."""
    # Playwright runs an event loop in this thread, in which Django would refuse the ORM.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_executable(), args=launch_arguments()
        )
        yield partial(_visit, browser, live_server.url.replace("127.0.0.1", "localhost"))
        browser.close()


def _visit(browser, address, width=DESKTOP, *, scheme="light", touch=False):
    return listened_to(
        browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900 if width > 600 else 844},
            locale="zh-CN",
            color_scheme=scheme,
            has_touch=touch,
            accept_downloads=True,
        ).new_page()
    )


@pytest.fixture
def enter(visitors):
    """Let a new person sign in: `enter(login, role, width)` gives their page."""

    def enter(login, role, width=DESKTOP):
        secret = with_app(person(login, role))
        page = visitors(width)
        sign_in(page, login, secret)
        return page

    return enter


@pytest.fixture
def declaration(transactional_db, settings):
    """An approved project of 2019: money, a rate measured from January to July, dated work, a level."""
    settings.UNSCANNED_FILES_ACCEPTED = True
    settings.MEASURES = "tests.fakes.wiring.MEASURES"
    MEALS[:] = [
        Meal(f"{month}-{n}", day, datetime(2019, month, 11, tzinfo=UTC), n > 2, "一号")
        for month in range(1, 8)
        for day in [date(2019, month, 10)]
        for n in range(1, 21)
    ]
    author, approver = (
        Account.objects.create(login=login, display_name=name, created_at=AT)
        for login, name in (("author", "申报人"), ("approver", "批复人"))
    )
    found = approved(
        author,
        approver,
        ("预算执行率", "≥90%"),
        ("资金使用合规性", "合规"),
        ("用餐满意率", "85%以上"),
        ("2019年6月底，完成窗口改造", "100%"),
        ("窗口管理制度健全性", "健全"),
    )
    measuring.bind_measure(
        indicator=row(found, 3).pk,
        measure="canteen.liking",
        parameters={},
        reason="食堂系统接入",
        by=author,
        at=AT,
    )
    yield found
    MEALS.clear()


@pytest.fixture
def project(declaration):
    """Where the office finds the declaration."""
    return f"/office/targets/projects/{declaration.project.number}/{declaration.year}/"
