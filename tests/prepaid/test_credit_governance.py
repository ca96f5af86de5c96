"""Credit against the real database: pre-checks, grades kept, the list by two persons, its clocks."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from shangwu.foundation.law import Refused
from shangwu.prepaid.models import CreditStanding, PreCheck
from shangwu.prepaid.operations import listings, petitions
from shangwu.prepaid.operations.credit import precheck, restate_credit
from shangwu.prepaid.operations.observations import settle
from shangwu.prepaid.queries.credit import Subject, subject_of
from shangwu.prepaid.queries.listings import credit_page, listing_content, published
from shangwu.prepaid.queries.precheck import precheck as checks_of
from shangwu.prepaid.queries.risks import established
from shangwu.prepaid.rules.limits import stop_selling
from shangwu.prepaid.rules.papers.listing import listing_paper
from shangwu.prepaid.vocabulary import (
    ListingState,
    ObservationKind,
    OperatorStatus,
    PetitionState,
    Risk,
)
from tests.prepaid.factories import operator, shopkeeper
from tests.prepaid.governance import (
    NOW,
    TODAY,
    anomaly,
    handed_over,
    officer,
    on,
    opened,
    penalised,
    reviewer,
)

pytestmark = pytest.mark.django_db


def refused(code, act_, **arguments):
    with pytest.raises(Refused) as raised, transaction.atomic():
        act_(**arguments)
    assert raised.value.code == code
    return raised.value.sentence


@pytest.fixture
def three():
    return officer(), reviewer(), reviewer("jue.ding")


@pytest.fixture
def business():
    return operator(representative="法人甲", brand="某某健身")


def proposed(business, by):
    return listings.propose_listing(
        operator=business.pk, ground="vanished", reasons="门店关闭且无法联系", by=by, at=NOW
    )


def noticed(business, by):
    found = proposed(business, by)
    return listings.notice_listing(listing=found.pk, version=found.version, by=by, at=NOW)


def listed(business, three, day=date(2019, 9, 10)):
    found = noticed(business, three[0])
    return listings.decide_listing(
        listing=found.pk,
        list_it=True,
        decision="停业失联属实",
        answer="",
        version=found.version,
        by=three[2],
        at=on(day),
    )


class TestPreCheck:
    def test_without_the_citys_platform_its_registers_are_unknown_not_clear(self, business, three):
        found = precheck(subject=subject_of(business), occasion="登记", by=three[0], at=NOW)
        assert found.level == "UNKNOWN"
        kinds = {row["kind"]: row["level"] for row in found.findings}
        assert kinds["ABNORMAL_LIST"] == kinds["JUDGMENT_DEFAULTER"] == "UNKNOWN"
        assert kinds["RECENT_PENALTY"] == "CLEAR"

    def test_a_phoenix_is_seen_by_person_address_and_brand(self, business, three):
        operator(
            representative="法人甲",
            address_key=business.address_key,
            brand="某某健身",
            status=OperatorStatus.LOST,
        )
        applicant = Subject(
            uscc="91310000MA1TEST011",
            name="重新开业有限公司",
            representative="法人甲",
            address_key=business.address_key,
            brand="某某健身",
        )
        found = precheck(subject=applicant, occasion="登记", by=three[0], at=NOW)
        serious = {row["kind"] for row in found.findings if row["level"] == "SERIOUS"}
        assert serious == {"SAME_PERSON", "SAME_ADDRESS", "SAME_BRAND"}
        assert "已停业失联" in next(
            r["sentence"] for r in found.findings if r["kind"] == "SAME_BRAND"
        )
        assert found.level == "SERIOUS"
        assert "由人决定" in found.sentence

    def test_a_penalty_of_the_year_and_the_list_are_found(self, business, three):
        penalised(handed_over(three[0], three[1], business), three[0], date(2019, 10, 15))
        listed(business, three)
        day = date(2020, 10, 14)
        found = precheck(subject=subject_of(business), occasion="复查", by=None, at=on(day))
        serious = {row["kind"] for row in found.findings if row["level"] == "SERIOUS"}
        assert serious == {"RECENT_PENALTY", "DISHONESTY_LIST"}
        after = precheck(
            subject=subject_of(business), occasion="复查", by=None, at=on(date(2020, 10, 16))
        )
        assert {r["kind"] for r in after.findings if r["level"] == "SERIOUS"} == {"DISHONESTY_LIST"}
        assert PreCheck.objects.count() == 2


class TestGrades:
    def test_facts_are_counted_as_of_the_day(self, business, three):
        for day in range(1, 4):
            anomaly(business, ObservationKind.MISSING_DAY, date(2019, 8, day))
        anomaly(business, ObservationKind.MISSING_DAY, date(2019, 5, 1))
        opened(three[0], business)
        page = credit_page(business, today=TODAY)
        assert {line.fact: line.points for line in page.grade.lines} == {
            "missing_day": -9,
            "open_case": -5,
        }
        assert (page.grade.points, page.label) == (86, "B 级")

    def test_an_unreported_card_counts_once_a_case_was_opened_on_it(self, business, three):
        anomaly(business, ObservationKind.CONSUMER_DIFFERENCE, date(2019, 8, 1))
        invented = anomaly(business, ObservationKind.UNKNOWN_CARD, date(2019, 8, 2))
        told = {"consumer_difference": -3}
        grade = credit_page(business, today=TODAY).grade
        assert {line.fact: line.points for line in grade.lines} == told
        opened(three[0], business, kind=ObservationKind.UNKNOWN_CARD, day=date(2019, 8, 3))
        grade = credit_page(business, today=TODAY).grade
        assert {line.fact: line.points for line in grade.lines} == {
            "consumer_difference": -6,
            "open_case": -5,
        }
        assert any("未报送的卡" in line.sentence for line in grade.lines)
        settle(observation=invented.pk, reason="卡号系编造", by=three[0], at=NOW)
        business.observations.update(state="SETTLED")
        grade = credit_page(business, today=TODAY).grade
        assert [line.fact for line in grade.lines] == ["open_case"]

    def test_history_grows_only_with_change(self, business, three):
        assert restate_credit(None, day=TODAY, cause="每日评定", at=NOW) == 1
        again = NOW + timedelta(days=1)
        assert restate_credit(None, day=again.date(), cause="每日评定", at=again) == 0
        opened(three[0], business, at=again)
        assert restate_credit([business.pk], day=again.date(), cause="监管案件", at=again) == 1
        rows = CreditStanding.objects.order_by("known_at").values_list("grade", "points")
        assert list(rows) == [("A", 100), ("A", 95)]

    def test_many_operators_take_as_many_queries_as_few(self, django_assert_max_num_queries):
        for _ in range(30):
            operator()
        with django_assert_max_num_queries(24):
            assert restate_credit(None, day=TODAY, cause="每日评定", at=NOW) == 30


class TestListing:
    def test_the_party_is_heard_before_a_second_person_decides(self, business, three):
        by, first, second = three
        shop = shopkeeper(business)
        found = noticed(business, by)
        # Five working days after 2 September 2019.
        assert found.statement_until == date(2019, 9, 9)
        given = {"listing": found.pk, "list_it": True, "decision": "属实", "answer": ""}
        refused(
            "PREPAID-LISTING-EARLY",
            listings.decide_listing,
            **given,
            version=found.version,
            by=second,
            at=on(date(2019, 9, 9)),
        )
        listings.state_case(listing=found.pk, text="正在搬迁", by=shop, at=on(date(2019, 9, 4)))
        found.refresh_from_db()
        given["version"] = found.version
        at = on(date(2019, 9, 5))
        refused("PREPAID-LISTING-ANSWER", listings.decide_listing, **given, by=second, at=at)
        given["answer"] = "搬迁未告知消费者，不予采纳"
        refused("PREPAID-LISTING-OWN", listings.decide_listing, **given, by=by, at=at)
        refused(
            "PREPAID-LISTING-ROLE", listings.decide_listing, **given, by=officer("ling.wai"), at=at
        )
        done = listings.decide_listing(**given, by=first, at=at)
        assert (done.state, done.representative) == (ListingState.LISTED, "法人甲")
        assert any("修复" in text for text in done.terms)
        assert list(published(today=date(2019, 9, 5))) == [done]
        assert "法人甲" in listing_content(done)["representative"]

    def test_the_database_wants_two_persons_and_a_notice(self, business, three):
        found = noticed(business, three[0])
        with pytest.raises(IntegrityError), transaction.atomic():
            found.decided_by = three[0]
            found.save()
        other = proposed(operator(), three[0])
        with pytest.raises(IntegrityError), transaction.atomic():
            other.state = ListingState.LISTED
            other.save()

    def test_one_entry_stands_at_a_time(self, business, three):
        proposed(business, three[0])
        refused(
            "PREPAID-LISTING-TWICE",
            listings.propose_listing,
            operator=business.pk,
            ground="harm",
            reasons="另一事由",
            by=three[0],
            at=NOW,
        )

    def test_a_counted_ground_is_not_claimed_by_hand(self, business, three):
        refused(
            "PREPAID-LISTING-GROUND",
            listings.propose_listing,
            operator=business.pk,
            ground="penalties",
            reasons="两次处罚",
            by=three[0],
            at=NOW,
        )

    def test_it_is_shown_five_years_from_the_end_and_then_leaves(self, business, three):
        found = listed(business, three)
        found = listings.record_end(
            listing=found.pk,
            ended_on=date(2019, 9, 30),
            version=found.version,
            by=three[0],
            at=on(date(2019, 10, 8)),
        )
        assert found.visible_until == date(2024, 9, 30)
        assert published(today=date(2024, 9, 30)).exists()
        assert not published(today=date(2024, 10, 1)).exists()
        day = date(2024, 10, 1)
        assert listings.expire_listings(on=day, at=on(day)) == 1
        found.refresh_from_db()
        assert (found.state, found.removed_on) == (ListingState.REMOVED, day)

    def test_the_papers_of_notice_and_decision_read_whole(self, business, three):
        notice = listing_paper(listing_content(noticed(business, three[0])))
        assert "事先告知书" in notice.title
        assert any("2019年9月9日" in part.text for part in notice.parts)
        decided = listing_paper(listing_content(listed(operator(), three)))
        assert "决定书" in decided.title


class TestPetitions:
    def test_objection_over_the_holidays_of_2025(self, three):
        business = operator()
        day = date(2025, 9, 29)
        entry = listed(business, three, day=date(2025, 9, 10))
        shop = shopkeeper(business)
        found = petitions.file_petition(
            listing=entry.pk, kind="OBJECTION", text="已安排退款", by=shop, at=on(day)
        )
        # Marked within one, forwarded within two, decided within five working days; 1 to 8 October 2025 off.
        assert found.mark_due == date(2025, 9, 30)
        assert found.forward_due == date(2025, 10, 9)
        assert found.decide_due == date(2025, 10, 13)
        given = {"petition": found.pk, "uphold": True, "answer": "属实", "by": three[1]}
        refused("PREPAID-PETITION-STATE", petitions.decide_petition, **given, at=on(day))
        petitions.mark_petition(petition=found.pk, by=three[0], at=on(date(2025, 9, 30)))
        assert published(today=date(2025, 9, 30)).get().is_objected
        petitions.forward_petition(
            petition=found.pk, to="某区市场监管局", by=three[0], at=on(date(2025, 9, 30))
        )
        found.refresh_from_db()
        assert found.decide_due == date(2025, 10, 14)
        done = petitions.decide_petition(**given, at=on(date(2025, 10, 10)))
        # Deleted within three working days; Saturday 11 October 2025 was worked.
        assert (done.state, done.delete_due) == (PetitionState.UPHELD, date(2025, 10, 14))
        entry.refresh_from_db()
        listings.remove_listing(
            listing=entry.pk,
            reason="异议成立",
            version=entry.version,
            by=three[1],
            at=on(date(2025, 10, 13)),
        )
        done.refresh_from_db()
        assert done.deleted_on == date(2025, 10, 13)
        assert not published(today=date(2025, 10, 13)).exists()

    def test_objection_over_the_holidays_of_2019(self, business, three):
        entry = listed(business, three)
        found = petitions.file_petition(
            listing=entry.pk,
            kind="OBJECTION",
            text="x",
            by=shopkeeper(business),
            at=on(date(2019, 9, 30)),
        )
        assert (found.mark_due, found.decide_due) == (date(2019, 10, 8), date(2019, 10, 12))

    def test_repair_waits_half_a_year(self, business, three):
        entry = listed(business, three)
        shop = shopkeeper(business)
        given = {"listing": entry.pk, "kind": "REPAIR", "text": "已全部退款", "by": shop}
        told = refused(
            "PREPAID-PETITION-EARLY", petitions.file_petition, **given, at=on(date(2020, 3, 9))
        )
        assert "2020-03-10" in told
        found = petitions.file_petition(**given, at=on(date(2020, 3, 10)))
        refused(
            "PREPAID-PETITION-TWICE", petitions.file_petition, **given, at=on(date(2020, 3, 11))
        )
        assert found.state == PetitionState.RECEIVED


class TestWhatOthersAsk:
    def test_the_check_before_letting_in_knows_list_penalties_and_relatives(self, business, three):
        day = date(2019, 10, 20)
        clean = {one.name: one.is_clear for one in checks_of(business, on=TODAY)}
        assert clean["dishonesty"] is clean["penalties"] is clean["relatives"] is True
        penalised(handed_over(three[0], three[1], business), three[0], date(2019, 10, 15))
        listed(business, three)
        operator(brand="某某健身", status=OperatorStatus.LOST, name="虚构跑路有限公司")
        found = {one.name: one for one in checks_of(business, on=day)}
        assert found["dishonesty"].is_clear is found["penalties"].is_clear is False
        assert "沪市监罚〔2019〕1号" in found["penalties"].sentence
        assert found["relatives"].is_clear is False
        assert "虚构跑路有限公司（已停业失联）" in found["relatives"].sentence

    def test_who_closed_in_order_is_named_and_is_no_doubt(self, business):
        operator(representative="法人甲", status=OperatorStatus.ENDED, name="虚构歇业有限公司")
        found = {one.name: one for one in checks_of(business, on=TODAY)}["relatives"]
        assert found.is_clear is True
        assert "已退出的：虚构歇业有限公司" in found.sentence

    def test_the_list_and_the_standing_are_risks_that_may_stop_a_sale(self, business, three):
        assert established(business, on=TODAY) == frozenset()
        listed(business, three)
        risks = established(business, on=TODAY)
        assert risks == {Risk.SERIOUS_DISHONESTY}
        reasons, _ = stop_selling(
            risks, on=date(2024, 1, 1), sector="sports", jurisdiction="jiangsu"
        )
        assert "被列入严重失信名单" in reasons[0]

    @pytest.mark.parametrize(
        ("status", "risk"),
        [
            (OperatorStatus.STOPPED, Risk.MAJOR_OPERATING_RISK),
            (OperatorStatus.LOST, Risk.MAJOR_OPERATING_RISK),
            (OperatorStatus.CLOSING, Risk.DEREGISTERING),
        ],
    )
    def test_who_stopped_vanished_or_closes_carries_a_risk(self, status, risk):
        assert established(operator(status=status), on=TODAY) == {risk}
