"""What a connected shop does itself: states a year's revenue, reports a quarter, keeps its outlets up to date."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shangwu.foundation.audit.models import Act
from shangwu.prepaid.models import CustodyStanding, OperatorYear
from shangwu.prepaid.operations.standings import restate, restate_asked
from shangwu.prepaid.queries.workbench import shop_cards
from shangwu.prepaid.rules.requirement.thresholds import revenue_thresholds
from shangwu.prepaid.vocabulary import OperatorStatus, Sector
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.factories import operator, shopkeeper
from tests.prepaid.governance import PNG
from tests.prepaid.readings import decide
from tests.prepaid.witnesses import bank_tells, earned, moment, reports

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2020, 1, 2)


@pytest.fixture(autouse=True)
def unscanned_papers(settings):
    settings.UNSCANNED_FILES_ACCEPTED = True


@pytest.fixture
def clock(monkeypatch):
    """Return what sets the platform's clock to nine in the morning of a day."""

    def set_to(day):
        now = moment(day, 9)
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
