"""Money against the real database: two persons, nothing doubled, nothing half stored, as it was known."""

import threading
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from openpyxl import Workbook

from shangwu.foundation.audit.models import Act
from shangwu.foundation.files import operations as files
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import (
    BudgetAdjustment,
    FundReceipt,
    Payment,
    PaymentAllocation,
    Statement,
    StatementMapping,
)
from shangwu.targets.operations import measuring
from shangwu.targets.operations.money import budget, contracts, payments, statements
from shangwu.targets.operations.money.contracts import ContractContent
from shangwu.targets.operations.money.payments import PaymentContent
from shangwu.targets.queries import money
from shangwu.targets.rules.money.rates import Planned
from shangwu.targets.vocabulary import ImportStatus, TargetStatus
from tests.targets.factories import approved, drafted, proof, row

pytestmark = pytest.mark.django_db
AT = datetime(2019, 6, 3, 2, 0, tzinfo=UTC)
ON = date(2019, 6, 3)
END, AFTER = date(2019, 12, 31), datetime(2020, 1, 5, 2, 0, tzinfo=UTC)
PROMISES = (("预算执行率", "≥90%"), ("专款专用率", "100%"), ("资金使用合规性", "合规"))
HEAD = "支付日期,凭证号,收款人,支付金额,经济分类,付款账号"
ROWS = ('2019-05-06,A1,甲公司,"100,000.00",30227,6222', "2019-05-07,A2,乙公司,50000,30227,6222")


@pytest.fixture
def declaration(editor, reviewer):
    """An approved declaration of 300,000 yuan with three promises about its money."""
    return approved(editor, reviewer, *PROMISES)


def refused(code, act, **arguments):
    with pytest.raises(Refused) as raised:
        act(**arguments)
    assert raised.value.code == code
    return raised.value.sentence


def file_of(content, by, name="对账单.csv"):
    upload = SimpleUploadedFile(name, content)
    return files.store_upload(
        stream=upload,
        name=name,
        by=by,
        at=AT,
        allow=frozenset({"text", "xlsx"}),
        max_bytes=10**6,
    )


def received(declaration, by, *rows, head=HEAD, encoding="utf-8"):
    content = "\n".join((head, *rows)).encode(encoding)
    return statements.receive_statement(
        declaration=declaration.pk, file=file_of(content, by), account="", by=by, at=AT
    )


def confirmed(declaration, by, *rows, **changes):
    found = received(declaration, by, *rows, **changes)
    return statements.confirm_statement(statement=found.pk, by=by, at=AT)


def paid(declaration, editor, reviewer, yuan=1000, *, at=AT, **changes):
    content = {
        "voucher": f"H{Payment.objects.count()}",
        "paid_on": ON,
        "amount_fen": yuan * 100,
        "payee": "甲公司",
        "category": "30227",
        "line": declaration.subprojects.get().pk,
    }
    proposal = payments.propose_payment(
        declaration=declaration.pk,
        content=PaymentContent(**{**content, **changes}),
        reason="专户支付，没有电子对账单",
        by=editor,
        at=at,
    )
    payments.decide_payment(proposal=proposal.pk, approve=True, note="", by=reviewer, at=at)
    return Payment.objects.get(proposal=proposal)


def usable(declaration, editor, reviewer, category="302"):
    use = budget.propose_use(
        declaration=declaration.pk,
        line=None,
        payee="",
        category=category,
        reason="批复的用途",
        by=editor,
        at=AT,
    )
    return budget.decide_use(use=use.pk, approve=True, note="", by=reviewer, at=AT)


def adjusted(declaration, by, yuan, kind="INCREASE", **changes):
    given = {
        "declaration": declaration.pk,
        "kind": kind,
        "line": declaration.subprojects.get().pk,
        "from_line": None,
        "amount_fen": yuan * 100,
        "effective_on": ON,
        "document": "沪商财〔2019〕1号",
        "reason": "任务增加",
        "by": by,
        "at": AT,
    }
    return budget.propose_adjustment(**{**given, **changes})


