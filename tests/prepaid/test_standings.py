"""Standings: the handbook's offsets through the tables, two clocks, what a night changes by itself, coalesced news."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import (
    AreaSum,
    CustodyStanding,
    NightlyCheck,
    Observation,
    OperatorSummary,
    RestateRequest,
)
from shangwu.prepaid.operations.observations import settle
from shangwu.prepaid.operations.standings import (
    ask_to_restate,
    restate,
    restate_asked,
    restate_nightly,
)
from shangwu.prepaid.queries.standings import standing, steps
from shangwu.prepaid.vocabulary import ObservationKind, OperatorStatus, Sector, StandingCause
from tests.prepaid.factories import HUANGPU, XUHUI, operator, supervisor
from tests.prepaid.witnesses import bank_tells, earned, insured, moment, reports

pytestmark = pytest.mark.django_db
DAY = date(2019, 9, 10)
NEXT = DAY + timedelta(days=1)
BALANCE, REQUIRED, BOND = 160_000_000, 64_000_000, 30_000_000


@pytest.fixture
def secured():
    """A chain that owes 640,000 yuan: a bond of 300,000 until the end of the tenth, the rest in the bank."""
    made = operator()
    earned(made, 2018, 800_000_000)
    reports(made, date(2019, 6, 30), 0)
    reports(made, DAY, BALANCE)
    bank_tells(made, DAY, REQUIRED - BOND)
    insured(made, BOND, date(2019, 3, 1), NEXT)
    return made


@pytest.mark.parametrize(
    ("named_as", "status", "required", "word"),
    [
        ({}, OperatorStatus.CONNECTED, 2_000_000, "规模发卡企业"),
        ({"group_head": "head"}, OperatorStatus.CONNECTED, 3_000_000, "集团发卡企业"),
        ({"franchise_head": "head"}, OperatorStatus.STOPPED, 4_000_000, "品牌发卡企业"),
        ({"group_head": "head"}, OperatorStatus.APPLIED, 2_000_000, "规模发卡企业"),
        ({"franchise_head": "head"}, OperatorStatus.ENDED, 2_000_000, "规模发卡企业"),
    ],
)
def test_whom_a_member_names_is_head_of_its_group_or_brand(named_as, status, required, word):
    head = operator()
    operator(status=status, **dict.fromkeys(named_as, head.uscc))
    earned(head, 2018, 800_000_000)
    reports(head, date(2019, 6, 30), 10_000_000)
    reports(head, DAY, 10_000_000)
    restate(None, day=DAY, cause=StandingCause.IDENTITY, at=moment(DAY, 23))
    kept = standing(head, DAY)
    assert (kept.required_fen, kept.basis) == (required, "CN-O9-26")
    assert any(word in line for line in kept.sentences)


def test_a_head_without_members_here_names_itself():
    head = operator()
    head.group_head = head.uscc
    head.save(update_fields=["group_head"])
    earned(head, 2018, 1)
    reports(head, date(2019, 6, 30), 10_000_000)
    restate([head.pk], day=DAY, cause=StandingCause.IDENTITY, at=moment(DAY, 23))
    assert standing(head, DAY).required_fen == 3_000_000


def under(made):
    return Observation.objects.filter(operator=made, kind=ObservationKind.UNDER_SECURED)


def test_a_bond_counts_to_its_last_midnight_and_the_state_changes_the_same_night(secured):
    restate([secured.pk], day=DAY, cause=StandingCause.BALANCE, at=moment(DAY, 23))
    kept = standing(secured, DAY)
    assert (kept.required_fen, kept.counted_fen, kept.shortfall_fen) == (REQUIRED, BOND, 0)
    assert kept.is_complete and not under(secured).exists()

    restate_nightly(at=moment(NEXT, 0) + timedelta(minutes=20))
    changed = standing(secured, NEXT)
    assert (changed.day, changed.counted_fen, changed.shortfall_fen) == (NEXT, 0, BOND)
    assert changed.cause == StandingCause.BOND_EDGE
    seen = under(secured).get()
    assert (seen.state, seen.day, seen.at_stake_fen) == ("OPEN", NEXT, BOND)
    assert "缺 300,000.00 元" in seen.sentence and "第十一条" in seen.sentence
    assert any("第十一条" in line for line in changed.sentences)
    assert standing(secured, DAY) == kept


def test_more_bond_than_required_counts_up_to_the_requirement(secured):
    insured(secured, 90_000_000, DAY, date(2020, 1, 1), number="B2")
    restate([secured.pk], day=DAY, cause=StandingCause.BOND, at=moment(DAY, 23))
    kept = standing(secured, DAY)
    assert (kept.counted_fen, kept.shortfall_fen) == (REQUIRED, 0)


def test_a_bond_that_the_insurer_ends_early_counts_no_longer(secured):
    insured(secured, BOND, date(2019, 3, 1), DAY, at=moment(DAY, 12))
    restate([secured.pk], day=DAY, cause=StandingCause.BOND, at=moment(DAY, 13))
    assert standing(secured, DAY).counted_fen == 0


def test_late_news_adds_a_version_and_leaves_what_was_known_before(secured):
    restate([secured.pk], day=DAY, cause=StandingCause.BALANCE, at=moment(NEXT, 8))
    told = moment(DAY + timedelta(days=3))
    bank_tells(secured, DAY, 1_000_000, at=told)
    assert restate([secured.pk], day=DAY, cause=StandingCause.CUSTODY, at=told) >= 1
    before = standing(secured, DAY, known_at=moment(NEXT, 9))
    now = standing(secured, DAY)
    assert (before.shortfall_fen, now.shortfall_fen) == (0, REQUIRED - BOND - 1_000_000)
    assert (before.day, now.day) == (DAY, DAY) and before.known_at < now.known_at
    assert standing(secured, DAY, known_at=moment(DAY, 1)) is None
    assert under(secured).get().at_stake_fen == REQUIRED - 1_000_000
    first = steps(secured, on=told.date())[-1]
    assert first.changes == ["首次核算"]


def test_late_news_moves_the_days_that_followed(secured):
    reports(secured, NEXT, 20_000_000)
    restate([secured.pk], day=DAY, cause=StandingCause.BALANCE, at=moment(NEXT, 23))
    assert standing(secured, NEXT).required_fen == 0
    third = DAY + timedelta(days=2)
    reports(secured, third, BALANCE)
    late = moment(DAY + timedelta(days=3))
    restate([secured.pk], day=third, cause=StandingCause.BALANCE, at=late)
    assert [standing(secured, day).required_fen for day in (DAY, NEXT, third)] == [
        REQUIRED,
        0,
        REQUIRED,
    ]


def test_nothing_new_stores_nothing(secured):
    at = moment(NEXT, 8)
    assert restate([secured.pk], day=DAY, cause=StandingCause.BALANCE, at=at) == 2
    rows = CustodyStanding.objects.count()
    later = at + timedelta(hours=1)
    assert restate([secured.pk], day=DAY, cause=StandingCause.BALANCE, at=later) == 0
    assert CustodyStanding.objects.count() == rows
    assert Act.objects.filter(act="prepaid.restate").count() == 2


def test_money_that_comes_back_settles_the_observation_and_a_new_fall_opens_another(secured):
    restate([secured.pk], day=NEXT, cause=StandingCause.NIGHTLY, at=moment(NEXT, 1))
    assert under(secured).get().state == "OPEN"
    bank_tells(secured, NEXT, REQUIRED)
    restate([secured.pk], day=NEXT, cause=StandingCause.CUSTODY, at=moment(NEXT, 20))
    cured = under(secured).get()
    assert (cured.state, cured.settled_at) == ("SETTLED", moment(NEXT, 20))
    third = NEXT + timedelta(days=1)
    bank_tells(secured, third, REQUIRED - 1)
    restate([secured.pk], day=third, cause=StandingCause.CUSTODY, at=moment(third, 23))
    assert under(secured).get(state="OPEN").at_stake_fen == 1


def test_a_shortfall_that_a_person_settled_comes_back_only_when_it_grows_or_anew(secured):
    restate_nightly(at=moment(NEXT, 1))
    settle(
        observation=under(secured).get().pk,
        reason="已书面约定周五补足",
        by=supervisor(),
        at=moment(NEXT, 9),
    )
    third = NEXT + timedelta(days=1)
    restate_nightly(at=moment(third, 1))
    assert under(secured).get().state == "SETTLED"
    bank_tells(secured, third, REQUIRED - BOND - 1)
    restate([secured.pk], day=third, cause=StandingCause.CUSTODY, at=moment(third, 22))
    assert under(secured).get(state="OPEN").at_stake_fen == BOND + 1


def test_a_silent_bank_is_not_held_against_the_operator(secured):
    insured(secured, BOND, NEXT, date(2020, 3, 1), number="B3")
    reports(secured, NEXT, 2 * BALANCE)
    late = NEXT + timedelta(days=6)
    restate([secured.pk], day=late, cause=StandingCause.NIGHTLY, at=moment(late, 1))
    kept = standing(secured, late)
    assert kept.shortfall_fen > 0 and not kept.is_complete
    assert "银行中断不归责于经营者" in kept.sentences[-1]
    assert not under(secured).exists()


def test_an_account_that_no_bank_knows_counts_as_empty_and_says_so():
    made = operator()
    earned(made, 2018, 800_000_000)
    reports(made, DAY, BALANCE)
    restate([made.pk], day=DAY, cause=StandingCause.BALANCE, at=moment(DAY, 23))
    kept = standing(made, DAY)
    assert (kept.custody_fen, kept.shortfall_fen, kept.is_complete) == (None, REQUIRED, False)
    assert "没有收到存管银行的数据" in under(made).get().sentence


def test_two_banks_are_added_and_each_may_be_a_day_behind(secured):
    bank_tells(secured, DAY - timedelta(days=1), 5_000_000, name="虚构第二银行")
    restate([secured.pk], day=DAY, cause=StandingCause.CUSTODY, at=moment(DAY, 23))
    assert standing(secured, DAY).custody_fen == REQUIRED - BOND + 5_000_000


def test_the_first_birthday_lowers_the_requirement_that_night():
    made = operator(established_on=date(2018, 9, 11))
    earned(made, 2018, 800_000_000)
    reports(made, DAY, 35_000_000)
    bank_tells(made, DAY, 35_000_000)
    restate_nightly(at=moment(DAY, 1))
    assert standing(made, DAY).required_fen == 35_000_000
    restate_nightly(at=moment(NEXT, 1))
    kept = standing(made, NEXT)
    assert (kept.required_fen, kept.cause) == (14_000_000, StandingCause.BIRTHDAY)


def test_a_rule_that_begins_changes_the_standing_that_night():
    made = operator(established_on=date(2015, 1, 1))
    earned(made, 2018, 800_000_000)
    april, may = date(2019, 4, 30), date(2019, 5, 1)
    reports(made, april, BALANCE)
    bank_tells(made, april, BALANCE)
    restate_nightly(at=moment(april, 1))
    restate_nightly(at=moment(may, 1))
    assert (standing(made, april).required_fen, standing(made, may).required_fen) == (0, REQUIRED)
    assert standing(made, may).cause == StandingCause.LAW_EDGE


def test_a_night_that_was_missed_is_made_up_for(secured):
    restate_nightly(at=moment(DAY, 1))
    third = DAY + timedelta(days=2)
    restate_nightly(at=moment(third, 1))
    assert standing(secured, third).day == NEXT
    assert list(NightlyCheck.objects.order_by("day").values_list("day", flat=True)) == [DAY, third]


def test_last_years_statement_stands_in_until_the_new_one_comes(secured):
    january = date(2020, 1, 5)
    reports(secured, january, BALANCE)
    bank_tells(secured, january, REQUIRED)
    restate([secured.pk], day=january, cause=StandingCause.BALANCE, at=moment(january, 23))
    assert "尚未收到 2019 年度收入报表" in standing(secured, january).sentences[-1]
    assert not standing(secured, january).is_complete
    earned(secured, 2019, 900_000_000, at=moment(january, 23))
    restate([secured.pk], day=january, cause=StandingCause.REVENUE, at=moment(january, 23))
    assert standing(secured, january).is_complete


def test_news_is_brought_together_and_none_is_lost(secured):
    other = operator(district=XUHUI)
    reports(other, DAY, 100)
    ask_to_restate([secured.pk, other.pk], day=NEXT, cause=StandingCause.BALANCE)
    ask_to_restate([secured.pk], day=DAY, cause=StandingCause.CUSTODY)
    restate_asked(at=moment(NEXT, 12))
    assert not RestateRequest.objects.exists()
    assert standing(secured, DAY).cause == StandingCause.CUSTODY
    assert standing(other, NEXT).balance_fen == 100
    assert restate_asked(at=moment(NEXT, 13)) == 0
    ask_to_restate(None, day=DAY, cause=StandingCause.LAW_DATA)
    restate_asked(at=moment(NEXT, 14))
    assert standing(other, DAY).day == DAY


def test_the_future_is_refused(secured):
    with pytest.raises(Refused, match="还没有到") as refused:
        restate([secured.pk], day=NEXT, cause=StandingCause.BALANCE, at=moment(DAY))
    assert refused.value.code == "PREPAID-RESTATE-FUTURE"


def test_who_left_is_neither_restated_nor_summed(secured):
    gone = operator(status=OperatorStatus.ENDED)
    reports(gone, DAY, BALANCE)
    restate(None, day=DAY, cause=StandingCause.NIGHTLY, at=moment(DAY, 23))
    assert standing(gone, DAY) is None
    assert AreaSum.objects.get(district=HUANGPU, sector=Sector.CATERING).operators == 1


def test_summaries_and_sums_follow_an_operator_that_moves(secured):
    restate([secured.pk], day=NEXT, cause=StandingCause.BALANCE, at=moment(NEXT, 8))
    here = AreaSum.objects.get(district=HUANGPU, sector=Sector.CATERING)
    assert (here.operators, here.short, here.shortfall_fen) == (1, 1, BOND)
    assert (here.must_connect, here.connected, here.required_fen) == (1, 1, REQUIRED)
    secured.district = XUHUI
    secured.save(update_fields=["district"])
    restate([secured.pk], day=NEXT, cause=StandingCause.IDENTITY, at=moment(NEXT, 9))
    here.refresh_from_db()
    there = AreaSum.objects.get(district=XUHUI, sector=Sector.CATERING)
    assert (here.operators, here.shortfall_fen) == (0, 0)
    assert (there.operators, there.shortfall_fen) == (1, BOND)
    row = OperatorSummary.objects.get(operator=secured)
    assert (row.district, row.balance_fen, row.open_observations) == (XUHUI, BALANCE, 1)


def test_as_many_statements_for_thirty_operators_as_for_three():
    def statements(count):
        made = [operator() for _ in range(count)]
        for one in made:
            reports(one, DAY, BALANCE)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            restate(
                [one.pk for one in made], day=DAY, cause=StandingCause.BALANCE, at=moment(DAY, 23)
            )
        return len(seen)

    assert statements(3) == statements(30)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_the_same_shortfall_down_once():
    made = operator()
    earned(made, 2018, 800_000_000)
    for day in (DAY, NEXT):
        reports(made, day, BALANCE)
        bank_tells(made, day, 0)
    first_done, second_begun = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            restate([made.pk], day=DAY, cause=StandingCause.BALANCE, at=moment(NEXT, 9))
            first_done.set()
            second_begun.wait(10)
            # Long enough for the other run to have done all of its work, were it not to wait.
            threading.Event().wait(0.5)
        connections.close_all()

    def second():
        first_done.wait(10)
        second_begun.set()
        restate([made.pk], day=NEXT, cause=StandingCause.NIGHTLY, at=moment(NEXT, 9))
        connections.close_all()

    runs = [threading.Thread(target=one) for one in (first, second)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(30)
    assert [row.day for row in under(made)] == [DAY]
