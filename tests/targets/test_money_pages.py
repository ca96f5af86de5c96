"""The money pages as clerks and reviewers use them: every entry, its refusals, and what a second click does."""

import threading
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.models import Notification
from shangwu.targets.models import (
    Acceptance,
    ApprovedUse,
    Binding,
    BudgetAdjustment,
    Contract,
    Declaration,
    FundReceipt,
    HitResponse,
    MoneyPlan,
    Payment,
    PaymentProposal,
    ProjectKey,
    Statement,
)
from shangwu.targets.operations import measuring
from shangwu.targets.operations.money import statements
from shangwu.targets.queries.money.workbench import cards
from shangwu.targets.vocabulary import Decision, ImportStatus
from tests.foundation.accounts.factories import appointed, person, signed_in_client, with_app
from tests.targets.factories import approved, drafted, row

pytestmark = pytest.mark.django_db
HEAD = "支付日期,凭证号,收款人,支付金额,经济分类,付款账号"
ROWS = ('2019-05-06,A1,甲公司,"100,000.00",30227,6222', "2019-05-07,A2,乙公司,50000,30227,6222")
TODAY = date(2026, 11, 26)


@pytest.fixture
def declaration(editor, reviewer):
    """An approved declaration of 300,000 yuan with promises about its money."""
    return approved(editor, reviewer, ("预算执行率", "≥90%"), ("资金使用合规性", "合规"))


@pytest.fixture
def clerk(db):
    """The browser of somebody who enters money."""
    return browser("payer", Role.FINANCE_CLERK)


@pytest.fixture
def judge(db):
    """The browser of somebody else, who decides."""
    return browser("judge", Role.FINANCE_REVIEWER)


def browser(login: str, *roles: Role) -> Client:
    account = person(login, *roles)
    with_app(account)
    client = signed_in_client(account)
    client.account = account
    return client


def there(name: str, declaration: Declaration, *more: object) -> str:
    return reverse(f"targets:{name}", args=[declaration.project.number, declaration.year, *more])


def entered(clerk, declaration, kind, /, **fields):
    return clerk.post(there("money-enter", declaration, kind), fields, follow=True)


def uploaded(clerk, declaration, *rows, head=HEAD, name="对账单.csv"):
    file = SimpleUploadedFile(name, "\n".join((head, *rows)).encode())
    return clerk.post(
        there("money-statement-new", declaration), {"file": file, "account": ""}, follow=True
    )


def confirmed(clerk, statement):
    page = reverse("targets:money-statement", args=[statement.pk])
    return clerk.post(page, {"confirm": "1"}, follow=True)


def decided(judge, kind, pk, *, approve=True, note=""):
    word = {"approve": "1"} if approve else {"refuse": "1"}
    address = reverse("targets:money-decide", args=[kind, pk])
    return judge.post(address, {"note": note, **word}, follow=True)


def by_hand(clerk, declaration, **changes):
    fields = {
        "voucher": "H1",
        "paid_on": "2019-06-03",
        "amount_fen": "1,000.00",
        "payee": "甲公司",
        "line": declaration.subprojects.get().pk,
        "category": "30227",
        "reason": "没有电子对账单",
    }
    return entered(clerk, declaration, "payment", **{**fields, **changes})


def usable(clerk, judge, declaration):
    entered(clerk, declaration, "use", category="302", reason="批复的用途")
    decided(judge, "use", ApprovedUse.objects.latest("pk").pk)


def test_an_empty_page_says_what_to_do_next(clerk, judge, declaration):
    page = clerk.get(there("money", declaration)).text
    assert "还没有登记任何支付。先登记财政项目编码和批准的用途" in page
    assert "不能认定执行率" in page
    assert there("money-statement-new", declaration) in page
    seen = judge.get(there("money", declaration)).text
    assert there("money-statement-new", declaration) not in seen, "no button that would be refused"


def test_before_approval_the_page_says_so_and_takes_nothing(clerk, editor):
    draft = drafted(editor)
    page = clerk.get(there("money", draft)).text
    assert "批复以后才能登记资金" in page
    answer = entered(clerk, draft, "key", key="3100")
    assert answer.status_code == 409
    assert "申报表尚未批复" in answer.text
    assert not ProjectKey.objects.exists()


