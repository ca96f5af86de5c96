"""One's own card: proved by number and secret, answered alike when it is not, limited, counted, and never kept."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.law import Refused
from shangwu.prepaid.models import CardDay, ConsumerRequest, LookupDay, LookupSource, Observation
from shangwu.prepaid.operations import lookups
from shangwu.prepaid.operations.cases import open_case
from shangwu.prepaid.operations.lookups import look_up_card, source_digest, sweep_sources
from shangwu.prepaid.queries.ledger import as_row
from shangwu.prepaid.rules.consumers.law import consumer_law
from shangwu.prepaid.rules.ledger import tree
from shangwu.prepaid.rules.ledger.leaves import leaf
from shangwu.prepaid.rules.tokens import card_token
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.card_days import row, send
from tests.prepaid.cards import NUMBER, OTHER_SECRET, SECRET, card
from tests.prepaid.factories import operator, supervisor

pytestmark = pytest.mark.django_db
AT = datetime(2019, 9, 2, 2, 0, tzinfo=UTC)
TOKEN = re.compile(r'name="(?:csrfmiddlewaretoken|ticket|card)" value="[^"]*"')


@pytest.fixture
def business():
    found = operator(name="虚构餐饮有限公司")
    card(found)
    return found


def ask(client, business, *, number=NUMBER, secret=SECRET, lang="", **extra):
    data = {"operator": business.number, "number": number, "secret": secret}
    return client.post(f"/prepaid/card/{lang}", data, **extra)


def look_up(business, *, secret=SECRET, address="10.0.0.1", at=AT):
    return look_up_card(operator=business, number=NUMBER, secret=secret, address=address, at=at)


def test_number_and_secret_show_balance_and_entries(client, business):
    page = ask(client, business).content.decode()
    assert "650.00 元" in page
    assert "1,000.00" in page and "350.00" in page
    assert "2019-09-01" in page
    assert "还没有收到" in page, "years later the data are late, and the page says so"


@pytest.mark.parametrize(
    ("connected_on", "said", "in_english"),
    [(date(2019, 9, 1), "转入余额", "Brought in"), (date(2019, 8, 31), "充值", "Paid in")],
)
def test_what_a_card_held_before_its_operator_reported_is_not_called_paid_in(
    client, connected_on, said, in_english
):
    shop = operator(connected_on=connected_on, registered_at=datetime(2019, 8, 1, 2, 0, tzinfo=UTC))
    old = {"card": card_token(operator=shop.uscc, number=NUMBER, secret=SECRET)}
    send(shop, [row(shop, 1, 1, issued=70_000, closing=70_000, day="2019-09-01", **old)])
    for lang, words in (("", said), ("?lang=en", in_english)):
        page = ask(client, shop, lang=lang).content.decode()
        assert f"{words} 700.00" in page


def test_the_secret_may_be_typed_as_people_copy_it(client, business):
    assert "650.00 元" in ask(client, business, secret="7k3m 9q2x 4t6v 8woz").content.decode()


def test_in_english(client, business):
    page = ask(client, business, lang="?lang=en").content.decode()
    assert "CNY 650.00" in page
    assert '<html lang="en">' in page


def test_an_unknown_card_and_a_wrong_secret_get_the_same_page_by_the_same_work(client, business):
    pages, works = [], []
    for given in ({"secret": OTHER_SECRET}, {"number": "9999 9999"}):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = ask(client, business, **given)
        pages.append((answer.status_code, TOKEN.sub("", answer.content.decode())))
        works.append([re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in seen.captured_queries])
    assert pages[0] == pages[1]
    assert works[0] == works[1]
    with CaptureQueriesContext(connection) as seen:
        ask(client, business)
    assert len(works[0]) == len(seen.captured_queries), (
        "nor does a hit take another number of queries"
    )


def test_an_operator_s_card_proves_nothing_at_another(client, business):
    other = operator()
    assert "没有找到这张卡" in ask(client, other).content.decode()


def test_a_secret_of_another_form_is_explained_and_not_counted(client, business):
    page = ask(client, business, secret="1234").content.decode()
    assert "十六位字母和数字" in page
    assert not LookupDay.objects.exists()


def test_number_and_secret_are_sent_in_the_body_only_and_never_shown_again(client, business):
    for given in ({}, {"secret": "1234"}, {"secret": OTHER_SECRET}):
        answer = ask(client, business, **given)
        page = answer.content.decode()
        assert NUMBER not in page and SECRET not in page and OTHER_SECRET not in page
        assert answer.headers["Cache-Control"] == "no-store, private"
    asked = client.get(
        "/prepaid/card/", {"operator": business.number, "number": NUMBER, "secret": SECRET}
    )
    assert "650.00" not in asked.content.decode(), "an address proves no card"
    assert not re.search(r'method="get"', asked.content.decode())


def test_neither_number_nor_secret_reaches_tables_or_logs(client, business, caplog):
    caplog.set_level(logging.DEBUG)
    ask(client, business)
    ask(client, business, secret=OTHER_SECRET)
    said = caplog.text.replace(" ", "") + "".join(kept_texts())
    for word in (NUMBER.replace(" ", ""), SECRET, OTHER_SECRET):
        assert word not in said
    assert business.uscc in said, "the scan reads what is kept"


def kept_texts():
    """Yield every text and every run of bytes that any table of ours holds."""
    for model in apps.get_models():
        if model._meta.managed is False and not model.objects.exists():
            continue
        names = [
            f.attname for f in model._meta.concrete_fields if not isinstance(f, models.ForeignKey)
        ]
        for stored in model.objects.values_list(*names):
            for value in stored:
                yield (
                    bytes(value).decode("latin-1")
                    if isinstance(value, memoryview | bytes)
                    else f"{value} "
                )


def test_each_look_up_is_counted_by_operator_and_day(business):
    look_up(business)
    look_up(business, secret=OTHER_SECRET)
    look_up(business, at=AT + timedelta(days=1))
    days = LookupDay.objects.values("day").annotate(all=Sum("lookups"), wrong=Sum("mismatches"))
    assert list(days.order_by("day").values_list("day", "all", "wrong")) == [
        (date(2019, 9, 2), 2, 1),
        (date(2019, 9, 3), 1, 0),
    ]


def test_a_source_that_misses_too_often_waits_and_others_do_not(business):
    most = consumer_law(AT.date()).misses_per_source.value
    for _ in range(most):
        assert not look_up(business, secret=OTHER_SECRET).is_found
    for secret in (SECRET, OTHER_SECRET):
        with pytest.raises(Refused, match="查询次数太多") as refusal:
            look_up(business, secret=secret)
        assert refusal.value.code == "PREPAID-LOOKUP-OFTEN"
    assert look_up(business, address="10.0.0.2").is_found
    assert look_up(business, at=AT + timedelta(minutes=11)).is_found, "the next window is open"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1:4711", "10.0.0.1:4712", True),
        ("[2001:db8::1]:4711", "2001:db8::2", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("unknown", "_hidden", False),
    ],
)
def test_one_line_is_one_source_whatever_address_it_takes(one, other, is_same):
    day = date(2019, 9, 2)
    assert (source_digest(one, day) == source_digest(other, day)) is is_same


def test_a_source_may_ask_only_so_often_even_rightly(business, monkeypatch):
    most = consumer_law(AT.date()).lookups_per_source.value
    digest = source_digest("10.0.0.1", date(2019, 9, 2))
    window = datetime(2019, 9, 2, 2, 0, tzinfo=UTC)
    LookupSource.objects.create(
        source=digest, purpose="lookup", window_at=window, asked=most - 1, missed=0
    )
    assert look_up(business).is_found
    with pytest.raises(Refused):
        look_up(business)


def test_where_many_guess_holders_are_still_served(business):
    """Over the operator's limit a source may miss once; one that never missed goes on."""
    most = consumer_law(AT.date()).misses_per_operator.value
    LookupDay.objects.create(
        operator=business, day=date(2019, 9, 2), shard=0, lookups=most, mismatches=most
    )
    assert look_up(business).is_found
    assert not look_up(business, secret=OTHER_SECRET).is_found
    with pytest.raises(Refused):
        look_up(business)
    assert look_up(business, address="10.0.0.2").is_found


