"""What anybody may read of operators: in two languages, without cookies, kept for a minute, never more than is known."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from shangwu.prepaid.models import (
    ConsumerRequest,
    CreditListing,
    CreditPetition,
    CreditStanding,
    CustodyDay,
    CustodyStanding,
    Institution,
    LinkageMark,
    NightlyCheck,
    Observation,
    OperatorDay,
)
from shangwu.prepaid.queries.consumers.operators import search
from shangwu.prepaid.queries.consumers.page import operator_page
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.consumers import english, listing
from shangwu.prepaid.rules.consumers.law import is_overdue
from shangwu.prepaid.rules.consumers.statements.page import statements
from shangwu.prepaid.rules.consumers.statements.statement import OperatorFacts, Standing
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.rules.law import all_packs
from shangwu.prepaid.rules.least import least
from shangwu.prepaid.rules.parameters import Listing, TierDeposit
from shangwu.prepaid.rules.requirement.bonds import Bond
from shangwu.prepaid.rules.standing import Facts, stand
from shangwu.prepaid.vocabulary import (
    OperatorStatus,
)
from tests.foundation.accounts.factories import person
from tests.prepaid.factories import AT, XUHUI, operator
from tests.prepaid.pages import HAN, unmarked

pytestmark = pytest.mark.django_db
TODAY = date(2019, 9, 3)
YEAR = (date(2019, 1, 1), date(2020, 1, 1))
READ = (
    "/prepaid/",
    "/prepaid/search/",
    "/prepaid/refund/",
    "/prepaid/models/",
    "/prepaid/operators/{}/",
    "/prepaid/register/",
    "/prepaid/register/?words=Fictional",
    "/prepaid/register/?words=nobody",
    "/prepaid/marks/M2019A0001/",
    "/prepaid/dishonest/",
    "/prepaid/proofs/",
)
ALL = (*READ, "/prepaid/card/", "/prepaid/complain/", "/prepaid/questions/", "/prepaid/follow/")


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def business():
    """A connected caterer with mark, reports, custody, a standing that is short, and two complaints."""
    found = operator(name="Fictional Catering Ltd", place="1 Fictional Road", number="YF99990001")
    found.outlets.update(name="Main shop")
    LinkageMark.objects.create(
        operator=found,
        code="M2019A0001",
        issued_on=date(2019, 6, 6),
        due_on=date(2019, 6, 10),
        issued_by=person("linker"),
    )
    OperatorDay.objects.create(
        operator=found,
        day=date(2019, 9, 2),
        state="OPEN",
        balance_fen=160_000_001,
        first_received_at=AT,
    )
    bank = Institution.objects.create(
        uscc="91310000000000001X",
        name="Fictional Bank",
        kind="BANK",
        key_id="bank",
        public_key=bytes(32),
        admitted_at=AT,
    )
    CustodyDay.objects.create(
        operator=found,
        institution=bank,
        day=date(2019, 9, 1),
        balance_fen=64_000_000,
        received_at=AT,
    )
    CustodyStanding.objects.create(
        operator=found,
        day=date(2019, 9, 2),
        known_at=AT,
        cause="balance",
        balance_fen=160_000_001,
        required_fen=160_000_001,
        counted_fen=0,
        custody_fen=64_000_000,
        shortfall_fen=96_000_001,
        is_complete=True,
        sentences=[],
    )
    for day in (26, 28):
        ConsumerRequest.objects.create(
            number=f"TS19{day}",
            secret_digest=bytes(32),
            kind="COMPLAINT",
            operator=found,
            unit_agency="commerce",
            unit_district="310101",
            state="ANSWERED" if day == 26 else "RECEIVED",
            received_at=datetime(2019, 8, day, 2, tzinfo=UTC),
            due_on=date(2019, 9, 9),
            answered_at=datetime(2019, 8, 29, 2, tzinfo=UTC) if day == 26 else None,
        )
    return found


def said(business):
    return {one.topic.en: one for one in statements(operator_page(business.number, on=TODAY).facts)}


def test_each_statement_has_its_day_its_source_and_its_limits(business):
    found = said(business)
    assert found["Data linkage"].headline.zh == "2019年6月3日完成与平台的信息对接"
    assert "M2019A0001" in found["Data linkage"].detail.zh
    assert found["Daily reports"].headline.zh == "数据收到2019年9月2日为止"
    assert (
        found["Custody account"].headline.zh == "2019年9月1日日终，专用存款账户余额 640,000.00 元"
    )
    assert found["Custody account"].source.en == "Reported by Fictional Bank"
    assert found["Custody requirement"].headline.zh == "截至2019年9月2日，比要求的少 960,000.01 元"
    assert found["Risk notice"].tone == "warning"
    assert found["Complaints"].headline.zh == "收到 2 件，已答复 1 件"
    assert found["Complaints"].detail.zh == "答复用时的中位数为 3 个工作日。"
    for one in found.values():
        assert one.caveat.zh and one.caveat.en and one.source.zh and one.source.en


def test_a_night_without_news_keeps_the_requirement_of_today(business):
    NightlyCheck.objects.create(day=TODAY, done_at=AT)
    assert "截至2019年9月3日，比要求的少" in said(business)["Custody requirement"].headline.zh
    assert "截至" not in said(operator())["Custody requirement"].headline.zh


def test_grade_and_list_are_said_with_their_days_and_an_objection(business):
    assert said(business)["Grade of credit"].headline.zh == "还没有信用评定"
    assert said(business)["List of serious dishonesty"].tone == "muted"
    CreditStanding.objects.create(
        operator=business,
        day=date(2019, 9, 2),
        known_at=AT,
        cause="NIGHTLY",
        grade="D",
        points=40,
        is_listed=True,
        lines=[],
        sentence="",
    )
    clerk = person("lister")
    entry = CreditListing.objects.create(
        number="SX2019-0001",
        operator=business,
        ground="harm",
        ground_label="严重侵害消费者财产权益",
        citation="第二十五条",
        reasons="停止退款",
        state="LISTED",
        terms=[governance(date(2019, 9, 2)).terms.value[1].text, "另行商定的条件"],
        decision="经催告仍不退款",
        proposed_at=AT,
        noticed_on=date(2019, 9, 1),
        decided_on=date(2019, 9, 2),
    )
    found = said(business)
    assert found["Grade of credit"].headline.en == "Grade D since 2019-09-02"
    assert found["Grade of credit"].tone == "warning"
    on_list = found["List of serious dishonesty"]
    assert (on_list.headline.zh, on_list.entry) == ("2019年9月2日列入名单", "SX2019-0001")
    assert on_list.detail.zh == ""
    assert found["Risk notice"].headline.zh == "已列入严重失信名单，充值前请看名单页"
    CreditPetition.objects.create(
        listing=entry,
        kind="OBJECTION",
        state="MARKED",
        text="已经退款",
        submitted_by=clerk,
        received_on=date(2019, 9, 2),
        decide_due=date(2019, 9, 30),
    )
    assert "异议" in said(business)["List of serious dishonesty"].detail.zh
    page = Client().get(f"/prepaid/operators/{business.number}/").content.decode()
    assert "/prepaid/dishonest/SX2019-0001/" in page
    for address in ("", "SX2019-0001/"):
        page = Client().get(f"/prepaid/dishonest/{address}?lang=en").content.decode()
        assert unmarked(page) == [] and "seriously harm the property rights" in page
        assert "the Chinese text prevails" in page and "eing examined" in page
    assert "Article 25" in page and "After 6 months on the list" in page
    assert '<span lang="zh-Hans">另行商定的条件</span>' in page, "no English, so it stays Chinese"
    assert re.search(r'lang="zh-Hans">\s*经催告仍不退款', page)


def test_the_grounds_and_terms_of_the_list_have_their_english():
    (pack,) = law.packs(Listing, on=TODAY)
    assert listing.GROUNDS.keys() == {one.name for one in pack.parameters.ground}
    known = governance(TODAY).terms.value
    assert listing.TERMS.keys() == {row.name for row in known}
    found = listing.terms([row.text for row in known], known)
    assert not any(HAN.search(text.en) or "{" in text.en for text in found)
    assert english.article("x 第二十六条第二款") == "x Article 26 paragraph 2"


def test_a_withdrawn_mark_says_so_in_both_languages_with_its_reason(client, business):
    reason = "连续多日未报送"
    LinkageMark.objects.update(withdrawn_on=date(2019, 9, 1), withdrawal_reason=reason)
    page = client.get("/prepaid/marks/M2019A0001/").content.decode()
    assert "这个标识已于 2019-09-01 收回" in page and "收回的理由： <span lang" in page
    page = client.get("/prepaid/marks/M2019A0001/?lang=en").content.decode()
    assert "This mark was withdrawn on 2019-09-01." in page and "Not valid" in page
    assert unmarked(page) == [] and reason in page
    absent = client.get("/prepaid/marks/ZZZZZZZZZZZZ/?lang=en")
    assert absent.status_code == 404 and unmarked(absent.content.decode()) == []


def test_the_home_page_leads_to_every_public_page(client):
    page = client.get("/prepaid/").content.decode()
    for name in ("register", "card", "refund", "complain", "questions", "notices", "dishonest"):
        assert f'href="/prepaid/{name}/"' in page
    assert 'href="/prepaid/models/"' in page


def test_since_when_custody_is_short_comes_from_the_open_observation(business):
    Observation.objects.create(
        operator=business,
        kind="UNDER_SECURED",
        day=date(2019, 8, 20),
        at_stake_fen=1,
        sentence="",
        state="OPEN",
        seen_at=AT,
    )
    assert said(business)["Custody requirement"].detail.zh == "自2019年8月20日起。"


def test_the_last_word_of_the_bank_counts(business):
    bank = Institution.objects.get()
    CustodyDay.objects.create(
        operator=business,
        institution=bank,
        day=date(2019, 9, 1),
        balance_fen=1,
        received_at=datetime(2019, 9, 2, tzinfo=UTC),
    )
    assert "0.01 元" in said(business)["Custody account"].headline.zh


@pytest.mark.parametrize("status", OperatorStatus.values)
def test_without_data_nothing_is_green_and_nobody_is_accused(status):
    for one in statements(OperatorFacts(today=TODAY, status=status)):
        assert one.tone in {"muted", "warning"}, one.topic
        assert one.caveat.zh
        assert not re.search(
            "违规|欺诈|跑路|骗", "".join((one.headline.zh, one.detail.zh, one.caveat.zh))
        )


def test_incomplete_data_decide_nothing_of_themselves_and_met_is_met_as_of_a_day():
    def of(**facts):
        standing = Standing(**({"day": TODAY, "required_fen": 1, "shortfall_fen": 0} | facts))
        facts = OperatorFacts(today=TODAY, status="CONNECTED", standing=standing)
        return next(one for one in statements(facts) if one.topic.en == "Custody requirement")

    assert of(is_complete=False).tone == of(is_complete=False, shortfall_fen=5).tone == "muted"
    assert (of(is_complete=True).tone, of(is_complete=True, required_fen=0).tone) == (
        "success",
        "info",
    )
    assert of(is_complete=True).headline.en == "Requirement met as of 2019-09-03"


def test_what_is_known_decides_where_no_missing_figure_could_turn_it(business):
    CustodyStanding.objects.create(
        operator=business,
        day=date(2019, 9, 2),
        known_at=datetime(2019, 9, 3, tzinfo=UTC),
        cause="custody",
        required_fen=64_000_001,
        counted_fen=0,
        shortfall_fen=50_000_001,
        is_complete=False,
        sentences=[],
    )
    CustodyDay.objects.create(
        operator=business,
        institution=Institution.objects.get(),
        day=date(2019, 9, 1),
        balance_fen=14_000_000,
        received_at=datetime(2019, 9, 2, tzinfo=UTC),
    )
    found = said(business)
    need, risk = found["Custody requirement"], found["Risk notice"]
    # 40 % of 1,600,000.01 yuan whatever the revenue was; with it it can only be more.
    assert need.headline.zh == "截至2019年9月2日，至少比要求的少 500,000.01 元"
    assert need.headline.en == "As of 2019-09-02, at least CNY 500,000.01 below the requirement"
    assert "不少于 640,000.01 元" in need.detail.zh and "第十一条" in need.detail.zh
    assert "缺：上季度末预收资金余额、上年主营业务收入" in need.detail.zh
    assert "2019年9月1日账户内 140,000.00 元" in need.detail.zh
    assert "Article 11" in need.detail.en and not HAN.search(need.detail.en)
    assert need.tone == risk.tone == "warning"
    assert "自" not in need.detail.zh, "since when it was certain is not known"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"custody": 64_000_001}, "only the missing revenue could make it short"),
        ({"custody": None, "custody_on": None}, "no bank has told"),
        ({"custody_on": date(2019, 8, 1)}, "the bank fell silent"),
        ({"balance": None}, "nothing has been reported"),
        ({"bonds": (Bond("performance_insurance", 64_000_001, *YEAR),)}, "a bond covers it"),
        (
            {"custody": 64_000_001, "prior_revenue": 1, "revenue_year": 2017},
            "a higher revenue of last year could cure it",
        ),
    ],
)
def test_where_a_missing_figure_could_turn_it_nothing_is_said(change, why):
    facts = Facts(sector="catering", balance=160_000_001, custody=0, custody_on=TODAY)
    assert least(facts, on=TODAY).shortfall == 64_000_001
    assert least(replace(facts, **change), on=TODAY) is None, why


@given(
    known=st.builds(
        Facts,
        sector=st.just("catering"),
        balance=st.integers(0, 400_000_000),
        prior_revenue=st.none() | st.integers(0, 90_000_000_000),
        revenue_year=st.sampled_from((2017, 2018)),
        custody=st.integers(0, 90_000_000),
        custody_on=st.just(TODAY),
    ),
    revenue=st.integers(0, 90_000_000_000),
    quarter=st.integers(0, 400_000_000),
)
def test_whatever_arrives_later_is_never_less_than_what_was_said(known, revenue, quarter):
    said_before = least(known, on=TODAY)
    is_new = known.prior_revenue is None or known.revenue_year != TODAY.year - 1
    later = replace(
        known,
        prior_revenue=revenue if is_new else known.prior_revenue,
        revenue_year=TODAY.year - 1,
        quarter_end_balance=quarter,
    )
    assert stand(later, on=TODAY).figures.shortfall >= (said_before.shortfall if said_before else 0)


def test_the_articles_of_every_custody_rule_are_in_english():
    for pack in all_packs():
        if isinstance(pack.parameters, TierDeposit) and pack.jurisdiction in {
            "shanghai",
            "national",
        }:
            assert not HAN.search(english.article(pack.citation.text))


def test_a_withdrawn_mark_is_said_and_is_not_green(business):
    LinkageMark.objects.update(withdrawn_on=date(2019, 9, 1))
    found = said(business)["Data linkage"]
    assert (found.tone, found.detail.zh) == ("muted", "对接标识已于2019年9月1日收回。")


def test_the_words_of_both_languages_cover_the_vocabulary():
    for words in english.WORDS:
        for one in words:
            assert english.term(one).en and not HAN.search(english.term(one).en)
    assert english.article("法释〔2025〕4号 第十五条").endswith("Article 15")
    assert english.article("x 第二十条") == "x Article 20"
    assert english.article("x 第十条〔转述，未见正文〕") == "x Article 10 (text not confirmed)"


@pytest.mark.parametrize("address", ALL)
def test_every_page_speaks_the_language_of_its_address(client, business, address):
    address = address.format(business.number)
    chinese = client.get(address).content.decode()
    assert '<html lang="zh-Hans">' in chinese
    asked = f"{address}{'&' if '?' in address else '?'}lang=en"
    english_page = client.get(asked).content.decode()
    assert '<html lang="en">' in english_page
    # What stays Chinese says so: the way to the other language, the portal, articles of Chinese law.
    assert unmarked(english_page) == []
    inside = re.findall(r'href="(/prepaid/[^"]*)"', english_page)
    assert all("lang=en" in link for link in inside), "every way on speaks the same language"


@pytest.mark.parametrize("address", READ)
def test_reading_needs_no_cookie_and_leaves_none(client, business, address):
    answer = client.get(address.format(business.number))
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_page_is_kept_and_asked_for_again_by_its_mark(client, business):
    address = f"/prepaid/operators/{business.number}/"
    with CaptureQueriesContext(connection) as first:
        answer = client.get(address)
    reads = [
        one["sql"] for one in first.captured_queries if one["sql"].strip().startswith("SELECT")
    ]
    assert len(reads) == 3, "and one more for an operator that was ever listed"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    with CaptureQueriesContext(connection) as second:
        assert client.get(address).content == answer.content
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert client.get(f"{address}?anything=else").content == answer.content
    assert (again.status_code, again.content, len(second)) == (304, b"", 0)
    assert client.get(f"{address}?lang=en").content != answer.content


def test_what_is_not_found_is_not_kept(client):
    assert client.get("/prepaid/operators/YF1/").status_code == 404
    operator(number="YF1")
    assert client.get("/prepaid/operators/YF1/").status_code == 200


def test_a_signed_in_person_keeps_no_copy(business):
    client = Client()
    client.force_login(person("reader"))
    answer = client.get(f"/prepaid/operators/{business.number}/")
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_an_operator_is_found_by_name_brand_code_and_mark(business):
    other = operator(name="另一家健身有限公司", brand="动一动", district=XUHUI, sector="sports")
    for words, expected in (
        ("fictional", [business]),
        ("动一动", [other]),
        ("健身", [other]),
        (business.uscc.lower(), [business]),
        (business.number, [business]),
        ("m2019a0001", [business]),
        ("　FICTIONAL\u3000", [business]),
        ("100%", []),
        ("", [business, other]),
    ):
        assert list(search(query=words).operators) == expected, words
    assert list(search(query="", district=XUHUI).operators) == [other]
    assert list(search(query="", sector="catering").operators) == [business]
    assert search(query="fictional").operators[0].has_mark


def test_long_results_come_in_pages(client):
    for _ in range(21):
        operator()
    first, second = search(query="虚构"), search(query="虚构", page=2)
    assert (len(first.operators), first.has_more) == (20, True)
    assert (len(second.operators), second.has_more) == (1, False)
    assert search(query="", page=10**9).page == 50
    assert "下一页" in client.get("/prepaid/search/?q=虚构").content.decode()
    assert client.get("/prepaid/search/?page=²&district=x&sector=y").status_code == 200


def test_a_search_costs_the_same_however_many_there_are(client, business):
    with CaptureQueriesContext(connection) as seen:
        client.get("/prepaid/search/?q=fictional")
    assert len([one for one in seen.captured_queries if one["sql"].startswith("SELECT")]) == 1


def test_nothing_found_says_what_to_do(client):
    page = client.get("/prepaid/search/?q=无此商家").content.decode()
    assert "反映没有登记的商家" in page


def test_districts_show_how_many_are_registered(client, business):
    operator(district=XUHUI)
    page = re.sub(r"\s+", " ", client.get("/prepaid/").content.decode())
    assert re.search(
        r"district=310101\"><span>黄浦区</span> <span class=\"tabular\">1<small>（1）", page
    )
    assert re.search(r"徐汇区</span> <span class=\"tabular\">1<small>（0）", page)


def test_data_are_late_when_the_next_days_rows_should_have_come():
    last = date(2019, 9, 2)  # the rows of the third may come until the end of the fourth
    assert not is_overdue(last, date(2019, 9, 4))
    assert is_overdue(last, date(2019, 9, 5))
