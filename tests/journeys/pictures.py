"""Renew the pictures of docs/images/ from a running demonstration, at a desk and on a phone.

python -m tests.journeys.pictures --address http://127.0.0.1:8000 --accounts var/demonstration-accounts.json
"""

import argparse
import json
import os
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browser import chromium_executable, launch_arguments

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
EDITOR = "demo-editor"
SIZES = {"": (1440, 900), "phone-": (390, 844)}
CHINESE = {"LC_ALL": "zh_CN.UTF-8"}  # the browser's own words on date fields follow the process


def main() -> None:
    """Take every picture and write it over the old one."""
    parser = argparse.ArgumentParser(description="Renew the pictures of docs/images/.")
    parser.add_argument("--address", required=True)
    parser.add_argument("--accounts", type=Path, required=True)
    options = parser.parse_args()
    password = json.loads(options.accounts.read_text("utf-8"))[EDITOR]
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_executable(),
            args=launch_arguments(),
            env={**os.environ, **CHINESE},
        )
        for prefix in SIZES:
            walk(browser, options.address, password, prefix)
        browser.close()


def walk(browser: Browser, address: str, password: str, prefix: str) -> None:
    """Go through the platform as a citizen, then as an editor."""
    width, height = SIZES[prefix]
    page = browser.new_page(
        base_url=address, viewport={"width": width, "height": height}, locale="zh-CN"
    )
    for name, path, follow in (
        ("portal", "/", ()),
        ("public-project", "/targets/", ("投资促进平台",)),
        ("office", "/office/", ()),
        ("overview", "/office/targets/", ()),
        ("project", "/office/targets/", ("上海智慧微菜场建设",)),
        ("target", "/office/targets/", ("投资促进平台", "政府网站的质量")),
        ("import-check", "/office/targets/imports/", ("上海智慧微菜场建设",)),
    ):
        page.goto(path)
        if page.locator("[name=login]").count():
            sign_in(page, password)
        for link in follow:
            page.get_by_role("main").get_by_role("link", name=link).first.click()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(800)  # charts draw themselves in
        page.screenshot(path=IMAGES / f"{prefix}{name}.png")
    page.close()


def sign_in(page: Page, password: str) -> None:
    """Sign in where the platform asked for it; it leads on to the page that was wanted."""
    page.fill("[name=login]", EDITOR)
    page.fill("[name=password]", password)
    page.click("form[action='/account/login/'] button[type=submit]")
    page.wait_for_url("**/office/**")


if __name__ == "__main__":
    main()
