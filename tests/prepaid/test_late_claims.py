"""Claims decided after a refund plan was signed: the reserved share, the further plan, and when a settlement may end."""

from datetime import date
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import Collapse, RefundClaim, RefundLine
from shangwu.prepaid.operations import collapse as collapses
from shangwu.prepaid.operations import refund_plans as plans
from shangwu.prepaid.vocabulary import ClaimState, CollapseState
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.chains import AT, FROZEN_ON, card, claim, collapsed, secured, shops
from tests.prepaid.factories import operator, supervisor
from tests.prepaid.pages import unmarked

pytestmark = pytest.mark.django_db
LAST_DAY, AFTER_TERM = date(2019, 12, 1), date(2019, 12, 2)


@pytest.fixture
def officer():
    return supervisor("jing.ban")


@pytest.fixture
def reviewer():
    return supervisor("fu.he", Role.PREPAID_REVIEWER)


@pytest.fixture
def settle(officer, reviewer):
    """Give the acts of the two persons by short names."""

    class Settle:
        def planned(self, chain, on=FROZEN_ON):
            return plans.make_plan(collapse=chain.pk, by=officer, at=AT, on=on)

        def signed(self, chain, on=FROZEN_ON):
            return plans.sign_plan(plan=self.planned(chain, on).pk, by=reviewer, at=AT)

        def confirmed(self, chain):
            return collapses.confirm_matching(collapse=chain.pk, by=officer, at=AT)

        def decided(self, filed, admitted):
            return collapses.decide_claim(
                claim=filed.claim.pk, admitted=admitted, reason="有收据原件", by=officer, at=AT
            )

        def paid(self, plan, *filed):
            numbers = [one.claim.number for one in filed]
            return plans.confirm_paid(plan=plan.pk, numbers=numbers, by=officer, at=AT)

        def ended(self, chain, on=AFTER_TERM):
            return plans.end_collapse(collapse=chain.pk, by=officer, at=AT, on=on)

    return Settle()


@pytest.fixture
def paying(officer, reviewer, settle):
    """A chain whose plan was signed before anybody claimed: the first shop has half, the second 300.00 too much."""
    chain = collapsed(officer, reviewer)
    return chain, settle.signed(chain)


def lines_of(plan):
    """Return every line of a plan by what its card was owed: the claim's number, and both shares."""
    return {
        line.owed_fen: (line.claim and line.claim.number, line.custody_fen, line.bond_fen)
        for line in plan.lines.select_related("claim")
    }


def refused(code, act, *args, **given):
    with pytest.raises(Refused) as why:
        act(*args, **given)
    assert why.value.code == code
    return why.value.sentence


def test_a_late_claim_receives_what_was_reserved_for_its_card_and_nothing_else_moves(
    paying, settle
):
    chain, plan = paying
    before = lines_of(plan)
    filed = claim(chain, shops(chain)[0], "1", 400_00)
    refused("PREPAID-PLAN-NUMBERS", settle.paid, plan, filed)
    assert settle.confirmed(chain) == 1
    assert lines_of(plan) == before | {400_00: (filed.claim.number, 120_00, 80_00)}
    act = Act.objects.get(act="prepaid.confirm_claims")
    assert (act.after["claims"], act.after["share_fen"]) == (1, 200_00)
    assert [settle.paid(plan, filed), settle.paid(plan, filed)] == [1, 0]
    assert RefundLine.objects.get(claim=filed.claim).paid_at == AT


def test_no_more_is_paid_than_was_admitted_and_the_rest_goes_back(paying, settle):
    chain, plan = paying
    filed = claim(chain, shops(chain)[1], "3", 350_00)
    settle.decided(filed, 420_00)
    assert lines_of(plan)[500_00] == (filed.claim.number, 420_00, 0)
    assert Act.objects.get(act="prepaid.decide_claim").after["share_fen"] == 420_00
    less = claim(chain, shops(chain)[0], "1", 150_00)
    settle.decided(less, 150_00)
    assert lines_of(plan)[400_00] == (less.claim.number, 120_00, 30_00), "the bond gives back"
    further = settle.planned(chain, AFTER_TERM)
    used = [(row["amount_fen"], row["used_fen"]) for row in further.sources]
    assert used == [(50_00, 50_00), (380_00, 0)]
    assert lines_of(further) == {300_00: (None, 0, 50_00)}, "the silent card keeps its part too"


