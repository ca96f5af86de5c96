"""Desks: each supervisor sees its own operators and no other, in as many statements for many as for few."""

import csv
import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import (
    Case,
    CustodyStanding,
    NightlyCheck,
    Observation,
    Operator,
    OperatorSummary,
    RatioTrial,
    RatioTrialChange,
)
from shangwu.prepaid.operations.cases import open_case
from shangwu.prepaid.operations.observations import observe
from shangwu.prepaid.operations.reconciling import reconcile
from shangwu.prepaid.operations.standings import restate
from shangwu.prepaid.operations.trials import ask_trial, run_trial
from shangwu.prepaid.queries.desks.desk import desk
from shangwu.prepaid.queries.desks.operator_file import operator_file
from shangwu.prepaid.queries.desks.operators import rows
from shangwu.prepaid.rules.amounts import brief_yuan
from shangwu.prepaid.vocabulary import (
    Agency,
    ObservationKind,
    OperatorStatus,
    Sector,
    TrialState,
)
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.prepaid.factories import HUANGPU, XUHUI, operator, shopkeeper, supervisor
from tests.prepaid.governance import anomaly
from tests.prepaid.letters import complaint
from tests.prepaid.witnesses import bank_tells, earned, insured, moment, reports

pytestmark = pytest.mark.django_db
BALANCE, REQUIRED = 160_000_000, 64_000_000
WIDE = "".join(chr(ord(one) + 0xFEE0) for one in "yue-dong")
PAGES = ("desk", "screen", "screen-body", "operator-files", "observations")


