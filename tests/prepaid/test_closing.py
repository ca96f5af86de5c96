"""Orderly closings and collapsed chains, from the announcement to the last fen, through operations and pages."""

import re
import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import (
    FrozenCard,
    LinkageMark,
    LookupSource,
    Outlet,
    RefundClaim,
    RefundLine,
)
from shangwu.prepaid.operations import closing as closings
from shangwu.prepaid.operations import collapse as collapses
from shangwu.prepaid.operations import refund_plans as plans
from shangwu.prepaid.operations.closing import Announcement
from shangwu.prepaid.rules.consumers.law import consumer_law
from shangwu.prepaid.rules.consumers.refusals import sentence
from shangwu.prepaid.vocabulary import (
    Agency,
    ClaimState,
    ClosingKind,
    ClosingState,
    CollapseState,
    OperatorStatus,
)
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.chains import AT, SECRET, card, secured
from tests.prepaid.factories import XUHUI, operator, supervisor
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


@pytest.fixture
def chain(officer, reviewer):
    """Two shops of a chain, frozen: the first owes 1,000.00 on two cards, the second 500.00 on one."""
    first, second = operator(), operator(district=XUHUI)
    Outlet.objects.create(
        operator=first,
        number="A0002",
        name="徐汇店",
        district=XUHUI,
        place="虚构路",
        opened_on=date(2018, 1, 1),
    )
    card(first, "1", 400_00)
    card(first, "2", 600_00, outlet="A0002")
    card(second, "3", 500_00)
    secured(first, custody=300_00, bond=200_00)
    secured(second, custody=800_00)
    LinkageMark.objects.create(
        operator=first, code="M2", due_on=ON, issued_on=date(2019, 7, 1), issued_by=officer
    )
    found = collapses.open_collapse(
        name="虚构连锁",
        operators=[first.pk, second.pk],
        cause="10月31日现场核实人去楼空。",
        advice="请登记。",
        by=officer,
        at=AT,
    )
    return collapses.sign_collapse(collapse=found.pk, by=reviewer, at=AT, on=ON)


def claim(chain, business, number, fen, secret=SECRET, ticket="form", address="10.0.0.1"):
    return collapses.file_claim(
        ticket=ticket,
        collapse=chain.pk,
        operator=business.pk,
        card_number=number,
        secret=secret,
        claimed=fen,
        address=address,
        at=AT,
    )


def shops(chain):
    return [member.operator for member in chain.members.order_by("operator")]


