"""Survey figures: intervals that are known, versions side by side, signs that mark and never drop."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.targets.rules.survey.law import survey_law
from shangwu.targets.rules.survey.results import Stratum, outcome, weighted_by_quota, wilson
from shangwu.targets.rules.survey.signs import AnswerFacts, signs

LAW = survey_law(date(2019, 6, 1))
RANKS = (5, 4, 3, 2, 1)
POINTS = LAW.points.value
CONFIDENCE = LAW.confidence.value
START = datetime(2019, 6, 3, 9, tzinfo=UTC)


def of(counts, ranks=RANKS):
    return outcome(counts, ranks=ranks, points=POINTS, confidence=CONFIDENCE)


def answer(number, *, minute=0, device="", stratum="黄浦区", seconds=Decimal(40)):
    return AnswerFacts(
        key=str(number),
        at=START + timedelta(minutes=minute),
        stratum=stratum,
        device=device or f"device-{number}",
        questions=3,
        seconds=seconds,
    )


def found(answers):
    return {(sign.key, sign.code) for sign in signs(answers, law=LAW)}


def test_960_of_1000_do_not_prove_95_percent():
    low, high = wilson(960, 1000, confidence=Decimal("0.95"))
    assert f"{low:.3f}" == "0.946"
    assert low < Decimal("0.95") < high


def test_a_published_satisfaction_follows_the_weighting():
    """80 % was published for 528, 419, 153, 46 and 23 answers: the score, not the top-two share."""
    says = of({5: 528, 4: 419, 3: 153, 2: 46, 1: 23})
    assert f"{float(says.score):.1f}" == "79.6"
    assert f"{float(says.top_two.value):.3f}" == "0.810"
    assert says.top_three.value == Fraction(1100, 1169)
    assert says.n == 1169


def test_no_answer_is_no_outcome():
    assert of({}) is None
    assert of({9: 4}) is None, "a rank outside the scale is no valid answer"


def test_a_scale_of_two_counts_its_better_half_and_ends_at_0_and_100():
    says = of({2: 3, 1: 1}, ranks=(2, 1))
    assert says.top_two.value == says.top_three.value == Fraction(3, 4)
    assert says.score == 75


@given(st.dictionaries(st.sampled_from(RANKS), st.integers(0, 500), min_size=1))
def test_versions_are_ordered_and_intervals_hold_the_share(counts):
    says = of(counts)
    if says is None:
        assert sum(counts.values()) == 0
        return
    assert says.top_two.value <= says.top_three.value <= 1
    for share in (says.top_two, says.top_three):
        assert 0 <= share.low <= share.high <= 1
        assert share.low <= Decimal(share.reached) / share.n <= share.high
    assert 0 <= says.score <= 100
    assert 1 <= says.mean <= 5


@given(st.integers(1, 400), st.data())
def test_more_answers_of_the_same_share_narrow_the_interval(n, data):
    reached = data.draw(st.integers(0, n))
    low, high = wilson(reached, n, confidence=CONFIDENCE)
    lower, higher = wilson(reached * 4, n * 4, confidence=CONFIDENCE)
    assert higher - lower < high - low


def test_a_share_by_quota_waits_for_every_stratum():
    strata = [Stratum("黄浦区", 300, 2), Stratum("崇明区", 100, 2)]
    good, bad = of({5: 2}).top_two, of({1: 2}).top_two
    assert weighted_by_quota({"黄浦区": good, "崇明区": bad}, strata) == Fraction(3, 4)
    assert weighted_by_quota({"黄浦区": good}, strata) is None
    assert weighted_by_quota({}, []) is None


def test_quota_says_what_is_missing():
    assert Stratum("黄浦区", 10, 4).missing == 6
    assert Stratum("黄浦区", 10, 14).missing == 0


def test_usual_answers_carry_no_sign():
    assert found([answer(n, minute=n * 25) for n in range(40)]) == set()


def test_a_burst_is_marked_in_its_stratum_only():
    calm = [answer(n, minute=n * 60) for n in range(24)]
    burst = [answer(100 + n, minute=600 + n % 5, stratum="黄浦区") for n in range(12)]
    elsewhere = [answer(200 + n, minute=600 + n * 30, stratum="徐汇区") for n in range(10)]
    marked = {key for key, code in found([*calm, *burst, *elsewhere]) if code == "BURST"}
    assert {str(100 + n) for n in range(12)} <= marked
    assert not marked & {str(200 + n) for n in range(10)}


@pytest.mark.parametrize(("number", "marks"), [(1, 0), (2, 2), (5, 5)])
def test_one_device_that_answers_again_is_marked(number, marks):
    answers = [answer(n, minute=n * 90, device="same") for n in range(number)]
    assert Counter(code for _, code in found(answers))["SAME_DEVICE"] == marks


def test_paper_has_neither_device_nor_pace():
    paper = [
        AnswerFacts(str(n), START, "黄浦区", device="", questions=3, seconds=None)
        for n in range(50)
    ]
    assert found(paper) == set()


def test_an_answer_without_reading_is_marked():
    assert found(
        [answer(1, seconds=Decimal("4.4")), answer(2, minute=60, seconds=Decimal("4.5"))]
    ) == {("1", "TOO_QUICK")}
