"""A chain collapses: proposed at a desk, signed by another, claimed on phones, settled to the fen, paid and followed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import Collapse, Outlet, RefundClaim
from shangwu.prepaid.vocabulary import OperatorStatus
from tests.foundation.accounts.factories import with_app
from tests.journeys.axe import violations
from tests.journeys.conftest import DESKTOP
from tests.journeys.pictures import keep_picture
from tests.journeys.steps import (
    downloaded,
    enter_as,
    follow,
    press,
    require_good,
    require_quiet,
    words,
)
from tests.prepaid.chains import SECRET, card, secured
from tests.prepaid.factories import XUHUI, operator, supervisor

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]
NARROW = 360


@pytest.fixture
def chain(transactional_db):
    """Two shops of a brand: the first owes 1,000.00 on two cards and has half of it, the second has all it owes."""
    today, now = timezone.localdate(), timezone.now()
    day = today - timedelta(days=2)
    first = operator(name="虚构健身管理（上海）有限公司", brand="虚构健身")
    second = operator(name="虚构健身徐汇有限公司", brand="虚构健身", district=XUHUI)
    Outlet.objects.create(
        operator=first,
        number="A0002",
        name="徐汇店",
        district=XUHUI,
        place="虚构路88号",
        opened_on=today - timedelta(days=900),
    )
    card(first, "6688 0001", 400_00, day=day)
    card(first, "6688 0002", 600_00, outlet="A0002", day=day)
    card(second, "6688 0003", 500_00, day=day)
    secured(first, custody=300_00, bond=200_00, day=day, at=now)
    secured(second, custody=800_00, day=day, at=now)
    return first, second


@pytest.fixture
def come(visitors):
    """Give the page of somebody of the city's commerce, signed in."""

    def come(login, role):
        account, page = supervisor(login, role), visitors(DESKTOP)
        with_app(account)
        enter_as(page, account)
        return page

    return come


def seen(page, name):
    """Hold a page to what every page must keep, on a phone too, and keep pictures of it."""
    require_good(page)
    wide = page.viewport_size
    keep_picture(page, f"collapse-{name}")
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, page.url
    assert violations(page) == [], page.url
    if wide["width"] > NARROW:
        keep_picture(page, f"collapse-{name}-phone")
    page.set_viewport_size(wide)


def claimed(phone, shop, number, yuan):
    """Register a card on the phone as its holder; return the number and the code that are shown once."""
    phone.goto("/prepaid/notices/")
    follow(phone, "虚构健身")
    follow(phone, "登记我的卡")
    phone.select_option("[name=operator]", label=shop.name)
    phone.fill("[name=card_number]", number)
    phone.fill("[name=secret]", SECRET.lower())
    phone.fill("[name=claimed]", yuan)
    seen(phone, "claim")
    press(phone, "登记")
    assert SECRET not in phone.content()
    return tuple(phone.inner_text(one) for one in ("#claim-number", "#claim-code"))


def proposed_and_signed(clerk, chief, chain):
    first, second = chain
    clerk.goto("/office/prepaid/closings/")
    seen(clerk, "board-empty")
    follow(clerk, "提出失联处置")
    clerk.fill("[name=name]", "虚构健身")
    clerk.fill("[name=operators]", f"{first.number}\n{second.uscc}")
    clerk.fill("[name=cause]", "昨日现场核实，两家门店人去楼空，登记电话无人接听。")
    seen(clerk, "new")
    press(clerk, "提出处置")
    seen(clerk, "proposed")
    assert "签发并冻结" not in words(clerk), "who proposed it may not sign it"
    chief.goto(clerk.url)
    press(chief, "签发并冻结")
    chief.wait_for_selector("figure[data-drawn]")
    seen(chief, "signed")
    first.refresh_from_db()
    assert first.status == OperatorStatus.LOST


def followed(phone, ticket, code):
    """Ask where the claim stands, by number and code, and return what is answered."""
    phone.goto("/prepaid/notices/claims/")
    phone.fill("[name=number]", ticket.lower())
    phone.fill("[name=code]", code.lower())
    press(phone, "查看")
    return words(phone)


