"""Orderly closings, from the announcement to the end, through operations and pages."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import LinkageMark
from shangwu.prepaid.operations import closing as closings
from shangwu.prepaid.operations import collapse as collapses
from shangwu.prepaid.operations.closing import Announcement
from shangwu.prepaid.queries.onboarding import connection_gaps
from shangwu.prepaid.vocabulary import ClosingKind, ClosingState, OperatorStatus
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.chains import AT, card
from tests.prepaid.factories import operator, supervisor
from tests.prepaid.pages import unmarked

pytestmark = pytest.mark.django_db
ON = date(2019, 11, 1)


@pytest.fixture
def officer():
    return supervisor("jing.ban")


@pytest.fixture
def reviewer():
    return supervisor("fu.he", Role.PREPAID_REVIEWER)


def said(**changes):
    given = {
        "kind": ClosingKind.CLOSE,
        "takes_effect_on": date(2019, 12, 31),
        "text": "因租期届满，本店将于年底停业。",
        "refund_method": "凭卡到店退款，或者到徐汇店继续使用。",
    }
    return Announcement(**(given | changes))


class TestClosing:
    def announced(self, officer, business=None, **changes):
        return closings.announce_closing(
            operator=(business or operator()).pk, said=said(**changes), by=officer, at=AT, on=ON
        )

    def test_announcing_stops_issue_and_keeps_the_figures(self, officer):
        business = operator()
        card(business, "1", 100_00)
        closing = self.announced(officer, business)
        business.refresh_from_db()
        assert business.status == OperatorStatus.CLOSING
        assert (closing.holders, closing.balance_fen, closing.is_short) == (1, 100_00, False)
        assert closing.notice_by == date(2019, 12, 1)
        assert Act.objects.filter(act="prepaid.announce_closing").count() == 1

    def test_a_move_stops_nothing_and_a_late_notice_is_marked(self, officer):
        business = operator()
        closing = self.announced(
            officer, business, kind=ClosingKind.MOVE, takes_effect_on=date(2019, 11, 20)
        )
        business.refresh_from_db()
        assert (business.status, closing.is_short) == (OperatorStatus.CONNECTED, True)

    def test_leaving_has_its_own_notice_while_its_rule_is_in_force(self, officer):
        assert self.announced(officer, kind=ClosingKind.LEAVE).notice_by == date(2019, 12, 1)
        with pytest.raises(Refused) as refused:
            closings.notice_due(ClosingKind.LEAVE, date(2025, 12, 31), on=date(2025, 11, 1))
        assert refused.value.code == "PREPAID-CLOCK"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"takes_effect_on": date(2019, 10, 1)}, "PREPAID-CLOSING-DATE"),
            ({"text": "联系店长，手机13812345678。"}, "PREPAID-CLOSING-PERSONAL"),
        ],
    )
    def test_what_cannot_be_published_is_refused(self, officer, changes, code):
        with pytest.raises(Refused) as refused:
            self.announced(officer, **changes)
        assert refused.value.code == code

    def test_one_at_a_time(self, officer):
        business = operator()
        self.announced(officer, business)
        with pytest.raises(Refused) as refused:
            self.announced(officer, business)
        assert refused.value.code == "PREPAID-CLOSING-TWICE"

    def test_ending_waits_for_the_day_another_person_and_a_word_on_what_is_left(
        self, officer, reviewer
    ):
        business = operator()
        card(business, "1", 100_00)
        LinkageMark.objects.create(
            operator=business, code="M1", due_on=ON, issued_on=date(2019, 7, 1), issued_by=officer
        )
        closing = self.announced(officer, business)

        def end(by, on, reason=""):
            return closings.end_closing(closing=closing.pk, reason=reason, by=by, at=AT, on=on)

        for by, on, reason, code in (
            (officer, date(2020, 1, 2), "x", "PREPAID-CLOSING-SAME"),
            (reviewer, date(2019, 12, 30), "x", "PREPAID-CLOSING-EARLY"),
            (reviewer, date(2020, 1, 2), "", "PREPAID-CLOSING-LEFT"),
        ):
            with pytest.raises(Refused) as refused:
                end(by, on, reason)
            assert refused.value.code == code
        ended = end(reviewer, date(2020, 1, 2), "余额转入专用存款账户管理")
        business.refresh_from_db()
        assert (ended.state, ended.left_fen) == (ClosingState.ENDED, 100_00)
        assert (business.status, business.ended_on) == (OperatorStatus.ENDED, date(2020, 1, 2))
        assert business.marks.get().withdrawn_on == date(2020, 1, 2)
        with pytest.raises(Refused, match="已办结"):
            end(reviewer, date(2020, 1, 3), "x")

    def test_told_is_counted_against_registered_cards(self, officer):
        business = operator()
        card(business, "1", 1)
        closing = self.announced(officer, business)
        for told, proof, code in (
            (2, "a" * 64, "PREPAID-CLOSING-TOLD"),
            (1, "A" * 64, "PREPAID-CLOSING-PROOF"),
        ):
            with pytest.raises(Refused) as refused:
                closings.record_told(closing=closing.pk, told=told, proof=proof, by=officer, at=AT)
            assert refused.value.code == code
        done = closings.record_told(closing=closing.pk, told=1, proof="a" * 64, by=officer, at=AT)
        assert done.told == 1

    def test_taking_back_connects_again(self, officer, reviewer):
        business = operator()
        closing = self.announced(officer, business)
        closings.void_closing(closing=closing.pk, reason="决定续租", by=reviewer, at=AT)
        business.refresh_from_db()
        assert business.status == OperatorStatus.CONNECTED

    @pytest.mark.parametrize("status", [OperatorStatus.APPLIED, OperatorStatus.ONBOARDING])
    def test_one_that_is_not_connected_may_close_and_taking_back_connects_nobody(
        self, officer, reviewer, status
    ):
        business = operator(status=status, connected_on=None)
        closing = self.announced(officer, business)
        act = Act.objects.get(act="prepaid.announce_closing")
        assert (act.before["status"], act.after["status"]) == (status, status)
        assert "在公告期内" in connection_gaps(business)[0], "it is not connected on its way out"
        closings.void_closing(closing=closing.pk, reason="决定续租", by=reviewer, at=AT)
        business.refresh_from_db()
        assert business.status == status
        assert "在公告期内" not in "".join(connection_gaps(business))
        again = self.announced(officer, business)
        closings.end_closing(closing=again.pk, reason="", by=reviewer, at=AT, on=date(2019, 12, 31))
        business.refresh_from_db()
        assert business.status == OperatorStatus.ENDED

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (OperatorStatus.LOST, ClosingKind.CLOSE),
            (OperatorStatus.LOST, ClosingKind.MOVE),
            (OperatorStatus.ENDED, ClosingKind.CLOSE),
            (OperatorStatus.APPLIED, ClosingKind.LEAVE),
            (OperatorStatus.ONBOARDING, ClosingKind.LEAVE),
        ],
    )
    def test_whoever_is_gone_or_has_nothing_to_leave_announces_nothing(self, officer, status, kind):
        business = operator(status=status)
        with pytest.raises(Refused) as refused:
            self.announced(officer, business, kind=kind)
        assert refused.value.code == "PREPAID-CLOSING-STATUS"
        assert business.get_status_display() in refused.value.sentence
        business.refresh_from_db()
        assert (business.status, business.closings.count()) == (status, 0)

    def test_one_that_vanishes_during_its_notice_stays_lost(self, officer, reviewer):
        business = operator()
        card(business, "1", 100_00)
        closing = self.announced(officer, business)
        opened = collapses.open_collapse(
            name="虚构", operators=[business.pk], cause="x", advice="x", by=officer, at=AT
        )
        collapses.sign_collapse(collapse=opened.pk, by=reviewer, at=AT, on=ON)
        with pytest.raises(Refused) as refused:
            closings.end_closing(
                closing=closing.pk, reason="x", by=reviewer, at=AT, on=date(2020, 1, 2)
            )
        assert refused.value.code == "PREPAID-CLOSING-STATUS"
        closings.void_closing(closing=closing.pk, reason="失联", by=reviewer, at=AT)
        business.refresh_from_db()
        assert business.status == OperatorStatus.LOST


class TestPages:
    def test_a_closing_through_the_pages(self, officer, reviewer):
        with_app(officer)
        clerk = signed_in_client(officer)
        business = operator()
        answer = clerk.post(
            reverse("prepaid:closing-new"),
            {
                "operator": business.uscc.lower(),
                "kind": "CLOSE",
                "takes_effect_on": "2099-12-31",
                "text": "租期届满停业。",
                "refund_method": "到店退款。",
            },
        )
        assert answer.status_code == 302, answer.content.decode()
        found = business.closings.get()
        for name in ("closing", "closing-notice"):
            page = clerk.get(reverse(f"prepaid:{name}", args=[found.number])).content.decode()
            assert business.name in page
        assert business.name in clerk.get(reverse("prepaid:closings")).content.decode()
        for page in ("/prepaid/notices/", reverse("prepaid:closing-notice", args=[found.number])):
            english = Client().get(f"{page}?lang=en").content.decode()
            assert "Closing" in english and "2099-12-31" in english
            assert unmarked(english) == []
