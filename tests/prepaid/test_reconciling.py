"""Three witnesses: each difference is dated, has its money, is told once, and is settled when it is cured."""

import itertools
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.law import Refused
from shangwu.prepaid.models import NightlyCheck, Observation, OperatorDay, OperatorSummary
from shangwu.prepaid.operations.cases import open_case
from shangwu.prepaid.operations.observations import observe, settle
from shangwu.prepaid.operations.reconciling import reconcile
from shangwu.prepaid.queries.listings import credit_page
from shangwu.prepaid.rules.reconciling import custody_drop, runs
from shangwu.prepaid.vocabulary import ObservationKind, OperatorStatus
from tests.prepaid.factories import operator, supervisor
from tests.prepaid.witnesses import bank_tells, moment, quarter_report, reports

DAY = date(2019, 9, 20)
ONE = timedelta(days=1)
days = st.sets(st.dates(date(2019, 1, 1), date(2019, 3, 1)))


@given(days)
def test_runs_cover_exactly_the_days_and_never_touch(chosen):
    found = runs(chosen)
    covered = {start + n * ONE for start, until in found for n in range((until - start).days)}
    assert covered == chosen
    assert all(one[1] < other[0] for one, other in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("after", "balance_after", "unexplained"),
    [
        (80_000, 1_000_000, None),
        (79_999, 1_000_000, 20_001),
        (0, 900_000, None),
        (0, 920_000, 20_000),
    ],
)
def test_what_was_redeemed_may_leave_the_account(after, balance_after, unexplained):
    drop = custody_drop(
        before=100_000,
        after=after,
        balance_before=1_000_000,
        balance_after=balance_after,
        since=DAY - 7 * ONE,
        on=DAY,
    )
    # A fall of exactly the share counts as one.
    expected = 20_000 if after == 80_000 else unexplained
    assert (drop.unexplained if drop else None) == expected


def seen(made, kind):
    return Observation.objects.filter(operator=made, kind=kind).order_by("day")


def reported_until(made, until, *, without=()):
    """Let the operator report every day since it connected but for some."""
    day = made.connected_on
    while day < until:
        if day not in without:
            reports(made, day, 5_000_000)
        day += ONE


@pytest.fixture
def shop(db):
    return operator(connected_on=date(2019, 9, 2))


def test_silence_is_one_observation_that_grows_and_ends(shop):
    reported_until(shop, date(2019, 9, 15))
    # The rows of the 15th are due by the end of the 16th.
    reconcile(at=moment(date(2019, 9, 16), 1))
    assert not seen(shop, ObservationKind.MISSING_DAY).exists()
    reconcile(at=moment(date(2019, 9, 17), 1))
    reconcile(at=moment(DAY, 1))
    row = seen(shop, ObservationKind.MISSING_DAY).get()
    assert (row.day, row.at_stake_fen, row.facts["days"]) == (date(2019, 9, 15), 5_000_000, 4)
    assert "2019-09-15 至 2019-09-18 共 4 日" in row.sentence
    assert OperatorSummary.objects.get(operator=shop).is_silent
    for n in range(4):
        day = date(2019, 9, 15) + n * ONE
        reports(shop, day, 5_000_000, is_late=True, first_received_at=moment(DAY, 9))
    reconcile(at=moment(DAY, 10))
    row.refresh_from_db()
    assert row.state == "SETTLED" and row.settled_at == moment(DAY, 10)
    late = seen(shop, ObservationKind.LATE_DAY)
    assert (late.count(), {one.state for one in late}) == (4, {"SETTLED"})
    assert not OperatorSummary.objects.get(operator=shop).is_silent


def test_a_gap_that_is_filled_in_the_middle_becomes_two(shop):
    reported_until(shop, date(2019, 9, 10))
    reconcile(at=moment(DAY, 1))
    reports(shop, date(2019, 9, 12), 5_000_000)
    reconcile(at=moment(DAY, 2))
    found = seen(shop, ObservationKind.MISSING_DAY)
    assert [(one.day.day, one.facts["days"], one.state) for one in found] == [
        (10, 2, "OPEN"),
        (13, 6, "OPEN"),
    ]


def test_a_silence_longer_than_the_look_back_stays_one(shop):
    reconcile(at=moment(date(2019, 10, 1), 1))
    reconcile(at=moment(date(2019, 12, 1), 1))
    row = seen(shop, ObservationKind.MISSING_DAY).get()
    assert (row.day, row.state, row.facts["days"]) == (shop.connected_on, "OPEN", 89)
    for n in range(91):
        reports(shop, shop.connected_on + n * ONE, 0)
    reconcile(at=moment(date(2019, 12, 1), 2))
    row.refresh_from_db()
    assert row.state == "SETTLED"


