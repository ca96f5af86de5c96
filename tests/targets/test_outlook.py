"""What a reading lets expect, and what-if, against the real database: the handbook's worked examples A6 and A7."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.targets.models import Outlook, Standing, StoredReading
from shangwu.targets.operations import declarations, measuring
from shangwu.targets.operations.money import payments
from shangwu.targets.operations.money.payments import PaymentContent
from shangwu.targets.queries.monitoring.situation import dual_of, standings_of
from shangwu.targets.queries.whatif import readable, rehearse
from shangwu.targets.rules.forecast.facts import Due, Forecast, NoForecast
from shangwu.targets.rules.forecast.whatif import Change
from shangwu.targets.vocabulary import ReadingTrigger
from tests.fakes.canteen.measures import STALLS
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.targets.factories import AT, approved, drafted, row

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 1, 5, 2, 0, tzinfo=UTC)
LATER = datetime(2021, 1, 5, 2, 0, tzinfo=UTC)
JULY, JUNE = date(2019, 7, 31), date(2019, 6, 30)
SERIES = (
    ("2019年6月底，推进微菜场建设", "150家"),
    ("2019年9月底，推进微菜场建设", "300家"),
    ("2019年12月底，推进微菜场建设", "500家"),
)


@pytest.fixture
def declaration(settings, editor, reviewer):
    """Three due numbers of one series, counted by the canteen's stalls; opened as in A7, 40 more in July."""
    settings.MEASURES = "tests.fakes.wiring.MEASURES"
    STALLS[:] = [
        (date(2019, 3, 20), 10),
        (date(2019, 4, 20), 50),
        (date(2019, 5, 20), 45),
        (date(2019, 6, 20), 45),
        (date(2019, 7, 20), 40),
    ]
    found = approved(editor, reviewer, *SERIES)
    for number in (1, 2, 3):
        measuring.bind_measure(
            indicator=row(found, number).pk,
            measure="canteen.stalls",
            parameters={},
            reason="食堂系统接入",
            by=editor,
            at=AT,
        )
    yield found
    STALLS.clear()


def read(declaration, on, number=3, at=NOW):
    return measuring.take_reading(
        indicator=row(declaration, number).pk,
        on=on,
        trigger=ReadingTrigger.BACKFILL,
        by=None,
        at=at,
    )


def paid(declaration, yuan, editor, reviewer):
    content = PaymentContent(
        voucher="A1", paid_on=date(2019, 5, 6), amount_fen=yuan * 100, payee="甲公司"
    )
    waiting = payments.propose_payment(
        declaration=declaration.pk, content=content, reason="补贴", by=editor, at=NOW
    )
    payments.decide_payment(proposal=waiting.pk, approve=True, note="", by=reviewer, at=NOW)


def test_a6_progress_against_the_series(declaration):
    outlook = read(declaration, JULY).outlook
    assert round(outlook.planned, 2) == Decimal("200.54")
    assert round(outlook.progress * 100, 2) == Decimal("94.74")
    assert outlook.progress_light == "YELLOW"
    assert "200.54" in outlook.why


def test_a6_money_runs_ahead_of_output(declaration, editor, reviewer):
    # 62.50 % of 300,000 yuan, as 2,500,000 of 4,000,000.
    paid(declaration, 187_500, editor, reviewer)
    for number in (1, 2, 3):
        read(declaration, JULY, number)
    standings = standings_of(declaration, on=JULY, known_at=NOW)
    dual = dual_of(declaration, standings, on=JULY, known_at=NOW)
    assert dual.is_flagged
    assert (dual.spending, dual.output) == (Decimal("0.625"), Decimal("0.38"))
    assert "24.5" in dual.why


def test_a7_the_course_comes_from_the_evidence(declaration):
    STALLS.pop()
    outlook = read(declaration, JUNE).outlook
    assert outlook.light == "RED"
    assert outlook.median < 500
    found = rehearse(readable(row(declaration, 3).pk), on=JUNE, known_at=NOW, change=Change())
    reference = found.found.before.reference
    assert (reference.median, reference.low, reference.high) == (430, 409, 452)
    assert round(reference.probability, 6) == Decimal("0.000031")
    assert "58.33" in found.found.required_before.why
    assert "59" in found.found.required_before.why


def test_every_figure_of_the_course_is_on_record(declaration):
    """Removing one record moves the forecast; nothing else can."""
    before = read(declaration, JULY).outlook.median
    STALLS.pop()
    after = read(declaration, JULY).outlook.median
    assert after < before


def test_another_pace_moves_forecast_and_score_and_keeps_the_record(declaration):
    read(declaration, JULY)
    counts = (StoredReading.objects.count(), Outlook.objects.count(), Standing.objects.count())
    indicator = readable(row(declaration, 3).pk)
    found = rehearse(indicator, on=JULY, known_at=NOW, change=Change(pace=Decimal(70)))
    assert isinstance(found.found.after, Forecast)
    assert found.found.after.probability > found.found.before.probability
    assert Decimal(found.score_after.row) > Decimal(found.score_before.row)
    assert Decimal(found.score_after.highest) > Decimal(found.score_before.highest)
    assert counts == (
        StoredReading.objects.count(),
        Outlook.objects.count(),
        Standing.objects.count(),
    )


