"""What a connected shop does itself: states a year's revenue, reports a quarter, keeps its outlets up to date."""

from datetime import date, timedelta
from typing import ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shangwu.foundation.audit.models import Act
from shangwu.prepaid.models import (
    Batch,
    CardDay,
    CustodyStanding,
    LinkageStep,
    Observation,
    OperatorYear,
    Outlet,
    QuarterReport,
)
from shangwu.prepaid.operations import applications
from shangwu.prepaid.operations.applications import NewOutlet
from shangwu.prepaid.operations.batches import own_delivery, receive_card_days
from shangwu.prepaid.operations.reconciling import reconcile
from shangwu.prepaid.operations.standings import restate, restate_asked
from shangwu.prepaid.operations.till import issue_card, redeem
from shangwu.prepaid.operations.till.sending import send_till_days
from shangwu.prepaid.queries.quarters import quarters
from shangwu.prepaid.queries.workbench import shop_cards
from shangwu.prepaid.rules.requirement.thresholds import revenue_thresholds
from shangwu.prepaid.vocabulary import LinkageStepKind, ObservationKind, OperatorStatus, Sector
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.applicants import TODAY
from tests.prepaid.card_days import AT, DAY, row
from tests.prepaid.factories import HUANGPU, operator, shopkeeper
from tests.prepaid.governance import PNG
from tests.prepaid.readings import decide
from tests.prepaid.shops import KNOWN, asked, plan, small_shop, sold
from tests.prepaid.witnesses import bank_tells, earned, moment, reports

pytestmark = pytest.mark.django_db
KEY = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
NEW_YEAR = date(2020, 1, 2)


@pytest.fixture(autouse=True)
def unscanned_papers(settings):
    settings.UNSCANNED_FILES_ACCEPTED = True


@pytest.fixture
def clock(monkeypatch):
    """Return what sets the platform's clock to an hour of a day, nine in the morning."""

    def set_to(day, hour=9):
        now = moment(day, hour)
        monkeypatch.setattr(timezone, "now", lambda: now)
        return now

    return set_to


def signed_in(account):
    with_app(account)
    return signed_in_client(account)


def text(answer):
    return answer.content.decode()


class TestYears:
    def test_an_operator_taken_over_by_list_states_a_new_years_revenue(self, clock):
        clock(NEW_YEAR)
        made = operator()
        earned(made, 2018, 800_000_000)
        assert not made.applications.exists()
        for day in (date(2019, 12, 31), date(2020, 1, 1)):
            reports(made, day, 160_000_001)
        bank_tells(made, date(2020, 1, 1), 160_000_001)
        at = moment(NEW_YEAR, 10)
        restate([made.pk], day=NEW_YEAR, cause="NIGHTLY", at=at)
        before = CustodyStanding.objects.latest("known_at")
        assert (before.required_fen, before.is_complete) == (160_000_001, False)

        keeper = shopkeeper(made)
        client = signed_in(keeper)
        assert "填报 2019 年收入" in text(client.get("/shop/"))
        assert [card.title for card in shop_cards(keeper, NEW_YEAR)] == ["待填报的年度收入"]
        page = text(client.get("/shop/years/"))
        assert "2019 年主营业务收入还没有提供" in page
        assert "超过 1,600,000.00 元的，按全部余额的 100% 存管" in page
        given = {"year": "2019", "revenue_fen": "9000000"}
        paper = SimpleUploadedFile("报表.png", PNG)
        answer = client.post("/shop/years/state/", {**given, "statement": paper})
        assert answer.headers["Location"] == "/shop/years/"

        kept = OperatorYear.objects.get(operator=made, year=2019)
        assert (kept.revenue_fen, kept.statement.name) == (900_000_000, "报表.png")
        assert Act.objects.filter(act="prepaid.state_revenue").count() == 1
        page = text(client.get("/shop/years/"))
        assert "还没有提供。" not in page and "超过 1,800,000.00 元的" in page
        assert "填报 2019 年收入" not in text(client.get("/shop/"))
        assert shop_cards(keeper, NEW_YEAR) == []
        assert restate_asked(at=at + timedelta(hours=1)) == 1, "asked for at once, not at night"
        after = CustodyStanding.objects.latest("known_at")
        assert (after.required_fen, after.is_complete, after.cause) == (64_000_001, True, "REVENUE")

    def test_what_was_typed_stands_again_when_the_statement_is_missing(self, clock):
        clock(NEW_YEAR)
        client = signed_in(shopkeeper(operator()))
        given = {"year": "2018", "revenue_fen": "1234567.89", "typed-into": "/shop/years/state/"}
        headers = {"referer": "http://testserver/shop/years/"}
        answer = client.post("/shop/years/state/", given, headers=headers)
        assert answer.status_code == 302 and not OperatorYear.objects.exists()
        page = text(client.get("/shop/years/"))
        assert "1234567.89" in page and "财务报表" in page
        answer = client.post("/shop/years/state/", given | {"year": "2020"})
        assert not OperatorYear.objects.exists(), "the running year has no revenue yet"

    @pytest.mark.parametrize(
        ("facts", "is_owed"),
        [
            ({}, True),
            ({"status": OperatorStatus.STOPPED}, True),
            ({"status": OperatorStatus.ENDED}, False),
            ({"established_on": date(2020, 1, 1)}, False),
        ],
    )
    def test_who_is_asked_for_last_years_revenue(self, clock, facts, is_owed):
        clock(NEW_YEAR)
        client = signed_in(shopkeeper(operator(**facts)))
        assert ("填报 2019 年收入" in text(client.get("/shop/"))) is is_owed
        assert client.get("/shop/years/").status_code == 200