def test_every_kind_of_entry_is_stored(clerk, declaration):
    line = declaration.subprojects.get().pk
    change = {"kind": "CARRY_OVER", "amount_fen": "2万", "line": line, "reason": "上年结转"}
    contract = {
        "number": "HT-1",
        "title": "运维",
        "payee": "甲公司",
        "amount_fen": "100000",
        "signed_on": "2019-02-01",
        "prepay_fen": "0",
        "pay_within_days": "30",
        "is_procured": "on",
        "item-1": "人月",
        "price-1": "21000",
        "standard-1": "20000",
    }
    for kind, fields in (
        ("adjustment", {**change, "effective_on": "2019-03-01"}),
        ("contract", contract),
        (
            "payment-plan",
            {"day-1": "2019-06-30", "amount-1": "10万", "day-3": "2019-09-30", "amount-3": "5"},
        ),
        ("receipt-plan", {"day-1": "2019-01-31", "amount-1": "300000"}),
        (
            "receipt",
            {
                "received_on": "2019-01-20",
                "amount_fen": "300000",
                "origin": "财政",
                "voucher": "R1",
            },
        ),
        ("use", {"payee": "甲公司", "reason": "采购结果"}),
        ("key", {"key": "310000190001"}),
    ):
        answer = entered(clerk, declaration, kind, **fields)
        assert answer.redirect_chain, (kind, answer.text)
    assert by_hand(clerk, declaration).redirect_chain
    assert BudgetAdjustment.objects.get().amount_fen == 2_000_000
    found = Contract.objects.get()
    assert (found.is_procured, found.items.get().standard_fen) == (True, 2_000_000)
    assert list(MoneyPlan.objects.filter(kind="PAYMENT").values_list("amount_fen", flat=True)) == [
        10_000_000,
        500,
    ]
    assert FundReceipt.objects.get().origin == "财政"
    assert PaymentProposal.objects.get().decision == Decision.PENDING
    page = clerk.get(there("money", declaration)).text
    for shown in ("HT-1", "上年结转", "310000190001", "R1", "待审批", "采购结果"):
        assert shown in page, shown


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("key", {"key": ""}, "这个字段是必填项"),
        ("payment-plan", {}, "请至少填写一笔日期和金额"),
        ("payment-plan", {"day-2": "2019-06-30"}, "第 2 笔的日期和金额须同时填写"),
        ("receipt", {"amount_fen": "一千"}, "不是可以识别的金额"),
        ("use", {"category": "30", "reason": "x"}, "请填写三位或五位的经济分类编码"),
        ("contract", {"item-1": "人月"}, "第 1 项的名称和单价须同时填写"),
    ],
)
def test_a_form_that_is_wrong_comes_back_with_the_reason(
    clerk, declaration, kind, fields, sentence
):
    answer = entered(clerk, declaration, kind, **fields)
    assert answer.status_code == 200
    assert sentence in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount_fen": "-5"}, "金额须大于零"),
        ({"paid_on": "2100-01-01"}, "支付日期不能晚于今天"),
    ],
)
def test_what_the_rules_refuse_is_said_and_nothing_is_stored(clerk, declaration, fields, sentence):
    answer = by_hand(clerk, declaration, **fields)
    assert answer.status_code == 409
    assert sentence in answer.text
    assert not PaymentProposal.objects.exists()


def test_a_second_click_proposes_nothing_twice(clerk, judge, declaration):
    assert by_hand(clerk, declaration).redirect_chain
    again = by_hand(clerk, declaration)
    assert again.status_code == 409
    assert "没有重复提交" in again.text
    proposal = PaymentProposal.objects.get()
    assert "已同意。" in decided(judge, "payment", proposal.pk).text
    second = decided(judge, "payment", proposal.pk)
    assert second.status_code == 409
    assert "您的操作没有重复执行" in second.text
    assert Payment.objects.count() == 1


def test_reviewers_hear_of_a_proposal_and_the_clerk_of_the_decision(clerk, judge, declaration):
    def heard(client):
        found = Notification.objects.filter(account=client.account).order_by("pk")
        return [(one.sentence, one.link) for one in found]

    by_hand(clerk, declaration)
    queue = reverse("targets:money-approvals")
    named = f"“{declaration.project.name}”2019 年度的支付登记（凭证 H1）"
    assert heard(judge) == [(f"{named}已提出，等待审批。", queue)]
    assert heard(clerk) == []
    proposal = PaymentProposal.objects.get()
    decided(judge, "payment", proposal.pk, approve=False, note="凭证号有误")
    assert heard(clerk) == [(f"{named}未获同意，请查看审批意见。", there("money", declaration))]


