"""The made-up city of prepaid cards speaks the platform's language, and adds up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from city.prepaid.businesses import DISTRICTS, TRADES, businesses, chain
from city.prepaid.sending import Key
from city.prepaid.wallet import Wallet
from city.prepaid.world import Story, World, read_story
from shangwu.foundation import codes
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.rules.batch.records import defects
from shangwu.prepaid.rules.batch.rows import CardDay, Known, OperatorDay
from shangwu.prepaid.rules.batch.validation import validate
from shangwu.prepaid.rules.intake import read_intake
from shangwu.prepaid.rules.tokens import card_token

BEGINS = date(2026, 11, 2)


@pytest.fixture(scope="module")
def world():
    story = read_story()
    small = Story(**(vars(story) | {"businesses": 40}))
    return World(small, begins=BEGINS)


def test_every_sector_and_district_is_there_and_every_code_is_sound(world):
    made = [member.business for member in world.members]
    assert {one.sector for one in made} == set(TRADES)
    assert {one.district for one in made} == set(DISTRICTS)
    assert all(codes.check("uscc", one.uscc, on=BEGINS).ok for one in made)
    assert len({one.uscc for one in made}) == len(made) == 43


def test_equal_seeds_give_equal_cities():
    first, second = (list(businesses(20, seed=7, today=BEGINS)) for _ in range(2))
    assert first == second
    assert first != list(businesses(20, seed=8, today=BEGINS))
    assert Key.made("M-1", seed=7).public == Key.made("M-1", seed=7).public


def test_the_list_of_the_predecessor_can_be_taken_over(world):
    rows = read_intake(world.intake(), on=BEGINS)
    assert [row.uscc for row in rows] == [member.business.uscc for member in world.members]


def test_the_story_tells_things_in_their_order():
    told = read_story().chain
    order = ("drains_on", "complaints_on", "silent_on", "warned_on", "proposed_on", "signed_on")
    days = [told[name] for name in order]
    assert days == sorted(days)


def card_day(row):
    return CardDay(
        operator=row["operator"],
        outlet=row["outlet"],
        day=date.fromisoformat(row["day"]),
        sequence=row["sequence"],
        card=row["card"],
        issued=row["issued_fen"],
        redeemed=row["redeemed_fen"],
        refunded=row["refunded_fen"],
        closing=row["closing_fen"],
        sent_at=datetime.fromisoformat(row["sent_at"]),
        kind=row["kind"],
    )


def test_three_weeks_of_rows_pass_the_platforms_own_rules_without_a_finding():
    business = chain(seed=1, today=BEGINS)[0]
    wallet, balances = Wallet(business), {}
    for number in range(21):
        day = BEGINS + timedelta(days=number)
        sent_at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC).isoformat()
        rows = (
            wallet.first_day(day, sent_at=sent_at)
            if not number
            else wallet.day(day, sent_at=sent_at)
        )
        typed = [
            row | {"day": day, "sent_at": datetime.fromisoformat(row["sent_at"])} for row in rows
        ]
        assert [defects("card_day", row, on=day) for row in typed] == [[]] * len(rows)
        total = wallet.total(day, rows)
        found = validate(
            [card_day(row) for row in rows],
            total=OperatorDay(
                total["cards"],
                total["issued_fen"],
                total["redeemed_fen"],
                total["refunded_fen"],
                total["balance_fen"],
            ),
            known=Known(balances, frozenset({"A0001"})),
            received_at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC) + timedelta(days=1),
            sector="sports",
            calendar=load_calendar(),
        )
        assert found.findings == ()
        balances |= {row["card"]: row["closing_fen"] for row in rows}


def test_the_citys_own_tokens_are_those_of_the_published_method(world):
    wallet = world.members[5].wallet
    wallet.first_day(BEGINS, sent_at="2026-11-02T09:00:00+08:00")
    card = wallet.cards[0]
    assert wallet.token(card) == card_token(
        operator=wallet.business.uscc, number=card.number, secret=card.secret
    )