def test_more_than_the_ledger_says_waits_for_what_is_left(paying, settle):
    chain, plan = paying
    filed = claim(chain, shops(chain)[1], "3", 650_00)
    settle.decided(filed, 650_00)
    assert lines_of(plan)[500_00] == (filed.claim.number, 500_00, 0)
    further = settle.signed(chain, AFTER_TERM)
    assert lines_of(further) == {150_00: (filed.claim.number, 150_00, 0)}
    assert [settle.paid(one, filed) for one in (plan, further)] == [1, 1]
    assert settle.ended(chain).state == CollapseState.ENDED


@pytest.mark.parametrize("is_late", [False, True])
def test_a_claim_not_confirmed_is_paid_by_the_ledger_all_the_same(
    officer, reviewer, settle, is_late
):
    chain = collapsed(officer, reviewer)
    plan = settle.signed(chain) if is_late else None
    filed = claim(chain, shops(chain)[0], "2", 700_00)
    settle.decided(filed, 0)
    plan = plan or settle.signed(chain)
    assert filed.claim.lines.get().received_fen == 300_00
    assert settle.paid(plan, filed) == 1


def test_an_unknown_card_shares_what_is_left_after_the_term(paying, settle):
    chain, plan = paying
    before = lines_of(plan)
    filed = [claim(chain, shops(chain)[1], number, 400_00) for number in ("7", "8")]
    refused("PREPAID-PLAN-TERM", settle.planned, chain, LAST_DAY)
    refused("PREPAID-PLAN-OPEN", settle.planned, chain, AFTER_TERM)
    settle.decided(filed[0], 400_00)
    settle.decided(filed[1], 200_00)
    assert lines_of(plan) == before
    sentence = refused("PREPAID-COLLAPSE-LEFT", settle.ended, chain)
    assert "2 笔" in sentence and "补充清退方案" in sentence
    further = settle.signed(chain, AFTER_TERM)
    assert (further.version, further.claimed_fen, further.paid_fen) == (2, 600_00, 300_00)
    assert sorted(filed[0].claim.lines.values_list("custody_fen", flat=True)) == [200_00]
    refused("PREPAID-PLAN-NUMBERS", settle.paid, plan, *filed)
    refused("PREPAID-COLLAPSE-UNPAID", settle.ended, chain)
    assert settle.paid(further, *filed) == 2
    refused("PREPAID-PLAN-NOTHING", settle.planned, chain, AFTER_TERM)
    assert settle.ended(chain).state == CollapseState.ENDED
    refused("PREPAID-COLLAPSE-STATE", claim, chain, shops(chain)[0], "1", 400_00)


def test_where_nothing_is_left_an_unknown_card_is_told_so_and_does_not_hold_the_end_up(
    paying, settle
):
    chain, _ = paying
    filed = claim(chain, shops(chain)[0], "7", 90_00)
    settle.decided(filed, 90_00)
    refused("PREPAID-PLAN-NOTHING", settle.planned, chain, AFTER_TERM)
    assert settle.ended(chain).ended_at == AT
    assert Act.objects.get(act="prepaid.end_collapse").after["reserved_fen"] == 1000_00


