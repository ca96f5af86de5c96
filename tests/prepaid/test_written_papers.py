"""A party without an account is heard on paper: the same clocks from receipt, two persons, names kept from the public."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.audit.models import Act
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.vocabulary import FileState
from shangwu.foundation.law import Refused
from shangwu.foundation.web.models import Notification
from shangwu.prepaid.models import CreditMessage, CreditPetition, LetterReply
from shangwu.prepaid.operations import listings, petitions
from shangwu.prepaid.operations.letters import reply_to_letter
from shangwu.prepaid.operations.written import Written
from shangwu.prepaid.queries.dossier import pieces
from shangwu.prepaid.queries.listings import listing_content
from shangwu.prepaid.rules.listing import names
from shangwu.prepaid.rules.papers.listing import listing_paper
from shangwu.prepaid.vocabulary import CaseAct, HandedInBy, ListingState
from tests.prepaid.factories import operator, shopkeeper
from tests.prepaid.governance import NOW, TODAY, officer, on, opened, reviewer, step
from tests.prepaid.test_governance_pages import signed_in_client
from tests.targets.factories import proof

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def by():
    return officer()


@pytest.fixture
def second():
    return reviewer()


def refused(code, act, **arguments):
    with pytest.raises(Refused) as raised, transaction.atomic():
        act(**arguments)
    assert raised.value.code == code, raised.value.sentence


def on_paper(by, received_on, handed_in_by=HandedInBy.AGENT):
    return Written(received_on, handed_in_by, proof(by))


def noticed(by, business=None, **persons):
    business = business or operator(representative="法人甲")
    found = listings.propose_listing(
        operator=business.pk, ground="vanished", reasons="门店关闭且无法联系", by=by, at=NOW
    )
    if persons:
        found = listings.name_responsible(
            listing=found.pk, version=found.version, by=by, at=NOW, **persons
        )
    return listings.notice_listing(listing=found.pk, version=found.version, by=by, at=NOW)


def decided(found, by, day, **said):
    given = {"list_it": True, "decision": "停业失联属实", "answer": "", **said}
    found.refresh_from_db()
    return listings.decide_listing(
        listing=found.pk, version=found.version, by=by, at=on(day), **given
    )


def last_act():
    return Act.objects.order_by("-pk").first()


class TestStatement:
    def test_it_is_kept_with_day_position_and_image_and_must_be_answered(self, by, second):
        found, clerk = noticed(by), reviewer("deng.ji")
        listings.state_case(
            listing=found.pk,
            text="正在筹款",
            written=on_paper(by, date(2019, 9, 4)),
            by=clerk,
            at=on(date(2019, 9, 6)),
        )
        recorded = last_act()
        assert recorded.act == "prepaid.record_statement"
        assert recorded.after["received_on"] == "2019-09-04"
        assert recorded.after["handed_in_by"] == "AGENT"
        found.refresh_from_db()
        assert found.statement_recorded_by == clerk and found.statement_paper is not None
        assert Notification.objects.filter(account=by, sentence__contains=found.number).exists()
        day = date(2019, 9, 6)
        refused("PREPAID-LISTING-ANSWER", decided, found=found, by=second, day=day)
        refused("PREPAID-LISTING-OWN", decided, found=found, by=clerk, day=day, answer="已阅")
        assert decided(found, second, day, answer="不予采纳").state == ListingState.LISTED

    @pytest.mark.parametrize(
        ("received_on", "code"),
        [(date(2019, 9, 1), "PREPAID-WRITTEN-DAY"), (date(2019, 9, 7), "PREPAID-WRITTEN-DAY")],
    )
    def test_a_day_before_the_notice_or_in_the_future_is_refused(self, by, received_on, code):
        found = noticed(by)
        state = {"listing": found.pk, "text": "x", "by": by, "at": on(date(2019, 9, 6))}
        refused(code, listings.state_case, **state, written=on_paper(by, received_on))
        for day in (date(2019, 9, 2), date(2019, 9, 6)):
            with transaction.atomic():
                listings.state_case(**state, written=on_paper(by, day))
                transaction.set_rollback(True)

    def test_a_position_that_nobody_knows_and_a_file_in_quarantine_are_refused(self, by):
        found = noticed(by)
        state = {"listing": found.pk, "text": "x", "by": by, "at": NOW}
        named = Written(TODAY, "张三", proof(by))
        refused("PREPAID-WRITTEN-ROLE", listings.state_case, **state, written=named)
        waiting = on_paper(by, TODAY)
        waiting.paper.state = FileState.QUARANTINED
        refused("PREPAID-WRITTEN-FILE", listings.state_case, **state, written=waiting)

    def test_it_is_recorded_once_and_without_numbers_of_people(self, by):
        found = noticed(by)
        state = {"listing": found.pk, "by": by, "at": NOW}
        refused(
            "PREPAID-PERSONAL",
            listings.state_case,
            **state,
            text="电话 13912345678",
            written=on_paper(by, TODAY),
        )
        listings.state_case(**state, text="正在筹款", written=on_paper(by, TODAY))
        refused(
            "PREPAID-LISTING-STATED",
            listings.state_case,
            **state,
            text="再说一次",
            written=on_paper(by, TODAY),
        )

    def test_the_database_wants_the_paper_whole_and_another_person(self, by, second):
        found = noticed(by)
        with pytest.raises(IntegrityError), transaction.atomic():
            found.statement_handed_in_by = HandedInBy.POST
            found.save()
        found.refresh_from_db()
        listings.state_case(
            listing=found.pk, text="x", written=on_paper(by, TODAY), by=second, at=NOW
        )
        found.refresh_from_db()
        with pytest.raises(IntegrityError), transaction.atomic():
            found.decided_by = second
            found.save()


class TestPetition:
    def listed(self, by, second):
        return decided(noticed(by), second, date(2019, 9, 10))

    def test_the_clocks_of_an_objection_run_from_the_day_of_receipt(self, by, second):
        entry, recorder = self.listed(by, second), reviewer("deng.ji")
        found = petitions.file_petition(
            listing=entry.pk,
            kind="OBJECTION",
            text="已安排退款",
            written=on_paper(by, date(2019, 9, 26), HandedInBy.POST),
            by=recorder,
            at=on(date(2019, 9, 29)),
        )
        assert (found.received_on, found.mark_due) == (date(2019, 9, 26), date(2019, 9, 27))
        # Sunday 29 September 2019 was worked; 1 to 7 October were off.
        assert (found.forward_due, found.decide_due) == (date(2019, 9, 29), date(2019, 10, 9))
        assert last_act().act == "prepaid.record_petition"
        petitions.mark_petition(petition=found.pk, by=by, at=on(date(2019, 9, 29)))
        answer = {
            "petition": found.pk,
            "uphold": False,
            "answer": "查实",
            "at": on(date(2019, 9, 30)),
        }
        refused("PREPAID-PETITION-OWN", petitions.decide_petition, **answer, by=recorder)
        petitions.decide_petition(**answer, by=second)
        told = Notification.objects.filter(account=recorder).order_by("-pk").first()
        assert "请书面答复当事人" in told.sentence
        assert told.link == reverse("prepaid:listing", args=[entry.number])

    def test_repair_counts_its_months_to_the_day_of_receipt(self, by, second):
        entry = self.listed(by, second)
        ask = {"listing": entry.pk, "kind": "REPAIR", "text": "已退还", "by": by}
        at = on(date(2020, 3, 12))
        early, ripe = on_paper(by, date(2020, 3, 9)), on_paper(by, date(2020, 3, 10))
        refused("PREPAID-PETITION-EARLY", petitions.file_petition, **ask, written=early, at=at)
        found = petitions.file_petition(**ask, written=ripe, at=at)
        assert (found.received_on, found.handed_in_by) == (date(2020, 3, 10), "AGENT")

    def test_a_paper_older_than_the_entry_is_refused(self, by, second):
        entry = self.listed(by, second)
        refused(
            "PREPAID-WRITTEN-DAY",
            petitions.file_petition,
            listing=entry.pk,
            kind="OBJECTION",
            text="x",
            written=on_paper(by, date(2019, 9, 9)),
            by=by,
            at=on(date(2019, 9, 12)),
        )
        assert not CreditPetition.objects.exists()


class TestReply:
    def test_an_answer_on_paper_becomes_evidence_and_is_reviewed_from_its_receipt(self, by, second):
        case = step(opened(by), CaseAct.WARN, by, second, NOW)
        letter = case.letters.get()
        reply_to_letter(
            letter=letter.pk,
            text="十日内补足",
            files=(),
            written=on_paper(by, date(2019, 9, 3), HandedInBy.REPRESENTATIVE),
            by=by,
            at=on(date(2019, 9, 5)),
        )
        case.refresh_from_db()
        # Five working days from 3 September 2019, not from the day on which it was recorded.
        assert case.act_by == date(2019, 9, 10)
        piece = case.evidence.get(kind="REPLY")
        assert "书面答复" in piece.sentence
        assert piece.content["received_on"] == "2019-09-03"
        assert piece.content["handed_in_by"] == "法定代表人或者负责人"
        assert len(piece.content["files"]) == 1
        assert last_act().act == "prepaid.record_reply"
        packed = [one for one in pieces(case) if one.name == "答复/01-01.pdf"]
        assert [one.day for one in packed] == [date(2019, 9, 3)], "of the day of its receipt"
        assert not Notification.objects.filter(account=by, sentence__contains="答复了").exists()


class TestPersons:
    def test_three_are_marked_and_told_to_party_and_platform_but_never_to_the_public(
        self, by, second, client
    ):
        found = noticed(by, principal="负责乙", responsible_persons="经办丙、财务丁")
        assert last_act().act == "prepaid.notice_listing"
        named = Act.objects.get(act="prepaid.name_responsible")
        assert named.after == {"principal": True, "responsible": 2}
        notice = "".join(part.text for part in listing_paper(listing_content(found)).parts)
        assert "法定代表人或者负责人法人甲，主要负责人负责乙，直接责任人员经办丙、财务丁" in notice
        done = decided(found, second, date(2019, 9, 10))
        message = CreditMessage.objects.get(kind="LISTED")
        assert message.content["persons"] == {
            "representative": "法人甲",
            "principal": "负责乙",
            "responsible": ["经办丙", "财务丁"],
        }
        acts = json.dumps(list(Act.objects.values("before", "after")), ensure_ascii=False)
        for address in (
            reverse("prepaid:dishonest"),
            reverse("prepaid:dishonest-entry", args=[done.number]),
        ):
            page = client.get(address).getvalue().decode()
            assert done.number in page
            for name in ("负责乙", "经办丙", "财务丁"):
                assert name not in page and name not in acts
        assert "法人甲" in page

    def test_nobody_needs_to_be_named(self, by, second):
        decided(noticed(by, operator(representative="")), second, date(2019, 9, 10))
        assert CreditMessage.objects.get(kind="LISTED").content["persons"] == {}

    def test_once_the_party_was_told_no_name_is_added(self, by):
        found = noticed(by)
        refused(
            "PREPAID-LISTING-STATE",
            listings.name_responsible,
            listing=found.pk,
            principal="负责乙",
            responsible_persons="",
            version=found.version,
            by=by,
            at=NOW,
        )

    def test_numbers_of_people_are_refused(self, by):
        found = listings.propose_listing(
            operator=operator().pk, ground="harm", reasons="侵害", by=by, at=NOW
        )
        refused(
            "PREPAID-PERSONAL",
            listings.name_responsible,
            listing=found.pk,
            principal="",
            responsible_persons="丙 13912345678",
            version=found.version,
            by=by,
            at=NOW,
        )

    @pytest.mark.parametrize("text", ["丙、丁", "丙，丁", " 丙 丁 ", "丙;丁；"])
    def test_names_are_told_apart(self, text):
        assert names(text) == ("丙", "丁")


class TestPages:
    def upload(self):
        return SimpleUploadedFile("书面意见.pdf", PAPER, content_type="application/pdf")

    def fields(self, **more):
        today = timezone.localdate().isoformat()
        return {
            "received_on": today,
            "handed_in_by": "AGENT",
            "text": "情况不实，正在筹款",
            "paper": self.upload(),
            **more,
        }

    def test_from_the_names_over_the_statement_to_the_petition(self, by, second):
        now = timezone.localtime()
        business = operator(representative="法人甲")
        found = listings.propose_listing(
            operator=business.pk, ground="harm", reasons="侵害消费者", by=by, at=now
        )
        desk, page = signed_in_client(by), reverse("prepaid:listing", args=[found.number])
        desk.post(
            reverse("prepaid:listing-responsible", args=[found.number]),
            {"principal": "负责乙", "responsible_persons": "经办丙", "version": found.version},
        )
        shown = desk.get(page).getvalue().decode()
        assert "经办丙" in shown and "当事人没有平台账号" in shown
        found.refresh_from_db()
        listings.notice_listing(listing=found.pk, version=found.version, by=by, at=now)
        assert "代为登记书面陈述、申辩" in desk.get(page).getvalue().decode()
        statement = reverse("prepaid:listing-statement", args=[found.number])
        desk.post(statement, self.fields(received_on=""))
        desk.post(statement, self.fields(received_on="2019-01-01"))
        found.refresh_from_db()
        assert found.statement == "" and not StoredFile.objects.exists()
        desk.post(statement, self.fields())
        shown = desk.get(page).getvalue().decode()
        assert "委托代理人提交" in shown and "书面意见.pdf" in shown
        found.refresh_from_db()
        assert found.statement_paper.is_personal, "whoever opens it is recorded"
        listings.decide_listing(
            listing=found.pk,
            list_it=True,
            decision="属实",
            answer="不予采纳",
            version=found.version,
            by=second,
            at=now,
        )
        desk.post(
            reverse("prepaid:listing-petition", args=[found.number]),
            self.fields(kind="OBJECTION"),
        )
        petition = CreditPetition.objects.get()
        assert petition.submitted_by == by and petition.handed_in_by == "AGENT"
        shown = desk.get(page).getvalue().decode()
        assert "书面申请" in shown and "代为登记" in shown

    def test_a_party_with_an_account_is_told_there(self, by):
        business = operator()
        shopkeeper(business)
        business.refresh_from_db()
        found = noticed(by, business)
        page = reverse("prepaid:listing", args=[found.number])
        assert "没有平台账号" not in signed_in_client(by).get(page).getvalue().decode()

    def test_an_answer_to_a_letter_but_not_to_a_hand_over(self, by, second):
        now = timezone.localtime()
        case = opened(by, at=now, day=now.date())
        step(case, CaseAct.WARN, by, second, now)
        step(case, CaseAct.HAND_OVER, by, second, now, refused=True)
        desk, page = signed_in_client(by), reverse("prepaid:case", args=[case.number])
        assert desk.get(page).getvalue().decode().count("代为登记书面答复</summary>") == 1
        packet, letter = case.letters.get(kind="HAND_OVER"), case.letters.get(kind="WARNING")
        to_packet = desk.post(reverse("prepaid:letter-written", args=[packet.pk]), self.fields())
        assert to_packet.status_code == 404
        desk.post(reverse("prepaid:letter-written", args=[letter.pk]), self.fields())
        assert LetterReply.objects.get().handed_in_by == "AGENT"
        shown = desk.get(page).getvalue().decode()
        assert "书面答复，" in shown and "书面意见.pdf" in shown

    def test_who_supervises_elsewhere_finds_nothing_to_record(self, by):
        found = noticed(by, operator(district="310104"))
        other = signed_in_client(officer("pang.ren", district="310101"))
        address = reverse("prepaid:listing-statement", args=[found.number])
        assert other.post(address, self.fields()).status_code == 404
