"""Closing days: what holds is sealed in order, what does not is observed, and a changed row is named."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import CardDay, DayClosing, Observation, Operator, OperatorDay
from shangwu.prepaid.operations.batches import receive_operator_day
from shangwu.prepaid.operations.closing_days import close_day, close_days
from shangwu.prepaid.operations.history.archiving import archive_closed_days
from shangwu.prepaid.operations.history.thinning import thin
from shangwu.prepaid.queries.consumers.card import card_answer
from shangwu.prepaid.queries.consumers.proofs import card_proof
from shangwu.prepaid.queries.history import row_of
from shangwu.prepaid.queries.ledger import inclusion_proof
from shangwu.prepaid.queries.verification import verify_ledger
from shangwu.prepaid.rules.ledger.proofs import holds
from tests.prepaid.card_days import AT, DAY, card, codes, delivery, later, row, send
from tests.prepaid.factories import operator

pytestmark = pytest.mark.django_db
NIGHT = later(1)


@pytest.fixture
def shop():
    return operator()


def day(number):
    return DAY + timedelta(days=number)


def trade(shop, number, rows, *, at=None):
    """Send rows of a later day."""
    dated = [{**one, "day": day(number).isoformat()} for one in rows]
    return send(shop, dated, key=f"{shop.number}-{number}-{at or ''}", at=at or later(number))


def three_days(shop):
    trade(shop, 0, [row(shop, n, n, issued=100 * n, closing=100 * n) for n in range(1, 6)])
    trade(shop, 1, [row(shop, 1, 1, redeemed=40, closing=60), row(shop, 2, 6, issued=7, closing=7)])
    trade(shop, 2, [row(shop, 1, 2, refunded=200, closing=0)])


def tamper(statement):
    """Change rows as somebody with the owner's rights could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE prepaid_cardday DISABLE TRIGGER prepaid_cardday_append_only")
        cursor.execute(statement, [DAY])
        assert cursor.rowcount == 1
        cursor.execute("ALTER TABLE prepaid_cardday ENABLE TRIGGER prepaid_cardday_append_only")


def test_days_close_in_order_and_chain(shop):
    three_days(shop)
    assert close_days(at=later(3)) == [day(0), day(1), day(2)]
    closings = list(DayClosing.objects.order_by("day"))
    assert [one.balance_fen for one in closings] == [1_500, 1_467, 1_267]
    assert [bytes(one.previous or b"") for one in closings[1:]] == [
        bytes(one.root) for one in closings[:2]
    ]
    assert len({one.closed_at for one in closings}) == 3
    assert {one.state for one in OperatorDay.objects.all()} == {"CLOSED"}
    assert Act.objects.filter(act="prepaid.close_day").count() == 3
    assert close_days(at=later(3)) == []
    verdict = verify_ledger()
    assert (verdict.ok, verdict.days, verdict.rows) == (True, 3, 8)


def test_a_day_is_not_closed_before_its_time_nor_twice(shop):
    three_days(shop)
    with pytest.raises(Refused, match="期限未过"):
        close_day(day(0), at=AT)
    close_day(day(0), at=NIGHT)
    with pytest.raises(Refused, match="已经关账"):
        close_day(day(0), at=NIGHT)


def test_a_closed_day_takes_no_row_but_a_reversal_on_an_open_day(shop):
    three_days(shop)
    close_day(day(0), at=later(2))
    refused = send(shop, [row(shop, 6, 9, issued=1, closing=1)], key="after-close-1", at=later(2))
    assert ("E10", 1) in codes(refused)
    again = send(shop, [row(shop, 1, 1, issued=100, closing=100)], key="after-close-2", at=later(2))
    assert (again.state, again.receipt["totals"]["repeated"]) == ("STORED", 1)
    back = {"reverses_day": DAY.isoformat(), "reverses_sequence": 3}
    trade(shop, 3, [row(shop, 1, 3, issued=-300, closing=0, **back)])
    close_days(at=later(4))
    assert DayClosing.objects.get(day=day(3)).balance_fen == 967


def test_a_gap_a_difference_and_silence_keep_days_open_and_are_observed(shop):
    other, silent = operator(), operator()
    trade(shop, 0, [row(shop, 2, 1, issued=5, closing=5)])
    send(other, [row(other, 1, 1, issued=5, closing=5)])
    said = {"cards": 1, "issued_fen": 6, "redeemed_fen": 0, "refunded_fen": 0, "balance_fen": 6}
    stated = [{"operator": other.uscc, "day": DAY.isoformat(), **said}]
    receive_operator_day(delivery(other, stated, key="sum-00001"))
    close_day(DAY, at=NIGHT)
    seen = {(one.operator, one.kind) for one in Observation.objects.exclude(kind="LATE_DAY")}
    assert seen == {
        (shop, "SEQUENCE_GAP"),
        (other, "SUM_MISMATCH"),
        (silent, "MISSING_DAY"),
    }
    assert Observation.objects.get(kind="SUM_MISMATCH").at_stake_fen == 1
    closing = DayClosing.objects.get()
    assert (closing.operators, closing.proof["held"], closing.proof["missing"]) == (0, 2, 1)
    trade(shop, 0, [row(shop, 1, 2, issued=5, closing=5)], at=later(2))
    trade(shop, 1, [row(shop, 1, 1, redeemed=5, closing=0)], at=later(2))
    close_day(day(1), at=later(3))
    assert set(OperatorDay.objects.filter(operator=shop).values_list("state", flat=True)) == {
        "CLOSED"
    }
    assert DayClosing.objects.get(day=day(1)).operators == 2
    assert verify_ledger().ok


