"""From registration to the mark against the real database: who may do what, in which order, and what is refused."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from shangwu.foundation.accounts.models import Account, Appointment
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.forms.onboarding import BusinessForm, OperatorFactsForm
from shangwu.prepaid.models import LinkageApplication, LinkageStep, Operator, OperatorKey
from shangwu.prepaid.operations import applications, keys, marks, onboarding, samples
from shangwu.prepaid.operations.applications import NewOutlet
from shangwu.prepaid.queries import onboarding as reading
from shangwu.prepaid.queries.finding import matching
from shangwu.prepaid.queries.precheck import precheck
from shangwu.prepaid.queries.register import register, verify
from shangwu.prepaid.queries.scope import own_operator
from shangwu.prepaid.vocabulary import (
    Agency,
    ApplicationState,
    BusinessSystem,
    OperatorStatus,
    Sector,
)
from tests.prepaid.applicants import (
    NOW,
    TODAY,
    Signer,
    approved,
    clerk,
    connected,
    filled_in,
    played,
    ready,
    registered,
    registered_as,
    registration,
    reviewer,
    sample,
)
from tests.prepaid.factories import HUANGPU, XUHUI, operator, shopkeeper, supervisor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unscanned_papers(settings):
    settings.UNSCANNED_FILES_ACCEPTED = True


def refused(code, act, **arguments):
    with pytest.raises(Refused) as raised:
        act(**arguments)
    assert raised.value.code == code, raised.value.sentence
    return raised.value.sentence


class TestRegistration:
    def test_a_registered_operator_has_number_outlet_application_and_extract(self):
        made = registered(clerk())
        assert made.number.startswith("YF2019") and len(made.number) == 13
        assert made.status == OperatorStatus.APPLIED
        assert made.outlets.get().number == "A0001"
        assert made.applications.get().state == ApplicationState.DRAFT
        assert made.extracts.get().source == "法人库"
        assert Act.objects.filter(act="prepaid.register_operator").exists()
        found = reading.dossier(made, on=TODAY)
        assert "黄浦区商务部门监管" in found.route.sentence
        assert found.duty.due.due == date(2019, 7, 1), "older than the law: six months"

    def test_the_transition_is_a_due_date_while_it_runs_and_accuses_nobody_afterwards(self):
        made = registered(clerk())
        assert reading.dossier(made, on=date(2019, 7, 1)).duty_due.due == date(2019, 7, 1)
        found = reading.dossier(made, on=date(2019, 7, 2))
        assert found.duty_due is None
        assert "2019-07-01" in found.duty.sentence and "自发卡之日起" in found.duty.sentence
        made.connected_on = date(2019, 6, 28)
        assert reading.dossier(made, on=TODAY).duty_due.done_on == date(2019, 6, 28)

    @pytest.mark.parametrize(
        ("sells_since", "due", "words"),
        [
            (date(2018, 12, 31), date(2019, 7, 1), "第二十八条"),
            (date(2019, 8, 20), date(2019, 8, 21), "没有过渡期"),
        ],
    )
    def test_once_told_since_when_it_sells_the_day_to_connect_is_certain(
        self, sells_since, due, words
    ):
        made = registered(clerk(), sells_since=sells_since)
        found = reading.dossier(made, on=TODAY)
        assert found.duty_due.due == due and words in found.duty_due.rule
        assert found.duty_due.done_on is None

    def test_a_first_card_in_the_future_is_refused(self):
        by, late = clerk(), TODAY + timedelta(days=1)
        refused(
            "OPERATOR-SELLS-SINCE",
            onboarding.register_operator,
            given=registration(sells_since=late),
            extract=None,
            by=by,
            at=NOW,
        )
        made = registered(by)
        correct = partial(
            onboarding.correct_operator, operator=made.pk, reason="补登", by=by, at=NOW
        )
        refused("OPERATOR-SELLS-SINCE", correct, changes={"sells_since": late})
        correct(changes={"sells_since": TODAY})
        assert "开始发行单用途卡日期" in made.linkage_steps.order_by("-pk").first().sentence

    def test_a_business_that_came_after_the_law_has_no_transition(self):
        made = registered(clerk(), established_on=date(2019, 3, 1))
        found = reading.dossier(made, on=TODAY)
        assert found.duty_due is None
        assert "没有过渡期" in found.duty.sentence
        assert not any("收入" in gap or "报表" in gap for gap in found.gaps), "no year has passed"

    def test_a_wrong_code_and_a_second_registration_are_refused(self):
        by = clerk()
        sound = registration()
        onboarding.register_operator(given=sound, extract=None, by=by, at=NOW)
        refused(
            "OPERATOR-TWICE", onboarding.register_operator, given=sound, extract=None, by=by, at=NOW
        )
        wrong = registration(uscc=sound.uscc[:-1] + ("0" if sound.uscc[-1] != "0" else "1"))
        with pytest.raises(Refused, match="统一社会信用代码"):
            onboarding.register_operator(given=wrong, extract=None, by=by, at=NOW)
        assert Operator.objects.count() == 1

    def test_a_unit_registers_in_its_own_field_only(self):
        xuhui = supervisor("xu.hui", Role.PREPAID_LINKAGE, agency=Agency.SPORTS, district=XUHUI)
        gym = {"sector": Sector.SPORTS, "district": XUHUI}
        assert registered(xuhui, **gym).district == XUHUI
        for facts in ({"sector": Sector.SPORTS, "district": HUANGPU}, {"district": XUHUI}):
            sentence = refused(
                "OPERATOR-SCOPE",
                onboarding.register_operator,
                given=registration(**facts),
                extract=None,
                by=xuhui,
                at=NOW,
            )
            assert "监管范围" in sentence
        assert Operator.objects.count() == 1

    def test_what_differs_from_the_database_is_marked(self):
        by, given = clerk(), registration()
        made = onboarding.register_operator(given=given, extract=None, by=by, at=NOW)
        assert reading.dossier(made, on=TODAY).compared_on is None
        facts = registered_as(given, representative="钱国强", warnings=("abnormal",))
        onboarding.compare_operator(operator=made.pk, extract=facts, source="法人库", by=by, at=NOW)
        found = reading.dossier(made, on=TODAY)
        assert [one.field for one in found.differences] == ["representative"]
        checks = {one.name: one for one in precheck(made, on=TODAY)}
        assert checks["registered"].is_clear is False
        assert "经营异常名录" in checks["warnings"].sentence
        refused(
            "REGISTRY-UNKNOWN",
            onboarding.compare_operator,
            operator=made.pk,
            extract=None,
            source="法人库",
            by=by,
            at=NOW,
        )

    def test_a_correction_says_what_and_why(self):
        by = clerk()
        made = registered(by)
        who = {"by": by, "at": NOW}
        change = {"changes": {"brand": "新品牌", "name": made.name}, "reason": "填报有误"}
        onboarding.correct_operator(operator=made.pk, **change, **who)
        made.refresh_from_db()
        assert made.brand == "新品牌"
        assert made.linkage_steps.filter(sentence="更正品牌：填报有误").exists()
        refused(
            "OPERATOR-UNCHANGED", onboarding.correct_operator, operator=made.pk, **change, **who
        )


class TestHeads:
    def test_the_file_says_who_names_the_operator_head(self):
        by = clerk()
        head = registered(by)
        assert reading.dossier(head, on=TODAY).members == (0, 0)
        operator(group_head=head.uscc)
        operator(franchise_head=head.uscc)
        operator(franchise_head=head.uscc, status=OperatorStatus.APPLIED)
        assert reading.dossier(head, on=TODAY).members == (1, 1)

    def test_both_forms_say_that_a_head_names_itself(self):
        for form in (BusinessForm(on=TODAY), OperatorFactsForm(on=TODAY)):
            assert "本单位就是母公司的，填本单位代码" in form.fields["group_head"].help_text
            assert "本单位就是特许人的，填本单位代码" in form.fields["franchise_head"].help_text


class TestAccount:
    def test_the_clerk_opens_an_account_for_this_business_alone(self):
        by = clerk()
        made = registered(by)
        account, password = onboarding.open_shop_account(
            operator=made.pk, login="a.li", display_name="李经办", by=by, at=NOW
        )
        assert account.check_password(password) and account.must_change_password
        held = Appointment.objects.get(account=account)
        assert (held.role, held.appointed_by) == (Role.PREPAID_SHOP, by)
        assert own_operator(account, on=TODAY) == made
        made.refresh_from_db()
        assert reading.shop_people(made, on=TODAY) == [account]

    def test_an_organisation_of_the_same_name_is_not_taken_over(self):
        by = clerk()
        office = Account.objects.get(pk=by.pk).appointments.get().post.organisation
        made = registered(by, name=office.name)
        account, _ = onboarding.open_shop_account(
            operator=made.pk, login="a.li", display_name="李经办", by=by, at=NOW
        )
        assert account.appointments.get().post.organisation != office


class TestApplication:
    def test_what_is_missing_is_named_all_at_once(self):
        made = registered(clerk())
        keeper = shopkeeper(made)
        sentence = refused(
            "APPLICATION-INCOMPLETE",
            applications.submit_application,
            operator=made.pk,
            by=keeper,
            at=NOW,
        )
        for word in ("业务处理系统", "章程", "退款方式", "合同", "主营业务收入", "财务报表"):
            assert word in sentence

    def test_one_person_handles_and_another_decides(self):
        by, other = clerk(), reviewer()
        made = registered(by)
        keeper = shopkeeper(made)
        filled_in(made, keeper)
        on_it = {"operator": made.pk, "at": NOW}
        applications.submit_application(by=keeper, **on_it)
        refused("APPLICATION-STATE", applications.submit_application, by=keeper, **on_it)
        assert by.notifications.count() == 1
        applications.recommend_application(opinion="齐全", by=by, **on_it)
        assert other.notifications.count() == 1
        refused(
            "APPLICATION-OWN",
            applications.decide_application,
            approve=True,
            reason="同意",
            by=by,
            **on_it,
        )
        applications.decide_application(approve=True, reason="同意", by=other, **on_it)
        made.refresh_from_db()
        assert made.status == OperatorStatus.ONBOARDING
        filed = made.applications.get()
        assert {one["name"] for one in filed.precheck} >= {
            "code",
            "registered",
            "dishonesty",
            "penalties",
            "relatives",
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            LinkageApplication.objects.filter(pk=filed.pk).update(handled_by=other)

    def test_returned_it_can_be_completed_and_handed_in_again(self):
        by = clerk()
        made = registered(by)
        keeper = shopkeeper(made)
        filled_in(made, keeper)
        on_it = {"operator": made.pk, "at": NOW}
        applications.submit_application(by=keeper, **on_it)
        applications.return_application(opinion="请补章程第二页", by=by, **on_it)
        assert keeper.notifications.filter(sentence__contains="补正").exists()
        applications.submit_application(by=keeper, **on_it)
        assert made.applications.get().state == ApplicationState.SUBMITTED

    def test_refused_it_stays_refused(self):
        by, other = clerk(), reviewer()
        made = registered(by)
        keeper = shopkeeper(made)
        filled_in(made, keeper)
        on_it = {"operator": made.pk, "at": NOW}
        applications.submit_application(by=keeper, **on_it)
        applications.recommend_application(opinion="有疑点", by=by, **on_it)
        applications.decide_application(approve=False, reason="负责人失信", by=other, **on_it)
        made.refresh_from_db()
        assert made.status == OperatorStatus.APPLIED
        refused("APPLICATION-STATE", applications.submit_application, by=keeper, **on_it)

    def test_a_relative_of_a_vanished_shop_is_pointed_out(self):
        operator(
            name="上海跑路餐饮有限公司",
            status=OperatorStatus.LOST,
            representative="赵明华",
            brand="虚构",
        )
        made = registered(clerk())
        found = {one.name: one for one in precheck(made, on=TODAY)}["relatives"]
        assert found.is_clear is False
        assert "上海跑路餐饮有限公司" in found.sentence and "同一负责人" in found.sentence

    def test_outlets_and_revenue_are_checked(self):
        made = registered(clerk())
        keeper = shopkeeper(made)
        who = {"operator": made.pk, "by": keeper, "at": NOW}
        outlet = NewOutlet("A0002", "二店", HUANGPU, "虚构路2号", date(2019, 1, 1))
        applications.add_outlet(given=outlet, **who)
        refused("OUTLET-TWICE", applications.add_outlet, given=outlet, **who)
        refused(
            "REVENUE-YEAR",
            applications.state_revenue,
            year=2019,
            revenue_fen=1,
            statement=None,
            **who,
        )
        refused(
            "REVENUE-AMOUNT",
            applications.state_revenue,
            year=2018,
            revenue_fen=-1,
            statement=None,
            **who,
        )
        for amount, at in ((1, NOW), (2, NOW + timedelta(hours=1))):
            applications.state_revenue(
                year=2018, revenue_fen=amount, statement=None, **(who | {"at": at})
            )
        assert [one.revenue_fen for one in reading.newest_years(made)] == [2]


class TestTechnical:
    def test_only_an_approved_operator_registers_keys_and_each_once(self):
        by, other = clerk(), reviewer()
        waiting = registered(by)
        signer = Signer()
        key = {"text": signer.pem, "by": by, "at": NOW}
        refused("KEY-STATE", keys.register_key, operator=waiting.pk, is_sandbox=True, **key)
        business, _ = approved(by, other)
        made = keys.register_key(operator=business.pk, is_sandbox=True, **key)
        assert made.key_id == f"{business.number}-S1"
        refused("KEY-TWICE", keys.register_key, operator=business.pk, is_sandbox=False, **key)
        revoke = {
            "operator": business.pk,
            "key_id": made.key_id,
            "reason": "丢失",
            "by": by,
            "at": NOW,
        }
        keys.revoke_key(**revoke)
        refused("KEY-GONE", keys.revoke_key, **revoke)
        assert OperatorKey.objects.get().revoked_at == NOW

    def test_connection_waits_for_test_and_key(self):
        by, other = clerk(), reviewer()
        business, keeper = approved(by, other)
        on_it = {"operator": business.pk, "by": by, "at": NOW}
        sentence = refused("CONNECT-GAPS", applications.connect_operator, **on_it)
        assert "符合性测试" in sentence and "正式报送" in sentence
        refused("SAMPLE-KEY", samples.try_sample, content=b"", signature="", **on_it)
        signer = Signer()
        keys.register_key(text=signer.base64, is_sandbox=True, **on_it)
        content = sample(business.uscc, closing_fen=1)
        run = samples.try_sample(content=content, signature=signer.sign(content), **on_it)
        assert not run.is_passed
        played(business, passed=False)
        assert "没有全部通过" in refused("CONNECT-GAPS", applications.connect_operator, **on_it)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            type(run).objects.filter(pk=run.pk).update(is_passed=True)
        ready(business, keeper, at=NOW + timedelta(hours=1))
        assert applications.connect_operator(**on_it).connected_on == TODAY
        refused("CONNECT-STATE", applications.connect_operator, **on_it)

    def test_the_public_base_system_needs_no_key(self):
        by, other = clerk(), reviewer()
        business, _ = approved(by, other, system=BusinessSystem.PUBLIC_BASE)
        assert reading.uses_till(business)
        applications.connect_operator(operator=business.pk, by=by, at=NOW)


class TestMark:
    def test_issued_within_five_working_days_by_another_person(self):
        by, other = clerk(), reviewer()
        business, keeper = connected(by, other)
        on_it = {"operator": business.pk, "at": NOW}
        refused("MARK-OWN", marks.issue_mark, by=by, **on_it)
        made = marks.issue_mark(by=other, **on_it)
        # From Monday 2 September: 3, 4, 5, 6 and 9 September are worked.
        assert made.due_on == date(2019, 9, 9)
        refused("MARK-TWICE", marks.issue_mark, by=other, **on_it)
        assert keeper.notifications.filter(sentence__contains="标识").exists()
        found = verify(made.code, on=TODAY)
        assert found.is_valid and "逐日报送" in found.sentence.zh
        assert list(matching(register(), made.code)) == [business]

    @pytest.mark.parametrize("typed", ["ABCDEFGHJKMN", "abcd-efgh-jkmn", "ABCD EFGH JKMN"])
    def test_a_mark_without_a_digit_is_found_however_it_is_typed(self, monkeypatch, typed):
        by, other = clerk(), reviewer()
        business, _ = connected(by, other)
        monkeypatch.setattr(marks, "new_code", lambda: "ABCDEFGHJKMN")
        marks.issue_mark(operator=business.pk, by=other, at=NOW)
        assert list(matching(register(), typed)) == [business]
        assert not matching(register(), "ABCDEFGHJKMP").exists()

    def test_withdrawn_it_says_why_and_a_new_one_may_follow(self):
        by, other = clerk(), reviewer()
        business, _ = connected(by, other)
        on_it = {"operator": business.pk, "by": other, "at": NOW}
        refused("MARK-GONE", marks.withdraw_mark, reason="停业", **on_it)
        first = marks.issue_mark(**on_it)
        refused("PREPAID-TEXT", marks.withdraw_mark, reason=" ", **on_it)
        marks.withdraw_mark(reason="连续三十日未报送", **on_it)
        found = verify(first.code, on=TODAY)
        assert not found.is_valid and "收回" in found.sentence.zh
        assert found.mark.withdrawal_reason == "连续三十日未报送"
        assert verify(marks.issue_mark(**on_it).code, on=TODAY).is_valid
        assert verify("0" * 12, on=TODAY) is None

    def test_a_mark_of_an_operator_that_is_gone_is_due_for_withdrawal(self):
        by, other = clerk(), reviewer()
        business, _ = connected(by, other)
        made = marks.issue_mark(operator=business.pk, by=other, at=NOW)
        Operator.objects.filter(pk=business.pk).update(status=OperatorStatus.LOST)
        business.refresh_from_db()
        assert not verify(made.code, on=TODAY).is_valid
        assert list(reading.marks_to_withdraw(Operator.objects.all())) == [business]
        assert reading.dossier(business, on=TODAY).withdrawal_is_due

    def test_not_before_the_connection(self):
        by, other = clerk(), reviewer()
        business, _ = approved(by, other)
        refused("MARK-STATE", marks.issue_mark, operator=business.pk, by=other, at=NOW)


def test_every_step_is_kept_and_cannot_be_changed():
    made = registered(clerk())
    assert [one.kind for one in made.linkage_steps.order_by("pk")] == ["REGISTERED", "COMPARED"]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LinkageStep.objects.filter(operator=made).delete()