def test_the_page_says_too_often_in_both_languages(client, business, monkeypatch):
    monkeypatch.setattr(lookups, "_require_room", _refuse)
    for lang, words in (("", "请十分钟以后再试"), ("?lang=en", "try again in ten minutes")):
        answer = ask(client, business, lang=lang)
        assert answer.status_code == 429
        assert words in answer.content.decode()
        assert "PREPAID-LOOKUP-OFTEN" in answer.content.decode()


def _refuse(*args, **kwargs):
    raise lookups._too_often()


def test_addresses_are_kept_as_digests_of_the_day_and_swept(business):
    look_up(business)
    kept = LookupSource.objects.get()
    assert b"10.0.0.1" not in bytes(kept.source)
    assert source_digest("10.0.0.1", date(2019, 9, 2)) != source_digest(
        "10.0.0.1", date(2019, 9, 3)
    )
    assert sweep_sources(before=AT - timedelta(days=1)) == 0
    assert sweep_sources(before=AT + timedelta(days=1)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'prepaid_lookupsource'")
        assert cursor.fetchone() == ("u",), "not in the log, so in no backup"


@pytest.mark.django_db(transaction=True)
def test_a_rumour_s_look_ups_are_counted_each_once():
    business = operator()
    card(business)

    def one(number):
        try:
            return look_up(business, address=f"10.0.{number}.1").is_found
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        assert all(crowd.map(one, range(64)))
    assert LookupDay.objects.aggregate(all=Sum("lookups"))["all"] == 64
    assert LookupDay.objects.count() > 1, "in shards"


def slip_form(client, business, **given):
    """Look a card up and open the form for what the slip says."""
    note = re.findall(
        r'name="card" value="([^"]*)"', ask(client, business, **given).content.decode()
    )
    return client.post("/prepaid/card/difference/", {"card": note[0]}).content.decode()


def report(client, form, **changes):
    """Send the form for a difference."""
    given = dict(re.findall(r'name="(card|ticket)" value="([^"]*)"', form))
    return client.post(
        "/prepaid/card/difference/",
        {**given, "stated": "800", "day": "2019-09-01", "text": "凭条上写着 800 元", **changes},
    )


def test_a_difference_becomes_evidence_and_an_observation(client, business):
    form = slip_form(client, business)
    receipt = report(client, form).content.decode()
    request = ConsumerRequest.objects.get()
    assert request.number in receipt
    seen = Observation.objects.get()
    assert (seen.kind, seen.expected_fen, seen.found_fen, seen.at_stake_fen) == (
        "CONSUMER_DIFFERENCE",
        80_000,
        65_000,
        15_000,
    )
    assert seen.facts["request"] == request.number
    assert "须核实" in seen.sentence
    assert (request.observation, request.unit_agency, request.unit_district) == (
        seen,
        "commerce",
        "310101",
    )
    again = report(client, form).content.decode()
    facts = re.compile(r"<dl.*?</dl>", re.DOTALL)
    assert facts.findall(again) == facts.findall(receipt), "sent twice, it is one, with one receipt"
    assert "没有重复登记" in again and "没有重复登记" not in receipt
    assert ConsumerRequest.objects.count() == Observation.objects.count() == 1


def test_a_card_that_is_not_reported_becomes_an_observation_that_accuses_nobody(client, business):
    form = slip_form(client, business, number="7777")
    assert report(client, form).status_code == 200
    seen = Observation.objects.get()
    assert (seen.kind, seen.found_fen, seen.at_stake_fen) == ("UNKNOWN_CARD", None, 80_000)
    assert "也可能是卡号或者查询密码填写有误" in seen.sentence


def test_no_difference_is_no_report(client, business):
    form = slip_form(client, business)
    assert "没有差异" in report(client, form, stated="650").content.decode()
    assert not ConsumerRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "我是会员王小明，电话 13812345678"}, "手机号码"),
        ({"day": "2199-01-01"}, "日期不能晚于今天"),
        ({"day": "2999-01-01"}, "年份须在"),
        ({"stated": "八百"}, "金额"),
        ({"stated": "-1"}, "金额"),
        ({"card": "forged"}, "表单已经过期"),
        ({"ticket": "forged"}, "表单已经过期"),
    ],
)
def test_a_report_that_cannot_be_taken_says_why(client, business, changes, words):
    form = slip_form(client, business)
    answer = report(client, form, **changes).content.decode()
    assert words in answer
    assert not ConsumerRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_reports_sent_at_once_are_one():
    business = operator()
    card(business)
    form = slip_form(Client(), business)

    def send(_):
        try:
            return TOKEN.sub("", report(Client(), form).content.decode())
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as crowd:
        assert len(set(crowd.map(send, range(5)))) == 1
    assert ConsumerRequest.objects.count() == Observation.objects.count() == 1
    forms = iter([slip_form(Client(), business) for _ in range(3)])

    def tell(day):
        try:
            return report(Client(), next(forms), day=f"2019-08-2{day}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as crowd:
        assert set(crowd.map(tell, range(3))) == {200}
    assert ConsumerRequest.objects.count() == 4
    assert Observation.objects.count() == 1, (
        "different reports of one card at once are one difference"
    )


def test_the_holder_takes_a_proof_along_that_leads_to_what_the_operator_sent(client):
    shop = operator()
    token = card_token(operator=shop.uscc, number=NUMBER, secret=SECRET)
    rows = [row(shop, n, n, issued=100, closing=100) for n in (1, 2)]
    rows.append({**row(shop, 3, 3, issued=65_000, closing=65_000), "card": token})
    batch = send(shop, rows)
    page = ask(client, shop).content.decode()
    note = re.findall(r'name="card" value="([^"]*)"', page)[0]
    answer = client.post("/prepaid/card/proof/", {"card": note})
    proof = answer.json()
    assert (proof["row"]["card"], proof["row"]["closing_fen"]) == (token, 65_000)
    assert proof["batch"]["root"] == bytes(batch.root).hex()
    path = [(side, bytes.fromhex(node)) for side, node in proof["batch"]["path"]]
    (stored,) = CardDay.objects.filter(card=bytes.fromhex(token))
    assert tree.climb(leaf(as_row(stored, shop)), path) == bytes(batch.root)
    assert (
        SECRET not in answer.content.decode()
        and answer.headers["Cache-Control"] == "no-store, private"
    )
    assert client.post("/prepaid/card/proof/", {"card": "forged"}).status_code == 409


def test_a_card_of_which_is_told_again_is_one_difference_with_more_evidence(client, business):
    form = slip_form(client, business)
    report(client, form)
    report(client, slip_form(client, business), stated="900", day="2019-09-02")
    report(client, slip_form(client, business), stated="700", day="2019-08-31")
    seen = Observation.objects.get()
    assert (seen.day, seen.expected_fen, seen.at_stake_fen) == (date(2019, 9, 1), 90_000, 25_000)
    assert seen.facts["slip"] == "2019-09-02", (
        "the newest slip says what is at stake, an older one does not"
    )
    assert seen.consumer_requests.count() == ConsumerRequest.objects.count() == 3
    watcher = supervisor("jian.guan")
    with_app(watcher)
    page = signed_in_client(watcher).get(reverse("prepaid:observation", args=[seen.pk])).text
    assert "消费者反映（3 次）" in page
    assert all(one.number in page for one in ConsumerRequest.objects.all())


def test_one_written_before_slips_were_noted_is_of_its_own_day(client, business):
    report(client, slip_form(client, business))
    seen = Observation.objects.get()
    Observation.objects.update(facts={"request": "TS1900000000", "known_until": "2019-09-01"})
    for day, stated, newest in (("2019-08-31", "700", 80_000), ("2019-09-01", "900", 90_000)):
        assert (
            report(client, slip_form(client, business), stated=stated, day=day).status_code == 200
        )
        seen.refresh_from_db()
        assert seen.expected_fen == newest
    assert (seen.facts["slip"], seen.consumer_requests.count()) == ("2019-09-01", 3)


def test_another_card_is_another_difference(client, business):
    report(client, slip_form(client, business, number="7777"))
    report(client, slip_form(client, business, number="8888"))
    assert Observation.objects.count() == 2


def test_what_lies_in_a_case_keeps_its_figures_and_takes_the_evidence(client, business):
    for stated, day in (("800", "2019-09-01"), ("900", "2019-09-02")):
        report(client, slip_form(client, business), stated=stated, day=day)
    seen, watcher = Observation.objects.get(), supervisor("jian.guan")
    case = open_case(operator=business.pk, observations=[seen.pk], by=watcher, at=timezone.now())
    frozen = case.evidence.get(kind="OBSERVATION")
    assert [one["stated_fen"] for one in frozen.content["reports"]] == [80_000, 90_000]
    assert "这张卡共收到 2 次反映" in frozen.sentence
    report(client, slip_form(client, business), stated="950", day="2019-09-03")
    seen.refresh_from_db()
    assert (seen.state, seen.at_stake_fen, seen.consumer_requests.count()) == ("IN_CASE", 25_000, 3)
    with_app(watcher)
    page = signed_in_client(watcher).get(reverse("prepaid:case", args=[case.number])).text
    assert "固定以后这张卡又收到 1 次反映" in page


def test_after_it_was_settled_a_further_slip_is_a_new_difference(client, business):
    report(client, slip_form(client, business))
    Observation.objects.update(state="SETTLED")
    report(client, slip_form(client, business), stated="900", day="2019-09-02")
    assert list(Observation.objects.order_by("pk").values_list("state", flat=True)) == [
        "SETTLED",
        "OPEN",
    ]
