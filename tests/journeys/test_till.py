"""A small shop's day on a phone: a plan within the law, a card, a redemption in a bad connection, a refund, the day."""

import re

import pytest
from django.utils import timezone

from shangwu.prepaid.models import Operator, TillAct, TillCard
from shangwu.prepaid.operations import applications
from shangwu.prepaid.vocabulary import BusinessSystem
from tests.foundation.accounts.factories import with_app
from tests.journeys.pictures import keep_picture
from tests.journeys.steps import follow, press, require_good, require_quiet, sign_in, words
from tests.prepaid.applicants import approved, clerk, reviewer

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]
NARROW = 360


@pytest.fixture
def phone(visitors, settings):
    """The phone of a shopkeeper whose shop was connected today."""
    settings.UNSCANNED_FILES_ACCEPTED = True
    by, other = clerk(), reviewer()
    business, keeper = approved(by, other, system=BusinessSystem.PUBLIC_BASE)
    applications.connect_operator(operator=business.pk, by=by, at=timezone.now())
    secret = with_app(keeper)
    page = visitors(NARROW, touch=True)
    sign_in(page, keeper.login, secret)
    return page


def sent(page, button):
    """Press a button of an act and wait until its answer stands in the page."""
    page.locator("main button:visible", has_text=button).first.tap()
    page.locator("form[data-till][inert]").wait_for(state="detached", timeout=30_000)


def looked_at(page, name):
    require_good(page)
    keep_picture(page, f"till-{name}-phone")


def open_plan(page):
    page.goto("/shop/till/")
    looked_at(page, "empty")
    follow(page, "开设方案")
    page.fill("[name=name]", "千元卡")
    page.check("[name=kind][value=stored_value]")
    page.fill("[name=price]", "5000.01")
    for name in ("scope", "fund_use", "refund_terms"):
        page.fill(f"[name={name}]", "按章程办理")
    looked_at(page, "plan")
    press(page, "开设")
    assert re.search(r"上限 5,000\.00 元，超出 0\.01 元.*管理办法", words(page)), "the law says no"
    page.go_back()
    page.fill("[name=price]", "1000")
    page.fill("[name=value]", "1200")
    press(page, "开设")
    assert "余额查询渠道" in words(page)
    looked_at(page, "charter")


def sell(page):
    page.goto("/shop/till/issue/")
    page.locator("[name=plan]").first.check()
    page.check("[name=is_identified]")
    looked_at(page, "issue")
    sent(page, "收款并出卡")
    number = page.locator("#slip-number").inner_text()
    secret = page.locator("#slip-secret").inner_text()
    looked_at(page, "slip")
    return f"{number} {secret}"


def redeem_in_a_bad_connection(page, code):
    """The first answer is lost after the act was done; the second attempt never leaves; the third gets through."""
    lost = iter(("after", "before"))

    def weak(route):
        fate = next(lost, "")
        if fate == "after":
            route.fetch()
        if fate:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.goto("/shop/till/redeem/")
    page.fill("[name=code]", code)
    page.fill("[name=amount]", "600")
    looked_at(page, "redeem")
    page.route("**/shop/till/redeem/", weak)
    page.locator("main button:visible", has_text="确认兑付").first.tap()
    page.get_by_text("只会计一次").wait_for()
    keep_picture(page, "till-retry-phone")
    page.get_by_text("还可以用").wait_for(timeout=20_000)
    page.unroute("**/shop/till/redeem/")
    assert "600.00 元" in words(page)
    looked_at(page, "done")
    assert TillAct.objects.filter(kind="REDEEM").count() == 1, "once, though it arrived twice"


def test_a_small_shops_day_on_a_phone(phone):
    open_plan(phone)
    code = sell(phone)
    redeem_in_a_bad_connection(phone, code)

    phone.goto("/shop/till/redeem/")
    phone.fill("[name=code]", code)
    sent(phone, "只看余额")
    phone.get_by_text("最近 10 笔").wait_for()
    assert "600.00 元" in words(phone)
    looked_at(phone, "card")

    phone.goto("/shop/till/redeem/")
    phone.fill("[name=code]", code)
    phone.fill("[name=amount]", "600.01")
    sent(phone, "确认兑付")
    phone.get_by_text("没有扣款").wait_for()
    phone.go_back()

    phone.goto("/shop/till/refund/")
    phone.fill("[name=code]", code)
    phone.check("[name=fault][value=operator]")
    sent(phone, "计算应退金额")
    phone.get_by_text("核对退款").first.wait_for()
    assert "500.00 元" in words(phone) and "法释" in words(phone)
    looked_at(phone, "refund")
    sent(phone, "已退给顾客")
    phone.get_by_text("请退给顾客").wait_for()
    card = TillCard.objects.get()
    assert (card.state, card.balance_fen) == ("REFUNDED", 0)

    phone.goto("/shop/till/")
    looked_at(phone, "board")
    follow(phone, "当天的账")
    press(phone, "日结")
    assert "共 3 笔" in words(phone)
    looked_at(phone, "day")
    assert Operator.objects.get().status == "CONNECTED"
    phone.complaints = [one for one in phone.complaints if "ERR_INTERNET" not in one]
    require_quiet(phone)