def test_who_is_not_connected_owes_no_days(db):
    waiting = operator(status=OperatorStatus.ONBOARDING, connected_on=None)
    reconcile(at=moment(DAY, 1))
    assert not Observation.objects.filter(operator=waiting).exists()


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        ({"sells_since": date(2018, 12, 31)}, date(2019, 7, 1)),
        ({"sells_since": date(2019, 1, 1)}, date(2019, 1, 2)),
        ({"sells_since": DAY - ONE}, DAY),
        ({"sells_since": date(2019, 9, 7)}, date(2019, 9, 8)),
        ({"sells_since": date(2018, 3, 1), "established_on": None}, date(2019, 7, 1)),
        ({"registered_at": moment(date(2019, 7, 1), 23)}, date(2019, 7, 1)),
        ({"registered_at": moment(date(2019, 7, 2), 1)}, None),
        ({"registered_at": moment(date(2019, 5, 6)), "established_on": date(2019, 1, 1)}, None),
        ({"registered_at": moment(date(2019, 5, 6)), "established_on": None}, None),
        ({"sells_since": date(2018, 3, 1), "form": "lone_trader"}, None),
        ({"sells_since": date(2018, 3, 1), "status": "CONNECTED", "connected_on": DAY}, None),
        ({"sells_since": date(2018, 3, 1), "status": "ENDED"}, None),
    ],
)
def test_who_must_connect_and_is_past_its_day_is_named_with_day_and_article(db, facts, due):
    waiting = operator(**{"status": "ONBOARDING", "connected_on": None} | facts)
    reconcile(at=moment(DAY + ONE, 1))
    assert [one.day for one in seen(waiting, ObservationKind.NOT_CONNECTED)] == [due] * bool(due)
    if due:
        row = seen(waiting, ObservationKind.NOT_CONNECTED).get()
        assert str(due) in row.sentence and "技术对接中" in row.sentence
        article = "第二十八条" if due == date(2019, 7, 1) else "第十条第二款"
        assert article in row.sentence and article in row.facts["article"]
        assert len(row.sentence) < 200


def test_the_last_day_to_connect_is_not_yet_too_late(db):
    waiting = operator(status="APPLIED", connected_on=None, sells_since=DAY - ONE)
    assert reconcile(at=moment(DAY, 1)) == 0
    assert reconcile(at=moment(DAY + ONE, 1)) == 1
    assert reconcile(at=moment(DAY + ONE, 2)) == reconcile(at=moment(DAY + 2 * ONE, 1)) == 0
    assert seen(waiting, ObservationKind.NOT_CONNECTED).get().state == "OPEN"


@pytest.mark.parametrize("status", ["CONNECTED", "ENDED"])
def test_who_connects_or_leaves_is_no_longer_named(db, status):
    waiting = operator(status="APPLIED", connected_on=None, sells_since=date(2018, 5, 1))
    reconcile(at=moment(DAY, 1))
    waiting.status, waiting.connected_on = status, DAY
    waiting.save()
    reconcile(at=moment(DAY + ONE, 1))
    row = seen(waiting, ObservationKind.NOT_CONNECTED).get()
    assert row.state == "SETTLED" and row.settled_at == moment(DAY + ONE, 1)


def test_a_card_that_a_case_took_up_shows_since_when_an_operator_sells(db):
    waiting = operator(status="APPLIED", connected_on=None)
    by, day = supervisor(), date(2019, 8, 5)
    card = observe(
        operator=waiting,
        kind=ObservationKind.UNKNOWN_CARD,
        day=day,
        at_stake_fen=100,
        sentence="持有未报送的卡",
        at=moment(DAY - ONE),
    )
    reconcile(at=moment(DAY, 1))
    assert not seen(waiting, ObservationKind.NOT_CONNECTED), "one word accuses nobody"
    open_case(operator=waiting.pk, observations=[card.pk], by=by, at=moment(DAY, 9))
    reconcile(at=moment(DAY + ONE, 1))
    assert seen(waiting, ObservationKind.NOT_CONNECTED).get().day == day + ONE


def test_not_being_connected_leads_to_a_case_of_reporting_and_costs_credit(db):
    waiting = operator(status="APPLIED", connected_on=None, sells_since=date(2018, 5, 1))
    reconcile(at=moment(DAY, 1))
    row = seen(waiting, ObservationKind.NOT_CONNECTED).get()
    lines = credit_page(waiting, today=DAY).grade.lines
    assert [(line.fact, line.points) for line in lines] == [("not_connected", -20)]
    found = open_case(operator=waiting.pk, observations=[row.pk], by=supervisor(), at=moment(DAY))
    assert found.breach == "reporting" and row.sentence in found.summary
    reconcile(at=moment(DAY + ONE, 1))
    row.refresh_from_db()
    assert row.state == "IN_CASE"


def test_many_that_wait_are_named_in_as_many_statements_as_one(db):
    def waiting(many):
        for number in range(many):
            since = date(2018, 5, 1) + number * 10 * ONE
            operator(status="APPLIED", connected_on=None, sells_since=since)

    reconcile(at=moment(date(2020, 4, 30), 1))
    asked = []
    for many, day in ((1, 1), (60, 2)):
        waiting(many)
        with CaptureQueriesContext(connection) as captured:
            assert reconcile(at=moment(date(2020, 5, day), 1)) == many
        asked.append(len(captured))
    assert asked[0] == asked[1]