def test_a_moved_milestone_asks_for_less(declaration):
    read(declaration, JULY)
    indicator = readable(row(declaration, 3).pk)
    change = Change(milestone=Due(date(2019, 12, 31), Decimal(350)))
    found = rehearse(indicator, on=JULY, known_at=NOW, change=change)
    assert found.found.required_after.rest < found.found.required_before.rest
    assert found.found.after.light != "RED"


def test_after_the_end_there_is_nothing_to_rehearse(declaration):
    read(declaration, date(2019, 12, 31))
    answer = rehearse(
        readable(row(declaration, 3).pk), on=date(2019, 12, 31), known_at=NOW, change=Change()
    )
    assert isinstance(answer, NoForecast)
    assert "已到" in answer.why


def test_growth_is_held_against_last_year(declaration, editor, reviewer):
    """Without last year's result nothing is said; with it the forecast is held against it."""
    STALLS[:] = [(date(year, month, 20), 10) for year in (2019, 2020) for month in range(1, 8)]
    growing = {}
    for year in (2019, 2020):
        draft = drafted(
            editor,
            ("数据服务产品数", "正增长"),
            project="数据服务",
            year=year,
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
        )
        declarations.submit_declaration(declaration=draft.pk, by=editor, at=AT)
        growing[year] = declarations.approve_declaration(
            declaration=draft.pk, note="", by=reviewer, at=AT
        )
        measuring.bind_measure(
            indicator=row(growing[year]).pk,
            measure="canteen.stalls",
            parameters={},
            reason="食堂系统接入",
            by=editor,
            at=AT,
        )
    july = date(2020, 7, 31)
    assert "没有上年数值" in read(growing[2020], july, 1, LATER).outlook.why
    assert read(growing[2019], date(2019, 12, 31), 1, LATER).numerator == 70
    outlook = read(growing[2020], july, 1, LATER).outlook
    assert (outlook.light, outlook.method != "") == ("GREEN", True)
    assert outlook.median > 70


class TestPage:
    @pytest.fixture
    def clerk(self, declaration):
        account = person("clerk", Role.TARGETS_EDITOR)
        with_app(account)
        return signed_in_client(account)

    def test_it_shows_both_courses_and_the_reference(self, declaration, clerk):
        read(declaration, JULY)
        page = reverse("targets:what-if", args=[row(declaration, 3).pk])
        shown = clerk.get(page, {"on": "2019-07-31", "pace": "70"}).content.decode()
        for word in ("现状", "假设", "参考方法（泊松）", "达到目标所需", "项目得分", "每月新增 70"):
            assert word in shown

    def test_half_a_milestone_is_asked_for_whole(self, declaration, clerk):
        page = reverse("targets:what-if", args=[row(declaration, 3).pk])
        shown = clerk.get(page, {"on": "2019-07-31", "milestone_on": "2019-11-30"})
        assert "请同时填写改后的期限和到期目标" in shown.content.decode()

    def test_a_plan_that_cannot_be_read_names_its_line(self, declaration, clerk):
        page = reverse("targets:what-if", args=[row(declaration, 3).pk])
        asked = {"on": "2019-07-31", "payments": "2019-09-30 1000\n明天 5"}
        assert "第 2 行读不懂" in clerk.get(page, asked).content.decode()

    def test_the_target_page_shows_what_is_expected(self, declaration, clerk):
        measuring.take_reading(
            indicator=row(declaration, 3).pk,
            on=JULY,
            trigger=ReadingTrigger.BACKFILL,
            by=None,
            at=NOW + timedelta(days=1),
        )
        page = reverse("targets:target", args=[row(declaration, 3).pk])
        shown = clerk.get(page).content.decode()
        for word in ("预测", "达成概率", "计划值", "推演", "非官方标准"):
            assert word in shown


def test_a_day_that_is_over_counts_to_its_end(declaration):
    """On the day itself nothing is missed yet; looked back upon, what was due on it was due."""
    STALLS.pop(1)
    due = date(2019, 6, 30)
    on_the_day = read(declaration, due, 1, datetime(2019, 6, 30, 2, 0, tzinfo=UTC))
    looked_back = read(declaration, due, 1, datetime(2019, 7, 1, 2, 0, tzinfo=UTC))
    assert (on_the_day.status, looked_back.status) == ("NOT_DUE", "MISSED")


def test_a_project_that_is_over_is_not_read_every_day(declaration):
    last = date(2019, 12, 31)
    assert measuring.take_daily_readings(on=last, at=NOW) == 3
    assert measuring.take_daily_readings(on=date(2020, 1, 2), at=NOW) == 0
    assert measuring.usual_day(declaration, at=NOW) == last
    assert measuring.usual_day(declaration, at=AT) == AT.date()


def test_before_the_first_payment_nothing_is_said_of_the_spending(editor, reviewer):
    found = approved(editor, reviewer, ("预算执行率", "≥90%"))
    before = read(found, date(2019, 1, 31), 1).outlook
    assert (before.light, before.median) == ("NONE", None)
    assert "没有记录" in before.why
    paid(found, 50_000, editor, reviewer)
    assert read(found, JULY, 1).outlook.light == "RED"
