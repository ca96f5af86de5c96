"""A case stops an operator's sales where a major operating risk was established, and lets it sell again afterwards.

Source: law/prepaid.toml#case.sales
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shangwu.foundation.law import Refused
from shangwu.foundation.web.models import Notification
from shangwu.prepaid.models import Observation, Operator
from shangwu.prepaid.operations import cases as acts
from shangwu.prepaid.operations import closing as closings
from shangwu.prepaid.operations import till
from shangwu.prepaid.operations.closing import Announcement
from shangwu.prepaid.operations.evidence import add_evidence
from shangwu.prepaid.queries.cases import case_page, stopped_on
from shangwu.prepaid.queries.letters import offers
from shangwu.prepaid.rules.cases import acts_open
from shangwu.prepaid.rules.papers.supervision import letter_paper
from shangwu.prepaid.vocabulary import (
    CaseAct,
    CaseState,
    ClosingKind,
    LetterKind,
    ObservationKind,
    OperatorStatus,
)
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.card_days import row, send
from tests.prepaid.factories import operator, shopkeeper
from tests.prepaid.governance import NOW as BEFORE_THE_LAW
from tests.prepaid.governance import officer, opened, reviewer, step
from tests.prepaid.shops import KNOWN, asked, plan, small_shop

pytestmark = pytest.mark.django_db
# Monday 2 September 2024: the national rule is in force since 1 July.
NOW = datetime(2024, 9, 2, 2, 0, tzinfo=UTC)
TODAY = date(2024, 9, 2)


@pytest.fixture
def two():
    return officer(), reviewer()


def stopped(two, business=None):
    """Open a case and have the operator's sales stopped; return the case."""
    case = opened(two[0], business, at=NOW, day=date(2024, 8, 30))
    return step(case, CaseAct.STOP_SALES, *two, NOW)


def refused(code, act, *args, **arguments):
    with pytest.raises(Refused) as raised, transaction.atomic():
        act(*args, **arguments)
    assert raised.value.code == code, raised.value.sentence
    return raised.value.sentence


def standing(business):
    return Operator.objects.get(pk=business.pk).status


def test_two_people_stop_sales_and_the_case_stays_where_it_was(two):
    business = operator()
    keeper = shopkeeper(business)
    case = opened(two[0], business, at=NOW, day=date(2024, 8, 30))
    step(case, CaseAct.STOP_SALES, two[0], None, NOW)
    assert standing(business) == OperatorStatus.CONNECTED, "a draft stops nothing"
    draft = case.steps.get()
    refused(
        "PREPAID-CASE-SIGN",
        acts.sign_step,
        step=draft.pk,
        version=case.version,
        by=two[0],
        at=NOW,
    )
    acts.sign_step(step=draft.pk, version=case.version, by=two[1], at=NOW)
    case.refresh_from_db()
    assert (standing(business), case.state) == (OperatorStatus.STOPPED, CaseState.FLAGGED)
    assert stopped_on(business) == TODAY
    letter = case.letters.get()
    assert (letter.kind, letter.number) == (LetterKind.STOP_SALES, "沪黄浦商预停〔2024〕1号")
    paper = str(letter_paper(letter.content, digest=letter.content_sha256))
    assert "消费者权益保护法实施条例 第二十二条" in paper
    assert "2024年9月2日起停止收取预付款" in paper
    assert Notification.objects.filter(account=keeper, sentence__contains=letter.number).exists()


def test_the_database_holds_that_two_people_sign(two):
    case = stopped(two)
    done = case.steps.get()
    done.signed_by = done.drafted_by
    with pytest.raises(IntegrityError, match="case_step_two_persons"), transaction.atomic():
        done.save(update_fields=["signed_by"])


def test_before_the_national_rule_nothing_stops_sales(two):
    assert CaseAct.STOP_SALES not in acts_open(CaseState.FLAGGED, on=BEFORE_THE_LAW.date())
    case = opened(two[0], at=BEFORE_THE_LAW)
    refused("PREPAID-CASE-STEP", step, case, CaseAct.STOP_SALES, *two, BEFORE_THE_LAW)


def test_who_does_not_sell_cannot_be_stopped_twice_and_the_page_says_why(two):
    case = stopped(two)
    sentence = refused("PREPAID-CASE-SALES", step, case, CaseAct.STOP_SALES, *two, NOW)
    assert "已停止发卡" in sentence
    why = {one.act: one.why_not for one in case_page(case, today=TODAY).acts}
    assert why[CaseAct.STOP_SALES] == sentence
    assert why[CaseAct.RESUME_SALES] == ""


