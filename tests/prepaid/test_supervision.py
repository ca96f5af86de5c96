"""Cases, fines, listing, routing and deadlines, each with what it refuses."""

from dataclasses import replace
from datetime import date

import pytest

from shangwu.foundation import law
from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.rules.cases import (
    StepFacts,
    acts_open,
    fines_for,
    require_fine,
    step,
)
from shangwu.prepaid.rules.deadlines import (
    credit_due,
    credit_visible_until,
    mark_due,
    notice_by,
    quarter_report_due,
    row_due,
    transition_due,
)
from shangwu.prepaid.rules.law import CaseLaw
from shangwu.prepaid.rules.listing import Punished, listing_by_fact, listing_by_penalties
from shangwu.prepaid.rules.routing import route
from shangwu.prepaid.vocabulary import Agency, CaseAct, CaseState, OperatorForm, Sector
from tests.prepaid.readings import decide

DAY = date(2023, 6, 30)
CALENDAR = load_calendar()


def test_the_whole_flow_from_anomaly_to_penalty():
    facts = StepFacts(on=DAY, rectify_by=date(2023, 7, 10))
    warned = step(CaseState.FLAGGED, CaseAct.WARN, facts=facts)
    assert warned.next == CaseState.WARNED
    assert "第二十二条" in warned.sentence
    missed = StepFacts(on=date(2023, 7, 11), rectify_by=date(2023, 7, 10), evidence=("核查记录",))
    handed = step(warned.next, CaseAct.HAND_OVER, facts=missed)
    assert handed.next == CaseState.HANDED_OVER
    [offer] = fines_for("reporting", on=missed.on)
    fined = replace(missed, breach="reporting", basis=offer.basis, gravity="overdue", fine=500_000)
    penalised = step(handed.next, CaseAct.PENALISE, facts=fined)
    assert penalised.next == CaseState.PENALISED
    assert step(penalised.next, CaseAct.CLOSE, facts=missed).next == CaseState.CLOSED


@pytest.mark.parametrize(
    ("state", "act", "changes", "code"),
    [
        (CaseState.FLAGGED, CaseAct.WARN, {"rectify_by": None}, "PREPAID-CASE-DEADLINE"),
        (CaseState.FLAGGED, CaseAct.WARN, {"rectify_by": DAY}, "PREPAID-CASE-DEADLINE"),
        (CaseState.FLAGGED, CaseAct.PENALISE, {}, "PREPAID-CASE-STEP"),
        (CaseState.CLOSED, CaseAct.WARN, {}, "PREPAID-CASE-STEP"),
        (CaseState.WARNED, CaseAct.HAND_OVER, {"rectify_by": DAY}, "PREPAID-CASE-EARLY"),
        (CaseState.WARNED, CaseAct.HAND_OVER, {"rectify_by": None}, "PREPAID-CASE-EARLY"),
        (
            CaseState.WARNED,
            CaseAct.HAND_OVER,
            {"refused": True, "evidence": (" ",)},
            "PREPAID-CASE-EVIDENCE",
        ),
        (CaseState.WARNED, CaseAct.CONFIRM, {"evidence": ()}, "PREPAID-CASE-EVIDENCE"),
        (CaseState.HANDED_OVER, CaseAct.PENALISE, {"basis": ""}, "PREPAID-CASE-BASIS"),
        (CaseState.HANDED_OVER, CaseAct.PENALISE, {"fine": None}, "PREPAID-CASE-BAND"),
        (CaseState.HANDED_OVER, CaseAct.PENALISE, {"fine": 199_999}, "PREPAID-CASE-BAND"),
    ],
)
def test_a_step_that_does_not_follow_or_lacks_something_is_refused(state, act, changes, code):
    sound = StepFacts(
        on=DAY,
        rectify_by=date(2023, 7, 10),
        evidence=("核查记录",),
        breach="reporting",
        basis="SH-REG18-26-1",
        gravity="overdue",
        fine=200_000,
    )
    with pytest.raises(Refused) as refusal:
        step(state, act, facts=replace(sound, **changes))
    assert refusal.value.code == code