def test_sums_that_do_not_agree_are_settled_when_put_right(shop):
    stated = {"issued_fen": 0, "redeemed_fen": 0, "refunded_fen": 0, "balance_fen": 5_000_300}
    reports(shop, DAY - ONE, 5_000_000, stated=stated)
    reconcile(at=moment(DAY, 1))
    row = seen(shop, ObservationKind.SUM_MISMATCH).get()
    assert (row.at_stake_fen, row.expected_fen, row.found_fen) == (300, 5_000_000, 5_000_300)
    OperatorDay.objects.filter(operator=shop).update(stated=stated | {"balance_fen": 5_000_000})
    reconcile(at=moment(DAY, 2))
    assert seen(shop, ObservationKind.SUM_MISMATCH).get().state == "SETTLED"


def test_a_withdrawal_is_told_once_and_a_correction_settles_it(shop):
    for n in range(30):
        day = date(2019, 9, 2) + n * ONE
        reports(shop, day, 5_000_000)
        bank_tells(shop, day, 3_000_000 if day < DAY else 1_000_000)
    for n in range(1, 9):
        reconcile(at=moment(DAY + n * ONE, 1))
    row = seen(shop, ObservationKind.CUSTODY_DROP).get()
    assert (row.day, row.at_stake_fen, row.state) == (DAY, 2_000_000, "OPEN")
    assert "未见兑付或者退款" in row.sentence
    other = operator(connected_on=date(2019, 9, 2))
    for n in range(12):
        bank_tells(other, DAY - (8 - n) * ONE, 3_000_000 if n < 8 else 10)
    reconcile(at=moment(DAY + ONE, 2))
    assert seen(other, ObservationKind.CUSTODY_DROP).get().state == "OPEN"
    bank_tells(other, DAY, 3_000_000, at=moment(DAY + ONE, 3))
    reconcile(at=moment(DAY + ONE, 4))
    assert seen(other, ObservationKind.CUSTODY_DROP).get().state == "SETTLED"


def test_the_report_of_a_quarter_is_missed_after_its_day(shop):
    reported_until(shop, date(2019, 10, 30))
    reconcile(at=moment(date(2019, 10, 25), 23))
    assert not seen(shop, ObservationKind.REPORT_MISSING).exists()
    reconcile(at=moment(date(2019, 10, 26), 1))
    row = seen(shop, ObservationKind.REPORT_MISSING).get()
    assert (row.day, row.at_stake_fen) == (date(2019, 7, 1), 5_000_000)
    assert "2019-10-25" in row.sentence
    quarter_report(shop, date(2019, 7, 1), moment(date(2019, 10, 28)))
    reconcile(at=moment(date(2019, 10, 29), 1))
    assert seen(shop, ObservationKind.REPORT_MISSING).get().state == "SETTLED"


def test_a_night_run_twice_finds_nothing_twice(shop):
    reconcile(at=moment(DAY, 1))
    before = list(Observation.objects.values_list("pk", "state", "sentence").order_by("pk"))
    assert reconcile(at=moment(DAY, 2)) == 0
    assert list(Observation.objects.values_list("pk", "state", "sentence").order_by("pk")) == before
    assert NightlyCheck.objects.get(day=DAY).done_at == moment(DAY, 2)


def test_an_observation_is_written_once_and_a_person_settles_it_with_a_reason(shop):
    facts = {
        "operator": shop,
        "kind": ObservationKind.CONSUMER_DIFFERENCE,
        "day": DAY,
        "subject": "look-up 1",
        "at_stake_fen": 700,
        "sentence": "消费者查询的余额与所持小票相差 7.00 元。",
    }
    one = observe(**facts, at=moment(DAY))
    assert observe(**facts, at=moment(DAY, 12)) == one
    officer = supervisor()
    with pytest.raises(Refused, match="理由"):
        settle(observation=one.pk, reason=" ", by=officer, at=moment(DAY, 13))
    settle(observation=one.pk, reason="已补登", by=officer, at=moment(DAY, 13))
    with pytest.raises(Refused) as refused:
        settle(observation=one.pk, reason="已补登", by=officer, at=moment(DAY, 14))
    assert refused.value.code == "PREPAID-OBSERVATION-CLOSED"


def test_what_a_person_settled_is_not_opened_again_by_the_night(shop):
    reported_until(shop, date(2019, 9, 15))
    reconcile(at=moment(DAY, 1))
    row = seen(shop, ObservationKind.MISSING_DAY).get()
    settle(observation=row.pk, reason="停电，已约定补报", by=supervisor(), at=moment(DAY, 9))
    reconcile(at=moment(DAY + ONE, 1))
    row.refresh_from_db()
    assert row.state == "SETTLED"
