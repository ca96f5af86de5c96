"""Monitoring by several people: an alert that is corrected and closed, a report that locks its period, what if."""

import re

import pytest

from shangwu.foundation.accounts.roles import Role
from shangwu.targets.models import (
    Issue,
    MonitoringApproval,
    MonitoringReport,
    Outlook,
    PaymentProposal,
    StoredReading,
)
from tests.journeys.conftest import PHONE
from tests.journeys.steps import (
    a_file,
    another_tab,
    follow,
    press,
    press_by_keyboard,
    read,
    require_good,
    require_quiet,
    unfold,
    words,
)

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]
JULY = "2019-07-31"


@pytest.fixture
def officer(enter):
    return enter("zhang.san", Role.TARGETS_EDITOR)


@pytest.fixture
def reviewer(enter):
    return enter("li.si", Role.TARGETS_REVIEWER)


def drafted(officer):
    """Draft the report of January to July from the list."""
    officer.goto("/office/targets/monitoring/")
    unfold(officer, "编制监控报告")
    assert officer.input_value("[name=ends_on]") == JULY, "the year's round is offered"
    press_by_keyboard(officer, "按读数建立", start="[name=ends_on]")
    return officer.url


def test_an_alert_is_corrected_and_closed_by_another(officer, reviewer, enter, project):
    read(officer, project, "完成窗口改造", on=JULY)
    for _ in range(2):
        officer.goto(project)
        officer.fill("[name=on]", JULY)
        press(officer, "检查预警")
    assert "没有新的问题" in words(officer), "the same finding is not opened twice"
    issue = Issue.objects.get(rule="Y-04")

    reviewer.goto("/office/targets/issues/")
    require_good(reviewer)
    follow(reviewer, "到期未达成")
    reviewer.select_option("[name=owner]", label="测试员zhang.san")
    press_by_keyboard(reviewer, "指派", start="[name=owner]")
    assert "已指派责任人" in words(reviewer)

    officer.goto("/office/notifications/")
    press(officer, "已指派给您整改")
    officer.select_option("[name=cause]", "人员保障")
    officer.fill("[name=detail]", "验收人员调离。")
    officer.fill("[name=action]", "另派人员，七月底前验收。")
    press(officer, "保存")
    officer.fill("[name=text]", "已于七月三十日验收。")
    officer.set_input_files("[name=evidence]", a_file("验收单.txt", "验收合格"))
    require_good(officer)
    press(officer, "报送")
    assert officer.get_by_role("button", name="销号").count() == 0, "not by the one who corrected"

    reviewer.reload()
    other_tab = another_tab(reviewer)
    other_tab.goto(reviewer.url)
    reviewer.fill("[name=note]", "材料属实。")
    press(reviewer, "核验无误，销号")
    other_tab.fill("[name=note]", "材料属实。")
    press(other_tab, "核验无误，销号")
    issue.refresh_from_db()
    assert (issue.status, issue.steps.count()) == ("CLOSED", 5), "closed once"
    reviewer.reload()
    told = words(reviewer)
    for part in ("负责整改", "验收人员调离", "已于七月三十日验收", "材料属实", "验收单.txt"):
        assert part in told
    require_good(reviewer)
    phone = enter("wang.wu", Role.LEADER, PHONE)
    phone.goto("/office/targets/issues/")
    assert phone.get_by_role("heading", name="已销号 1").is_visible()
    require_good(phone)
    require_quiet(officer, reviewer, other_tab, phone)


def test_a_report_is_approved_locks_its_days_and_is_opened_again(
    officer, reviewer, enter, declaration, project
):
    report = drafted(officer)
    press(officer, "提交审核")
    assert "请先确认完成可能性" in words(officer)
    officer.goto(report)
    unsaid = officer.locator("[name$=-word]:invalid")
    assert unsaid.count() > 0, "where nothing is forecast the officer has to say it"
    for likely in officer.locator("[name$=-word]").all():
        likely.select_option("有可能")
    for reason in officer.locator("[name$=-explanation]").all():
        if reason.is_visible():
            reason.locator("xpath=ancestor::details").get_by_label("其他").check()
            reason.fill("前期手续办理较慢。")
    press(officer, "确认并保存各项")
    assert "各项已确认并保存" in words(officer)
    require_good(officer)
    press(officer, "提交审核")

    reviewer.goto("/office/notifications/")
    press(reviewer, "监控报告已提交")
    reviewer.fill("[name=note]", "同意。")
    press_by_keyboard(reviewer, "批准并锁定", start="[name=note]")
    assert "期间已锁定" in words(reviewer)
    require_good(reviewer)

    clerk = enter("wang.wu", Role.FINANCE_CLERK)
    pay(clerk, project)
    assert "支付日期 2019-05-06 在已批准锁定的监控期间 2019-01-01 至 2019-07-31 内" in words(clerk)
    assert PaymentProposal.objects.count() == 0

    unfold(reviewer, "重开期间")
    reviewer.fill("[name=reason]", "补登五月支付。")
    press(reviewer, "重开")
    assert "补登五月支付。" in words(reviewer)
    pay(clerk, project)
    assert "等待复核人员审批" in words(clerk)
    assert MonitoringApproval.objects.count() == 1, "what was approved stays"
    assert MonitoringReport.objects.get().revision == 2
    follow(reviewer, "与最新数据对照")
    assert "当时所知" in words(reviewer)
    require_good(reviewer)
    require_quiet(officer, reviewer, clerk)


def pay(clerk, project):
    clerk.goto(f"{project}money/new/payment/")
    for name, value in (
        ("voucher", "P-1"),
        ("paid_on", "2019-05-06"),
        ("amount_fen", "1000"),
        ("payee", "甲公司"),
        ("reason", "没有对账单。"),
    ):
        clerk.fill(f"[name={name}]", value)
    press(clerk, "提交")


def test_what_if_moves_the_forecast_and_leaves_the_record(officer, declaration, project):
    read(officer, project, "用餐满意率", on=JULY)
    known = list(StoredReading.objects.values()), list(Outlook.objects.values())
    follow(officer, "推演")
    before = forecasts(officer)
    officer.fill("[name=share]", "40")
    press_by_keyboard(officer, "推演", start="[name=share]")
    now, supposed = forecasts(officer)
    assert now == before[0]
    assert supposed < now, "the fewer are satisfied from now on, the lower the year"
    require_good(officer)
    officer.goto(officer.url.replace("share=40", "share=140"))
    assert "100" in officer.locator(".field-error").first.inner_text()
    assert officer.get_by_role("heading", name="结果").count() == 0
    assert (list(StoredReading.objects.values()), list(Outlook.objects.values())) == known
    require_quiet(officer)


def forecasts(page):
    """Return the expected values as things stand and as supposed."""
    cells = page.locator("tr", has_text="预计值").locator("td").all_inner_texts()
    return [float(re.search(r"[\d.]+", cell)[0]) for cell in cells]
