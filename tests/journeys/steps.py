"""What people do in every journey: sign in, press, go on by keyboard; and what every page must keep."""

from pathlib import Path
from typing import Any

import pyotp
from django.conf import settings
from playwright.sync_api import Page

from shangwu.foundation.accounts.models import Account
from tests.foundation.accounts.factories import PASSWORD, signed_in_client
from tests.journeys.axe import violations

PHONE_WIDTH = 390


def sign_in(page: Page, login: str, secret: str) -> None:
    """Sign in with password and second factor, as everybody does."""
    page.goto("/account/login/?next=/office/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/account/login/'] button[type=submit]")
    page.wait_for_url("**/account/mfa/authenticate/**")
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    page.click("form button[type=submit]")
    page.wait_for_url("**/office/")


def enter_as(page: Page, account: Account) -> None:
    """Give the page the session of somebody who has signed in; the way in itself is tested by `sign_in`."""
    name = settings.SESSION_COOKIE_NAME
    value = signed_in_client(account).cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/"}])


def press(page: Page, name: str) -> None:
    """Press the first button of that name and wait for the page that answers."""
    with page.expect_navigation():
        page.locator("main button:visible", has_text=name).first.click()


def press_by_keyboard(page: Page, name: str, *, start: str) -> None:
    """From the field `start` go on by Tab to the button, see where one is, and press Enter."""
    page.locator(start).focus()
    for _ in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            break
    focused = page.evaluate(
        "[document.activeElement.textContent.trim(), getComputedStyle(document.activeElement).outlineStyle]"
    )
    assert focused[0] == name, f"{name} is not reached by Tab; last: {focused[0]}"
    assert focused[1] != "none", "whoever uses the keyboard sees where they are"
    with page.expect_navigation():
        page.keyboard.press("Enter")


def follow(page: Page, name: str) -> None:
    """Follow the first link of that name in the page's own part."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=name).first.click()


def read(page: Page, project: str, target: str, *, on: str) -> None:
    """Have a target of the project read as of a day, and stay on its page."""
    page.goto(project)
    follow(page, target)
    page.fill("[name=on]", on)
    press(page, "立即读数")


def unfold(page: Page, name: str) -> None:
    """Open the first folded part of that name."""
    page.locator("main summary", has_text=name).first.click()


def words(page: Page) -> str:
    """Return what a person reads on the page."""
    return page.locator("main").inner_text()


def a_file(name: str, text: str, kind: str = "text/plain") -> Any:
    """Return a file as a person would choose it."""
    return {"name": name, "mimeType": kind, "buffer": text.encode()}


def downloaded(page: Page, name: str) -> tuple[str, bytes]:
    """Follow a link that downloads; return the file's name and content."""
    with page.expect_download() as download:
        page.get_by_role("main").get_by_role("link", name=name).first.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def listened_to(page: Page) -> Page:
    """Keep what the page's console complains of in `complaints`."""
    page.set_default_timeout(30_000)
    page.complaints = []
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def another_tab(page: Page) -> Page:
    """Open another tab of the same browser."""
    return listened_to(page.context.new_page())


def require_quiet(*pages: Page) -> None:
    """Refuse complaints of the console; the browser itself notes each refusal that a journey asked for."""
    found = [one for page in pages for one in page.complaints if "409 (Conflict)" not in one]
    assert found == [], found


def require_good(page: Page) -> None:
    """Refuse serious violations, complaints of the console and, on a phone, what scrolls sideways."""
    wide = page.viewport_size
    assert wide is not None
    page.emulate_media(reduced_motion="reduce")  # no colour in between
    found = violations(page)
    assert found == [], f"{page.url}: {found}"
    for width in (wide["width"], PHONE_WIDTH):
        page.set_viewport_size({"width": width, "height": wide["height"]})
        shown = page.evaluate("document.documentElement.scrollWidth")
        assert shown <= width, f"{page.url} is {shown} pixels wide at {width}"
    page.set_viewport_size(wide)