def test_nobody_decides_his_own_and_a_refusal_needs_a_reason(declaration):
    both = browser("both", Role.FINANCE_CLERK, Role.FINANCE_REVIEWER)
    by_hand(both, declaration)
    proposal = PaymentProposal.objects.get()
    assert "由您提出，须由另一人审批" in both.get(reverse("targets:money-approvals")).text
    own = decided(both, "payment", proposal.pk)
    assert own.status_code == 409
    assert "提出与审批不能是同一人" in own.text
    other = browser("other", Role.FINANCE_REVIEWER)
    silent = decided(other, "payment", proposal.pk, approve=False)
    assert silent.status_code == 409
    assert "请填写不同意的理由" in silent.text
    decided(other, "payment", proposal.pk, approve=False, note="凭证号有误")
    proposal.refresh_from_db()
    assert (proposal.decision, proposal.note) == (Decision.REFUSED, "凭证号有误")
    assert "凭证号有误" in both.get(there("money", declaration)).text
    assert not Payment.objects.exists()


def test_the_queue_lists_everything_and_empties(clerk, judge, declaration):
    by_hand(clerk, declaration)
    entered(clerk, declaration, "use", payee="甲公司", reason="采购结果")
    entered(
        clerk,
        declaration,
        "adjustment",
        kind="INCREASE",
        amount_fen="1",
        effective_on="2019-02-01",
        reason="追加",
    )
    queue = reverse("targets:money-approvals")
    assert "现有 3 项等待审批" in judge.get(queue).text
    (card,) = cards(judge.account, TODAY)
    assert (card.figure, card.link) == ("3", queue)
    assert cards(clerk.account, TODAY) == []
    for kind, rows in (
        ("payment", PaymentProposal),
        ("use", ApprovedUse),
        ("adjustment", BudgetAdjustment),
    ):
        decided(judge, kind, rows.objects.get().pk)
    assert "没有等待审批的事项" in judge.get(queue).text
    assert cards(judge.account, TODAY) == []


def test_a_statement_is_shown_row_by_row_then_entered_once(clerk, declaration):
    page = uploaded(clerk, declaration, *ROWS)
    assert "读出的支付（2 行）" in page.text
    assert "还没有人确认过这种表头" in page.text
    assert "将登记 2 笔支付" in page.text
    assert not Payment.objects.exists(), "nothing before the confirmation"
    found = Statement.objects.get()
    (card,) = cards(clerk.account, TODAY)
    assert card.title == "待确认的对账单"
    assert "已登记 2 笔支付。" in confirmed(clerk, found).text
    second = confirmed(clerk, found)
    assert second.status_code == 409
    assert "您的操作没有重复执行" in second.text
    assert Payment.objects.count() == 2
    assert "50.00%" in clerk.get(there("money", declaration)).text


def test_the_same_file_again_leads_to_the_statement_that_stands(clerk, declaration):
    uploaded(clerk, declaration, *ROWS)
    confirmed(clerk, Statement.objects.get())
    again = uploaded(clerk, declaration, *ROWS)
    assert "没有重复保存" in again.text
    assert "已确认" in again.text
    assert Statement.objects.count() == 1
    assert Payment.objects.count() == 2


def test_rows_on_record_are_marked_and_only_new_ones_entered(clerk, declaration):
    uploaded(clerk, declaration, *ROWS)
    confirmed(clerk, Statement.objects.get())
    more = "2019-05-08,A3,丙公司,1,30227,6222"
    page = uploaded(clerk, declaration, *ROWS, more)
    assert "2 行此前已登记" in page.text
    assert "套用测试员payer" in page.text, "the confirmed columns are remembered"
    assert "将登记 1 笔支付" in page.text
    done = confirmed(clerk, Statement.objects.latest("pk"))
    assert "已登记 1 笔支付；另有 2 行此前已登记，没有重复登记。" in done.text
    assert Payment.objects.count() == 3