def test_sales_resume_on_evidence_that_came_after_the_stop(two):
    business = operator()
    case = stopped(two, business)
    later = NOW + timedelta(days=3)
    refused("PREPAID-CASE-EVIDENCE", step, case, CaseAct.RESUME_SALES, *two, later)
    add_evidence(case=case.pk, sentence="存管已补足，银行回单", files=(), by=two[0], at=later)
    step(case, CaseAct.RESUME_SALES, *two, later + timedelta(minutes=1))
    assert standing(business) == OperatorStatus.CONNECTED
    assert stopped_on(business) is None
    assert [one.kind for one in case.letters.order_by("pk")] == [
        LetterKind.STOP_SALES,
        LetterKind.RESUME_SALES,
    ]


def test_a_standing_that_changed_meanwhile_is_not_overwritten(two, monkeypatch):
    business = operator()
    case = opened(two[0], business, at=NOW, day=date(2024, 8, 30))
    step(case, CaseAct.STOP_SALES, two[0], None, NOW)
    taken = acts.facts_of

    def overtaken(*args, **arguments):
        facts = taken(*args, **arguments)
        Operator.objects.filter(pk=business.pk).update(status=OperatorStatus.LOST)
        return facts

    monkeypatch.setattr(acts, "facts_of", overtaken)
    refused(
        "PREPAID-CASE-CHANGED",
        acts.sign_step,
        step=case.steps.get().pk,
        version=case.version,
        by=two[1],
        at=NOW,
    )
    assert case.letters.count() == 0


def test_a_closing_that_is_taken_back_leaves_the_stop_in_force(two):
    business = operator()
    stopped(two, business)
    said = Announcement(
        kind=ClosingKind.CLOSE,
        takes_effect_on=date(2024, 12, 31),
        text="本店将于年底停业。",
        refund_method="凭卡到店退款。",
    )
    closing = closings.announce_closing(
        operator=business.pk, said=said, by=two[0], at=NOW, on=TODAY
    )
    closings.void_closing(closing=closing.pk, reason="决定续租", by=two[1], at=NOW)
    assert standing(business) == OperatorStatus.STOPPED


def test_the_counter_sells_no_more(settings):
    settings.UNSCANNED_FILES_ACCEPTED = True
    business, keeper = small_shop()
    plan(business, keeper)
    stopped((officer("chu.li"), reviewer("qian.fa")), business)
    business.refresh_from_db()
    refused("TILL-STOPPED", till.issue_card, plan=1, buyer=KNOWN, request=asked(business, keeper))


@pytest.mark.parametrize(("day", "seen"), [("2024-09-02", 0), ("2024-09-03", 1)])
def test_who_sells_on_through_its_own_system_is_found_out(two, day, seen):
    business = operator()
    stopped(two, business)
    business.refresh_from_db()
    at = datetime(2024, 9, 4, 2, 0, tzinfo=UTC)
    rows = [
        row(
            business,
            1,
            1,
            issued=500_00,
            closing=500_00,
            day=day,
            sent_at="2024-09-04T01:00:00+08:00",
        )
    ]
    send(business, rows, at=at)
    found = Observation.objects.filter(operator=business, kind=ObservationKind.SOLD_WHILE_STOPPED)
    assert found.count() == seen, (
        "what was sold on the day of the stop itself is not held against it"
    )
    if seen:
        case = acts.open_case(operator=business.pk, observations=[found.get().pk], by=two[0], at=at)
        assert (case.breach, found.get().at_stake_fen) == ("consumer_rights", 500_00)
        assert [one.citation.article for one in offers(case, on=at.date())] == [
            "消费者权益保护法实施条例 第五十条第二款"
        ]


def test_the_page_of_a_case_offers_the_stop_and_the_public_is_told(two, client):
    business = operator()
    case = stopped(two, business)
    with_app(two[0])
    page = signed_in_client(two[0]).get(reverse("prepaid:case", args=[case.number]))
    assert "恢复收取预付款" in page.text
    told = client.get(reverse("prepaid:public-operator", args=[business.number]))
    assert "已停止发卡，请勿再充值" in told.text
