"""Renew the pictures of docs/images/ from a running demonstration, at a desk and on a phone.

python -m tests.journeys.pictures --address http://127.0.0.1:8000 --accounts var/demonstration-accounts.json
"""

import argparse
import json
import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browser import chromium_executable, launch_arguments

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
JOURNEYS = Path(__file__).resolve().parents[2] / "var" / "journeys"
EDITOR, OFFICER, LINKAGE, SHOP = "demo-editor", "demo-officer", "demo-linkage", "demo-shop"
CHAIN, CASE, CONNECTED = re.compile("跃动"), re.compile("^AJ"), re.compile("小巷面馆")
# The pages of prepaid cards: size, name, who signs in, where, which links from there, how far down (0 for all).
CARDS = (
    ("", "prepaid-consumers", "", "/prepaid/", (), 0),
    ("phone-", "prepaid-operator", "", "/prepaid/search/?q=跃动", (CHAIN,), 0),
    ("", "prepaid-desk", OFFICER, "/office/prepaid/", (), 1900),
    ("", "prepaid-collapse", OFFICER, "/office/prepaid/closings/", (CHAIN,), 0),
    ("", "prepaid-case", OFFICER, "/office/prepaid/cases/?view=all&state=PENALISED", (CASE,), 1300),
    ("", "prepaid-linkage", LINKAGE, "/office/prepaid/linkage/?q=小巷面馆", (CONNECTED,), 1200),
)
SIZES = {"": (1440, 900), "phone-": (390, 844)}
PLAYED = "?year=2019"  # the year that the demonstration plays to its end
PROJECT = "对外贸易经营者备案登记"
PERIOD = re.compile(r"\d{4}-\d{2}-\d{2} 至")
FINDING = re.compile("预测全年难以达成|到期未达成|进度明显落后")
EVALUATED = re.compile("已公开|已签署|起草中")
CHINESE = {"LC_ALL": "zh_CN.UTF-8"}  # the browser's own words on date fields follow the process


def keep_picture(page: Page, name: str) -> None:
    """Keep what a journey sees, whole, for people to look at; not committed."""
    JOURNEYS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=JOURNEYS / f"{name}.png", full_page=True)


def main() -> None:
    """Take every picture and write it over the old one."""
    parser = argparse.ArgumentParser(description="Renew the pictures of docs/images/.")
    parser.add_argument("--address", required=True)
    parser.add_argument("--accounts", type=Path, required=True)
    options = parser.parse_args()
    passwords = json.loads(options.accounts.read_text("utf-8"))
    password = passwords[EDITOR]
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_executable(),
            args=launch_arguments(),
            env={**os.environ, **CHINESE},
        )
        for prefix in SIZES:
            walk(browser, options.address, password, prefix)
        survey_on_a_phone(browser, options.address, password)
        shop = options.accounts.with_name("demonstration-shop.json")
        passwords |= json.loads(shop.read_text("utf-8"))
        for picture in CARDS:
            cards(browser, options.address, passwords, *picture)
        complaint_on_a_phone(browser, options.address)
        till_on_a_phone(browser, options.address, passwords[SHOP])
        browser.close()


def walk(browser: Browser, address: str, password: str, prefix: str) -> None:
    """Go through the platform as a citizen, then as an editor."""
    page = opened(browser, address, prefix)
    for name, path, follow in (
        ("portal", "/", ()),
        ("public-project", f"/targets/{PLAYED}", ("投资促进平台",)),
        ("office", "/office/", ()),
        ("overview", "/office/targets/", ()),
        ("project", f"/office/targets/{PLAYED}", ("上海智慧微菜场建设",)),
        ("target", f"/office/targets/{PLAYED}", ("投资促进平台", "政府网站的质量")),
        ("import-check", "/office/targets/imports/", ("上海智慧微菜场建设",)),
        ("money", "/office/targets/money/approvals/", (PROJECT,)),
        ("monitoring-report", f"/office/targets/monitoring/{PLAYED}", (PERIOD,)),
        ("issue-board", f"/office/targets/issues/{PLAYED}", ()),
        ("issue", f"/office/targets/issues/{PLAYED}", (FINDING,)),
        ("evaluation-desk", f"/office/targets/evaluations/{PLAYED}", (EVALUATED,)),
        ("what-if", "/office/targets/", ("上海智慧微菜场建设", "预算执行率", "推演")),
    ):
        page.goto(path)
        if page.locator("[name=login]").count():
            sign_in(page, password)
        if not reached(page, follow):
            print(f"{name}: the demonstration shows no page for this picture")
            continue
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(800)  # charts draw themselves in
        page.screenshot(path=IMAGES / f"{prefix}{name}.png")
    page.close()


