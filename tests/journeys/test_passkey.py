"""A person enrols a passkey, signs out, and signs in with it alone; the strict policy blocks nothing.

The key is a virtual one inside a real Chromium; the pages run the scripts of allauth as shipped.
"""

import os

import pytest
from playwright.sync_api import Page, sync_playwright

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from tests.foundation.accounts.factories import PASSWORD, person
from tests.journeys.browser import chromium_executable, launch_arguments

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server, monkeypatch):
    # Playwright runs an event loop in this thread, in which Django would refuse the ORM.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_executable(), args=launch_arguments()
        )
        # Passkeys are bound to a name; an address of digits has none.
        base = live_server.url.replace("127.0.0.1", "localhost")
        yield browser.new_page(base_url=base, locale="zh-CN")
        browser.close()


def give_virtual_key(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_enrolled_and_then_suffices(page):
    account: Account = person("zhang.san", Role.TARGETS_EDITOR)
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    give_virtual_key(page)

    page.goto("/account/login/?next=/office/")
    page.fill("[name=login]", "zhang.san")
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/account/login/'] button[type=submit]")
    page.wait_for_url("**/account/mfa/")
    page.goto("/account/mfa/webauthn/add/")
    if page.locator("[name=name]").count():
        page.fill("[name=name]", "办公电脑")
    if page.locator("[name=passwordless]").count():
        page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: not url.endswith("/webauthn/add/"))
    assert Account.objects.get(pk=account.pk).has_second_factor()
    page.goto("/office/")
    assert page.url.endswith("/office/")

    page.context.clear_cookies()
    page.goto("/account/login/?next=/office/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "login" not in url)
    assert page.url.endswith("/office/")
    assert Act.objects.filter(act="accounts.sign_in", actor_number=str(account.number)).count() == 2
    assert complaints == []