def test_a_payment_by_hand_counts_once_a_second_person_approved(declaration, editor, reviewer):
    proposal = payments.propose_payment(
        declaration=declaration.pk,
        content=PaymentContent("H1", ON, 100_000, "甲公司"),
        reason="没有对账单",
        by=editor,
        at=AT,
    )
    decide = {"proposal": proposal.pk, "approve": True, "note": "", "at": AT}
    refused("MONEY-OWN", payments.decide_payment, **decide, by=editor)
    assert money.executed_fen(declaration, on=ON, known_at=AT) == 0
    payments.decide_payment(**decide, by=reviewer)
    refused("MONEY-DECIDED", payments.decide_payment, **decide, by=reviewer)
    assert money.executed_fen(declaration, on=ON, known_at=AT) == 100_000
    assert Act.objects.filter(act="targets.decide_payment").count() == 1
    twin = payments.propose_payment(
        declaration=declaration.pk,
        content=PaymentContent("H1", ON, 100_000, "甲公司"),
        reason="再次",
        by=editor,
        at=AT,
    )
    refused(
        "PAYMENT-TWICE",
        payments.decide_payment,
        proposal=twin.pk,
        approve=True,
        note="",
        by=reviewer,
        at=AT,
    )
    assert Payment.objects.count() == 1


def test_money_waits_for_the_approval_of_the_declaration(editor):
    refused("MONEY-NOT-APPROVED", received, declaration=drafted(editor), by=editor)


def test_facts_of_money_are_append_only(declaration, editor, reviewer):
    found = paid(declaration, editor, reviewer)
    payments.allocate_payment(
        payment=found.pk, line=None, contract=None, category="302", reason="核对", by=editor, at=AT
    )
    for table in (Payment, PaymentAllocation):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            table.objects.update(category="999")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            table.objects.all()._raw_delete("default")


def test_a_reversal_corrects_the_day_and_keeps_what_was_known(declaration, editor, reviewer):
    found = paid(declaration, editor, reviewer)
    later = AT + timedelta(days=3)
    proposal = payments.propose_reversal(
        payment=found.pk, returned_on=None, reason="登记错误", by=editor, at=later
    )
    refused(
        "PAYMENT-REVERSED",
        payments.propose_reversal,
        payment=found.pk,
        returned_on=None,
        reason="再次",
        by=editor,
        at=later,
    )
    payments.decide_payment(proposal=proposal.pk, approve=True, note="", by=reviewer, at=later)
    assert money.executed_fen(declaration, on=ON, known_at=AT) == 100_000, "as known"
    assert money.executed_fen(declaration, on=ON, known_at=later) == 0, "as corrected"


def test_an_adjustment_counts_from_its_day_and_its_approval(declaration, editor, reviewer):
    def budget_on(on, at=AT):
        return money.adjusted_budget_fen(declaration, on=on, known_at=at)

    later = AT + timedelta(days=1)
    one = adjusted(declaration, editor, 100_000)
    assert budget_on(END) == 300_000_00
    budget.decide_adjustment(adjustment=one.pk, approve=True, note="", by=reviewer, at=later)
    assert budget_on(END) == 300_000_00, "not known yet"
    assert budget_on(END, later) == 400_000_00
    assert budget_on(ON - timedelta(days=1), later) == 300_000_00, "not in effect yet"
    carried = adjusted(declaration, editor, 1, kind="CARRY_OVER")
    budget.decide_adjustment(adjustment=carried.pk, approve=True, note="", by=reviewer, at=later)
    assert budget_on(END, later) == 400_001_00