def test_a_wrong_row_is_named_and_stops_the_statement(clerk, declaration):
    wrong = "2019-13-09,A3,丙公司,1,30227,6222"
    late = "2099-01-01,A4,丁公司,1,30227,6222"
    page = uploaded(clerk, declaration, *ROWS, wrong, late)
    assert "有 2 行不能登记" in page.text
    assert "第 4 行“支付日期”：“2019-13-09”不是可以识别的日期" in page.text
    assert "第 5 行“支付日期”：支付日期 2099-01-01 晚于今天" in page.text
    assert "确认无误，全部登记" not in page.text
    answer = confirmed(clerk, Statement.objects.get())
    assert answer.status_code == 409
    assert "整份没有登记" in answer.text
    assert not Payment.objects.exists()


def test_columns_are_corrected_and_remembered(clerk, declaration):
    head = "日期,说明一,说明二,金额,支付日期,收款人"
    rows = ("2019-05-06,甲公司,V1,7,2019-05-07,收款专户",)
    page = uploaded(clerk, declaration, *rows, head=head)
    assert "收款专户" in page.text
    found = Statement.objects.get()
    address = reverse("targets:money-statement", args=[found.pk])
    poor = clerk.post(address, {"map": "1", "paid_on": "0", "unit": "元"}, follow=True)
    assert poor.status_code == 409
    assert "请至少指定日期、收款人" in poor.text
    columns = {"paid_on": "0", "payee": "1", "voucher": "2", "amount": "3", "unit": "万元"}
    page = clerk.post(address, {"map": "1", **columns}, follow=True)
    assert "套用测试员payer" in page.text
    assert "70,000.00" in page.text
    uploaded(clerk, declaration, "2019-05-09,乙公司,V2,1,2019-05-07,收款专户", head=head)
    latest = Statement.objects.latest("pk")
    assert (latest.columns["payee"], latest.unit) == (1, "万元")


def test_a_statement_is_put_aside_and_its_file_may_come_again(clerk, declaration):
    uploaded(clerk, declaration, *ROWS)
    first = Statement.objects.get()
    gone = clerk.post(reverse("targets:money-statement-discard", args=[first.pk]), follow=True)
    assert "没有登记任何支付" in gone.text
    assert "将登记 2 笔支付" in uploaded(clerk, declaration, *ROWS).text
    assert not Payment.objects.exists()


def test_a_file_that_is_no_statement_is_refused_and_not_kept(clerk, declaration):
    answer = uploaded(clerk, declaration, "今天,天气", head="好,坏")
    assert answer.status_code == 409
    assert "没有找到对账单的表头" in answer.text
    assert not Statement.objects.exists()


def test_an_unknown_key_is_doubted_before_and_found_after(clerk, declaration):
    head = f"{HEAD},项目编码"
    page = uploaded(clerk, declaration, f"{ROWS[1]},999999", head=head)
    assert "项目编码“999999”没有登记" in page.text
    confirmed(clerk, Statement.objects.get())
    assert "不是经批准的项目" in clerk.get(there("money-findings", declaration)).text


def test_a_finding_is_answered_refused_answered_again_and_cleared(clerk, judge, declaration):
    by_hand(clerk, declaration)
    decided(judge, "payment", PaymentProposal.objects.get().pk)
    findings = there("money-findings", declaration)
    page = clerk.get(findings)
    (check, hits) = next(one for one in page.context["found"] if one[0].row.id == "N-02")
    assert check.row.finding in page.text
    payment = Payment.objects.get()
    assert reverse("targets:money-payment", args=[payment.pk]) in page.text, "rows lead somewhere"
    digest = hits[0][0].state.hit.digest

    def answered(text):
        fields = {"digest": digest, "kind": "EXPLANATION", "text": text}
        return clerk.post(there("money-answer", declaration), fields, follow=True)

    assert "等待复核人员核销" in answered("年初批复").text
    assert answered("再答一次").status_code == 409
    first = HitResponse.objects.get()
    decided(judge, "answer", first.pk, approve=False, note="请附批复")
    assert "请附批复" in clerk.get(findings).text
    answered("批复见附件")
    decided(judge, "answer", HitResponse.objects.latest("pk").pk, note="属实")
    page = clerk.get(findings).text
    assert "已销号" in page
    assert "测试员judge于" in page, "who cleared it"
    gone = {"digest": "0" * 64, "kind": "CORRECTION", "text": "x"}
    lost = clerk.post(there("money-answer", declaration), gone)
    assert lost.status_code == 409
    assert "数据已经变化" in lost.text


