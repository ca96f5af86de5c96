"""What the board of issues and the list of monitoring reports show."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from shangwu.foundation.web.components import DueDate, Moment
from shangwu.targets.models import Declaration, Issue, MonitoringReport
from shangwu.targets.rules.monitoring.law import AlertRow, monitoring_law
from shangwu.targets.rules.monitoring.period import report_day, usual_period
from shangwu.targets.vocabulary import DeclarationStatus, IssueStatus

SHOWN_CLOSED = 50


@dataclass(frozen=True)
class Card:
    """An issue on the board."""

    issue: Issue
    finding: str
    due: DueDate | None


@dataclass(frozen=True)
class Column:
    """The issues of one state."""

    status: str
    label: str
    cards: tuple[Card, ...]
    total: int


@dataclass(frozen=True)
class Board:
    """A year's issues by state."""

    year: int
    years: tuple[int, ...]
    columns: tuple[Column, ...]
    late: int

    @property
    def total(self) -> int:
        """How many issues there are in all states."""
        return sum(column.total for column in self.columns)


@dataclass(frozen=True)
class ProjectReports:
    """An approved declaration with its reports, and the yearly round as long as it has none."""

    declaration: Declaration
    reports: tuple[MonitoringReport, ...]
    starts_on: date
    ends_on: date
    due: DueDate


def approved_years() -> tuple[int, ...]:
    """Return the years that have an approved declaration, newest first."""
    approved = Declaration.objects.filter(status=DeclarationStatus.APPROVED)
    return tuple(approved.order_by("-year").values_list("year", flat=True).distinct())


def board(*, year: int | None, project: str, today: date) -> Board:
    """Return the issues of a year, of one project where its number is given, the most urgent first."""
    years = approved_years()
    chosen = year if year is not None else (years[0] if years else today.year)
    found = (
        Issue.objects.filter(declaration__year=chosen)
        .select_related("declaration__project", "indicator", "owner")
        .order_by("due_on", "pk")
    )
    if project:
        found = found.filter(declaration__project__number=project)
    columns = []
    for status in IssueStatus:
        rows = list(found.filter(status=status))
        shown = rows[-SHOWN_CLOSED:][::-1] if status == IssueStatus.CLOSED else rows
        cards = tuple(card_of(row, today=today) for row in shown)
        columns.append(Column(status.value, str(status.label), cards, len(rows)))
    late = found.filter(due_on__lt=today).exclude(status=IssueStatus.CLOSED).count()
    return Board(chosen, years, tuple(columns), late)


def card_of(issue: Issue, *, today: date) -> Card:
    """Return the issue with its rule in words and its due day."""
    rule: AlertRow = monitoring_law(issue.found_on).alert(issue.rule)
    due = None
    if issue.due_on is not None:
        done = None if issue.is_open else _day(issue.reported_at)
        due = DueDate(
            issue.due_on, today, issue.due_why, "law/targets.toml#alert.rules", done_on=done
        )
    return Card(issue, rule.finding, due)


def moments(issue: Issue) -> list[Moment]:
    """Return what happened to the issue, oldest first."""
    steps = issue.steps.select_related("by").order_by("at", "pk")
    return [
        Moment(
            step.at,
            f"{step.get_kind_display()}（{step.by.display_name if step.by else '平台自动预警'}）",
            step.text,
        )
        for step in steps
    ]


def year_reports(
    *, year: int | None, today: date
) -> tuple[int, tuple[int, ...], list[ProjectReports]]:
    """Return a year, all years, and each approved declaration with its monitoring reports."""
    years = approved_years()
    chosen = year if year is not None else (years[0] if years else today.year)
    starts_on, ends_on = usual_period(chosen)
    day = report_day(starts_on, ends_on)
    found = (
        Declaration.objects.filter(status=DeclarationStatus.APPROVED, year=chosen)
        .select_related("project")
        .prefetch_related("monitoring_reports")
        .order_by("project__number")
    )
    rows = []
    for declaration in found:
        reports = sorted(declaration.monitoring_reports.all(), key=lambda row: row.ends_on)
        first, last = max(starts_on, declaration.starts_on), min(ends_on, declaration.ends_on)
        done = next((row for row in reports if row.ends_on >= last and not row.is_open), None)
        sent = _day(done.submitted_at) if done is not None else None
        due = DueDate(
            day.due, today, day.why, "law/targets.toml#rule.monitoring_period", done_on=sent
        )
        rows.append(ProjectReports(declaration, tuple(reports), first, last, due))
    return chosen, years, rows


def waiting_for(account: Any, *, reviews: bool) -> QuerySet[Issue]:
    """Return the issues that wait for this person, the most urgent first."""
    wanted = Q(status=IssueStatus.ASSIGNED, owner=account)
    if reviews:
        wanted |= Q(status=IssueStatus.FOUND) | Q(status=IssueStatus.REPORTED)
    urgent = Case(
        When(status=IssueStatus.REPORTED, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return Issue.objects.filter(wanted).order_by(urgent, "due_on", "pk")


def _day(at: datetime | None) -> date | None:
    """Return the day of an instant where the office is."""
    return None if at is None else timezone.localtime(at).date()
