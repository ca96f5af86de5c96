"""The director's overview: money against time, targets at risk, what is due, year by year."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.targets.models import Declaration, Standing
from shangwu.targets.operations import declarations, issues, measuring
from shangwu.targets.operations.money import payments
from shangwu.targets.operations.money.payments import PaymentContent
from shangwu.targets.queries import overview
from shangwu.targets.vocabulary import ReadingTrigger
from tests.foundation.accounts.factories import appointed, person, signed_in_client, with_app
from tests.targets.factories import AT, drafted, row

pytestmark = pytest.mark.django_db
NOW = datetime(2019, 7, 1, 2, 0, tzinfo=UTC)
TODAY = date(2019, 7, 1)


def project(name, editor, reviewer, *targets):
    found = drafted(editor, *targets, project=name)
    declarations.submit_declaration(declaration=found.pk, by=editor, at=AT)
    return declarations.approve_declaration(declaration=found.pk, note="", by=reviewer, at=AT)


def read(declaration, on=TODAY, at=NOW):
    for indicator in declaration.indicators.all():
        measuring.take_reading(
            indicator=indicator.pk, on=on, trigger=ReadingTrigger.BACKFILL, by=None, at=at
        )


def coloured(declaration, light, probability, number=1):
    """Give a target a light, as a forecast would have."""
    Standing.objects.filter(indicator=row(declaration, number)).update(
        light=light, probability=probability
    )


def shown(**changes):
    asked = {"year": 2019, "page": None, "on": TODAY, "at": NOW, **changes}
    return overview.overview(**asked)


@pytest.fixture
def two(editor, reviewer):
    """Two approved projects, read once."""
    first = project("甲项目", editor, reviewer, ("窗口管理制度健全性", "健全"))
    second = project("乙项目", editor, reviewer, ("2019年6月底，完成窗口改造", "100%"))
    for declaration in (first, second):
        read(declaration)
    return first, second


def test_targets_never_read_count_as_no_data(editor, reviewer):
    project("甲项目", editor, reviewer, ("窗口管理制度健全性", "健全"), ("办结率", "≥95%"))
    found = shown()
    assert found.indicators == 2
    assert {count.status: count.count for count in found.counts if count.count} == {"NO_DATA": 2}


def test_without_payments_the_spending_is_unknown_and_not_zero(two, editor, reviewer):
    assert shown().spending is None
    assert [line.spending for line in shown().lines] == [None, None]
    waiting = payments.propose_payment(
        declaration=two[0].pk,
        content=PaymentContent(
            voucher="A1", paid_on=date(2019, 5, 6), amount_fen=6_000_000, payee="甲公司"
        ),
        reason="按合同",
        by=editor,
        at=NOW,
    )
    payments.decide_payment(proposal=waiting.pk, approve=True, note="", by=reviewer, at=NOW)
    assert [line.spending for line in shown().lines] == [Decimal("0.2"), None]
    assert shown().spending == Decimal("0.1")


def test_projects_with_warnings_come_first(two):
    first, second = two
    coloured(second, "RED", Decimal("0.1"))
    found = shown()
    assert [line.declaration for line in found.lines] == [second, first]
    assert (found.red, found.yellow) == (1, 0)
    assert [line.declaration for line in shown(approved_only=True).lines] == [first, second]


def test_the_least_probable_target_is_named_first(two):
    coloured(two[0], "YELLOW", Decimal("0.6"))
    coloured(two[1], "RED", Decimal("0.1"))
    assert [item.declaration for item in overview.at_risk(year=2019)] == [two[1], two[0]]
    indicator = row(two[1])
    indicator.withdrawn_at = NOW
    indicator.save()
    assert [item.declaration for item in overview.at_risk(year=2019)] == [two[0]]


def test_what_falls_due_within_a_week_is_named_with_its_day(two):
    week_before = date(2019, 6, 25)
    [due] = overview.due_soon(on=week_before)
    assert (due.on, due.kind, due.project) == (date(2019, 6, 30), "指标", "乙项目")
    assert overview.due_soon(on=date(2019, 6, 20)) == []


def test_late_corrections_stay_due(two, editor, reviewer):
    appointed(editor, Role.TARGETS_EDITOR)
    found = issues.open_issue(
        declaration=two[0].pk,
        indicator=None,
        sentence="合同未备案",
        on=TODAY,
        by=reviewer,
        at=NOW,
    )
    issues.assign_issue(issue=found.pk, owner=editor, by=reviewer, at=NOW)
    [due] = overview.due_soon(on=TODAY + timedelta(days=60))
    assert (due.kind, due.title) == ("整改", "合同未备案")


def test_the_monitoring_round_is_named_while_reports_are_missing(two):
    assert overview.reports_due(on=date(2019, 7, 31)) is None
    assert overview.reports_due(on=date(2019, 8, 1)) == (date(2019, 8, 31), 2)


def test_years_stand_side_by_side(two):
    [line] = overview.year_by_year()
    assert (line.year, line.projects, line.indicators, line.met) == (2019, 2, 2, 0)
    assert line.executed_fen is None


def test_more_projects_ask_no_more_queries(two, editor, reviewer):
    def counted():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            shown()
            overview.at_risk(year=2019)
            overview.due_soon(on=TODAY)
            overview.year_by_year()
        return len(seen)

    few = counted()
    for number in range(8):
        read(project(f"第{number}项目", editor, reviewer, ("办结率", "≥95%")))
    assert counted() == few


def test_a_page_shows_twenty_projects_and_sums_all(two, editor, reviewer):
    sample = Declaration.objects.get(pk=two[0].pk)
    for number in range(21):
        project(f"第{number}项目", editor, reviewer, ("办结率", "≥95%"))
    found = shown()
    assert (len(found.lines), found.projects) == (20, 23)
    assert found.budget_fen == 23 * sample.budget_year_fen
    assert len(shown(page="2").lines) == 3
    public = Client().get(reverse("targets:promises") + "?year=2019&page=2").content.decode()
    assert "第 2 页，共 2 页" in public


def test_the_page_says_what_is_empty_and_what_to_do(two):
    account = person("leader", Role.LEADER)
    with_app(account)
    page = signed_in_client(account).get(reverse("targets:overview") + "?year=2019")
    text = page.content.decode()
    assert "还没有支付记录" in text
    assert "没有数据的指标不作预测" in text
