"""A day's rows: each of the twelve codes, what it does, and what is stored of the rest."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.workdays import SHANGHAI, load_calendar
from shangwu.prepaid.rules.batch.codes import ANSWERS, Effect
from shangwu.prepaid.rules.batch.records import RECORDS, defects, personal_data
from shangwu.prepaid.rules.batch.rows import CardDay, Known, OperatorDay
from shangwu.prepaid.rules.batch.validation import validate
from shangwu.prepaid.vocabulary import BatchCode, CardKind

DAY = date(2025, 9, 29)
SENT = datetime(2025, 9, 30, 1, 0, tzinfo=SHANGHAI)
RECEIVED = datetime(2025, 9, 30, 1, 1, tzinfo=SHANGHAI)
OPERATOR = "91310115MA1TEAT03N"
OUTLET = "SH-000001"
A, B, C = ("a" * 64, "b" * 64, "c" * 64)
KNOWN = Known(balances={A: 10_000, B: 5_000}, outlets=frozenset({OUTLET}))
CALENDAR = load_calendar()


def row(sequence=1, card=A, *, issued=0, redeemed=0, refunded=0, closing=10_000, **more):
    facts = {"outlet": OUTLET, "day": DAY, "sent_at": SENT, **more}
    return CardDay(
        operator=OPERATOR,
        sequence=sequence,
        card=card,
        issued=issued,
        redeemed=redeemed,
        refunded=refunded,
        closing=closing,
        **facts,
    )


def answer(*rows, known=KNOWN, total=None, received_at=RECEIVED, sector="catering"):
    return validate(
        rows,
        total=total,
        known=known,
        received_at=received_at,
        sector=sector,
        calendar=CALENDAR,
    )


def codes(validation):
    return [(finding.code, finding.sequence) for finding in validation.findings]


def test_a_sound_day_is_stored_and_complete():
    rows = (
        row(1, A, redeemed=4_000, closing=6_000),
        row(2, C, issued=20_000, closing=20_000),
        row(3, A, refunded=1_000, closing=5_000),
    )
    total = OperatorDay(cards=2, issued=20_000, redeemed=4_000, refunded=1_000, balance=30_000)
    found = answer(*rows, total=total)
    assert found.accepted == rows
    assert found.findings == ()
    assert found.is_complete


LATE = datetime(2025, 10, 1, 0, 0, tzinfo=SHANGHAI)


def test_a_late_day_is_noted_once_and_stored():
    found = answer(row(1), row(2, B, closing=5_000), received_at=LATE)
    assert codes(found) == [(BatchCode.E09, None)]
    assert found.findings[0].detail == ("截止 2025-09-30 24:00", "due by 24:00 on 2025-09-30")
    assert len(found.accepted) == 2
    assert found.is_complete


@pytest.mark.parametrize(
    ("code", "bad", "context"),
    [
        (BatchCode.E02, row(redeemed=1_000, closing=9_001), {}),
        (BatchCode.E03, row(issued=490_001, closing=500_001), {}),
        (
            BatchCode.E03,
            row(card=C, issued=100_001, closing=100_001, kind=CardKind.ANONYMOUS),
            {},
        ),
        (BatchCode.E04, row(card=C, redeemed=1, closing=0), {}),
        (BatchCode.E05, row(sent_at=RECEIVED + timedelta(seconds=301)), {}),
        (BatchCode.E05, row(day=date(2025, 10, 1)), {}),
        (BatchCode.E06, row(remark="王芳女士来店办理"), {}),
        (BatchCode.E07, row(sequence=3), {}),
        (BatchCode.E10, row(), {"known": replace(KNOWN, closed_days=frozenset({DAY}))}),
        (BatchCode.E11, row(redeemed=10_001, closing=-1), {}),
        (BatchCode.E12, row(outlet="SH-999999"), {}),
    ],
)
def test_each_code(code, bad, context):
    found = answer(bad, **context)
    assert (code, bad.sequence) in codes(found)
    assert {finding.code for finding in found.findings} - {BatchCode.E07} <= {code}
    rejected = ANSWERS[code].effect == Effect.REJECT
    assert (bad in found.accepted) is not rejected
    assert found.is_complete is (ANSWERS[code].effect == Effect.NOTE)
    for finding in found.findings:
        assert finding.sentence.startswith(finding.code)


def test_a_gyms_card_is_held_against_what_a_consumer_may_hold_together():
    within, over = (row(issued=fen - 10_000, closing=fen) for fen in (2_000_000, 2_000_001))
    assert codes(answer(within, sector="sports")) == []
    [finding] = answer(over, sector="sports").findings
    assert (finding.code, finding.effect) == (BatchCode.E03, Effect.NOTE)
    assert finding.detail.zh.startswith(
        "同一消费者各卡合计限额 20,000.00 元，这一张卡已超出 0.01 元"
    )
    assert "第八条" in finding.detail.zh
    assert "on this card alone" in finding.detail.en
    before = date(2025, 2, 28)
    sent = datetime(2025, 3, 1, 1, 0, tzinfo=SHANGHAI)
    old = row(issued=1_990_001, closing=2_000_001, day=before, sent_at=sent)
    assert codes(answer(old, sector="sports", received_at=sent)) == []


def test_the_last_moment_in_time_is_not_late_and_a_small_skew_is_no_fault():
    assert answer(row(), received_at=LATE - timedelta(seconds=1)).is_complete
    assert answer(row(sent_at=RECEIVED + timedelta(seconds=300))).is_complete


def test_a_repeated_row_has_no_effect_and_a_changed_one_stores_nothing():
    first = row(1, redeemed=1_000, closing=9_000)
    stored = replace(
        KNOWN, balances={A: 9_000, B: 5_000}, stored={first.key: first}, last_sequence=1
    )
    again = answer(replace(first, sent_at=RECEIVED), known=stored)
    assert (again.accepted, again.findings) == ((), ())
    assert len(again.repeated) == 1
    changed = answer(replace(first, redeemed=2_000, closing=8_000), known=stored)
    assert (BatchCode.E01, 1) in codes(changed)
    assert changed.accepted == ()


def test_two_rows_of_one_number_in_a_batch():
    one = row(1, redeemed=1_000, closing=9_000)
    twice = answer(one, one)
    assert (twice.accepted, twice.repeated, twice.findings) == ((one,), (one,), ())
    other = answer(one, row(1, redeemed=1_000, closing=8_000))
    assert other.accepted == (one,)
    assert (BatchCode.E01, 1) in codes(other)


def test_a_rejected_row_changes_no_balance_and_leaves_its_gap():
    found = answer(
        row(1, redeemed=1_000, closing=1),
        row(2, redeemed=4_000, closing=6_000),
    )
    assert [one.sequence for one in found.accepted] == [2]
    assert codes(found) == [(BatchCode.E02, 1), (BatchCode.E07, 2)]
    zh, en = found.findings[0].detail
    assert "应为 90.00 元，报送 0.01 元" in zh
    assert en == "expected CNY 90.00, sent CNY 0.01, off by CNY -89.99"
    assert found.findings[1].detail == ("缺 1", "missing: 1")


def test_a_gap_names_every_missing_number_once_and_closes_when_they_come():
    gap = answer(row(2), row(6, B, closing=5_000))
    assert [(one.sequence, one.detail.zh) for one in gap.findings] == [
        (2, "缺 1"),
        (6, "缺 3 至 5"),
    ]
    stored = {one.key: one for one in gap.accepted}
    rest = answer(
        row(1), row(3), row(4), row(5), known=replace(KNOWN, stored=stored, last_sequence=0)
    )
    assert rest.findings == ()


def test_sums_that_differ_are_named_with_both_figures():
    total = OperatorDay(cards=1, issued=0, redeemed=4_001, refunded=0, balance=11_000)
    found = answer(row(1, redeemed=4_000, closing=6_000), total=total)
    [finding] = found.findings
    assert (finding.code, finding.sequence) == (BatchCode.E08, None)
    assert finding.detail == (
        "兑付：逐卡合计 40.00 元，日汇总 40.01 元",
        "redeemed: the rows come to CNY 40.00, the day states CNY 40.01",
    )
    assert len(found.accepted) == 1
    assert not found.is_complete


def test_sums_include_what_was_stored_of_the_same_day():
    first = row(1, redeemed=1_000, closing=9_000)
    known = replace(
        KNOWN, balances={A: 9_000, B: 5_000}, stored={first.key: first}, last_sequence=1
    )
    total = OperatorDay(cards=2, issued=0, redeemed=3_000, refunded=0, balance=12_000)
    later = row(2, B, redeemed=2_000, closing=3_000)
    assert answer(first, later, known=known, total=total).findings == ()


def test_the_finding_never_repeats_what_was_personal():
    found = answer(row(remark="张小红女士 13812345678"))
    told = " ".join(str(finding.detail) for finding in found.findings)
    assert "手机号码、姓名" in told
    assert "张小红" not in told and "1381234" not in told


movements = st.tuples(
    st.sampled_from([A, B, C]), st.integers(0, 2_000), st.integers(0, 2_000), st.integers(0, 500)
)


@given(st.lists(movements, max_size=40))
def test_accepted_rows_keep_every_balance_equal_to_what_was_received_less_what_was_given(moves):
    balances, rows = dict(KNOWN.balances), []
    for sequence, (card, issued, redeemed, refunded) in enumerate(moves, start=1):
        closing = balances.get(card, 0) + issued - redeemed - refunded
        rows.append(
            row(
                sequence, card, issued=issued, redeemed=redeemed, refunded=refunded, closing=closing
            )
        )
        if closing >= 0 and (card in balances or issued):
            balances[card] = closing
    found = answer(*rows)
    after = dict(KNOWN.balances)
    for one in found.accepted:
        assert one.closing == after.get(one.card, 0) + one.movement >= 0
        after[one.card] = one.closing
    assert sum(after.values()) == sum(KNOWN.balances.values()) + sum(
        one.movement for one in found.accepted
    )
    assert after == balances


def test_every_code_speaks_both_languages():
    assert set(ANSWERS) == set(BatchCode.values)
    for said in ANSWERS.values():
        assert said.zh.endswith("。") and said.en.endswith(".")


SOUND = {
    "operator": OPERATOR,
    "outlet": OUTLET,
    "day": DAY,
    "sequence": 1,
    "card": A,
    "kind": "registered",
    "issued_fen": 0,
    "redeemed_fen": 0,
    "refunded_fen": 0,
    "closing_fen": 0,
    "sent_at": SENT,
}


def test_a_sound_record_has_no_defect():
    assert defects("card_day", SOUND, on=DAY) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holder": "x"}, "不认识的字段“holder”"),
        ({"operator": None}, "缺少统一社会信用代码"),
        ({"operator": "123"}, "须为18位统一社会信用代码"),
        ({"operator": "91310115MA1TEAT04R"}, "须为18位统一社会信用代码"),
        ({"operator": OPERATOR.lower()}, "须为18位统一社会信用代码"),
        ({"card": "6222"}, "64位小写十六进制"),
        ({"day": SENT}, "业务日期（day）须为日期，如 2019-09-01"),
        ({"sent_at": datetime(2025, 9, 30, 1)}, "带时区的时间"),  # noqa: DTZ001 - no zone is the point
        ({"issued_fen": 1.5}, "整数（金额以分计）"),
        ({"issued_fen": True}, "整数（金额以分计）"),
        ({"sequence": 0}, "从 1 起的整数"),
        ({"issued_fen": 10**15 + 1}, "十万亿元以内"),
        ({"kind": "gold"}, "registered"),
        ({"remark": "长" * 2001}, "两千字以内"),
    ],
)
def test_a_defect_of_form_is_named(change, words):
    [found] = defects("card_day", {**SOUND, **change}, on=DAY)
    assert words in found


def test_no_record_has_a_field_for_a_person():
    names = {field.name for fields in RECORDS.values() for field in fields}
    for word in ("holder", "phone", "mobile", "person", "contact", "id_number", "email"):
        assert not any(word in name for name in names)


def test_personal_data_is_found_in_any_field_even_an_unknown_one():
    hidden = {"outlet": "13812345678", "holder": "姓名：王芳", "card": A, "issued_fen": 1}
    assert personal_data(hidden) == {"mobile", "name"}