class TestCollapse:
    def test_signing_freezes_and_sums_by_the_district_of_last_use(self, chain):
        first, second = chain.members.order_by("operator")
        assert (first.holders, first.balance_fen) == (2, 1000_00)
        assert (first.custody_fen, first.bonds_fen) == (300_00, 200_00)
        assert second.custody_on == date(2019, 10, 31)
        assert {one.status for one in shops(chain)} == {OperatorStatus.LOST}
        assert chain.claims_until == date(2019, 12, 1)
        mark = shops(chain)[0].marks.get()
        assert (mark.withdrawn_on, chain.number in mark.withdrawal_reason) == (ON, True)
        page = Client().get(reverse("prepaid:mark", args=[mark.code])).content.decode()
        notice = reverse("prepaid:collapse-notice", args=[chain.number])
        assert f'href="{notice}"' in page, "who scans the plate is led to the notice"
        assert sorted(
            FrozenCard.objects.filter(collapse=chain).values_list("district", "balance_fen")
        ) == [("310101", 400_00), (XUHUI, 500_00), (XUHUI, 600_00)]

    def test_the_same_person_cannot_sign_and_nothing_happens_before(self, officer):
        business = operator()
        found = collapses.open_collapse(
            name="虚构", operators=[business.pk], cause="x", advice="x", by=officer, at=AT
        )
        with pytest.raises(Refused, match="两个人"):
            collapses.sign_collapse(collapse=found.pk, by=officer, at=AT, on=ON)
        business.refresh_from_db()
        assert business.status == OperatorStatus.CONNECTED
        assert (
            Client().get(reverse("prepaid:collapse-notice", args=[found.number])).status_code == 404
        )
        with pytest.raises(Refused) as refused:
            collapses.open_collapse(
                name="又一个", operators=[business.pk], cause="x", advice="x", by=officer, at=AT
            )
        assert refused.value.code == "PREPAID-COLLAPSE-TWICE"

    def test_what_is_frozen_cannot_be_changed(self, chain):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            FrozenCard.objects.filter(collapse=chain).update(balance_fen=1)

    def test_number_and_secret_prove_a_claim_and_neither_is_kept(self, chain):
        first, _ = shops(chain)
        filed = claim(chain, first, "1", 400_00, secret="7k3q-9xj2-m4zt-8wvb")
        assert filed.claim.ledger_fen == 400_00
        row = RefundClaim.objects.filter(pk=filed.claim.pk).values_list()[0]
        kept = " ".join(bytes(x).hex() if isinstance(x, memoryview) else str(x) for x in row)
        assert SECRET not in kept
        assert filed.code not in kept
        again = claim(chain, first, "1", 400_00)
        assert (again.claim, again.code) == (filed.claim, filed.code), "the same form sent again"
        assert claim(chain, first, "2", 400_00).code != filed.code, "another card, the same form"
        with pytest.raises(Refused) as refused:
            claim(chain, first, "1", 400_00, ticket="another form")
        assert refused.value.code == "PREPAID-CLAIM-TWICE"

    def test_a_wrong_secret_is_another_card(self, chain):
        first, _ = shops(chain)
        assert claim(chain, first, "1", 400_00, secret="0" * 16).claim.ledger_fen is None
        for fen, secret, code in (
            (0, SECRET, "PREPAID-CLAIM-AMOUNT"),
            (1, "too-short", "PREPAID-CLAIM-SECRET"),
        ):
            with pytest.raises(Refused) as refused:
                claim(chain, first, "9", fen, secret=secret)
            assert refused.value.code == code

    def test_the_plan_is_exact_and_reserves_the_share_of_the_silent(self, chain, officer, reviewer):
        first, second = shops(chain)
        claim(chain, first, "1", 400_00)
        unknown = claim(chain, second, "7", 100_00).claim
        with pytest.raises(Refused) as refused:
            plans.make_plan(collapse=chain.pk, by=officer, at=AT, on=ON)
        assert refused.value.code == "PREPAID-PLAN-OPEN"
        assert collapses.confirm_matching(collapse=chain.pk, by=officer, at=AT) == 1
        collapses.decide_claim(
            claim=unknown.pk, admitted=100_00, reason="有收据原件", by=officer, at=AT
        )
        plan = plans.make_plan(collapse=chain.pk, by=officer, at=AT, on=ON)
        assert (plan.claimed_fen, plan.paid_fen) == (1600_00, 1100_00)
        lines = {
            (line.operator_id, line.owed_fen): (line.custody_fen, line.bond_fen, bool(line.claim))
            for line in plan.lines.all()
        }
        assert lines == {
            (first.pk, 400_00): (120_00, 80_00, True),
            (first.pk, 600_00): (180_00, 120_00, False),
            (second.pk, 500_00): (500_00, 0, False),
            (second.pk, 100_00): (100_00, 0, True),
        }

    def test_paying_twice_counts_once_and_a_strange_number_stops_all(
        self, chain, officer, reviewer
    ):
        first, _ = shops(chain)
        filed = claim(chain, first, "1", 400_00)
        collapses.confirm_matching(collapse=chain.pk, by=officer, at=AT)
        plan = plans.make_plan(collapse=chain.pk, by=officer, at=AT, on=ON)

        def pay(*numbers):
            return plans.confirm_paid(plan=plan.pk, numbers=numbers, by=officer, at=AT)

        with pytest.raises(Refused, match="签发后"):
            pay(filed.claim.number)
        with pytest.raises(Refused, match="两个人"):
            plans.sign_plan(plan=plan.pk, by=officer, at=AT)
        plans.sign_plan(plan=plan.pk, by=reviewer, at=AT)
        with pytest.raises(Refused, match="DJ2019-XXXXXX"):
            pay(filed.claim.number, "DJ2019-XXXXXX")
        assert not RefundLine.objects.filter(paid_at__isnull=False).exists()
        with pytest.raises(Refused, match="没有发放"):
            plans.end_collapse(collapse=chain.pk, by=officer, at=AT)
        assert [pay(filed.claim.number), pay(filed.claim.number)] == [1, 0]
        ended = plans.end_collapse(collapse=chain.pk, by=officer, at=AT)
        assert ended.state == CollapseState.ENDED

    def test_a_decision_is_made_once_with_a_reason_and_within_what_was_asked(self, chain, officer):
        first, _ = shops(chain)
        waiting = claim(chain, first, "1", 450_00).claim

        def decide(admitted, reason):
            return collapses.decide_claim(
                claim=waiting.pk, admitted=admitted, reason=reason, by=officer, at=AT
            )

        for admitted, reason, code in (
            (1, " ", "PREPAID-CLAIM-REASON"),
            (450_01, "x", "PREPAID-CLAIM-AMOUNT"),
            (399_99, "x", "PREPAID-CLAIM-AMOUNT"),
            (-1, "x", "PREPAID-CLAIM-AMOUNT"),
        ):
            with pytest.raises(Refused) as refused:
                decide(admitted, reason)
            assert refused.value.code == code
        assert decide(0, "没有凭证").state == ClaimState.REJECTED
        with pytest.raises(Refused) as refused:
            decide(1, "x")
        assert refused.value.code == "PREPAID-CLAIM-DECIDED"