def test_a_payment_is_allocated_and_reversed_on_its_page(clerk, judge, declaration):
    usable(clerk, judge, declaration)
    by_hand(clerk, declaration, line="", category="")
    decided(judge, "payment", PaymentProposal.objects.get().pk)
    payment = Payment.objects.get()
    page = reverse("targets:money-payment", args=[payment.pk])
    assert "0.00%" in clerk.get(there("money", declaration)).text
    line = declaration.subprojects.get()
    allocation = {"line": line.pk, "category": "30227", "reason": "凭证漏写"}
    clerk.post(reverse("targets:money-allocate", args=[payment.pk]), allocation)
    assert "凭证漏写" in clerk.get(page).text
    figures = {
        one.key: one for one in clerk.get(there("money", declaration)).context["page"].figures
    }
    assert figures["earmarked"].shown == "100.00%"
    clerk.post(reverse("targets:money-reverse", args=[payment.pk]), {"reason": "登记错误"})
    assert "已提出冲正，等待审批" in clerk.get(page).text
    decided(judge, "payment", PaymentProposal.objects.latest("pk").pk)
    assert "冲正</a>，原记录保留" in clerk.get(page).text
    assert clerk.get(there("money", declaration)).context["page"].facts.executed_fen == 0


def test_an_acceptance_with_its_file_and_a_second_click(clerk, declaration):
    entered(
        clerk,
        declaration,
        "contract",
        number="HT-1",
        title="运维",
        payee="甲公司",
        amount_fen="100000",
        signed_on="2019-02-01",
        prepay_fen="0",
        pay_within_days="30",
    )
    contract = Contract.objects.get()
    address = reverse("targets:money-accept", args=[contract.pk])
    given = {
        "accepted_on": "2019-03-01",
        "claimed_fen": "5万",
        "evidenced_fen": "4万",
        "note": "阶段验收",
    }
    refused = clerk.post(address, given)
    assert refused.status_code == 409
    assert "须附佐证材料" in refused.text
    for status in (200, 409):
        file = SimpleUploadedFile("验收单.txt", "验收单".encode())
        assert clerk.post(address, {**given, "file": file}, follow=True).status_code == status
    assert Acceptance.objects.get().file.name == "验收单.txt"
    page = clerk.get(reverse("targets:money-contract", args=[contract.pk])).text
    assert "验收单.txt" in page
    assert "50,000.00 元" in page
    findings = clerk.get(there("money-findings", declaration)).text
    assert "多报 10,000.00 元" in findings


def test_an_arrival_is_taken_back_once(clerk, declaration):
    fields = {"received_on": "2019-01-20", "amount_fen": "9", "origin": "财政", "voucher": "R1"}
    entered(clerk, declaration, "receipt", **fields)
    address = reverse("targets:money-return", args=[FundReceipt.objects.get().pk])
    assert "到位记录已冲正" in clerk.post(address, follow=True).text
    assert clerk.post(address).status_code == 409
    assert FundReceipt.objects.count() == 2


def test_every_figure_opens_to_its_rows_and_they_add_up(clerk, judge, declaration):
    usable(clerk, judge, declaration)
    uploaded(clerk, declaration, *ROWS)
    confirmed(clerk, Statement.objects.get())
    page = clerk.get(there("money", declaration)).context["page"]
    for figure in page.figures:
        shown = clerk.get(there("money-rows", declaration, figure.key))
        assert figure.sentence in shown.text, figure.key
        assert figure.formula.status_label in shown.text
    rows = clerk.get(there("money-rows", declaration, "execution")).context["rows"]
    assert sum(row.numerator for row in rows) == 150_000
    assert sum(row.denominator for row in rows) == 300_000
    assert clerk.get(there("money-rows", declaration, "nothing")).status_code == 404


def test_the_page_of_a_past_day_shows_what_was_paid_by_then(clerk, declaration):
    uploaded(clerk, declaration, *ROWS)
    confirmed(clerk, Statement.objects.get())
    past = clerk.get(there("money", declaration), {"on": "2019-05-06"}).context["page"]
    assert past.facts.executed_fen == 10_000_000
    future = clerk.get(there("money", declaration), {"on": "2099-01-01"}).context["page"]
    assert future.facts.on < date(2099, 1, 1), "a day that has not come is today"