def test_a_settlement_ends_only_after_the_term_with_every_claim_decided_and_paid(paying, settle):
    chain, plan = paying
    filed = claim(chain, shops(chain)[0], "1", 400_00)
    assert "2019-12-01" in refused("PREPAID-COLLAPSE-TERM", settle.ended, chain, LAST_DAY)
    refused("PREPAID-COLLAPSE-OPEN", settle.ended, chain)
    settle.confirmed(chain)
    refused("PREPAID-COLLAPSE-UNPAID", settle.ended, chain)
    settle.paid(plan, filed)
    refused("PREPAID-COLLAPSE-TERM", settle.ended, chain, LAST_DAY)
    assert settle.ended(chain).state == CollapseState.ENDED


def test_a_plan_that_decisions_have_left_behind_is_not_signed(officer, reviewer, settle):
    chain = collapsed(officer, reviewer)
    first, second = shops(chain)
    old = settle.planned(chain)
    claim(chain, first, "1", 400_00)
    settle.confirmed(chain)

    def sign(plan):
        return plans.sign_plan(plan=plan.pk, by=reviewer, at=AT)

    assert "重新编制" in refused("PREPAID-PLAN-OLD", sign, old)
    plan = sign(settle.planned(chain))
    refused("PREPAID-PLAN-SIGNED", sign, plan)
    settle.decided(claim(chain, second, "7", 100_00), 100_00)
    further = settle.planned(chain, AFTER_TERM)
    refused("PREPAID-CLOSING-SAME", plans.sign_plan, plan=further.pk, by=officer, at=AT)
    settle.decided(claim(chain, second, "3", 500_10), 500_05)
    refused("PREPAID-PLAN-OLD", sign, further)
    again = sign(settle.planned(chain, AFTER_TERM))
    assert sorted(again.lines.values_list("owed_fen", flat=True)) == [5, 100_00]
    assert Collapse.objects.get(pk=chain.pk).state == CollapseState.PAYING


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_decided_late_no_source_and_no_claim_is_overpaid(
    officer, reviewer, settle, seed
):
    luck = Random(seed)
    business = operator()
    balances = {str(n): luck.randint(1, 900_00) for n in range(8)}
    for number, balance in balances.items():
        card(business, number, balance)
    money = luck.randint(1, 2 * sum(balances.values()))
    secured(business, custody=money // 3, bond=money - money // 3)
    opened = collapses.open_collapse(
        name="虚构", operators=[business.pk], cause="x", advice="x", by=officer, at=AT
    )
    chain = collapses.sign_collapse(collapse=opened.pk, by=reviewer, at=AT, on=FROZEN_ON)
    plan = settle.signed(chain)
    reserved = {bytes(line.card): line.received_fen for line in plan.lines.all()}
    for number in ("0", "1", "2", "3", "unknown"):
        filed = claim(chain, business, number, luck.randint(1, 900_00))
        bounds = sorted((filed.claim.claimed_fen, filed.claim.ledger_fen or 0))
        settle.decided(filed, luck.randint(*bounds))
    lines = RefundLine.objects.filter(plan__collapse=chain)
    assert lines.filter(claim=None).count() == 4
    assert all(line.received_fen == reserved[bytes(line.card)] for line in lines.filter(claim=None))
    try:
        settle.signed(chain, AFTER_TERM)
    except Refused as nothing:
        assert nothing.code == "PREPAID-PLAN-NOTHING"
    given = sum(line.received_fen for line in lines)
    assert given <= money
    owed = {bytes(frozen.card): frozen.balance_fen for frozen in chain.cards.all()}
    claims = RefundClaim.objects.filter(state=ClaimState.ADMITTED)
    owed |= {bytes(one.card): one.admitted_fen for one in claims}
    received = dict.fromkeys(owed, 0)
    for line in lines:
        received[bytes(line.card)] += line.received_fen
    assert all(received[one] <= owed[one] for one in owed)
    assert given == min(money, sum(owed.values())), "what is left goes to whoever is still owed"


class TestPages:
    def followed(self, filed, query=""):
        return (
            Client()
            .post(
                f"{reverse('prepaid:claim-follow')}{query}",
                {"number": filed.claim.number, "code": filed.code},
            )
            .content.decode()
        )

    def test_the_holder_is_told_what_a_late_claim_gets(self, paying, settle):
        chain, plan = paying
        first, second = shops(chain)
        for name in ("collapse-notice", "claim"):
            page = reverse(f"prepaid:{name}", args=[chain.number])
            assert "按保留的份额发放" in Client().get(page).content.decode()
            english = Client().get(f"{page}?lang=en").content.decode()
            assert "the plan keeps its share" in english and unmarked(english) == []
        known, unknown = claim(chain, first, "1", 400_00), claim(chain, second, "7", 100_00)
        poor = claim(chain, first, "8", 90_00)
        assert "为这张卡保留了份额" in self.followed(known)
        assert "从剩余资金中补充清退" in self.followed(unknown)
        settle.confirmed(chain)
        settle.decided(unknown, 100_00)
        settle.decided(poor, 90_00)
        assert "200.00 元（存管账户 120.00 元，履约保证 80.00 元）" in self.followed(known)
        assert "没有剩余可以补充清退" in self.followed(poor)
        further = settle.signed(chain, AFTER_TERM)
        english = self.followed(unknown, "?lang=en")
        assert "CNY 100.00" in english and unmarked(english) == []
        rule = Client().get(reverse("prepaid:plan-rule", args=[chain.number])).content.decode()
        assert "首次发放" in rule and "补充清退 · 第 2 版" in rule
        settle.paid(further, unknown)
        settle.paid(plan, known)
        settle.ended(chain)
        notice = reverse("prepaid:collapse-notice", args=[chain.number])
        told = Client().get(notice).content.decode()
        assert "不再受理登记" in told and "800.00 元" in told, "what stays reserved is told"
        assert unmarked(Client().get(f"{notice}?lang=en").content.decode()) == []

    def test_the_office_sees_why_it_cannot_end_and_plans_further(
        self, paying, settle, officer, reviewer
    ):
        chain, _ = paying
        with_app(officer)
        with_app(reviewer)
        clerk, chief = signed_in_client(officer), signed_in_client(reviewer)
        page = reverse("prepaid:collapse", args=[chain.number])
        end = reverse("prepaid:collapse-act", args=[chain.number, "end"])
        further = reverse("prepaid:collapse-act", args=[chain.number, "plan"])
        # The pages read the clock of today, so the term is put where the test needs it.
        Collapse.objects.filter(pk=chain.pk).update(claims_until=date(2999, 1, 1))
        filed = claim(chain, shops(chain)[1], "7", 100_00)
        settle.decided(filed, 100_00)
        shown = clerk.get(page).content.decode()
        assert "登记期限到 2999-01-01 届满" in shown and f'action="{end}"' not in shown
        assert f'action="{further}"' not in shown
        Collapse.objects.filter(pk=chain.pk).update(claims_until=LAST_DAY)
        assert f'action="{further}"' in clerk.get(page).content.decode()
        clerk.post(further)
        chief.post(reverse("prepaid:plan-sign", args=[chain.number, 2]))
        shown = clerk.get(page).content.decode()
        assert "第 2 版" in shown and "100.00 元，1 笔" in shown
        numbers = {"numbers": filed.claim.number}
        clerk.post(reverse("prepaid:plan-paid", args=[chain.number, 2]), numbers)
        assert f'action="{end}"' in clerk.get(page).content.decode()
        clerk.post(end)
        assert Collapse.objects.get(pk=chain.pk).state == CollapseState.ENDED

    def test_taking_the_plan_away_is_on_record(self, paying, officer):
        chain, _ = paying
        with_app(officer)
        file = signed_in_client(officer).get(reverse("prepaid:plan-file", args=[chain.number, 1]))
        assert "未登记，份额保留" in file.content.decode("utf-8-sig")
        act = Act.objects.get(act="prepaid.export_list")
        assert act.subject == f"list:清退方案-{chain.number}-第1版"
        assert (act.actor_name, act.after["rows"]) == (str(officer), 3)
