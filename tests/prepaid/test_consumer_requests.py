"""Complaints and questions: routed, screened, counted once, followed by number and code, answered at the desk."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import ConsumerRequest, LookupSource, RequestStep
from shangwu.prepaid.operations import complaints as acts
from shangwu.prepaid.operations.lookups import source_digest
from shangwu.prepaid.queries.consumers import desk
from shangwu.prepaid.queries.consumers.questions import own_request
from shangwu.prepaid.rules.consumers.law import consumer_law
from shangwu.prepaid.rules.consumers.requests import median, personal_data_in, step
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.prepaid.factories import HUANGPU, XUHUI, operator, supervisor
from tests.prepaid.letters import AT, complaint

pytestmark = pytest.mark.django_db


def officer(login="jian.guan", **place):
    account = supervisor(login, **place)
    with_app(account)
    return account


@pytest.mark.parametrize(
    ("sector", "agency"),
    [
        ("catering", "commerce"),
        ("sports", "sports"),
        ("education", "education"),
        ("culture", "culture_tourism"),
        ("transport", "transport"),
    ],
)
def test_a_complaint_goes_to_the_agency_and_district_of_the_operator(sector, agency):
    made = complaint(operator(sector=sector, district=XUHUI)).request
    assert (made.unit_agency, made.unit_district) == (agency, XUHUI)
    assert "徐汇区" in made.route
    assert "第" in made.route, "with the article"


def test_it_is_due_in_working_days_over_the_holiday_and_says_how():
    made = complaint(operator()).request
    assert made.due_on == date(2019, 10, 12)
    chip = desk.due_of(made, today=date(2019, 9, 30))
    assert sum(day.counted for day in chip.trace) == 7
    assert "建议" in chip.source, "the period is a proposal, and is shown as one"


def test_the_same_form_sent_twice_is_one_complaint_with_one_receipt():
    business = operator()
    first, second = complaint(business), complaint(business, at=AT + timedelta(minutes=5))
    assert (first.request.pk, first.secret) == (second.request.pk, second.secret)
    assert second.request.received_at == AT
    assert complaint(business, ticket="other").secret != first.secret
    assert ConsumerRequest.objects.count() == 2
    assert Act.objects.filter(act="prepaid.receive_request").count() == 2


def test_the_same_content_from_a_form_opened_anew_gets_the_first_receipt_and_no_stranger_does(
    client,
):
    said = {"operator": operator().uscc, "subject": "REFUND", "text": "不退余额", "amount": "5"}
    first = form_of(client, "/prepaid/complain/", **said)
    again = form_of(client, "/prepaid/complain/", **said)
    assert shown(first) == shown(again)
    assert "没有重复登记" in again.content.decode() and "没有重复登记" not in first.content.decode()
    changed = form_of(client, "/prepaid/complain/", **said | {"amount": "6"})
    stranger = form_of(Client(), "/prepaid/complain/", **said)
    numbers = {shown(page)[0] for page in (first, changed, stranger)}
    assert len(numbers) == ConsumerRequest.objects.count() == 3
    assert "没有重复登记" not in stranger.content.decode(), "nobody learns that another said so"
    asked = [form_of(client, "/prepaid/questions/", text="卡过期了怎么办？") for _ in range(2)]
    assert shown(asked[0]) == shown(asked[1])


def test_the_same_content_is_the_same_for_a_day_also_over_midnight():
    business = operator()
    first = complaint(business, sender="s")
    over_midnight = complaint(business, sender="s", ticket="2", at=AT + timedelta(hours=23))
    later = complaint(business, sender="s", ticket="3", at=AT + timedelta(hours=25))
    assert (over_midnight.request, over_midnight.secret) == (first.request, first.secret)
    assert own_request(later.request.number, later.secret) == later.request != first.request
    report = {"operator": business, "card": b"c" * 32, "known_until": None, "stated": 5}
    report |= {"day": AT.date(), "text": "", "address": "10.0.0.1", "sender": "s", "at": AT}
    slips = [
        acts.receive_difference(**report, ticket=str(found), found=found) for found in (None, 7)
    ]
    assert slips[0].request == slips[1].request, "what the ledger says is not the consumer's word"


def test_the_secret_is_stored_as_a_digest_and_proves_the_request():
    receipt = complaint(operator())
    number = receipt.request.number
    assert re.fullmatch(r"TS19[0-9A-HJKMNP-TV-Z]{8}", number)
    assert receipt.secret.encode() not in bytes(receipt.request.secret_digest)
    assert own_request(number, receipt.secret) == receipt.request
    assert own_request(number, "0" * 16) is None
    assert own_request("TS190000", receipt.secret) is None


def test_personal_data_are_refused_and_never_repeated():
    text = "我叫张伟，身份证号码 11010519491231002X，电话 13812345678"
    with pytest.raises(Refused) as refusal:
        complaint(operator(), text=text)
    assert refusal.value.code == "PREPAID-PERSONAL-DATA"
    assert "13812345678" not in refusal.value.sentence
    assert "手机号码" in refusal.value.sentence and "身份证件号码" in refusal.value.sentence
    assert not ConsumerRequest.objects.exists()
    assert not Act.objects.exists()
    assert personal_data_in("门店电话 021-61234567，7月充值 2,000 元") is None


def test_a_source_can_send_only_so_many_a_day():
    business, most = operator(), consumer_law(AT.date()).requests_per_source.value
    complaint(business)
    LookupSource.objects.filter(purpose="request").update(asked=most)
    with pytest.raises(Refused) as refusal:
        complaint(business, ticket="more")
    assert refusal.value.code == "PREPAID-REQUESTS-MANY"
    assert ConsumerRequest.objects.count() == 1
    complaint(business, ticket="more", address="10.0.0.2")
    complaint(business, ticket="tomorrow", at=AT + timedelta(days=1))
    assert not LookupSource.objects.filter(source=b"10.0.0.1").exists()
    assert source_digest("10.0.0.1", AT.date()) != source_digest("10.0.0.2", AT.date())


def test_an_operator_that_is_not_registered_is_listed_as_missing():
    for n in range(3):
        complaint(
            ticket=str(n),
            named_operator="某某健身",
            sector="sports",
            district=HUANGPU,
        )
    reviewer = supervisor("city.officer")
    (found,) = desk.missing_operators(desk.requests_of(reviewer, on=AT.date()))
    assert (found.name, found.district, found.complaints, found.amount_fen) == (
        "某某健身",
        "黄浦区",
        3,
        150_000,
    )
    with pytest.raises(Refused, match="请选择经营者"):
        complaint(ticket="x")


def form_of(client, address, **given):
    """Return the page after the form of an address was filled in and sent."""
    page = client.get(address).content.decode()
    (ticket,) = re.findall(r'name="ticket" value="([^"]*)"', page)
    return client.post(address, {"ticket": ticket, **given})


def shown(page):
    """Return number and code of a receipt."""
    text = page.content.decode()
    number = re.search(r'id="request-number">\s*([A-Z0-9]+)', text)
    secret = re.search(r'id="request-secret">\s*([^<]+)', text)
    assert number and secret, text
    return number[1], secret[1].strip()


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_from_the_complaint_on_a_phone_to_the_answer(client, lang):
    caches["pages"].clear()
    business = operator()
    receipt = form_of(
        client,
        f"/prepaid/complain/{lang}",
        subject="REFUND",
        operator=business.uscc,
        amount="500",
        text="办卡后门店不退余额",
    )
    number, code = shown(receipt)
    assert receipt.headers["Cache-Control"] == "no-store, private"
    desk_client = signed_in_client(officer(district=HUANGPU))
    listed = desk_client.get("/office/prepaid/requests/").content.decode()
    assert number in listed
    made = ConsumerRequest.objects.get()
    address = f"/office/prepaid/requests/{made.pk}/"
    assert "办卡后门店不退余额" in desk_client.get(address).content.decode()
    done = desk_client.post(f"{address}answer/", {"text": "已责成门店退款", "seen": "1"})
    assert done.status_code == 302
    desk_client.post(f"{address}close/", {"text": "门店已退款", "seen": "2"})
    followed = client.post(f"/prepaid/follow/{lang}", {"number": number.lower(), "secret": code})
    assert "已责成门店退款" in followed.content.decode()
    assert ("Closed" if lang else "已办结") in followed.content.decode()
    assert list(RequestStep.objects.order_by("pk").values_list("act", flat=True)) == [
        "receive",
        "answer",
        "close",
    ]
    page = client.get(f"/prepaid/operators/{business.number}/").content.decode()
    assert "收到 1 件，已答复 1 件" in page


def test_a_wrong_number_and_a_wrong_code_look_alike(client):
    receipt = complaint(operator())
    pages = [
        re.sub(r'value="[^"]*"', "", client.post("/prepaid/follow/", given).content.decode())
        for given in (
            {"number": receipt.request.number, "secret": "0" * 16},
            {"number": "TS19AAAAAAAA", "secret": receipt.secret},
        )
    ]
    assert pages[0] == pages[1]
    assert "办卡后" not in pages[0]


def test_the_form_says_what_is_missing_in_its_language(client):
    answer = form_of(client, "/prepaid/complain/?lang=en", subject="REFUND", text="x")
    assert "Needed where the operator is not registered." in answer.content.decode()
    answer = form_of(
        client, "/prepaid/complain/", subject="REFUND", text="我是会员王小明，不退款", operator="无"
    )
    assert "没有找到这个编号的经营者" in answer.content.decode()
    assert "好像有姓名" in answer.content.decode()
    assert "不退款" in answer.content.decode(), "nothing typed is lost"


def test_a_form_of_yesterday_is_too_old(client):
    answer = client.post(
        "/prepaid/complain/",
        {"ticket": "old", "subject": "REFUND", "operator": operator().uscc, "text": "不退款"},
    )
    assert "表单已经过期" in answer.content.decode()
    assert not ConsumerRequest.objects.exists()


def test_each_unit_sees_its_own_and_the_city_sees_all():
    here = complaint(operator(district=HUANGPU), ticket="1").request
    there = complaint(operator(district=XUHUI), ticket="2").request
    gym = complaint(operator(district=HUANGPU, sector="sports"), ticket="3").request
    asked = acts.receive_question(
        ticket="4", operator=None, text="卡过期了怎么办？", address="10.0.0.1", at=AT
    ).request

    def seen(account):
        return set(desk.requests_of(account, on=AT.date()))

    assert seen(supervisor("clerk.a", district=HUANGPU)) == {here}
    assert seen(supervisor("clerk.b", agency="sports")) == {gym}
    assert seen(supervisor("clerk.c")) == {here, there, gym, asked}
    assert seen(person("leader", Role.LEADER)) == {here, there, gym, asked}
    assert seen(person("unit.less", Role.PREPAID_OFFICER)) == set()
    client = signed_in_client(officer("clerk.d", district=XUHUI))
    assert client.get(f"/office/prepaid/requests/{here.pk}/").status_code == 404
    assert (
        client.post(
            f"/office/prepaid/requests/{here.pk}/answer/", {"text": "x", "seen": 1}
        ).status_code
        == 404
    )


def test_who_only_reads_sees_no_forms_and_cannot_act():
    made = complaint(operator()).request
    account = supervisor("reviewer", Role.PREPAID_REVIEWER)
    with_app(account)
    client = signed_in_client(account)
    page = client.get(f"/office/prepaid/requests/{made.pk}/").content.decode()
    assert "保存答复" not in page
    assert (
        client.post(
            f"/office/prepaid/requests/{made.pk}/answer/", {"text": "x", "seen": 1}
        ).status_code
        == 403
    )


def test_forwarding_hands_over_and_the_period_runs_on():
    made = complaint(operator()).request
    mine, other = officer("clerk.a", district=HUANGPU), officer("clerk.b", district=XUHUI)
    client = signed_in_client(mine)
    address = f"/office/prepaid/requests/{made.pk}/"
    client.post(
        f"{address}forward/", {"unit": f"commerce|{XUHUI}", "text": "门店在徐汇", "seen": "1"}
    )
    made.refresh_from_db()
    assert (made.unit_district, made.due_on, made.state) == (XUHUI, date(2019, 10, 12), "RECEIVED")
    assert client.get(address).status_code == 404
    assert signed_in_client(other).get(address).status_code == 200
    with pytest.raises(Refused, match="不用转交"):
        acts.forward_request(
            request=made.pk, agency="commerce", district=XUHUI, text="", seen=2, by=other, at=AT
        )


def test_an_answer_with_personal_data_or_from_an_old_page_is_refused():
    made, clerk = complaint(operator()).request, supervisor()
    given = {"request": made.pk, "publish": False, "by": clerk, "at": AT}
    with pytest.raises(Refused, match="手机号码"):
        acts.answer_request(**given, text="请打 13812345678", seen=1)
    acts.answer_request(**given, text="已退款", seen=1)
    with pytest.raises(Refused, match="另一位同事"):
        acts.answer_request(**given, text="再答", seen=1)
    acts.answer_request(**given, text="补充", seen=2)
    made.refresh_from_db()
    assert made.answer == "已退款\n补充"
    assert made.answered_at == AT


def test_what_is_not_answered_cannot_be_closed_and_steps_stay():
    made = complaint(operator()).request
    with pytest.raises(Refused, match="不能办结"):
        acts.close_request(request=made.pk, text="", seen=1, by=supervisor(), at=AT)
    with pytest.raises(Refused):
        step("CLOSED", "answer")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RequestStep.objects.update(text="x")


def test_only_an_answered_question_is_published(client):
    clerk = supervisor()
    asked = form_of(client, "/prepaid/questions/", text="不记名卡过期了怎么办？")
    number, _ = shown(asked)
    question = ConsumerRequest.objects.get(number=number)
    assert "不记名卡过期" not in client.get("/prepaid/questions/").content.decode()
    acts.answer_request(
        request=question.pk, text="可以激活或者换卡。", publish=True, seen=1, by=clerk, at=AT
    )
    assert "可以激活或者换卡。" in client.get("/prepaid/questions/").content.decode()
    made = complaint(operator()).request
    acts.answer_request(request=made.pk, text="已退款", publish=True, seen=1, by=clerk, at=AT)
    made.refresh_from_db()
    assert not made.is_published, "a complaint is never published"


def test_how_requests_were_answered_is_measured_and_waiting_ones_are_on_the_workbench():
    business, clerk = operator(), officer()
    for n, days in enumerate((1, 3, 20)):
        made = complaint(business, ticket=str(n)).request
        acts.answer_request(
            request=made.pk,
            text="答复",
            publish=False,
            seen=1,
            by=clerk,
            at=AT + timedelta(days=days),
        )
    complaint(business, ticket="waiting")
    today = date(2019, 10, 20)
    of_complaints, of_questions, _ = desk.served(desk.requests_of(clerk, on=today), on=today)
    assert (of_complaints.received, of_complaints.answered, of_complaints.in_time) == (4, 3, 2)
    assert of_complaints.median_days == "2"
    assert (of_questions.received, of_questions.median_days) == (0, "")
    (card,) = desk.cards(clerk, today)
    assert (card.figure, card.tone) == ("1", "danger")
    assert desk.cards(person("reader"), today) == []


@pytest.mark.parametrize(
    ("days", "middle"),
    [([], ""), ([3], "3"), ([1, 2], "1.5"), ([5, 1, 3], "3"), ([0, 0, 4, 4], "2")],
)
def test_the_median(days, middle):
    assert median(days) == middle


@pytest.mark.django_db(transaction=True)
def test_complaints_at_once_each_count_once():
    business = operator()

    def send(n):
        try:
            return complaint(business, ticket=str(n % 4), address=f"10.0.{n % 4}.1").request.number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        assert len(set(crowd.map(send, range(16)))) == 4
    assert ConsumerRequest.objects.count() == RequestStep.objects.count() == 4
    assert Act.objects.filter(act="prepaid.receive_request").count() == 4


def test_no_form_goes_without_its_token():
    strict = Client(enforce_csrf_checks=True)
    for address in (
        "/prepaid/card/",
        "/prepaid/complain/",
        "/prepaid/questions/",
        "/prepaid/follow/",
    ):
        assert strict.post(address, {}).status_code == 403


def test_a_complaint_leads_to_a_case_for_those_who_supervise_the_operator():
    gym = operator(sector="sports", district=XUHUI)
    made = complaint(gym).request
    page = reverse("prepaid:request", args=[made.pk])
    door = f"{reverse('prepaid:case-new')}?operator={gym.number}&amp;origin=COMPLAINT&amp;reference={made.number}"
    theirs = signed_in_client(officer("ti.yu", agency="sports", district=XUHUI)).get(page)
    assert door in theirs.text
    ConsumerRequest.objects.filter(pk=made.pk).update(unit_agency="commerce")
    others = signed_in_client(officer("shang.wu", agency="commerce", district=XUHUI)).get(page)
    assert gym.name in others.text
    assert door not in others.text
    assert reverse("prepaid:operator-file", args=[gym.number]) not in others.text