def test_no_adjustment_takes_a_line_below_zero(declaration, editor, reviewer):
    one = adjusted(declaration, editor, 300_001, kind="DECREASE")
    refused(
        "MONEY-BELOW-ZERO",
        budget.decide_adjustment,
        adjustment=one.pk,
        approve=True,
        note="",
        by=reviewer,
        at=AT,
    )
    assert BudgetAdjustment.objects.get().decision == "PENDING"
    refused("MONEY-LINE", adjusted, declaration=declaration, by=editor, yuan=1, kind="TRANSFER")
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetAdjustment.objects.update(decision="APPROVED", decided_by=editor, decided_at=AT)


def test_receipts_once_and_taken_back_once(declaration, editor):
    given = {"declaration": declaration.pk, "received_on": ON, "amount_fen": 5, "by": editor}
    given |= {"origin": "市级财政", "voucher": "R1", "at": AT}
    receipt = budget.record_receipt(**given)
    refused("RECEIPT-TWICE", budget.record_receipt, **given)
    budget.reverse_receipt(receipt=receipt.pk, by=editor, at=AT)
    refused("RECEIPT-REVERSED", budget.reverse_receipt, receipt=receipt.pk, by=editor, at=AT)
    assert sum(one.amount_fen for one in money.receipts(declaration, on=ON, known_at=AT)) == 0
    assert FundReceipt.objects.count() == 2


def test_a_new_plan_withdraws_the_old_and_keeps_it(declaration, editor):
    def plan(at, *points):
        budget.set_plan(declaration=declaration.pk, kind="PAYMENT", points=points, by=editor, at=at)

    later = AT + timedelta(days=1)
    plan(AT, Planned(ON, 100), Planned(END, 200))
    plan(later, Planned(END, 300))
    assert [p.amount_fen for p in money.plan_series(declaration, known_at=later)] == [300]
    assert [p.amount_fen for p in money.plan_series(declaration, known_at=AT)] == [100, 200]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_statement_is_entered_whole(declaration, editor, encoding):
    confirmed(declaration, editor, *ROWS, encoding=encoding)
    assert sorted(Payment.objects.values_list("amount_fen", flat=True)) == [5_000_000, 10_000_000]
    first = Payment.objects.get(voucher="A1")
    assert (first.row, first.account, first.line) == (2, "6222", declaration.subprojects.get())


def test_a_workbook_reads_like_a_text(declaration, editor):
    book, stream = Workbook(), BytesIO()
    book.active.append(["国库支付明细"])
    book.active.append(["支付日期", "凭证号", "收款人", "支付金额(万元)"])
    book.active.append([date(2019, 5, 6), "A1", "甲公司", "1.5"])
    book.save(stream)
    found = statements.receive_statement(
        declaration=declaration.pk,
        file=file_of(stream.getvalue(), editor, "对账单.xlsx"),
        account="6222",
        by=editor,
        at=AT,
    )
    statements.confirm_statement(statement=found.pk, by=editor, at=AT)
    [stored] = Payment.objects.all()
    assert (stored.amount_fen, stored.paid_on, stored.row) == (1_500_000, date(2019, 5, 6), 3)


def test_the_same_file_again_and_the_same_rows_in_another_file_double_nothing(declaration, editor):
    first = confirmed(declaration, editor, *ROWS)
    assert received(declaration, editor, *ROWS).pk == first.pk
    refused("STATEMENT-DECIDED", statements.confirm_statement, statement=first.pk, by=editor, at=AT)
    more = "2019-05-08,A3,丙公司,7,30227,6222"
    second = confirmed(declaration, editor, *ROWS, more)
    assert second.known_rows == 2
    assert Payment.objects.count() == 3
    assert money.executed_fen(declaration, on=ON, known_at=AT) == 15_000_700


def test_two_equal_rows_of_one_statement_are_two_payments(declaration, editor):
    confirmed(declaration, editor, ROWS[0], ROWS[0])
    assert Payment.objects.count() == 2