class TestQuarters:
    GIVEN: ClassVar = {"revenue": "30000", "profit": "-1200.50", "spent": "10", "main_uses": "房租"}
    PAGE = "/shop/till/quarters/2019-07-01/"

    @pytest.fixture
    def till(self, clock):
        business, keeper = small_shop()
        code = sold(business, keeper, plan(business, keeper))
        redeem(code=code, units=12_000, request=asked(business, keeper))
        clock(date(2019, 10, 20))
        return business, keeper, signed_in(keeper)

    def test_a_till_reports_its_quarter_and_is_not_blamed(self, till):
        business, keeper, client = till
        board = text(client.get("/shop/till/"))
        assert "2019 年第 3 季度的预收资金支出报告还没有报送" in board
        assert "2019-10-25" in board and "剩 5 天" in board
        assert "待报送的季度报告" in [one.title for one in shop_cards(keeper, date(2019, 10, 20))]
        assert "填写季度报告" in text(client.get("/shop/"))
        form = client.get(self.PAGE).context["form"]
        assert form["spent"].value() == "100.00", "twelve of twelve hundred units, a thousand paid"
        given = self.GIVEN | {"key": form["key"].value()}
        for _ in range(2):
            answer = client.post(self.PAGE, given)
            assert answer.headers["Location"] == "/shop/till/quarters/"
        report = QuarterReport.objects.get(operator=business)
        assert (report.quarter_start, report.due_on) == (date(2019, 7, 1), date(2019, 10, 25))
        assert (report.revenue_fen, report.profit_fen) == (3_000_000, -120_050)
        assert (report.spent_fen, report.main_uses) == (1_000, "房租")
        act = Act.objects.get(act="prepaid.report_quarter")
        assert act.actor_name == keeper.display_name
        assert "还没有报送" not in text(client.get("/shop/till/"))
        reconcile(at=moment(date(2019, 10, 28), 1))
        missing = Observation.objects.filter(kind=ObservationKind.REPORT_MISSING)
        assert not missing.exists()

    def test_other_figures_of_the_same_page_are_a_correction(self, till, clock):
        business, _, client = till
        given = self.GIVEN | {"key": KEY}
        client.post(self.PAGE, given)
        clock(date(2019, 10, 20), 10)
        client.post(self.PAGE, given | {"spent": "20"})
        spent = QuarterReport.objects.filter(operator=business).order_by("pk")
        assert list(spent.values_list("spent_fen", flat=True)) == [1_000, 2_000]
        form = client.get(self.PAGE).context["form"]
        assert (form["spent"].value(), form["profit"].value()) == ("20.00", "-1200.50")

    def test_a_late_report_is_taken_and_said_to_be_late(self, till, clock):
        _, keeper, _ = till
        clock(date(2019, 11, 4))
        client = signed_in_client(keeper)
        assert "已逾期 10 天" in text(client.get("/shop/till/"))
        answer = client.post(self.PAGE, self.GIVEN | {"key": KEY}, follow=True)
        assert "记为逾期报送" in text(answer) and "逾期 10 天办结" in text(answer)

    def test_a_refusal_keeps_what_was_typed_and_leaves_nothing(self, till):
        business, _, client = till
        given = self.GIVEN | {"key": KEY, "typed-into": self.PAGE}
        wrong = client.post(self.PAGE, given | {"revenue": "-1"})
        assert wrong.status_code == 422 and "不得为负数" in text(wrong)
        assert 'value="-1200.50"' in text(wrong)
        personal = given | {"main_uses": "退给张三 13800138000"}
        headers = {"referer": f"http://testserver{self.PAGE}"}
        answer = client.post(self.PAGE, personal, headers=headers)
        assert answer.status_code == 409
        assert "主要用途" in text(answer) and "QUARTER-REFUSED" in text(answer)
        assert not Batch.objects.filter(operator=business, kind="quarter_report").exists()
        again = text(client.get(self.PAGE))
        assert 'value="-1200.50"' in again and KEY in again
        assert client.post(self.PAGE, given).status_code == 302
        assert QuarterReport.objects.count() == 1

    def test_only_quarters_that_are_over_since_the_connection_are_asked_for(self, till, clock):
        business, _, client = till
        for start in ("2019-10-01", "2019-04-01", "2019-07-02", "nonsense"):
            assert client.get(f"/shop/till/quarters/{start}/").status_code == 404, start
        clock(date(2021, 1, 4))
        starts = [one.start for one in quarters(business, on=date(2021, 1, 4))]
        assert starts == [date(2020, month, 1) for month in (10, 7, 4, 1)]
        own = operator(connected_on=None, status=OperatorStatus.APPLIED)
        assert quarters(own, on=date(2021, 1, 4)) == ()

    def test_who_sends_by_the_interface_is_not_sent_to_the_till(self, clock):
        clock(date(2019, 10, 20))
        client = signed_in(shopkeeper(operator()))
        assert "填写季度报告" not in text(client.get("/shop/"))
        assert "收银系统只对" in text(client.get("/shop/till/quarters/"))