def test_payments_are_exported_as_they_are_filtered_and_printed(clerk, declaration):
    uploaded(clerk, declaration, *ROWS)
    confirmed(clerk, Statement.objects.get())
    address = there("money-payments", declaration)
    lines = clerk.get(address, {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "100000.00" in lines[2]
    workbook = clerk.get(address, {"format": "xlsx", "q": "乙公司"}).content
    sheet = load_workbook(BytesIO(workbook)).active
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)][-1] == "乙公司"
    assert not any(
        "甲公司" in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row
    )
    paper = clerk.get(there("money-paper", declaration))
    assert paper.content.startswith(b"%PDF")


def test_rows_stored_before_the_measures_are_offered_and_bound_at_once(clerk, declaration, editor):
    Binding.objects.filter(indicator__declaration=declaration).update(
        ended_at=datetime.now(UTC), ended_by=editor
    )
    page = clerk.get(there("money", declaration)).text
    assert "可以按支付记录计算的指标" in page
    assert "由绩效填报或审核人员办理绑定" in page
    appointed(editor, Role.TARGETS_EDITOR)
    with_app(editor)
    desk = signed_in_client(editor)
    address = there("money-bind", declaration)
    assert "已绑定 2 项指标" in desk.post(address, follow=True).text
    assert Binding.objects.filter(ended_at=None).count() == 2
    second = desk.post(address)
    assert second.status_code == 409
    assert "可能他人刚刚已经办理" in second.text
    assert "可以按支付记录计算的指标" not in clerk.get(there("money", declaration)).text


def test_a_row_that_people_rated_is_offered_too(clerk, declaration, editor):
    measuring.bind_measure(
        indicator=row(declaration, 2).pk,
        measure="targets.rating",
        parameters={},
        reason="当时没有支付记录",
        by=editor,
        at=datetime.now(UTC),
    )
    page = clerk.get(there("money", declaration)).text
    assert "现为具名评定，建议绑定“资金使用合规性”" in page
    assert "现为未绑定" not in page, "what payments answer for already is not offered"


def test_many_payments_cost_no_more_queries_than_few(clerk, judge, declaration):
    usable(clerk, judge, declaration)
    uploaded(clerk, declaration, *ROWS)
    confirmed(clerk, Statement.objects.get())
    pages = ("money", "money-findings", "money-payments")
    few = [_queries(clerk, there(name, declaration)) for name in pages]
    many = [f"2019-07-{n:02},B{n},甲公司,10,31002,6222" for n in range(1, 31)]
    uploaded(clerk, declaration, *many)
    confirmed(clerk, Statement.objects.latest("pk"))
    assert [_queries(clerk, there(name, declaration)) for name in pages] == few


def _queries(client, address):
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_clerks_do_not_decide_and_others_do_not_enter(clerk, judge, declaration):
    by_hand(clerk, declaration)
    proposal = PaymentProposal.objects.get()
    assert decided(clerk, "payment", proposal.pk).status_code == 403
    assert judge.get(there("money-enter", declaration, "key")).status_code == 403
    leader = browser("leader", Role.LEADER)
    assert leader.get(there("money", declaration)).status_code == 200
    assert leader.get(there("money-statement-new", declaration)).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_decides(clerk, declaration):
    by_hand(clerk, declaration)
    proposal = PaymentProposal.objects.get()
    answers = []
    start = threading.Barrier(2)

    def act(client):
        start.wait()
        try:
            answers.append(decided(client, "payment", proposal.pk).status_code)
        finally:
            connection.close()

    people = [browser(f"judge{n}", Role.FINANCE_REVIEWER) for n in range(2)]
    threads = [threading.Thread(target=act, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409]
    assert Payment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_on_confirm_at_once_one_enters(clerk, declaration):
    uploaded(clerk, declaration, *ROWS)
    found = Statement.objects.get()
    answers = []
    start = threading.Barrier(2)

    def act(client):
        start.wait()
        try:
            answers.append(confirmed(client, found).status_code)
        finally:
            connection.close()

    clients = [signed_in_client(clerk.account) for _ in range(2)]
    threads = [threading.Thread(target=act, args=(one,)) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409]
    assert Payment.objects.count() == 2


def test_today_is_the_day_of_the_office_not_of_greenwich(clerk, declaration):
    uploaded(clerk, declaration, "2019-06-03,A1,甲公司,1,30227,6222")
    early = datetime(2019, 6, 2, 20, 0, tzinfo=UTC)  # 4 o'clock of 3 June in Shanghai
    found = statements.confirm_statement(
        statement=Statement.objects.get().pk, by=clerk.account, at=early
    )
    assert found.status == ImportStatus.CONFIRMED
