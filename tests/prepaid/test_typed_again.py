"""What was typed into a form that was refused stands in it again, or on its page to be copied."""

import re
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.accounts.tasks import sweep
from shangwu.foundation.web.middleware.sessions import SEEN_AT
from shangwu.foundation.web.typed import FOR, KEPT_SECONDS, MARK, MOST_FORMS
from shangwu.prepaid.models import CaseLetter
from shangwu.prepaid.operations import closing
from shangwu.prepaid.operations.cases import draft_step
from shangwu.prepaid.operations.closing import Announcement
from shangwu.prepaid.operations.observations import settle
from shangwu.prepaid.vocabulary import CaseAct, ClosingKind
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.factories import operator, shopkeeper, supervisor
from tests.prepaid.governance import anomaly, officer, opened, reviewer, step
from tests.prepaid.shops import small_shop

pytestmark = pytest.mark.django_db
LONG = "经办人到店核查，门店正常营业，负责人说明了存管账户变更的经过，银行回单另附。" * 3
AGAIN = "您填写的内容还在"
TEMPLATES = Path(__file__).parents[2] / "shangwu" / "prepaid" / "templates" / "prepaid"
FORM = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL)
# Forms of the public and of the refund ask for secrets, which no session may hold; the inspector's phone keeps its own;
# a list that was sent as a file is a file still.
UNKEPT = {
    *("closing/claim.html", "closing/follow.html", "till/refund_sum.html"),
    *("inspection/checklist.html", "intake/intake.html"),
}


@pytest.fixture
def by():
    return officer()


def at_desk(account):
    with_app(account)
    return signed_in_client(account)


def send(client, page, name, *args, mark="", **fields):
    """Send a form as the page that shows it does, marked by its address."""
    address = reverse(f"prepaid:{name}", args=args)
    return client.post(
        address, {MARK: mark or address, **fields}, headers={"referer": f"http://testserver{page}"}
    )


def warn(client, case, version, **fields):
    """Send the draft of a warning with a long text."""
    given = {"text": LONG, "days": 9, "version": version, **fields}
    return send(client, page_of(case), "case-act", case.number, CaseAct.WARN, **given)


def shown(client, page):
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


def case_of(by):
    return opened(by, at=timezone.localtime(), day=timezone.localdate())


def page_of(case):
    return reverse("prepaid:case", args=[case.number])


def test_every_form_of_the_office_keeps_what_is_typed():
    seen = 0
    for path in TEMPLATES.rglob("*.html"):
        name = path.relative_to(TEMPLATES).as_posix()
        if name in UNKEPT or (name.startswith("consumer/") and "/desk/" not in name):
            continue
        for form in FORM.findall(path.read_text("utf-8")):
            if "form_field" in form or "<textarea" in form:
                assert "{% keeps_typed " in form, name
                seen += 1
    assert seen > 20