def test_a_source_claims_only_so_many_unknown_cards_a_day_and_known_ones_stay_free(chain):
    first, _ = shops(chain)
    most = consumer_law(AT.date()).requests_per_source.value
    claim(chain, first, "7", 100)
    counter = LookupSource.objects.filter(purpose="claim")
    assert counter.get().asked == 1
    counter.update(asked=most)
    with pytest.raises(Refused) as refused:
        claim(chain, first, "8", 100)
    assert refused.value.code == "PREPAID-REQUESTS-MANY" and "请明天再来" in refused.value.sentence
    assert "come back tomorrow" in sentence(refused.value).en
    assert RefundClaim.objects.count() == 1, "nothing of it is kept"
    claim(chain, first, "1", 400_00)
    claim(chain, first, "7", 100)
    claim(chain, first, "8", 100, address="10.0.0.2")
    assert RefundClaim.objects.count() == 3 and counter.get(asked=most)


@pytest.mark.django_db(transaction=True)
def test_two_claims_for_one_card_at_once_are_one(officer, reviewer):
    business = operator()
    card(business, "1", 100_00)
    opened = collapses.open_collapse(
        name="虚构", operators=[business.pk], cause="x", advice="x", by=officer, at=AT
    )
    chain = collapses.sign_collapse(collapse=opened.pk, by=reviewer, at=AT, on=ON)
    results = []

    def file(form):
        try:
            results.append(claim(chain, business, "1", 100_00, ticket=form).claim.number)
        except Refused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=file, args=(f"form {n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("PREPAID-CLAIM-TWICE") == 5
    assert RefundClaim.objects.count() == 1


class TestPages:
    def test_the_whole_way_through_the_pages(self, officer, reviewer):
        with_app(officer)
        with_app(reviewer)
        clerk, chief, holder = signed_in_client(officer), signed_in_client(reviewer), Client()
        business = operator()
        card(business, "1", 100_00)
        secured(business, custody=40_00)
        answer = clerk.post(
            reverse("prepaid:collapse-new"),
            {
                "name": "虚构连锁",
                "operators": business.number,
                "cause": "现场核实",
                "advice": "请登记。",
            },
        )
        number = answer.headers["Location"].rstrip("/").rpartition("/")[2]
        page = reverse("prepaid:collapse", args=[number])
        assert clerk.post(reverse("prepaid:collapse-sign", args=[number])).status_code == 403
        chief.post(reverse("prepaid:collapse-sign", args=[number]))
        assert "持卡人余额按区分布" in clerk.get(page).content.decode()
        form = reverse("prepaid:claim", args=[number])
        note = re.search('name="ticket" value="(.+?)"', holder.get(form).content.decode()).group(1)
        typed = {"operator": business.pk, "card_number": "1", "claimed": "100", "ticket": note}
        short = holder.post(f"{form}?lang=en", {**typed, "secret": "7K3Q"}).content.decode()
        assert "sixteen letters and digits" in short and "7K3Q" not in short
        filed = holder.post(form, {**typed, "secret": SECRET}).content.decode()
        again = holder.post(form, {**typed, "secret": SECRET}).content.decode()
        assert re.findall("<dd.*?</dd>", again, re.S) == re.findall("<dd.*?</dd>", filed, re.S)
        code = filed.split('id="claim-code">')[1].split("<")[0].strip()
        ticket = RefundClaim.objects.get().number
        clerk.post(reverse("prepaid:collapse-act", args=[number, "confirm"]))
        clerk.post(reverse("prepaid:collapse-act", args=[number, "plan"]))
        chief.post(reverse("prepaid:plan-sign", args=[number, 1]))
        clerk.post(reverse("prepaid:plan-paid", args=[number, 1]), {"numbers": ticket})
        followed = holder.post(
            reverse("prepaid:claim-follow"), {"number": ticket.lower(), "code": code.lower()}
        ).content.decode()
        assert "40.00 元" in followed
        assert "已发放" in followed
        wrong = holder.post(reverse("prepaid:claim-follow"), {"number": ticket, "code": "X"})
        none = holder.post(reverse("prepaid:claim-follow"), {"number": "DJ0", "code": "X"})
        assert "不对" in wrong.content.decode()
        assert "不对" in none.content.decode()
        for name, args in (
            ("notices", []),
            ("collapse-notice", [number]),
            ("plan-rule", [number]),
            ("claim", [number]),
        ):
            page = reverse(f"prepaid:{name}", args=args)
            assert "登记" in holder.get(page).content.decode()
            assert unmarked(holder.get(f"{page}?lang=en").content.decode()) == []
        english = holder.post(
            f"{reverse('prepaid:claim-follow')}?lang=en", {"number": ticket, "code": code}
        )
        assert "CNY 40.00" in english.content.decode() and "Confirmed" in english.content.decode()
        assert unmarked(english.content.decode()) == []
        assert holder.get(reverse("prepaid:collapse-paper", args=[number])).content[:5] == b"%PDF-"
        file = clerk.get(reverse("prepaid:plan-file", args=[number, 1])).content.decode("utf-8-sig")
        assert "40.00" in file

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

    def test_another_districts_chain_is_not_found(self, chain):
        other = supervisor("bie.qu", agency=Agency.SPORTS, district=XUHUI)
        with_app(other)
        client = signed_in_client(other)
        assert client.get(reverse("prepaid:collapse", args=[chain.number])).status_code == 404