def late_claims_are_paid(clerk, chief, phone, chain):
    """After the signature one known and one unknown card are claimed: a reserved share, and part of what is left."""
    first, second = chain
    late, _ = claimed(phone, first, "6688 0002", "600")
    unknown, code = claimed(phone, second, "6688 0009", "200")
    assert "从剩余资金中补充清退" in followed(phone, unknown, code)
    seen(phone, "followed-unknown")
    chief.goto(f"/prepaid/notices/collapses/{Collapse.objects.get().number}/")
    seen(chief, "notice-paying")
    follow(chief, "登记我的卡")
    seen(chief, "claim-late")
    chief.goto(clerk.url)
    clerk.reload()
    press(clerk, "确认与账面一致的登记")
    row = clerk.locator("form", has_text=unknown)
    row.locator("[name=admitted]").fill("200")
    row.locator("[name=reason]").fill("有购卡凭条和付款记录。")
    press(clerk, "认定")
    assert "办结以前" in words(clerk) and "300.00 元，1 笔" in words(clerk)
    seen(clerk, "late")
    clerk.fill("[name=numbers]", late)
    press(clerk, "登记发放")
    Collapse.objects.update(claims_until=timezone.localdate() - timedelta(days=1))
    clerk.reload()
    press(clerk, "编制补充清退方案")
    chief.reload()
    press(chief, "签发清退方案")
    clerk.reload()
    seen(clerk, "further")
    clerk.fill("[name=numbers]", unknown)
    press(clerk, "登记发放")
    assert "200.00 元" in followed(phone, unknown, code)


def test_a_chain_collapses_and_its_holders_get_their_share(chain, come, visitors):
    first, second = chain
    clerk = come("jing.ban", Role.PREPAID_OFFICER)
    chief = come("fu.he", Role.PREPAID_REVIEWER)
    phone = visitors(NARROW, touch=True)
    phone.goto("/prepaid/notices/")
    seen(phone, "notices-empty")
    proposed_and_signed(clerk, chief, chain)

    phone.goto("/prepaid/notices/")
    seen(phone, "notices")
    follow(phone, "虚构健身")
    assert "不需要姓名和电话" in words(phone)
    seen(phone, "notice")
    ticket, code = claimed(phone, first, "6688 0001", "400")
    seen(phone, "claim-filed")
    other, _ = claimed(phone, second, "6688 0003", "650.00")
    assert "账面核对" in followed(phone, ticket, code) or "待核" in words(phone)
    seen(phone, "followed-filed")
    assert "不对" in followed(phone, ticket, "WRONGCODE1234567")

    clerk.reload()
    assert "650.00" in words(clerk) and "500.00" in words(clerk)
    seen(clerk, "claims")
    press(clerk, "确认与账面一致的登记")
    row = clerk.locator("form", has_text=other)
    row.locator("[name=admitted]").fill("500")
    row.locator("[name=reason]").fill("凭条最后余额为 500.00 元。")
    press(clerk, "认定")
    assert RefundClaim.objects.get(number=other).admitted_fen == 500_00
    press(clerk, "编制清退方案")
    assert "1,500.00" in words(clerk) and "1,000.00" in words(clerk)
    seen(clerk, "plan")
    chief.reload()
    press(chief, "签发清退方案")
    seen(chief, "plan-signed")
    clerk.reload()
    name, table = downloaded(clerk, "下载明细 CSV")
    assert name.endswith("-第1版.csv") and ticket.encode() in table
    clerk.fill("[name=numbers]", f"{ticket}\n{other}")
    press(clerk, "登记发放")
    late_claims_are_paid(clerk, chief, phone, chain)
    press(clerk, "办结")
    seen(clerk, "ended")
    assert Collapse.objects.get().state == "ENDED"
    clerk.goto("/office/prepaid/closings/")
    seen(clerk, "board")

    phone.goto(f"/prepaid/notices/collapses/{Collapse.objects.get().number}/")
    assert "不再受理登记" in words(phone)
    seen(phone, "notice-ended")
    answer = followed(phone, ticket, code)
    assert "200.00 元（存管账户 120.00 元，履约保证 80.00 元）" in answer
    assert "已发放" in answer
    seen(phone, "followed-paid")
    phone.goto(f"/prepaid/notices/collapses/{Collapse.objects.get().number}/plan/")
    assert "虚构健身徐汇有限公司" in words(phone) and "专用存款账户" in words(phone)
    seen(phone, "plan-rule")
    require_quiet(clerk, chief, phone)