class TestCase:
    def test_a_colleague_was_quicker_and_the_form_is_still_there(self, by):
        case, client = case_of(by), at_desk(by)
        stale = warn(client, case, 99)
        assert stale.status_code == 409
        assert "您填写的内容已经保留" in stale.content.decode()
        again = shown(client, page_of(case))
        assert LONG in again and AGAIN in again and "data-refilled" in again
        assert 'value="99"' not in again, "the version is the one that the page shows now"

    def test_a_colleague_was_quicker_and_the_form_is_gone(self, by):
        case, client = case_of(by), at_desk(by)
        draft_step(
            case=case.pk,
            act=CaseAct.WARN,
            content={"text": "请补足", "days": 5},
            version=case.version,
            by=reviewer(),
            at=timezone.localtime(),
        )
        warn(client, case, case.version)
        left = shown(client, page_of(case))
        assert "上次没有提交的内容" in left and LONG in left
        assert LONG not in shown(client, reverse("prepaid:cases")), "on its own page only"
        session = client.session
        session["typed"] = [one | {"at": one["at"] - KEPT_SECONDS - 60} for one in session["typed"]]
        session.save()
        assert LONG not in shown(client, page_of(case)), "for an hour"

    def test_a_wrong_field_is_said_where_it_stands(self, by):
        case, client = case_of(by), at_desk(by)
        warn(client, case, case.version, days="九")
        again = shown(client, page_of(case))
        assert LONG in again and "data-first-error" in again

    def test_what_was_taken_is_not_shown_again(self, by):
        case, client = case_of(by), at_desk(by)
        for version in (99, case.version):
            warn(client, case, version)
        again = shown(client, page_of(case))
        assert LONG in again, "in the draft itself"
        assert AGAIN not in again and "上次没有提交的内容" not in again

    def test_the_text_is_shown_to_who_typed_it_alone(self, by):
        case, client = case_of(by), at_desk(by)
        warn(client, case, 99)
        session = client.session
        (kept,) = session["typed"]
        session["typed"] = [kept | {"who": kept["who"] + 1}]
        session.save()
        assert LONG not in shown(client, page_of(case))

    def test_a_form_of_one_account_that_another_sends_is_kept_for_neither(self, by):
        case, client, other = case_of(by), at_desk(by), at_desk(reviewer())
        mark = reverse("prepaid:case-act", args=[case.number, CaseAct.WARN])
        tree = html.fromstring(shown(client, page_of(case)))
        (named,) = tree.xpath(f'//form[.//input[@value="{mark}"]]//input[@name="{FOR}"]/@value')
        assert warn(other, case, 99, **{FOR: named}).status_code == 409
        assert "typed" not in other.session
        assert warn(client, case, 99, **{FOR: named}).status_code == 409
        assert LONG in shown(client, page_of(case))

    def test_who_sat_too_long_over_it_signs_in_and_goes_on(self, by):
        case, client = case_of(by), at_desk(by)
        session = client.session
        session[SEEN_AT] = 1
        session.save()
        away = warn(client, case, case.version)
        assert away.status_code == 302 and "login" in away.url
        client.force_login(by, backend=settings.AUTHENTICATION_BACKENDS[-1])
        assert LONG in shown(client, page_of(case))

    def test_only_the_last_few_are_kept_and_nothing_without_the_mark(self, by):
        case, client = case_of(by), at_desk(by)
        for n in range(MOST_FORMS + 2):
            send(client, page_of(case), "case-evidence", case.number, mark=f"form-{n}")
        assert [one["form"] for one in client.session["typed"]] == ["form-2", "form-3", "form-4"]
        client.post(reverse("prepaid:case-evidence", args=[case.number]), {"sentence": ""})
        assert len(client.session["typed"]) == MOST_FORMS

    def test_of_forms_in_rows_only_the_refused_one_is_filled(self, by):
        case, signer = case_of(by), reviewer()
        client = at_desk(by)
        step(case, CaseAct.WARN, by, signer, timezone.localtime(), days=5)
        step(case, CaseAct.INTERVIEW, by, signer, timezone.localtime(), days=5)
        first, *others = CaseLetter.objects.filter(delivered_on=None).order_by("pk")
        assert others
        send(
            client,
            page_of(case),
            "letter-delivery",
            first.pk,
            on="三月",
            note="门卫代收，已电话确认",
        )
        again = shown(client, page_of(case))
        assert again.count("门卫代收") == 1
        ids = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', again)
        assert len(ids) == len(set(ids)), "every label has its own control"


def test_an_observation_that_a_colleague_settled_leaves_the_reason_to_be_copied(by):
    seen, client = anomaly(operator()), at_desk(by)
    page = reverse("prepaid:observation", args=[seen.pk])
    settle(observation=seen.pk, reason="已核实", by=reviewer(), at=timezone.now())
    assert (
        send(client, page, "observation-settle", seen.pk, mark=page, reason=LONG).status_code == 409
    )
    assert LONG in shown(client, page)


def test_a_page_with_its_own_form_fills_it_after_a_refusal_by_rule(by):
    business, client = operator(), at_desk(by)
    page = reverse("prepaid:closing-new")
    given = {
        "operator": business.number,
        "kind": "CLOSE",
        "takes_effect_on": "2019-01-01",
        "text": LONG,
        "refund_method": "到店退款",
    }
    assert send(client, page, "closing-new", **given).status_code == 409
    again = shown(client, page)
    assert LONG in again and business.number in again


def test_two_buttons_of_one_form_lead_to_two_addresses_and_one_text(by):
    today = timezone.localdate()
    made = closing.announce_closing(
        operator=operator().pk,
        said=Announcement(ClosingKind.CLOSE, today, "本店停业。", "到店退款。"),
        by=by,
        at=timezone.localtime(),
        on=today,
    )
    chief = at_desk(supervisor("ling.yi", Role.PREPAID_REVIEWER))
    page, end = (
        reverse(f"prepaid:{name}", args=[made.number]) for name in ("closing", "closing-end")
    )
    send(chief, page, "closing-void", made.number, mark=end, reason=LONG * 5)
    made.refresh_from_db()
    assert made.state == "ANNOUNCED", "a text that is too long is not taken for none"
    assert LONG in shown(chief, page)


def test_a_shop_keeps_its_reply(by):
    business = operator()
    case = opened(by, business, at=timezone.localtime(), day=timezone.localdate())
    step(case, CaseAct.WARN, by, reviewer(), timezone.localtime(), days=5)
    letter = case.letters.get()
    client = signed_in_client(shopkeeper(business))
    page = reverse("prepaid:shop-letter", args=[letter.pk])
    again = send(client, page, "shop-letter", letter.pk, text=LONG * 30).content.decode()
    assert LONG in again, "the page answers its own form"


