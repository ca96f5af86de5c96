"""Supervision by several people: from the anomaly to the signed letter, the shop's answer, the check on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.prepaid.models import Case, CreditListing, Inspection
from shangwu.prepaid.operations import listings
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.vocabulary import CaseAct
from tests.foundation.accounts.factories import with_app
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.pictures import keep_picture
from tests.journeys.steps import follow, press, require_good, require_quiet, sign_in, unfold, words
from tests.prepaid.factories import operator, shopkeeper
from tests.prepaid.governance import anomaly, officer, opened, reviewer, step

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def business(settings):
    settings.UNSCANNED_FILES_ACCEPTED = True
    return operator(name="虚构轻食餐饮管理有限公司", brand="轻食记", representative="法人甲")


@pytest.fixture
def come(visitors):
    """Let a person sign in: `come(account, width)` gives their page."""

    def come(account: Account, width: int = DESKTOP):
        page = visitors(width)
        sign_in(page, account.login, with_app(account))
        return page

    return come


def seen(page, name):
    """Hold a page to what every page must keep, and keep a picture of it."""
    require_good(page)
    keep_picture(
        page, f"cases-{name}" if page.viewport_size["width"] > PHONE else f"cases-{name}-phone"
    )


def test_from_the_anomaly_to_the_letter_and_the_answer(business, come):
    anomaly(business, day=timezone.localdate() - timedelta(days=3))
    shop = shopkeeper(business)
    clerk, second = come(officer()), come(reviewer())

    clerk.goto("/office/prepaid/cases/")
    seen(clerk, "board-empty")
    follow(clerk, "立案")
    clerk.fill("[name=operator]", business.number)
    press(clerk, "下一步")
    clerk.check("[name=observations]")
    seen(clerk, "case-new")
    press(clerk, "立案")
    case = Case.objects.get()
    assert case.number in words(clerk)

    unfold(clerk, "发出监管警示函")
    clerk.fill("#id_warn_text", "8月30日应存管 640,000.00 元，账户没有余额。请补足存管资金并报告。")
    seen(clerk, "case-drafting")
    press(clerk, "提交")
    assert "须由拟稿人以外的预付卡复核岗签发" in words(clerk)

    second.goto("/office/")
    seen(second, "office-reviewer")
    second.goto(f"/office/prepaid/cases/{case.number}/")
    seen(second, "case-to-sign")
    press(second, "签发")
    letter = case.letters.get()
    assert letter.number in words(second)

    phone = come(shop, PHONE)
    phone.goto("/shop/letters/")
    seen(phone, "shop-letters")
    follow(phone, letter.number)
    assert "前改正并答复" in words(phone)
    phone.fill("[name=text]", "已于今日向存管银行补足 640,000.00 元，附银行回单。")
    seen(phone, "shop-letter")
    press(phone, "提交答复")

    clerk.reload()
    assert "已于今日向存管银行补足" in words(clerk)
    seen(clerk, "case-answered")
    unfold(clerk, "确认改正")
    clerk.fill("#id_confirm_text", "经核对存管银行余额，已经补足。")
    press(clerk, "提交")
    assert "已改正" in words(clerk)
    clerk.goto("/office/prepaid/cases/")
    seen(clerk, "board")
    require_quiet(clerk, second, phone)


def test_a_check_on_a_phone_survives_the_loss_of_the_network(business, come):
    first, second = officer(), reviewer()
    clerk = come(first, PHONE)
    clerk.goto(f"/office/prepaid/inspections/new/?operator={business.number}")
    clerk.select_option("[name=second]", str(second.pk))
    clerk.fill("[name=reason]", "投诉集中，核对标识和记录")
    seen(clerk, "inspection-new")
    press(clerk, "制定计划")
    for item in governance(timezone.localdate()).items.value:
        answer = "FAILS" if item.key == "C08" else "COMPLIES"
        clerk.check(f"[name={item.key}_answer][value={answer}]")
    clerk.fill("[name=C08_remark]", "门口没有展示标识")
    clerk.fill("[name=conclusion]", "一项不符合，责令展示标识。")
    clerk.fill("[name=first_signature]", first.display_name)
    clerk.fill("[name=second_signature]", second.display_name)
    seen(clerk, "inspection-checklist")
    clerk.context.set_offline(True)
    clerk.locator("main button", has_text="提交检查记录").click()
    clerk.locator("[data-offline]").wait_for()
    clerk.context.set_offline(False)
    clerk.reload()
    # What was typed is still there.
    assert clerk.input_value("[name=C08_remark]") == "门口没有展示标识"
    press(clerk, "提交检查记录")
    assert "检查记录已收到" in words(clerk)
    seen(clerk, "inspection-record")
    assert Inspection.objects.get().answers[7]["answer"] == "FAILS"
    require_quiet(clerk)


def test_a_party_without_an_account_is_heard_on_paper(business, come, tmp_path):
    paper = tmp_path / "书面意见.txt"
    paper.write_text("情况不实。", "utf-8")
    by, signer = officer(), reviewer()
    case = step(opened(by, business, at=timezone.now()), CaseAct.WARN, by, signer, timezone.now())
    clerk, second = come(by), come(signer)

    def hand_in(page, words_of_paper):
        form = page.locator("details[open] form:has([name=paper])")
        form.locator("[name=received_on]").fill(timezone.localdate().isoformat())
        form.locator("[name=handed_in_by]").select_option("AGENT")
        form.locator("[name=text]").fill(words_of_paper)
        form.locator("[name=paper]").set_input_files(paper)

    clerk.goto(f"/office/prepaid/cases/{case.number}/")
    unfold(clerk, "代为登记书面答复")
    hand_in(clerk, "十日内补足存管金额。")
    seen(clerk, "case-written-reply")
    press(clerk, "登记书面答复")
    assert "委托代理人提交" in words(clerk)
    seen(clerk, "case-written-reply-kept")

    clerk.goto(f"/office/prepaid/credit/operators/{business.number}/")
    unfold(clerk, "建议列入名单")
    clerk.select_option("[name=ground]", "harm")
    clerk.fill("[name=reasons]", "停止退款，涉及消费者三百余人。")
    press(clerk, "提出建议")
    clerk.fill("[name=principal]", "负责乙")
    clerk.fill("[name=responsible_persons]", "经办丙、财务丁")
    seen(clerk, "listing-responsible")
    press(clerk, "登记责任人员")
    press(clerk, "告知当事人")
    unfold(clerk, "代为登记书面陈述")
    hand_in(clerk, "正在筹款，将于下月退还。")
    seen(clerk, "listing-written-statement")
    press(clerk, "登记书面意见")
    assert "委托代理人提交" in words(clerk)
    found = CreditListing.objects.get()
    second.goto(f"/office/prepaid/listings/{found.number}/")
    second.fill("[name=answer]", "未提供退款安排，不予采纳。")
    second.fill("[name=decision]", "停止退款且无安排，严重侵害消费者财产权益。")
    seen(second, "listing-written-decide")
    press(second, "列入并公布")
    clerk.goto(f"/office/prepaid/listings/{found.number}/")
    unfold(clerk, "代为登记书面异议")
    hand_in(clerk, "已与消费者逐一签订退款协议。")
    seen(clerk, "listing-written-petition")
    press(clerk, "登记书面申请")
    assert "书面申请" in words(clerk)
    seen(clerk, "listing-written-petition-kept")
    require_quiet(clerk, second)


def test_credit_the_list_and_the_public_page(business, come, visitors):
    by, signer = officer(), reviewer()
    shop = shopkeeper(business)
    opened(by, business)
    clerk, second = come(by), come(signer)
    clerk.goto(f"/office/prepaid/credit/operators/{business.number}/")
    press(clerk, "现在核查")
    seen(clerk, "operator-credit")
    unfold(clerk, "建议列入名单")
    clerk.select_option("[name=ground]", "harm")
    clerk.fill("[name=reasons]", "停止退款，涉及消费者三百余人。")
    press(clerk, "提出建议")
    press(clerk, "告知当事人")
    seen(clerk, "listing-noticed")
    phone = come(shop, PHONE)
    phone.goto("/shop/credit/")
    phone.fill("[name=text]", "正在筹款，将于下月退还。")
    seen(phone, "shop-credit")
    press(phone, "提交陈述、申辩")
    found = CreditListing.objects.get()
    second.goto(f"/office/prepaid/listings/{found.number}/")
    second.fill("[name=answer]", "未提供退款安排，不予采纳。")
    second.fill("[name=decision]", "停止退款且无安排，严重侵害消费者财产权益。")
    seen(second, "listing-decide")
    press(second, "列入并公布")
    phone.goto("/shop/credit/")
    unfold(phone, "提出异议")
    phone.fill("[name=text]", "已与消费者逐一签订退款协议。")
    press(phone, "提交申请")
    clerk.goto(f"/office/prepaid/listings/{found.number}/")
    press(clerk, "标注异议")
    seen(clerk, "listing-objected")
    clerk.goto("/office/prepaid/listings/")
    seen(clerk, "listings")
    clerk.goto("/office/prepaid/credit/exchange/")
    seen(clerk, "exchange")
    reader = visitors(PHONE)
    reader.goto("/prepaid/dishonest/")
    seen(reader, "public-list")
    follow(reader, business.name)
    assert "正在处理" in words(reader)
    seen(reader, "public-entry")
    found.refresh_from_db()
    listings.remove_listing(
        listing=found.pk,
        reason="异议成立",
        version=found.version,
        by=signer,
        at=timezone.localtime(),
    )
    reader.goto("/prepaid/dishonest/")
    assert "目前没有列入名单的经营者" in words(reader)
    require_quiet(clerk, second, phone, reader)