def test_a_refusal_to_rectify_may_be_handed_over_before_the_date():
    facts = StepFacts(on=DAY, rectify_by=date(2023, 7, 10), refused=True, evidence=("回执",))
    assert step(CaseState.INTERVIEWED, CaseAct.HAND_OVER, facts=facts).next == CaseState.HANDED_OVER


def test_every_state_but_the_last_leads_on_and_every_state_is_reached():
    flow = {state: acts_open(state, on=DAY) for state in CaseState.values}
    assert [state for state, acts in flow.items() if not acts] == [CaseState.CLOSED]
    reached = {CaseState.FLAGGED} | {row.next for row in law.read(CaseLaw, on=DAY).flow.value}
    assert reached == set(CaseState.values)


@pytest.mark.parametrize(
    ("basis", "breach", "gravity", "fine", "code"),
    [
        ("SH-REG18-26-2", "reporting", "overdue", 2_000_000, "PREPAID-CASE-BASIS"),
        ("SH-REG18-25", "reporting", "overdue", 200_000, "PREPAID-CASE-BASIS"),
        ("BJ-22-31", "reporting", "overdue", 200_000, "PREPAID-CASE-BASIS"),
        ("SH-REG18-26-2", "risk_measure", "serious", 2_000_000, "PREPAID-CASE-BAND"),
        ("SH-REG18-26-1", "reporting", "overdue", 2_000_001, "PREPAID-CASE-BAND"),
        ("SH-REG18-26-1", "reporting", "serious", 5_000_001, "PREPAID-CASE-BAND"),
        ("NOWHERE", "reporting", "overdue", 200_000, "PREPAID-PACK"),
    ],
)
def test_a_fine_without_ground_or_outside_its_band_is_refused(basis, breach, gravity, fine, code):
    with pytest.raises(Refused) as refusal:
        require_fine(fine, basis=basis, breach=breach, gravity=gravity, on=DAY)
    assert refusal.value.code == code


def test_a_fine_at_both_ends_of_its_band_is_allowed():
    for fine, gravity in ((200_000, "overdue"), (2_000_000, "overdue"), (5_000_000, "serious")):
        found = require_fine(
            fine, basis="SH-REG18-26-1", breach="reporting", gravity=gravity, on=DAY
        )
        assert found.article.endswith("第二十六条第一款")


def test_a_draft_drives_no_fine():
    with pytest.raises(Refused) as refusal:
        require_fine(
            1, basis="SH-IM24D", breach="reporting", gravity="overdue", on=date(2024, 6, 1)
        )
    assert refusal.value.code == "PREPAID-DRAFT"
    assert "law/prepaid.toml#pack.SH-IM24D" in refusal.value.sentence
    assert "不得作为处罚的依据" in refusal.value.sentence


def test_no_fine_is_offered_before_the_law_or_elsewhere():
    assert fines_for("reporting", on=date(2018, 12, 31)) == ()
    assert [offer.basis for offer in fines_for("refund", on=DAY, jurisdiction="beijing")] == [
        "BJ-22-30"
    ]
    assert fines_for("refund", on=DAY) == ()


def test_a_year_ends_before_or_on_its_anniversary_as_decide(monkeypatch):
    pair = [Punished(date(year, 1, 10), "SH-REG18-26-1") for year in (2023, 2024)]
    on = date(2024, 2, 1)
    assert not listing_by_penalties(pair, on=on).is_proposed
    decide(monkeypatch, penalties_within="through_anniversary")
    assert listing_by_penalties(pair, on=on).is_proposed


def test_a_penalty_of_the_future_does_not_count():
    pair = [Punished(date(2023, month, 1), "SH-REG18-26-1") for month in (1, 6)]
    assert not listing_by_penalties(pair, on=date(2023, 5, 31)).is_proposed
    with pytest.raises(Refused) as refusal:
        listing_by_penalties(pair, on=date(2018, 1, 1))
    assert refusal.value.code == "PREPAID-LISTING-LAW"