class TestTill:
    """The cookie of a till's form is gone or was renewed in another window."""

    GIVEN: ClassVar = {"amount": "38.50", "count": "", "remark": "午市双人餐", "key": "k" * 36}
    GIVEN |= {"code": "7K3Q9XJ2M4ZT", "outlet": "A0001"}

    def redeem(self, client, keeper, **headers):
        """Send the form as the page of the keeper has it, after the session was lost."""
        page = reverse("prepaid:till-redeem")
        tree = html.fromstring(shown(signed_in_client(keeper), page))
        (named,) = tree.xpath(f'//form[.//input[@value="{page}"]]//input[@name="{FOR}"]/@value')
        return page, self.post(client, page, {FOR: named}, **headers)

    def post(self, client, page, said, **headers):
        headers = {"origin": "http://testserver", "referer": f"http://testserver{page}"} | headers
        return client.post(page, {MARK: page, **self.GIVEN, **said}, headers=headers)

    def test_what_was_typed_is_there_after_signing_in_but_the_secret(self):
        _, keeper = small_shop()
        client = Client(enforce_csrf_checks=True)
        page, answer = self.redeem(client, keeper)
        assert answer.status_code == 403
        assert "您填写的内容已经保留" in answer.content.decode()
        assert f'href="{page}"' in answer.content.decode()
        assert self.GIVEN["code"] not in str(dict(client.session))
        client.force_login(keeper, backend=settings.AUTHENTICATION_BACKENDS[-1])
        again = shown(client, page)
        assert "38.50" in again and "午市双人餐" in again and AGAIN in again
        assert self.GIVEN["key"] in again, "an act whose answer was lost counts once"
        assert self.GIVEN["code"] not in again

    def test_a_lost_session_alone_loses_nothing_either(self):
        _, keeper = small_shop()
        client = Client()
        page, answer = self.redeem(client, keeper)
        assert answer.status_code == 302
        client.force_login(keeper, backend=settings.AUTHENTICATION_BACKENDS[-1])
        assert "午市双人餐" in shown(client, page)

    def test_another_site_plants_nothing(self):
        _, keeper = small_shop()
        client = Client(enforce_csrf_checks=True)
        _, answer = self.redeem(client, keeper, origin="http://elsewhere.example")
        assert answer.status_code == 403
        assert "没有保存" in answer.content.decode()
        assert "typed" not in client.session

    def test_whoever_signs_in_next_at_the_same_counter_sees_nothing_of_it(self):
        business, keeper = small_shop()
        other = shopkeeper(business, "dian.yuan")
        client = Client()
        page, _ = self.redeem(client, keeper)
        assert "午市双人餐" in str(dict(client.session))
        client.force_login(other, backend=settings.AUTHENTICATION_BACKENDS[-1])
        again = shown(client, page)
        assert "午市双人餐" not in again and AGAIN not in again
        self.post(client, page, {"amount": "x", "remark": "另一人的备注"})
        assert "午市双人餐" not in str(dict(client.session))

    @pytest.mark.parametrize("named", [{}, {FOR: "1"}, {FOR: "1:forged"}, {FOR: ""}])
    def test_who_names_no_account_leaves_nothing(self, named):
        page, before = reverse("prepaid:till-redeem"), Session.objects.count()
        assert self.post(Client(), page, named).status_code == 302
        refused = self.post(Client(enforce_csrf_checks=True), page, named)
        assert refused.status_code == 403 and "没有保存" in refused.content.decode()
        assert Session.objects.count() == before


def test_ended_sessions_and_old_texts_leave_the_database(by):
    case, client = case_of(by), at_desk(by)
    warn(client, case, 99)
    ended = at_desk(reviewer())
    Session.objects.filter(pk=ended.cookies["session"].value).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    assert sweep.func() == 1, "the session that is over"
    assert len(client.session["typed"]) == 1
    assert not Session.objects.filter(pk=ended.cookies["session"].value).exists()
    session = client.session
    session["typed"] = [one | {"at": one["at"] - KEPT_SECONDS - 60} for one in session["typed"]]
    session.save()
    assert sweep.func() == 1
    assert client.session["typed"] == []
    assert client.get(page_of(case)).status_code == 200, "the session itself goes on"
    assert sweep.func() == 0


def test_the_charter_of_a_new_plan_begins_as_the_model_and_is_refused_with_blanks():
    business, keeper = small_shop()
    client = signed_in_client(keeper)
    page = reverse("prepaid:till-plan-new")
    start = client.get(page).context["form"]
    assert f"本卡由{business.name}发行" in start["scope"].value()
    assert business.outlets.first().name in start["scope"].value()
    assert "不用于房地产" in start["fund_use"].value()
    assert "解除合同的" in start["refund_terms"].value()
    given = {"name": "千元卡", "kind": "stored_value", "card": "registered", "price": "1000"}
    texts = {name: start[name].value() for name in ("scope", "fund_use", "refund_terms")}
    again = client.post(page, given | texts).content.decode()
    assert again.count("还有空白") == 3
    filled = {name: text.replace("____", "7") for name, text in texts.items()}
    assert client.post(page, given | filled).status_code == 302
    assert business.card_plans.get().refund_terms == filled["refund_terms"].replace("\r", "")
