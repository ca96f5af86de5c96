"""Collapsed chains: public notices, holders' claims, the plan and its payment, through operations and pages."""

import re
import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import FrozenCard, LookupSource, RefundClaim, RefundLine
from shangwu.prepaid.operations import collapse as collapses
from shangwu.prepaid.operations import refund_plans as plans
from shangwu.prepaid.rules.consumers.law import consumer_law
from shangwu.prepaid.rules.consumers.refusals import sentence
from shangwu.prepaid.vocabulary import Agency, ClaimState, CollapseState, OperatorStatus
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.chains import AT, FROZEN_ON, SECRET, card, claim, collapsed, secured, shops
from tests.prepaid.factories import XUHUI, operator, supervisor
from tests.prepaid.pages import unmarked

pytestmark = pytest.mark.django_db
AFTER_TERM = date(2019, 12, 2)


@pytest.fixture
def officer():
    return supervisor("jing.ban")


@pytest.fixture
def reviewer():
    return supervisor("fu.he", Role.PREPAID_REVIEWER)


@pytest.fixture
def chain(officer, reviewer):
    return collapsed(officer, reviewer)


class TestCollapse:
    def test_signing_freezes_and_sums_by_the_district_of_last_use(self, chain):
        first, second = chain.members.order_by("operator")
        assert (first.holders, first.balance_fen) == (2, 1000_00)
        assert (first.custody_fen, first.bonds_fen) == (300_00, 200_00)
        assert second.custody_on == date(2019, 10, 31)
        assert {one.status for one in shops(chain)} == {OperatorStatus.LOST}
        assert chain.claims_until == date(2019, 12, 1)
        mark = shops(chain)[0].marks.get()
        assert (mark.withdrawn_on, chain.number in mark.withdrawal_reason) == (FROZEN_ON, True)
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
            collapses.sign_collapse(collapse=found.pk, by=officer, at=AT, on=FROZEN_ON)
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

    @pytest.mark.parametrize("sender", ["", "a browser"])
    def test_a_corrected_amount_is_not_taken_for_the_same_claim_sent_again(self, chain, sender):
        first, _ = shops(chain)
        filed = claim(chain, first, "1", 40_00, sender=sender)
        with pytest.raises(Refused) as refused:
            claim(chain, first, "1", 400_00, sender=sender)
        assert refused.value.code == "PREPAID-CLAIM-TWICE", "a dropped correction is told"
        again = claim(chain, first, "1", 40_00, sender=sender)
        assert (again.claim, again.code) == (filed.claim, filed.code)
        assert RefundClaim.objects.get().claimed_fen == 40_00

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
            plans.make_plan(collapse=chain.pk, by=officer, at=AT, on=FROZEN_ON)
        assert refused.value.code == "PREPAID-PLAN-OPEN"
        assert collapses.confirm_matching(collapse=chain.pk, by=officer, at=AT) == 1
        collapses.decide_claim(
            claim=unknown.pk, admitted=100_00, reason="有收据原件", by=officer, at=AT
        )
        plan = plans.make_plan(collapse=chain.pk, by=officer, at=AT, on=FROZEN_ON)
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
        plan = plans.make_plan(collapse=chain.pk, by=officer, at=AT, on=FROZEN_ON)

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
            plans.end_collapse(collapse=chain.pk, by=officer, at=AT, on=AFTER_TERM)
        assert [pay(filed.claim.number), pay(filed.claim.number)] == [1, 0]
        ended = plans.end_collapse(collapse=chain.pk, by=officer, at=AT, on=AFTER_TERM)
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
    chain = collapses.sign_collapse(collapse=opened.pk, by=reviewer, at=AT, on=FROZEN_ON)
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

    def test_another_districts_chain_is_not_found(self, chain):
        other = supervisor("bie.qu", agency=Agency.SPORTS, district=XUHUI)
        with_app(other)
        client = signed_in_client(other)
        assert client.get(reverse("prepaid:collapse", args=[chain.number])).status_code == 404