class TestOutlets:
    @pytest.fixture
    def shop(self, clock):
        business, keeper = small_shop()
        at = clock(TODAY)
        second = NewOutlet("A0002", "二店", HUANGPU, "虚构路2号", date(2019, 1, 1))
        applications.add_outlet(operator=business.pk, given=second, by=keeper, at=at)
        return business, keeper, signed_in(keeper)

    def test_place_and_lease_are_changed_on_record(self, shop):
        business, _, client = shop
        assert 'href="/shop/outlets/A0002/"' in text(client.get("/shop/outlets/"))
        page = client.get("/shop/outlets/A0002/")
        given = {name: value or "" for name, value in page.context["form"].initial.items()}
        given |= {"place": "虚构路22号", "lease_until": "2021-12-31"}
        answer = client.post("/shop/outlets/A0002/change/", given, follow=True)
        assert "虚构路22号" in text(answer) and "门店信息已变更" in text(answer)
        outlet = business.outlets.get(number="A0002")
        assert (outlet.lease_until, outlet.name) == (date(2021, 12, 31), "二店")
        act = Act.objects.get(act="prepaid.change_outlet")
        assert act.after["was"] == {"place": "虚构路2号", "lease_until": None}
        assert "变更门店 A0002 的地址、租期届满日。" in text(client.get("/shop/"))
        assert LinkageStep.objects.latest("pk").kind == LinkageStepKind.UPDATED
        for fields, code in (
            ({}, "OUTLET-UNCHANGED"),
            ({"lease_until": "2018-12-31"}, "OUTLET-LEASE"),
            ({"longitude": "121.5"}, "OUTLET-PLACE"),
        ):
            answer = client.post("/shop/outlets/A0002/change/", given | fields)
            assert answer.status_code == 409 and code in text(answer)

    def test_an_outlet_is_closed_when_its_acts_are_over_and_never_the_last(self, shop):
        business, keeper, client = shop
        offer = plan(business, keeper)
        issue_card(plan=offer.number, buyer=KNOWN, request=asked(business, keeper, outlet="A0002"))
        close = "/shop/outlets/A0002/close/"
        for day, code in (
            ("2019-09-03", "OUTLET-DAY"),
            ("2018-12-31", "OUTLET-DAY"),
            ("2019-09-01", "OUTLET-ACTS"),
        ):
            answer = client.post(close, {"closed_on": day})
            assert answer.status_code == 409 and code in text(answer), day
        assert client.post(close, {"closed_on": "2019-09-02"}).status_code == 302
        assert business.outlets.get(number="A0002").closed_on == TODAY
        assert Act.objects.filter(act="prepaid.close_outlet").count() == 1
        form = client.get("/shop/till/issue/").context["form"]
        assert [number for number, _ in form.fields["outlet"].choices] == ["A0001"]
        assert "已经停业，不再变更" in text(client.get("/shop/outlets/A0002/"))
        assert "OUTLET-CLOSED" in text(client.post(close, {"closed_on": "2019-09-02"}))
        answer = client.post("/shop/outlets/A0001/close/", {"closed_on": "2019-09-02"})
        assert answer.status_code == 409 and "OUTLET-LAST" in text(answer)
        send_till_days(at=moment(date(2019, 9, 3), 1))
        sent = CardDay.objects.get(operator=business)
        assert sent.outlet == "A0002", "what was sold there is reported all the same"

    def test_days_that_were_reported_hold_a_closing_too(self, clock):
        clock(DAY + timedelta(days=2))
        made = operator()
        Outlet.objects.create(
            operator=made, number="A0002", name="二店", district=HUANGPU, opened_on=date(2019, 1, 1)
        )
        rows = [row(made, 1, 1, issued=500, closing=500)]
        receive_card_days(own_delivery(operator=made, key="day-00001", rows=rows, at=AT))
        client, close = signed_in(shopkeeper(made)), "/shop/outlets/A0001/close/"
        answer = client.post(close, {"closed_on": str(DAY - timedelta(days=1))})
        assert "OUTLET-ACTS" in text(answer) and str(DAY) in text(answer)
        assert client.post(close, {"closed_on": str(DAY)}).status_code == 302

    def test_the_shops_of_others_are_not_seen(self, shop):
        _, _, client = shop
        assert client.get("/shop/outlets/B0001/").status_code == 404
        assert "OUTLET-CLOSED" in text(
            client.post("/shop/outlets/B0001/close/", {"closed_on": "2019-09-01"})
        )


def test_the_threshold_of_a_revenue_lies_between_floor_and_cap(monkeypatch):
    for revenue, threshold in (
        (50_000_000, 20_000_000),
        (800_000_000, 160_000_000),
        (30_000_000_000, 5_000_000_000),
    ):
        [one] = revenue_thresholds(revenue, year=2018, sector=Sector.CATERING, on=date(2019, 9, 1))
        assert one.threshold == threshold and one.is_decided
        assert "第十一条" in one.sentence
    decide(monkeypatch, fifty_million="open")
    [unsure] = revenue_thresholds(
        800_000_000, year=2024, sector=Sector.CATERING, on=date(2025, 9, 1)
    )
    assert not unsure.is_decided and "尚未选定" in unsure.sentence
    decide(monkeypatch, fifty_million="ceiling_on_collection")
    assert revenue_thresholds(1, year=2024, sector=Sector.SPORTS, on=date(2025, 9, 1)) == ()
