"""A browser for each journey, with a fresh profile for every person in it."""

import os
from functools import partial

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.browser import chromium_executable, launch_arguments

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


def _visit(browser, address, width=DESKTOP, *, scheme="light"):
    page = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 900 if width > 600 else 844},
        locale="zh-CN",
        color_scheme=scheme,
        accept_downloads=True,
    ).new_page()
    page.complaints = []
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page