def test_other_grounds_of_listing_are_established_by_a_person():
    proposal = listing_by_fact("vanished", on=DAY)
    assert proposal.is_proposed
    assert "无法联系：建议列入，由人决定" in proposal.sentence
    for ground in ("penalties", "rumour"):
        with pytest.raises(Refused) as refusal:
            listing_by_fact(ground, on=DAY)
        assert refusal.value.code == "PREPAID-LISTING-GROUND"


def test_the_penalty_body_for_education_follows_the_decision(monkeypatch):
    assert (
        route(sector="education", district="310106", on=DAY).penalty_body
        == Agency.MARKET_SUPERVISION
    )
    decide(monkeypatch, penalty_body="regulation_first")
    answer = route(sector="education", district="310106", on=DAY)
    assert answer.penalty_body == Agency.EDUCATION
    assert len(answer.citations) == 2


def test_every_line_of_business_is_routed_and_an_unknown_one_refused():
    for sector in set(Sector.values) - {Sector.GENERAL}:
        assert route(sector=sector, district="310104", on=DAY).sentence.startswith("由徐汇区")
    with pytest.raises(Refused) as refusal:
        route(sector=Sector.GENERAL, district="310104", on=DAY)
    assert refusal.value.code == "PREPAID-ROUTE"


def test_the_district_is_one_of_that_day():
    zhabei = {"sector": "catering", "district": "310108"}
    with pytest.raises(Refused) as refusal:
        route(**zhabei, on=DAY)
    assert refusal.value.code == "PREPAID-ROUTE-DISTRICT"
    assert "闸北区" in refusal.value.sentence


@pytest.mark.parametrize(
    ("form", "must", "words"),
    [
        (OperatorForm.ENTERPRISE, True, "须运行业务处理系统并对接平台"),
        (OperatorForm.FRANCHISED_TRADER, True, "须运行业务处理系统并对接平台"),
        (OperatorForm.LONE_TRADER, None, "对接方式待市政府另行规定"),
    ],
)
def test_who_must_connect(form, must, words):
    answer = route(sector="catering", district="310106", on=DAY, form=form)
    assert answer.must_connect is must
    assert words in answer.sentence


def test_periods_of_the_open_readings(monkeypatch):
    # 25 October 2025 is a Saturday; 30 September 2025 is followed by a holiday of eight days.
    decide(monkeypatch, quarter_roll="next_workday", row_calendar="workday")
    assert quarter_report_due(2025, 3, calendar=CALENDAR).due == date(2025, 10, 27)
    assert row_due(date(2025, 9, 30), calendar=CALENDAR).due == date(2025, 10, 9)


def test_the_days_of_a_period_are_explained():
    answer = mark_due(date(2025, 9, 26), calendar=CALENDAR)
    assert [day.date.day for day in answer.trace if day.counted] == [28, 29, 30, 9, 10]
    assert any("调休上班" in day.why for day in answer.trace)
    assert sum(day.counted for day in notice_by(date(2025, 12, 31), on=DAY).trace) == 30


def test_a_deadline_beyond_the_last_holiday_notice_is_provisional():
    answer = mark_due(date(2031, 9, 26), calendar=CALENDAR)
    assert answer.is_provisional
    assert "暂定" in answer.sentence


def test_beijing_has_its_own_transition_and_credit_memory_ends_after_five_years():
    beijing = transition_due(on=DAY, calendar=CALENDAR, jurisdiction="beijing")
    assert beijing.due == date(2022, 8, 30)
    assert credit_visible_until(date(2020, 2, 29)).due == date(2025, 2, 28)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: quarter_report_due(2025, 5, calendar=CALENDAR),
        lambda: credit_due("appeal", DAY, calendar=CALENDAR),
        lambda: mark_due(date(2018, 12, 31), calendar=CALENDAR),
        lambda: transition_due(on=date(2018, 12, 31), calendar=CALENDAR),
    ],
)
def test_periods_that_do_not_exist_are_refused(ask):
    with pytest.raises(Refused):
        ask()