def test_a_wrong_row_stops_the_whole_statement_and_is_named(declaration, editor):
    found = received(declaration, editor, ROWS[0], "2019-05-40,A2,乙公司,5,302,6222")
    sentence = refused(
        "STATEMENT-ROWS", statements.confirm_statement, statement=found.pk, by=editor, at=AT
    )
    assert "第 3 行“支付日期”" in sentence
    assert not Payment.objects.exists()
    assert Statement.objects.get().status == ImportStatus.READ


def test_a_mapping_is_remembered_for_the_organisation_and_shape(declaration, editor):
    head = "甲,乙,日期,收款人,金额"
    found = received(declaration, editor, "x,9,2019-05-06,丁,8", head=head)
    columns = {"paid_on": 2, "payee": 3, "amount": 1}
    statements.map_statement(
        statement=found.pk, columns=columns, unit="万元", account="1", by=editor, at=AT
    )
    again = received(declaration, editor, "x,7,2019-05-07,丁,8", head=head)
    assert (again.columns, again.unit) == (columns, "万元")
    assert StatementMapping.objects.count() == 1
    refused(
        "STATEMENT-COLUMNS",
        statements.map_statement,
        statement=found.pk,
        columns={"paid_on": 99, "payee": 3, "amount": 1},
        unit="元",
        account="",
        by=editor,
        at=AT,
    )


def test_a_file_that_is_no_statement_stores_nothing(declaration, editor):
    refused("STATEMENT-HEAD", received, declaration=declaration, by=editor, head="姓名,电话")
    assert not Statement.objects.exists()


def test_rows_go_to_the_project_of_their_key_and_an_unknown_key_is_a_hit(declaration, editor):
    budget.register_project_key(declaration=declaration.pk, key="310001", by=editor, at=AT)
    confirmed(
        declaration,
        editor,
        "2019-05-06,A1,甲公司,5,302,310001",
        "2019-05-06,A2,甲公司,5,302,999",
        head="支付日期,凭证号,收款人,支付金额,经济分类,项目编码",
    )
    found = money.open_hits(declaration, on=ON, known_at=AT)
    wrong = Payment.objects.get(voucher="A2")
    assert [one.payments for one in found if one.rule == "N-01"] == [(wrong.pk,)]


def reading(declaration, number, editor, *, at=AFTER):
    return measuring.take_reading(
        indicator=row(declaration, number).pk,
        on=END if at == AFTER else at.date(),
        trigger="BACKFILL",
        by=editor,
        at=at,
    )


def test_promises_about_money_are_bound_by_their_names(declaration):
    bound = [row(declaration, n).bindings.get().measure for n in (1, 2, 3)]
    assert bound == ["targets.budget_execution", "targets.earmarked_use", "targets.fund_compliance"]


def test_without_payments_there_is_no_data_and_a_low_rate_is_not_due_before_the_year_ends(
    declaration, editor, reviewer
):
    statuses = {reading(declaration, n, editor, at=AT).status for n in (1, 2, 3)}
    assert statuses == {TargetStatus.NO_DATA}
    paid(declaration, editor, reviewer, 1000)
    assert reading(declaration, 1, editor, at=AT).status == TargetStatus.NOT_DUE
    assert reading(declaration, 1, editor).status == TargetStatus.MISSED, "the year is over"


def test_money_is_measured_from_its_rows(declaration, editor, reviewer):
    usable(declaration, editor, reviewer)
    paid(declaration, editor, reviewer, 291_000)
    found = [reading(declaration, n, editor) for n in (1, 2, 3)]
    assert [(r.numerator, r.denominator, r.status) for r in found[:2]] == [
        (291_000, 300_000, TargetStatus.MET),
        (291_000, 291_000, TargetStatus.MET),
    ]
    assert (found[2].level, found[2].status) == ("合规", TargetStatus.MET)
    assert found[0].evidence_count == 2