@pytest.fixture(autouse=True)
def in_2019(monkeypatch):
    """Let the platform's clock stand on the morning of 11 September 2019."""
    now = moment(date(2019, 9, 11), 9)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def told(made, day=date(2019, 9, 10), custody=REQUIRED // 2):
    earned(made, 2018, 800_000_000)
    reports(made, day, BALANCE)
    bank_tells(made, day, custody)
    return made


@pytest.fixture
def city(in_2019):
    """Two lines of business in two districts, each operator short of half of what it owes."""
    made = {
        (sector, district): told(operator(sector=sector, district=district))
        for sector in (Sector.CATERING, Sector.SPORTS)
        for district in (HUANGPU, XUHUI)
    }
    insured(made[Sector.SPORTS, XUHUI], 1_000_000, date(2019, 3, 1), date(2019, 9, 14))
    restate(None, day=date(2019, 9, 10), cause="BALANCE", at=in_2019)
    reconcile(at=in_2019)
    return made


def visitor(account):
    with_app(account)
    client = signed_in_client(account)
    client.account = account
    return client


def text_of(client, name, *args, query=""):
    answer = client.get(reverse(f"prepaid:{name}", args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.getvalue().decode()


def test_the_city_sees_all_money_to_the_fen(city):
    found = desk(supervisor(), on=date(2019, 9, 11))
    assert (found.total.operators, found.total.short) == (4, 4)
    assert (found.total.balance_fen, found.total.required_fen) == (4 * BALANCE, 4 * REQUIRED)
    assert found.total.shortfall_fen == 2 * REQUIRED - 1_000_000
    assert {one.label: one.operators for one in found.by_sector} == {"餐饮": 2, "体育健身": 2}
    assert len(found.by_district) == 16
    assert [one.number for one in found.endings] == [city[Sector.SPORTS, XUHUI].number]
    assert found.course[-1][1].shortfall_fen == found.total.shortfall_fen
    money = {one.kind: one.at_stake_fen for one in found.kinds}
    assert money[ObservationKind.UNDER_SECURED] == found.total.shortfall_fen
    # The same money stands in several observations and is counted once.
    assert found.total.at_stake_fen == 4 * BALANCE


@pytest.mark.parametrize(
    ("agency", "district", "seen"),
    [
        (Agency.SPORTS, "", {(Sector.SPORTS, HUANGPU), (Sector.SPORTS, XUHUI)}),
        (Agency.SPORTS, XUHUI, {(Sector.SPORTS, XUHUI)}),
        (Agency.COMMERCE, HUANGPU, {(Sector.CATERING, HUANGPU)}),
        (Agency.EDUCATION, "", set()),
    ],
)
def test_every_page_shows_one_s_own_operators_and_no_other(city, agency, district, seen):
    client = visitor(supervisor(agency=agency, district=district))
    for name in PAGES:
        text = text_of(client, name)
        for key, one in city.items():
            if name in {"operator-files", "observations"}:
                assert (one.name in text) == (key in seen), (name, key)
            elif key not in seen:
                assert one.name not in text, (name, key)
    file = text_of(client, "operator-files-export", query="?format=csv")
    for key, one in city.items():
        assert (one.name in file) == (key in seen)
        answer = client.get(reverse("prepaid:operator-file", args=[one.number]))
        assert answer.status_code == (200 if key in seen else 404)
        row = Observation.objects.filter(operator=one)[0]
        answer = client.get(reverse("prepaid:observation", args=[row.pk]))
        assert answer.status_code == (200 if key in seen else 404)
        answer = client.post(
            reverse("prepaid:observation-settle", args=[row.pk]), {"reason": "核实无误"}
        )
        assert answer.status_code == (302 if key in seen else 404)


def test_a_tile_says_how_many_are_short_and_of_how_much(city):
    text = text_of(visitor(supervisor()), "desk")
    tile = re.search(rf'tile-{HUANGPU}">(.*?)</li>', text, re.S)[1]
    assert "2 家不足<br>缺 64万" in tile
    assert "640,000.00" in text, "and the table to the fen"


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (12_345_678_900, "1.2亿"),
        (62_900_000, "63万"),
        (1_000_000, "1万"),
        (999_999, "不到1万"),
    ],
)
def test_brief_amounts_are_rounded_for_a_first_look(fen, said):
    assert brief_yuan(fen) == said


def test_a_shop_and_other_staff_are_not_let_in(city):
    keeper = visitor(shopkeeper(city[Sector.SPORTS, XUHUI]))
    clerk = visitor(person("bie.ren", Role.TARGETS_EDITOR))
    for client in (keeper, clerk):
        for name in (*PAGES, "trials"):
            assert client.get(reverse(f"prepaid:{name}")).status_code == 403


def test_the_desk_narrows_to_a_district_and_says_when_there_is_nobody(city):
    client = visitor(person("ling.dao", Role.LEADER))
    text = text_of(client, "desk", query=f"?district={XUHUI}&sector=sports")
    assert "全市 · 徐汇区 · 体育健身" in text
    assert "630,000.00" not in text and "310,000.00 元" in text
    assert "这个范围内没有经营者" in text_of(client, "desk", query="?district=310151")
    assert text_of(client, "desk", query="?district=%27&sector=nothing")


def test_the_file_tells_what_changed_and_why(city, in_2019):
    one = city[Sector.CATERING, HUANGPU]
    bank_tells(one, date(2019, 9, 10), REQUIRED, at=in_2019 + timedelta(hours=1))
    restate([one.pk], day=date(2019, 9, 10), cause="CUSTODY", at=in_2019 + timedelta(hours=1))
    client = visitor(supervisor())
    NightlyCheck.objects.all().delete()
    text = text_of(client, "operator-file", one.number)
    assert "缺额由 320,000.00 元 变为 0.00 元" in text
    assert "银行报送存管余额" in text and "第十一条" in text
    assert "首次核算" in text and "已了结" in text
    kept = CustodyStanding.objects.filter(operator=one).latest("day", "known_at")
    assert f"截至 {kept.day}" in text
    NightlyCheck.objects.update_or_create(
        day=timezone.localdate(), defaults={"done_at": kept.known_at}
    )
    Operator.objects.filter(pk=one.pk).update(subsector=one.get_sector_display())
    text = text_of(client, "operator-file", one.number)
    assert f"截至 {timezone.localdate()}" in text, "a night without news keeps the sum of today"
    assert f"{one.get_sector_display()} {one.get_sector_display()}" not in text
    fresh = operator()
    assert "还没有核算" in text_of(client, "operator-file", fresh.number)


def test_the_list_is_sorted_filtered_searched_and_taken_away(city):
    client = visitor(supervisor())
    one, other = city[Sector.SPORTS, XUHUI], city[Sector.CATERING, HUANGPU]
    text = text_of(client, "operator-files", query="?sort=-shortfall&short=0")
    assert text.index(other.name) < text.index(one.name)
    assert other.name not in text_of(client, "operator-files", query="?district=310104")
    assert one.name in text_of(client, "operator-files", query=f"?q={one.uscc}")
    assert "没有符合条件" in text_of(client, "operator-files", query="?silent=True&sector=mall")
    sheet = client.get(reverse("prepaid:operator-files-export") + "?format=xlsx")
    rows = list(load_workbook(BytesIO(sheet.getvalue())).active.iter_rows(values_only=True))
    assert BALANCE / 100 in rows[1] and "缺额（元）" in rows[0], "money can be added up"
    name = '=HYPERLINK("x")'
    Operator.objects.filter(pk=one.pk).update(name=name)
    table = text_of(client, "operator-files-export", query="?format=csv&sector=sports")
    _, *body = csv.reader(StringIO(table.removeprefix("\ufeff")))
    (line,) = [line for line in body if line[-1] == one.uscc]
    assert (line[0], line[4]) == (f"'{name}", f"{BALANCE / 100:.2f}"), (
        "no text acts, money is plain"
    )
    (act,) = Act.objects.filter(act="prepaid.export_list", after__asked="format=csv&sector=sports")
    assert act.after["rows"] == len(body) == 2
    wrong = client.get(reverse("prepaid:operator-files-export") + "?format=exe")
    assert wrong.status_code == 404


@pytest.mark.parametrize("name", ["operator-files-export", "observations"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_who_asks_for_the_head_of_a_file_takes_nothing_and_leaves_no_record(city, name, kind):
    client = visitor(supervisor())
    address = reverse(f"prepaid:{name}") + f"?format={kind}"
    head = client.head(address)
    assert (head.status_code, head.getvalue()) == (200, b"")
    assert not Act.objects.filter(act="prepaid.export_list").exists()
    whole = client.get(address)
    assert len(whole.getvalue()) == int(head["Content-Length"])
    assert whole["Content-Disposition"] == head["Content-Disposition"]
    assert Act.objects.filter(act="prepaid.export_list").count() == 1


def test_the_cap_by_revenue_is_told_on_the_file_and_narrows_the_list(city, in_2019):
    one, other = city[Sector.CATERING, HUANGPU], city[Sector.SPORTS, XUHUI]
    client = visitor(supervisor())
    assert OperatorSummary.objects.get(operator=one).revenue_cap_fen == 320_000_000
    earned(one, 2018, 2 * BALANCE, at=in_2019)
    restate([one.pk], day=date(2019, 9, 10), cause="REVENUE", at=in_2019 + timedelta(hours=1))
    summary = OperatorSummary.objects.get(operator=one)
    assert summary.revenue_cap_fen == 2 * BALANCE * 4 // 10 < summary.balance_fen
    assert OperatorSummary.objects.get(operator=other).revenue_cap_fen is None, "no cap in law"
    page = text_of(client, "operator-file", one.number)
    assert "余额与上年收入" in page and "125%，高于上限" in page and "1,280,000.00 元" in page
    assert "条文未经核实，不作为监管、处罚的依据。" in page and "条次据转载〔未核实〕" in page
    assert "余额与上年收入" not in text_of(client, "operator-file", other.number)
    listed = text_of(client, "operator-files", query="?cap=True")
    assert (
        one.name in listed and other.name not in listed and "高于上年收入的比例〔未核实〕" in listed
    )
    file = text_of(client, "operator-files-export", query="?cap=True&format=csv")
    assert "1280000.00" in file and "按上年收入的余额上限（元）〔未核实〕" in file
    assert not Observation.objects.filter(operator=one, sentence__contains="余额上限").exists()


def test_across_new_year_the_file_and_the_list_take_the_same_revenue(city, in_2019):
    one = city[Sector.CATERING, HUANGPU]
    earned(one, 2019, 2 * BALANCE, at=in_2019)
    new_year = moment(date(2020, 1, 1), 9)
    someone = supervisor()
    for at, year, is_above in ((in_2019, 2018, False), (new_year, 2019, True)):
        on = at.date()
        reconcile(at=at)
        summary = OperatorSummary.objects.get(operator=one)
        now = CustodyStanding.objects.filter(operator=one).latest("day", "known_at")
        assert now.day.year == 2019, "nothing changed since"
        cap = operator_file(one, account=someone, on=on).cap
        assert (cap.year, cap.cap, cap.is_exceeded) == (year, summary.revenue_cap_fen, is_above)
        above = rows(someone, on=on).filter(above_cap=True)
        assert above.filter(operator=one).exists() is is_above
    Operator.objects.filter(pk=one.pk).update(status=OperatorStatus.ENDED)
    reconcile(at=new_year)
    assert OperatorSummary.objects.get(operator=one).revenue_cap_fen is None
    one.refresh_from_db()
    assert operator_file(one, account=someone, on=on).cap is None, "it has left"


def test_those_whose_data_are_incomplete_are_counted_linked_and_listed(city):
    one, other = city[Sector.SPORTS, XUHUI], city[Sector.CATERING, HUANGPU]
    OperatorSummary.objects.filter(operator=one).update(is_complete=False)
    OperatorSummary.objects.exclude(operator=one).update(is_complete=True)
    client = visitor(supervisor())
    listed = text_of(client, "operator-files", query="?complete=True")
    assert one.name in listed and other.name not in listed
    file = text_of(client, "operator-files-export", query="?complete=True&format=csv")
    assert one.name in file and other.name not in file
    assert "complete=True" in text_of(client, "desk")


@pytest.mark.parametrize("words", ["Yue-Dong", WIDE, "yue", "健", " 健身 ", "健身 yue"])
@pytest.mark.parametrize("name", ["operator-files", "observations", "linkage"])
def test_an_operator_is_found_alike_on_every_list(city, name, words):
    one, other = city[Sector.SPORTS, XUHUI], city[Sector.CATERING, HUANGPU]
    Operator.objects.filter(pk=one.pk).update(brand="yue-dong 健身")
    text = text_of(visitor(supervisor()), name, query=f"?q={quote(words)}")
    assert one.name in text and other.name not in text


def test_a_filter_keeps_the_view_and_the_order_of_the_page(city):
    text = text_of(visitor(supervisor()), "cases", query="?view=all&sort=-opened&q=x")
    assert '<input type="hidden" name="view" value="all">' in text
    assert '<input type="hidden" name="sort" value="-opened">' in text
    assert 'href="?view=all&amp;sort=-opened">清除条件' in text


@pytest.mark.parametrize("name", [*PAGES, "operator-file"])
def test_as_many_statements_for_twenty_operators_as_for_four(city, name):
    client = visitor(supervisor())
    one = city[Sector.SPORTS, XUHUI]
    args = [one.number] if name == "operator-file" else []

    def statements():
        with CaptureQueriesContext(connection) as seen:
            text_of(client, name, *args)
        return len(seen)

    statements()
    few = statements()
    for _ in range(16):
        told(operator(sector=Sector.SPORTS, district=XUHUI))
    for n in range(2, 30):
        reports(one, date(2019, 9, 10) - timedelta(days=n), BALANCE)
    restate(None, day=date(2019, 9, 9), cause="BALANCE", at=timezone.now())
    assert statements() == few


def test_other_subjects_put_their_figure_on_the_desk(city):
    one = city[Sector.SPORTS, XUHUI]
    observe(
        operator=one,
        kind=ObservationKind.CONSUMER_DIFFERENCE,
        day=date(2019, 9, 10),
        subject="1",
        at_stake_fen=700,
        sentence="余额与小票不符。",
        at=timezone.now(),
    )
    client = visitor(supervisor())
    text = text_of(client, "desk")
    assert "涉及 1 家、7.00 元" in text and "没有将要生效的" in text
    (link,) = re.findall(r'href="([^"]+)">消费者反映的差异', text)
    told = client.get(link).text
    assert "余额与小票不符。" in told and "共 1 条" in told
    elsewhere = text_of(visitor(supervisor("pu", district=HUANGPU)), "desk")
    assert "涉及 0 家、0.00 元" in elsewhere


def test_open_cases_and_complaints_stand_on_the_desk_of_their_area_by_their_clocks(city):
    by, elsewhere = supervisor("an.jian"), city[Sector.CATERING, HUANGPU]
    for day, one in ((6, city[Sector.SPORTS, XUHUI]), (11, elsewhere)):
        seen = anomaly(one, day=date(2019, 9, 9))
        case = open_case(
            operator=one.pk, observations=[seen.pk], by=by, at=moment(date(2019, 9, day), 9)
        )
        Case.objects.filter(pk=case.pk).update(act_by=date(2019, 9, day + 4))
    late = complaint(city[Sector.SPORTS, XUHUI], at=moment(date(2019, 8, 1), 9)).request
    complaint(elsewhere, at=moment(date(2019, 9, 10), 9), ticket="2")
    whole = text_of(visitor(supervisor()), "desk")
    assert re.search(r"办理中的案件</a>.*?2 件<small>逾期 1 件，七日内到期 1 件", whole, re.S)
    assert re.search(r"待答复的投诉</a>.*?2 件<small>逾期 1 件", whole, re.S)
    assert "view=overdue" in whole
    client = visitor(supervisor("xu.hui", agency=Agency.SPORTS, district=XUHUI))
    district = text_of(client, "desk")
    assert re.search(r"办理中的案件</a>.*?1 件<small>逾期 1 件，七日内到期 0 件", district, re.S)
    (link,) = re.findall(r'href="([^"]+)">待答复的投诉', district)
    told = client.get(link.replace("&amp;", "&")).text
    assert late.number in told and "共 1 条" in told


def test_the_workbench_says_what_waits(city):
    client = visitor(supervisor(agency=Agency.SPORTS, district=XUHUI))
    text = client.get(reverse("web:office")).text
    assert "存管不足的经营者" in text and "合计缺 310,000.00 元" in text


def test_a_trial_says_who_changes_and_binds_nobody(city, in_2019):
    reviewer = supervisor("fu.he", Role.PREPAID_REVIEWER)
    small = told(operator(district=XUHUI))
    small_days = {"pack": "SH-IM19-11", "on": in_2019.date(), "old_ratio": Decimal("0.4")}
    found = ask_trial(**small_days, new_ratio=Decimal("0.5"), by=reviewer, at=in_2019)
    assert RatioTrial.objects.get().state == TrialState.WAITING
    assert run_trial(trial=found.pk, clock=lambda: in_2019) == 5
    assert run_trial(trial=found.pk, clock=lambda: in_2019) == 0
    found.refresh_from_db()
    assert (found.before_fen, found.after_fen) == (5 * REQUIRED, 5 * BALANCE // 2)
    change = RatioTrialChange.objects.get(trial=found, operator=small)
    assert (change.before_fen, change.after_fen) == (REQUIRED, BALANCE // 2)
    client = visitor(reviewer)
    text = text_of(client, "trial", found.pk)
    assert "5 家的应存管金额改变" in text and "不作为监管或者处罚的依据" in text
    assert "100万至1000万元" in text and "徐汇区" in text
    file = text_of(client, "trial-export", found.pk)
    assert file.count("160000.00") == 5
    act = Act.objects.get(act="prepaid.export_list")
    assert (act.subject, act.after["rows"]) == (f"list:比例试算-{found.on}-{found.pk}", 5)
    other = visitor(supervisor("ling.wai", Role.PREPAID_REVIEWER))
    assert other.get(reverse("prepaid:trial", args=[found.pk])).status_code == 404
    assert desk(reviewer, on=in_2019.date()).total.required_fen == 4 * REQUIRED


def test_a_trial_is_asked_for_on_the_page_and_refused_where_no_tier_fits(city, in_2019):
    client = visitor(supervisor("fu.he", Role.PREPAID_REVIEWER))
    text = text_of(client, "trials")
    assert "第十一条" in text and "已通过" in text and "还没有试算" in text
    answer = client.post(reverse("prepaid:trials"), {"tier": "SH-IM19-11:0.40", "ratio": "50"})
    found = RatioTrial.objects.get()
    assert answer.headers["Location"] == reverse("prepaid:trial", args=[found.pk])
    assert (found.old_ratio, found.new_ratio) == (Decimal("0.4"), Decimal("0.5"))
    assert "等待处理" in text_of(client, "trial", found.pk)
    assert "等待处理" in text_of(client, "trial-progress", found.pk)
    run_trial(trial=found.pk, clock=lambda: in_2019)
    done = client.get(reverse("prepaid:trial-progress", args=[found.pk]))
    assert done.headers["HX-Refresh"] == "true"
    wrong = client.post(reverse("prepaid:trials"), {"tier": "SH-IM19-11:0.40", "ratio": "101"})
    assert wrong.status_code == 200 and RatioTrial.objects.count() == 1
    with pytest.raises(Refused, match="没有比例为"):
        ask_trial(
            pack="SH-IM19-11",
            on=in_2019.date(),
            old_ratio=Decimal("0.3"),
            new_ratio=Decimal("0.5"),
            by=client.account,
            at=in_2019,
        )


def test_an_anomaly_leads_to_a_case_that_has_it_chosen_and_the_case_is_named_on_it(
    in_2019,
):
    officer = supervisor("an.jian", Role.PREPAID_OFFICER)
    with_app(officer)
    client, row = signed_in_client(officer), anomaly(operator())
    page = client.get(reverse("prepaid:observation", args=[row.pk])).text
    door = f"{reverse('prepaid:case-new')}?operator={row.operator.number}&amp;observation={row.pk}"
    assert door in page
    form = client.get(door.replace("&amp;", "&")).text
    assert re.search(rf'name="observations" value="{row.pk}"[^>]* checked', form)
    case = open_case(operator=row.operator_id, observations=[row.pk], by=officer, at=in_2019)
    page = client.get(reverse("prepaid:observation", args=[row.pk])).text
    assert reverse("prepaid:case", args=[case.number]) in page
    assert door not in page


def test_an_operators_file_leads_on_to_what_can_be_done_about_it():
    business = operator()
    officer, leader = (
        supervisor("an.jian", Role.PREPAID_OFFICER),
        supervisor("wei.jun", Role.LEADER),
    )
    for one in (officer, leader):
        with_app(one)
    address = reverse("prepaid:operator-file", args=[business.number])
    acts = [reverse("prepaid:case-new"), reverse("prepaid:inspection-new")]
    looks = [
        reverse("prepaid:operator-credit", args=[business.number]),
        reverse("prepaid:public-operator", args=[business.number]),
    ]
    seen = signed_in_client(officer).get(address).text
    assert all(f'href="{door}' in seen for door in acts + looks)
    seen = signed_in_client(leader).get(address).text
    assert not any(f'href="{door}' in seen for door in acts)
    assert all(f'href="{door}' in seen for door in looks)


def test_observations_are_a_file_as_they_are_narrowed(city):
    client = visitor(supervisor("an.jian", Role.PREPAID_OFFICER))
    answer = client.get(reverse("prepaid:observations"), {"sector": Sector.SPORTS, "format": "csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    head, *lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert "涉及金额（元）" in head
    shown = client.get(reverse("prepaid:observations"), {"sector": Sector.SPORTS}).text
    assert f"共 {len(lines)} 条" in shown and "format=csv" in shown
    names = {made.name: sector for (sector, _), made in city.items()}
    assert lines and all(
        any(n in line for n, s in names.items() if s == Sector.SPORTS) for line in lines
    )