def test_a_day_after_a_missing_one_waits_for_it(shop):
    three_days(shop)
    close_days(at=later(3))
    trade(shop, 4, [row(shop, 1, 3, redeemed=1, closing=299)])
    close_days(at=later(6))
    assert OperatorDay.objects.get(operator=shop, day=day(4)).state == "OPEN"
    assert Observation.objects.filter(kind="MISSING_DAY", day=day(3)).count() == 1
    receive_operator_day(
        delivery(
            shop,
            [
                {
                    "operator": shop.uscc,
                    "day": day(3).isoformat(),
                    "cards": 0,
                    "issued_fen": 0,
                    "redeemed_fen": 0,
                    "refunded_fen": 0,
                    "balance_fen": 1_267,
                }
            ],
            key="zero-00003",
            at=later(6),
        )
    )
    close_days(at=later(7))
    assert OperatorDay.objects.get(operator=shop, day=day(4)).state == "CLOSED"


def test_the_ledger_does_not_seal_what_does_not_add_up(shop):
    three_days(shop)
    tamper(
        "UPDATE prepaid_cardday SET redeemed_fen = redeemed_fen + 1 WHERE day = %s AND sequence = 1"
    )
    close_days(at=later(3))
    assert not OperatorDay.objects.filter(state="CLOSED").exists()
    [fault] = DayClosing.objects.get(day=day(0)).proof["faults"]
    assert shop.number in fault and "与逐卡记录不符" in fault


@pytest.mark.parametrize(
    ("statement", "sequence", "words"),
    [
        (
            "UPDATE prepaid_cardday SET issued_fen = 301 WHERE day = %s AND sequence = 3",
            3,
            "发行合计与日账差 1 分",
        ),
        (
            "UPDATE prepaid_cardday SET remark = '改' WHERE day = %s AND sequence = 2",
            2,
            "备注有改动",
        ),
        ("DELETE FROM prepaid_cardday WHERE day = %s AND sequence = 4", 4, "已被删除"),
        (
            "INSERT INTO prepaid_cardday SELECT operator_id, day, 9, batch_id, card, kind, outlet, 0, 0, 0,"
            " closing_fen, valid_to, NULL, NULL, '' FROM prepaid_cardday WHERE day = %s AND sequence = 1",
            9,
            "后来添加",
        ),
    ],
)
def test_a_changed_row_is_named(shop, statement, sequence, words):
    three_days(shop)
    close_days(at=later(3))
    tamper(statement)
    [broken] = verify_ledger().broken
    assert (broken.operator, broken.day, broken.sequence) == (shop.uscc, DAY, sequence)
    assert words in broken.what
    assert verify_ledger(day(1)).ok


def test_a_changed_seal_is_seen(shop):
    three_days(shop)
    close_days(at=later(3))
    OperatorDay.objects.filter(day=day(1)).update(redeemed_fen=41)
    told = {one.what for one in verify_ledger().broken}
    assert "经营者日账或者批次摘要与日摘要不符" in told
    assert "全部余额不等于前一次余额加发行减兑付减退款" in told


def test_the_command_says_it_to_people_and_machines(shop):
    three_days(shop)
    close_days(at=later(3))
    said = StringIO()
    call_command("verify_ledger", stdout=said)
    assert "预付卡账完整：3 个经营者日，8 行。" in said.getvalue()
    tamper("DELETE FROM prepaid_cardday WHERE day = %s AND sequence = 4")
    told = StringIO()
    with pytest.raises(CommandError, match="第 4 号：该行已被删除"):
        call_command("verify_ledger", "--format", "json", "--day", DAY.isoformat(), stdout=told)
    verdict = json.loads(told.getvalue())
    assert (verdict["ok"], verdict["broken"][0]["sequence"]) == (False, 4)


def test_a_row_is_proved_to_stand_in_a_closed_day_and_a_changed_one_is_not(shop):
    others = [operator() for _ in range(4)]
    for other in others:
        send(other, [row(other, 1, 1, issued=5, closing=5)])
    three_days(shop)
    before = proof_of(shop, DAY, 3)
    assert before.closing is None and holds(before)
    close_days(at=later(3))
    proof = proof_of(shop, DAY, 3)
    assert proof.closing is not None and holds(proof)
    assert proof.closing.root == bytes(DayClosing.objects.get(day=DAY).root)
    assert proof.row.card == card(3)
    assert not holds(replace(proof, row=replace(proof.row, closing=1)))
    assert not holds(replace(proof, day=replace(proof.day, balance=1)))
    assert not holds(replace(proof, closing=replace(proof.closing, rows=1)))


def proof_of(shop, day, sequence):
    stored, place = row_of(shop, day, sequence)
    return inclusion_proof(shop, stored, place=place)


def test_a_card_whose_months_left_the_database_answers_and_is_proved_as_before(
    shop, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    three_days(shop)
    close_days(at=later(3))
    seen = [bytes.fromhex(card(number)) for number in (1, 2, 6)]
    asked = {"how": "https://platform.example", "at": later(3)}

    def answers():
        return [(card_answer(shop, one, on=day(3)), card_proof(shop, one, **asked)) for one in seen]

    before = answers()
    assert [entry.closing_fen for entry in before[0][0].entries] == [60, 100]
    archive_closed_days(at=later(3))
    thin(until=DAY.replace(day=1) + timedelta(days=40), at=later(3))
    assert not CardDay.objects.exists()
    assert answers() == before
    assert holds(proof_of(shop, DAY, 3))
    assert card_proof(shop, bytes(32), **asked) is None
    with pytest.raises(CardDay.DoesNotExist):
        row_of(shop, DAY, 99)


def test_an_operator_that_is_not_connected_owes_no_report():
    operator(status="APPLIED", connected_on=None)
    assert Operator.objects.count() == 1
    close_day(DAY, at=NIGHT)
    assert not Observation.objects.exists()
