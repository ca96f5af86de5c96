"""What a holder reads of a claim that signed plans do not pay in full: each case has its own honest words."""

from datetime import date

import pytest

from shangwu.prepaid.rules import prospects
from shangwu.prepaid.rules.prospects import ClaimFacts, prospect
from shangwu.prepaid.vocabulary import ClaimState

UNTIL, AFTER = date(2019, 12, 1), date(2019, 12, 2)
FILED, ADMITTED, REJECTED = ClaimState.FILED, ClaimState.ADMITTED, ClaimState.REJECTED


def expected(state, on=UNTIL, **changes):
    given = {
        "is_known": False,
        "is_signed": True,
        "is_reserved": False,
        "is_ended": False,
        "until": UNTIL,
        "left": 100,
    }
    return prospect(ClaimFacts(state=state, **(given | changes)), on=on)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": FILED, "is_signed": False}, prospects.NO_PLAN),
        ({"state": ADMITTED, "is_signed": False}, prospects.NO_PLAN),
        ({"state": FILED, "is_known": True, "is_reserved": True}, prospects.RESERVED),
        ({"state": ADMITTED, "on": AFTER}, prospects.NEXT_PLAN),
        ({"state": ADMITTED, "on": AFTER, "left": 0}, prospects.NOTHING_LEFT),
        ({"state": ADMITTED, "is_known": True, "left": 0}, prospects.NOTHING_LEFT),
        ({"state": ADMITTED, "is_known": True}, prospects.NEXT_PLAN),
        ({"state": REJECTED}, prospects.NOT_CONFIRMED),
        ({"state": REJECTED, "is_ended": True}, prospects.NOT_CONFIRMED),
        ({"state": REJECTED, "is_known": True, "left": 0}, prospects.NOTHING_LEFT),
        ({"state": ADMITTED, "is_ended": True}, prospects.ENDED),
    ],
)
def test_each_case_has_its_words(facts, words):
    assert expected(**facts) == words


@pytest.mark.parametrize(("state", "on"), [(FILED, UNTIL), (FILED, AFTER), (ADMITTED, UNTIL)])
def test_an_unknown_card_is_told_when_its_turn_comes_and_that_nothing_may_be_left(state, on):
    said = expected(state, on)
    assert "2019年12月1日" in said.zh and "没有剩余的不能受偿" in said.zh
    assert "2019-12-01" in said.en and "nothing can be paid" in said.en
