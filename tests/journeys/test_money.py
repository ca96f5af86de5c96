"""Money by two people: a payment by hand, a statement with a wrong row, a finding that another clears."""

import pytest

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.targets.models import HitResponse, Payment, PaymentProposal, Statement
from shangwu.targets.operations.money import budget
from tests.journeys.steps import (
    a_file,
    another_tab,
    follow,
    press,
    press_by_keyboard,
    require_good,
    require_quiet,
    unfold,
    words,
)
from tests.targets.factories import AT

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]
HEAD = "支付日期,凭证号,收款人,支付金额,项目编码"
KEY = "310000190001"
RIGHT = f"2019-05-06,A1,甲公司,100000.00,{KEY}"
WRONG = f"2019-13-07,A2,乙公司,50000.00,{KEY}"
CORRECTED = f"2019-05-07,A2,乙公司,50000.00,{KEY}"


@pytest.fixture
def clerk(enter):
    return enter("zhang.san", Role.FINANCE_CLERK)


@pytest.fixture
def judge(enter):
    return enter("li.si", Role.FINANCE_REVIEWER)


def propose_payment(clerk, project):
    clerk.goto(f"{project}money/")
    follow(clerk, "人工登记支付")
    clerk.fill("[name=voucher]", "P-1")
    clerk.fill("[name=paid_on]", "2019-05-06")
    clerk.fill("[name=amount_fen]", "100,000.00")
    clerk.fill("[name=payee]", "甲公司")
    clerk.fill("[name=reason]", "国库尚未出具对账单。")


def approve_use(declaration, payee):
    """Let the money go to somebody, so that only the project's key is left to complain of."""
    author, approver = (Account.objects.get(login=login) for login in ("author", "approver"))
    use = budget.propose_use(
        declaration=declaration.pk,
        line=None,
        payee=payee,
        category="",
        reason="采购结果",
        by=author,
        at=AT,
    )
    budget.decide_use(use=use.pk, approve=True, note="", by=approver, at=AT)


def upload(clerk, project, *rows):
    clerk.goto(f"{project}money/statements/new/")
    clerk.set_input_files("[name=file]", a_file("对账单.csv", "\n".join((HEAD, *rows)), "text/csv"))
    press(clerk, "读取文件")


def test_a_payment_by_hand_counts_when_another_agreed_and_only_once(clerk, judge, project):
    propose_payment(clerk, project)
    form = clerk.url
    press_by_keyboard(clerk, "提交", start="[name=reason]")
    assert "等待复核人员审批" in words(clerk)
    assert Payment.objects.count() == 0, "nothing is spent before another agreed"
    clerk.go_back()
    assert clerk.url == form
    press(clerk, "提交")
    assert "已" in words(clerk)
    assert PaymentProposal.objects.count() == 1, "back and once more is still one"

    judge.goto("/office/")
    follow(judge, "待审批的资金事项")
    other_tab = another_tab(judge)
    other_tab.goto(judge.url)
    require_good(judge)
    press_by_keyboard(judge, "同意", start="textarea[name=note]")
    press(other_tab, "同意")
    assert "已由" in words(other_tab), "the second tab is told that it is done"
    assert Payment.objects.count() == 1

    clerk.goto(f"{project}money/")
    assert "33.33%" in clerk.locator("section", has_text="预算执行率").first.inner_text()
    require_good(clerk)
    require_quiet(clerk, judge, other_tab)


def test_a_statement_is_entered_whole_and_once(clerk, project):
    upload(clerk, project, RIGHT, WRONG)
    assert "有 1 行不能登记" in words(clerk)
    assert "第 3 行" in clerk.locator("#problems").locator("../..").inner_text()
    assert clerk.get_by_role("button", name="确认无误").count() == 0
    require_good(clerk)

    upload(clerk, project, RIGHT, CORRECTED)
    assert "将登记 2 笔支付" in words(clerk)
    unfold(clerk, "改正栏目对应")
    assert clerk.locator("select:visible").count() > 4, "each column says what it was read as"
    check = clerk.url
    press(clerk, "确认无误")
    assert "已登记 2 笔支付" in words(clerk)
    upload(clerk, project, RIGHT, CORRECTED)
    assert clerk.url == check, "the same file leads to the statement that stands"
    assert clerk.get_by_role("button", name="确认无误").count() == 0
    assert Payment.objects.count() == 2
    assert Statement.objects.filter(status="CONFIRMED").count() == 1
    require_quiet(clerk)


def test_a_finding_is_answered_by_one_and_cleared_by_another(
    clerk, judge, enter, project, declaration
):
    approve_use(declaration, "乙公司")
    upload(clerk, project, CORRECTED)
    press(clerk, "确认无误")
    officer = enter("wang.wu", Role.TARGETS_EDITOR)
    officer.goto(project)
    press(officer, "立即读数")
    verdict = officer.locator("tr", has_text="资金使用合规性")
    assert "未达成" in verdict.inner_text()

    clerk.goto(f"{project}money/")
    follow(clerk, "负面清单（1）")
    assert "N-01" in words(clerk)
    unfold(clerk, "答复：说明或整改")
    clerk.select_option("[name=kind]", "CORRECTION")
    clerk.fill("[name=text]", "已向财政部门补办项目编码登记。")
    clerk.set_input_files("[name=file]", a_file("补办回执.txt", "准予登记"))
    press(clerk, "提交答复")
    assert "等待另一人核销" in words(clerk)
    require_good(clerk)

    judge.goto("/office/targets/money/approvals/")
    press(judge, "同意")
    assert HitResponse.objects.get().decision == "APPROVED"
    officer.goto(project)
    press(officer, "立即读数")
    assert "已达成" in officer.locator("tr", has_text="资金使用合规性").inner_text()
    require_quiet(clerk, judge, officer)