def test_a_hit_makes_money_not_compliant_until_another_person_clears_it(
    declaration, editor, reviewer
):
    paid(declaration, editor, reviewer, 1000)
    [one] = money.open_hits(declaration, on=END, known_at=AFTER)
    assert one.rule == "N-02"
    missed = reading(declaration, 3, editor)
    assert (missed.level, missed.status) == ("不合规", TargetStatus.MISSED)
    assert "N-02" in missed.why and "1,000.00" in missed.why
    answer = {"declaration": declaration.pk, "digest": one.digest, "kind": "EXPLANATION"}
    answer |= {"text": "用途已经批准，漏登。", "file": None, "on": END, "by": editor, "at": AFTER}
    response = payments.respond_to_hit(**answer)
    refused("HIT-ANSWERED", payments.respond_to_hit, **answer)
    decide = {"response": response.pk, "approve": True, "note": "", "at": AFTER}
    refused("MONEY-OWN", payments.decide_hit, **decide, by=editor)
    assert money.open_hits(declaration, on=END, known_at=AFTER)
    payments.decide_hit(**decide, by=reviewer)
    assert money.open_hits(declaration, on=END, known_at=AFTER) == ()
    assert money.open_hits(declaration, on=END, known_at=AFTER - timedelta(seconds=1))
    assert reading(declaration, 3, editor).status == TargetStatus.MET
    refused("HIT-GONE", payments.respond_to_hit, **{**answer, "digest": "0" * 64})


def test_contracts_and_acceptances(declaration, editor):
    content = ContractContent(
        "HT-1", "服务", "甲公司", None, 100_000_00, date(2019, 2, 1), 0, 30, is_procured=True
    )
    found = contracts.record_contract(declaration=declaration.pk, content=content, by=editor, at=AT)
    refused(
        "CONTRACT-TWICE",
        contracts.record_contract,
        declaration=declaration.pk,
        content=content,
        by=editor,
        at=AT,
    )
    accept = {"contract": found.pk, "accepted_on": date(2019, 3, 1), "note": "合格"}
    accept |= {"claimed_fen": 100_000_00, "evidenced_fen": 90_000_00, "by": editor, "at": AT}
    refused("ACCEPTANCE-EVIDENCE", contracts.record_acceptance, **accept, file=None)
    contracts.record_acceptance(**accept, file=proof(editor))
    rules = {one.rule for one in money.open_hits(declaration, on=ON, known_at=AT)}
    assert rules == {"N-10", "N-12"}


def test_months_and_many_declarations_at_once(declaration, editor, django_assert_num_queries):
    confirmed(declaration, editor, *ROWS)
    months = money.monthly_series(declaration, on=ON, known_at=AT)
    assert [(m.month_end.month, m.paid_fen) for m in months][-2:] == [(5, 15_000_000), (6, 0)]
    assert months[-1].cumulative_fen == 15_000_000
    with django_assert_num_queries(2):
        found = money.execution_amounts([declaration] * 3, on=ON, known_at=AT)
    assert found[declaration.pk].numerator_fen == 15_000_000
    assert (
        money.execution_amounts([declaration], on=ON, known_at=AT - timedelta(days=1))[
            declaration.pk
        ].numerator_fen
        == 0
    )


@pytest.mark.django_db(transaction=True)
def test_two_people_confirming_overlapping_statements_at_once_double_nothing(
    declaration, editor, reviewer
):
    first = received(declaration, editor, *ROWS)
    second = received(declaration, reviewer, *ROWS, "2019-05-08,A3,丙公司,7,30227,6222")
    start, said = threading.Barrier(2), []

    def confirm(statement, by):
        start.wait(10)
        try:
            statements.confirm_statement(statement=statement.pk, by=by, at=AT)
        except Refused as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    people = [
        threading.Thread(target=confirm, args=pair)
        for pair in ((first, editor), (second, reviewer))
    ]
    for one in people:
        one.start()
    for one in people:
        one.join(20)
    assert said == []
    assert Payment.objects.count() == 3
