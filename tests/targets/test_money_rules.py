"""Rates and the negative list over frozen facts, and rows of statements: pure, exact."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.targets.rules.money.facts import (
    Acceptance,
    Contract,
    Item,
    Line,
    MoneyFacts,
    Output,
    Payment,
    Use,
)
from shangwu.targets.rules.money.law import money_law
from shangwu.targets.rules.money.negative import CHECKS, negative_list
from shangwu.targets.rules.money.rates import (
    Planned,
    Received,
    earmarked,
    execution,
    in_place,
    in_time,
    light,
    percent,
    progress,
)
from shangwu.targets.rules.money.statement.columns import (
    head_row,
    parse_text,
    propose_columns,
    shape,
    unit_of,
)
from shangwu.targets.rules.money.statement.rows import fingerprints, read_day, read_rows

LAW = money_law(date(2019, 12, 31))
YEAR = {"starts_on": date(2019, 1, 1), "ends_on": date(2019, 12, 31)}


def payment(key=1, fen=1_000_00, on=date(2019, 5, 6), **changes):
    found = Payment(
        key=key,
        project_key="XM00001",
        is_keyed=True,
        line=1,
        contract=None,
        payee="甲公司",
        category="30227",
        paid_on=on,
        amount_fen=fen,
        voucher=f"V{key}",
    )
    return replace(found, **changes)


def money(*payments, **changes):
    found = MoneyFacts(
        on=date(2019, 12, 31),
        declared_fen=300_000_00,
        adjusted_fen=300_000_00,
        lines=(Line(1, "窗口服务", 300_000_00, 300_000_00),),
        payments=payments,
        uses=(Use(None, "", "302"),),
        output=Output(1, 1),
        **YEAR,
    )
    return replace(found, **changes)


def contract(key=1, **changes):
    found = Contract(
        key=key,
        number=f"HT-{key}",
        title="服务",
        payee="甲公司",
        amount_fen=100_000_00,
        signed_on=date(2019, 2, 1),
        prepay_fen=0,
        pay_within_days=30,
        is_procured=True,
        acceptances=(Acceptance(1, date(2019, 3, 1), 100_000_00, 100_000_00),),
    )
    return replace(found, **changes)


@pytest.mark.parametrize("printed", ["申江（上海）公司", "申江(上海)公司", "申江 (上海) 公司"])
def test_a_use_admits_the_payee_however_its_brackets_are_printed(printed):
    use = Use(None, "申江（上海）公司", "302")
    assert use.admits(payment(payee=printed))
    assert not use.admits(payment(payee="申江（苏州）公司"))


PAID = payment(contract=1, fen=100_000_00)
CLEAN = money(PAID, contracts=(contract(),))
UNPROCURED = {"is_procured": False, "amount_fen": 300_000_00, "acceptances": ()}

# Check -> facts that it must find, and that no other check finds anything in.
TROUBLE = {
    "N-01": money(payment(is_keyed=False, project_key="X")),
    "N-02": money(payment(category="30101")),
    "N-03": money(payment(on=date(2018, 12, 31))),
    "N-04": money(
        payment(fen=200_000_01),
        lines=(Line(1, "甲", 200_000_00, 200_000_00), Line(2, "乙", 100_000_00, 100_000_00)),
    ),
    "N-05": money(payment(fen=300_000_01), lines=()),
    "N-06": money(
        PAID, contracts=(contract(), contract(2, **UNPROCURED), contract(3, **UNPROCURED))
    ),
    "N-07": money(PAID, contracts=(contract(items=(Item("座椅", 501_00, 500_00),)),)),
    "N-08": money(
        replace(PAID, paid_on=date(2019, 2, 28)),
        contracts=(contract(),),
    ),
    "N-09": money(payment(1, invoice="F1"), payment(2, invoice="F1")),
    "N-10": money(contracts=(contract(),)),
    "N-11": money(payment(fen=100_000_00, on=date(2019, 12, 20)), output=Output(0, 3)),
    "N-12": money(
        PAID,
        contracts=(contract(acceptances=(Acceptance(9, date(2019, 3, 1), 100_000_00, 1),)),),
    ),
}


def test_the_list_runs_every_line_of_the_law():
    assert list(CHECKS) == [row.id for row in LAW.findings.value] == list(TROUBLE)


def test_clean_money_has_no_hit():
    assert negative_list(CLEAN, LAW) == ()


@pytest.mark.parametrize("rule", TROUBLE)
def test_each_check_finds_its_trouble_alone_and_names_rows_and_figures(rule):
    found = negative_list(TROUBLE[rule], LAW)
    assert [one.rule for one in found] == [rule]
    assert found[0].rows
    assert any(character.isdigit() for character in found[0].sentence)
    assert found[0].law.startswith("law/targets.toml#negative.")


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("N-03", money(payment(1, on=date(2019, 1, 1)), payment(2, on=date(2019, 12, 31)))),
        ("N-04", money(payment(fen=300_000_00))),
        ("N-05", money(payment(fen=300_000_00))),
        ("N-06", money(contracts=(contract(2, **UNPROCURED),))),
        ("N-07", money(contracts=(contract(items=(Item("座椅", 500_00, 500_00),)),))),
        ("N-08", money(replace(PAID, paid_on=date(2019, 3, 1)), contracts=(contract(),))),
        (
            "N-08",
            money(
                payment(contract=1, fen=30_000_00, on=date(2019, 2, 2)),
                contracts=(contract(prepay_fen=30_000_00),),
            ),
        ),
        ("N-09", money(payment(1, invoice="F1"), payment(2, invoice="F2"), payment(3))),
        ("N-10", money(contracts=(contract(),), on=date(2019, 4, 30))),
        (
            "N-11",
            money(payment(fen=90_000_00, on=date(2019, 12, 20)), output=Output(0, 3)),
        ),
    ],
)
def test_the_very_edge_is_no_hit(rule, facts):
    assert rule not in {one.rule for one in negative_list(facts, LAW)}


def test_money_held_one_day_more_than_allowed_is_a_hit():
    facts = money(contracts=(contract(),), on=date(2019, 5, 1))
    assert [one.rule for one in negative_list(facts, LAW)] == ["N-10"]


def test_a_reversed_payment_is_no_longer_found_and_no_longer_counted():
    wrong = payment(1, is_keyed=False)
    undone = payment(2, fen=-wrong.amount_fen, reverses=1)
    assert negative_list(money(wrong, undone), LAW) == ()
    assert execution(money(wrong, undone)).numerator_fen == 0


def test_a_hit_changes_its_digest_with_its_figures_and_keeps_its_subject():
    before = negative_list(money(payment(1, fen=300_000_01), lines=()), LAW)[0]
    after = negative_list(money(payment(1, fen=300_000_02), lines=()), LAW)[0]
    assert before.subject == after.subject
    assert before.digest != after.digest


def test_execution_is_on_the_adjusted_budget():
    found = execution(money(payment(fen=291_000_00), adjusted_fen=600_000_00))
    assert found.value == Fraction(485, 1000)
    assert percent(found.value) == "48.50%"


def test_no_spending_is_no_data_and_never_all():
    assert earmarked(money()).value is None
    found = earmarked(money(payment(1), payment(2, category="301")))
    assert found.value == Fraction(1, 2)


def test_progress_is_by_plan_and_without_a_plan_by_time():
    facts = money(payment(fen=150_000_00), on=date(2019, 7, 31))
    by_time = progress(facts, ())
    assert by_time.expected.numerator_fen == 300_000_00 * 212 // 365
    assert by_time.clock == "时间进度"
    once = progress(facts, [Planned(date(2019, 9, 30), 300_000_00)])
    assert once.ratio is None and light(once, LAW.light.value) == ""
    due = progress(facts, [Planned(date(2019, 6, 30), 160_000_00)])
    assert (due.ratio, light(due, LAW.light.value)) == (Fraction(15, 16), "yellow")
    assert due.gap == Fraction(10_000, 300_000)


def test_money_in_place_and_in_time():
    plan = [Planned(date(2019, 3, 1), 100), Planned(date(2019, 6, 1), 100)]
    arrived = [Received(date(2019, 3, 1), 60), Received(date(2019, 4, 1), 140)]
    assert in_place(money(), plan, arrived).value == 1
    assert in_time(plan, arrived, on=date(2019, 12, 31)).value == Fraction(160, 200)


amounts = st.integers(1, 10**9)


@given(st.lists(amounts, max_size=12), st.lists(st.booleans(), min_size=12, max_size=12))
def test_earmarked_use_is_a_share_of_what_stands(fens, good):
    rows = [payment(n, fen, category="302" if good[n] else "999") for n, fen in enumerate(fens)]
    found = earmarked(money(*rows))
    assert found.denominator_fen == sum(fens)
    assert found.value is None if not fens else 0 <= found.value <= 1


@given(st.lists(amounts, min_size=1, max_size=8), st.data())
def test_reversing_a_payment_takes_exactly_it_away(fens, data):
    rows = [payment(n, fen) for n, fen in enumerate(fens)]
    gone = data.draw(st.sampled_from(rows))
    undone = payment(99, -gone.amount_fen, reverses=gone.key)
    found = money(*rows, undone)
    assert execution(found).numerator_fen == sum(fens) - gone.amount_fen
    assert gone not in found.standing and len(found.standing) == len(rows) - 1


# Statements.

HEAD = "支付日期,凭证号,收款人,支付金额(元),经济分类"


def table(text):
    grid = parse_text(text)
    head = head_row(grid, LAW)
    columns = propose_columns(grid[head], LAW)
    return read_rows(grid, head=head, columns=columns, unit=unit_of(grid[head]), account="6222")


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_each_separator_and_titles_above_the_head(mark):
    text = f"某市财政国库支付明细\n{HEAD}\n2019-05-06,A1,甲公司,1000.00,30227\n".replace(",", mark)
    [row] = table(text).rows
    assert (row.number, row.paid_on, row.amount_fen) == (3, date(2019, 5, 6), 100_000)
    assert (row.voucher, row.category, row.account) == ("A1", "30227", "6222")


@pytest.mark.parametrize(
    "text",
    [
        "2019-05-06",
        "2019/5/6",
        "2019.5.6",
        "20190506",
        "2019年5月6日",
        "２０１９年５月６日",
        "2019-05-06 10:15:00",
        "20190506101500",
        "43591",
    ],
)
def test_days_in_several_styles(text):
    assert read_day(text) == date(2019, 5, 6)


@pytest.mark.parametrize("text", ["", "2019-13-01", "2019-02-29", "五月", "12", "2019-5"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):
        read_day(text)


def test_thousands_and_ten_thousands_and_debit_beside_credit():
    text = (
        "日期\t流水号\t对方户名\t借方发生额（万元）\t贷方发生额（万元）\n"
        "2019-05-06\t1\t甲公司\t1,234.5678\t\n2019-05-07\t2\t财政局\t\t5\n"
        "2019-05-08\t3\t丙公司\t0.00\t5\n合计\t\t\t1,234.5678\t10\n"
    )
    found = table(text)
    assert [row.amount_fen for row in found.rows] == [1_234_567_800]
    assert [item.number for item in found.left_out] == [3, 4, 5]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        ("2019-02-30,1,甲,5,302", "支付日期", "日期"),
        ("2019-05-06,1,甲,五元,302", "支付金额", "金额"),
        ("2019-05-06,1,甲,-5,302", "支付金额", "冲正"),
        ("2019-05-06,1,,5,302", "收款人", "收款人"),
        ("2019-05-06,1,甲,5,三〇二", "经济分类", "编码"),
    ],
)
def test_a_wrong_row_is_named_with_column_and_reason(row, column, word):
    found = table(f"{HEAD}\n2019-05-05,0,甲,5,302\n{row}\n")
    [problem] = found.problems
    assert (problem.number, problem.column) == (3, column)
    assert word in problem.why
    assert problem.sentence.startswith(f"第 3 行“{column}”：")


def test_a_table_without_day_amount_and_payee_has_no_head():
    assert head_row([["姓名", "电话"], ["甲", "1"]], LAW) is None


def test_a_shape_is_of_the_words_and_not_of_spaces():
    assert shape(["支付日期", "金额（元）"]) == shape(["支付 日期", "金额(元)"])
    assert shape(["支付日期", "金额"]) != shape(["金额", "支付日期"])


rows_of = st.lists(
    st.tuples(st.sampled_from(["A", "B"]), st.integers(1, 3), st.sampled_from(["甲", "乙"])),
    max_size=8,
)


@given(rows_of, rows_of)
def test_fingerprints_are_one_for_each_row_and_stay_when_rows_are_added(first, more):
    def read(rows):
        lines = "\n".join(f"2019-05-06,{v},{p},{n},302" for v, n, p in rows)
        return fingerprints(table(f"{HEAD}\n{lines}\n").rows)

    alone, together = read(first), read(first + more)
    assert len(set(together)) == len(together)
    assert together[: len(alone)] == alone