def cards(
    browser: Browser,
    address: str,
    passwords: dict[str, str],
    prefix: str,
    name: str,
    login: str,
    path: str,
    follow: tuple[re.Pattern[str], ...],
    height: int,
) -> None:
    """Take one page of prepaid cards as somebody sees it."""
    page = opened(browser, address, prefix)
    page.goto(path)
    if login:
        sign_in(page, passwords[login], login=login)
    if reached(page, follow):
        kept(page, f"{prefix}{name}", height)
    else:
        print(f"{prefix}{name}: the demonstration shows no page for this picture")
    page.close()


def complaint_on_a_phone(browser: Browser, address: str) -> None:
    """Take a consumer's complaint as it is written; it is not sent."""
    page = opened(browser, address, "phone-")
    page.goto("/prepaid/search/?q=小巷面馆")
    assert reached(page, (CONNECTED, "投诉")), "the demonstration has a small shop"
    page.select_option("[name=subject]", "REFUND")
    page.fill("[name=amount]", "300")
    page.fill("[name=text]", "要求退还卡内余额，门店说要等审批，已经两周没有答复。")
    kept(page, "phone-prepaid-complaint")
    page.close()


def till_on_a_phone(browser: Browser, address: str, password: str) -> None:
    """Take the small shop's till after a sale; the first time it opens the plan that it sells."""
    page = opened(browser, address, "phone-")
    page.goto("/shop/till/")
    sign_in(page, password, login=SHOP)
    if reached(page, ("开设方案",)):
        page.fill("[name=name]", "面馆五百元卡")
        page.check("[name=kind][value=stored_value]")
        page.fill("[name=price]", "500")
        page.fill("[name=value]", "550")
        for field in ("scope", "fund_use", "refund_terms"):
            page.fill(f"[name={field}]", "按章程办理")
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button", name="开设").first.click()
    page.goto("/shop/till/issue/")
    page.locator("[name=plan]").first.check()
    page.check("[name=is_identified]")
    page.get_by_role("main").get_by_role("button", name="收款并出卡").click()
    page.locator("#slip-number").wait_for()
    page.goto("/shop/till/")
    kept(page, "phone-prepaid-till")
    page.close()


def opened(browser: Browser, address: str, prefix: str) -> Page:
    """Open a page of a size."""
    width, height = SIZES[prefix]
    return browser.new_page(
        base_url=address, viewport={"width": width, "height": height}, locale="zh-CN"
    )


def kept(page: Page, name: str, height: int = 0) -> None:
    """Take the page once it has drawn itself: the whole, or down to a height."""
    if height:
        page.set_viewport_size({"width": SIZES[""][0], "height": height})
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(800)  # charts draw themselves in
    page.screenshot(path=IMAGES / f"{name}.png", full_page=not height)


def survey_on_a_phone(browser: Browser, address: str, password: str) -> None:
    """Take the form of the newest open survey as a citizen's phone shows it."""
    office = browser.new_page(base_url=address, locale="zh-CN")
    office.goto("/office/targets/surveys/")
    sign_in(office, password)
    open_one = office.locator("main tr", has_text="进行中").get_by_role("link").first
    if not open_one.count():
        print("phone-survey: the demonstration has no open survey")
        return
    number = str(open_one.get_attribute("href")).rstrip("/").rpartition("/")[2]
    office.close()
    phone = opened(browser, address, "phone-")
    phone.goto(f"/targets/surveys/{number}/")
    phone.screenshot(path=IMAGES / "phone-survey.png")
    phone.close()


def reached(page: Page, follow: tuple[str | re.Pattern[str], ...]) -> bool:
    """Follow the links one after another; False where one is not there."""
    for link in follow:
        found = page.get_by_role("main").get_by_role("link", name=link).first
        if not found.count():
            return False
        found.click()
        page.wait_for_load_state()
    return True


def sign_in(page: Page, password: str, *, login: str = EDITOR) -> None:
    """Sign in where the platform asked for it; it leads on to the page that was wanted."""
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("form[action='/account/login/'] button[type=submit]")
    page.wait_for_url(lambda address: "/account/login/" not in address)


if __name__ == "__main__":
    main()
