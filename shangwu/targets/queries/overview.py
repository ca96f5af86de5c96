"""The director's overview: a year's projects, money against time, targets at risk, what is due, year by year.

Every figure comes from one row a target (`Standing`) in a fixed number of queries, whatever the number of projects.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from shangwu.targets.models import Declaration, Indicator, Issue, Payment, Standing
from shangwu.targets.queries import money
from shangwu.targets.rules.money.rates import Rate
from shangwu.targets.rules.monitoring.period import elapsed_share, report_day, usual_period
from shangwu.targets.vocabulary import DeclarationStatus, IssueStatus, Light, TargetStatus

PER_PAGE = 20
MOST_AT_RISK = 12
MOST_DUE = 30
WEEK = timedelta(days=7)
# Deadlines and milestones stand inside the typed target; the newest version in force is the highest approved.
DUE_TARGETS = """
SELECT DISTINCT ON (i.id) i.id, i.name, p.name, part->>'by'
  FROM targets_indicator i
  JOIN targets_declaration d ON d.id = i.declaration_id
  JOIN targets_project p ON p.id = d.project_id
  JOIN targets_targetversion v ON v.indicator_id = i.id
 CROSS JOIN LATERAL jsonb_array_elements(v.parsed->'parts') part
 WHERE d.status = 'APPROVED' AND d.year BETWEEN %(first)s AND %(last)s AND i.withdrawn_at IS NULL
   AND (v.number = 1 OR v.approved_at IS NOT NULL)
   AND part->>'by' BETWEEN %(from)s AND %(until)s
   AND NOT EXISTS (SELECT 1 FROM targets_standing s WHERE s.indicator_id = i.id AND s.status = 'MET')
 ORDER BY i.id, v.number DESC
"""


@dataclass(frozen=True)
class StatusCount:
    """How many targets stand in one status."""

    status: str
    label: str
    count: int


@dataclass(frozen=True)
class ProjectLine:
    """One project of a year: its targets by status and light, its money."""

    declaration: Declaration
    indicators: int
    counts: tuple[StatusCount, ...]
    red: int
    yellow: int
    rate: Rate
    has_payments: bool

    @property
    def met(self) -> int:
        """How many targets are met."""
        return next((c.count for c in self.counts if c.status == TargetStatus.MET), 0)

    @property
    def spending(self) -> Fraction | None:
        """What was paid of the adjusted budget; None while no payment is on record."""
        if not self.has_payments or not self.rate.denominator_fen:
            return None
        return Fraction(self.rate.numerator_fen, self.rate.denominator_fen)

    @property
    def light(self) -> str:
        """The worst light of its targets."""
        if self.red:
            return Light.RED
        return Light.YELLOW if self.yellow else Light.NONE


@dataclass(frozen=True)
class DueItem:
    """Something that falls due within a week, or is late already."""

    on: date
    kind: str
    title: str
    project: str
    link: tuple[str, int]


@dataclass(frozen=True)
class YearLine:
    """A year in figures."""

    year: int
    projects: int
    indicators: int
    met: int
    budget_fen: int
    executed_fen: int | None


@dataclass(frozen=True)
class Overview:
    """A year's projects with their money and where their promises stand; `lines` are those of one page."""

    year: int
    years: tuple[int, ...]
    page: "Page[_Tally]"
    lines: tuple[ProjectLine, ...]
    projects: int
    counts: tuple[StatusCount, ...]
    red: int
    yellow: int
    budget_fen: int
    adjusted_fen: int
    executed_fen: int | None

    @property
    def indicators(self) -> int:
        """How many targets the year has."""
        return sum(count.count for count in self.counts)

    @property
    def spending(self) -> Fraction | None:
        """What was paid of all adjusted budgets; None while no payment is on record."""
        if self.executed_fen is None or not self.adjusted_fen:
            return None
        return Fraction(self.executed_fen, self.adjusted_fen)


def overview(
    *, year: int | None, page: str | None, on: date, at: datetime, approved_only: bool = False
) -> Overview:
    """Return the year's projects, those with red lights first; without a year, the newest that has any.

    `approved_only` gives what citizens see, in the order of their numbers.
    """
    declarations = Declaration.objects.all()
    if approved_only:
        declarations = declarations.filter(status=DeclarationStatus.APPROVED)
    years = tuple(declarations.order_by("-year").values_list("year", flat=True).distinct())
    chosen = year if year is not None else (years[0] if years else on.year)
    tallies = _tallies(declarations.filter(year=chosen), on=on, at=at)
    if not approved_only:
        tallies.sort(key=lambda tally: (-tally.lights[Light.RED], -tally.lights[Light.YELLOW]))
    counts: Counter[str] = Counter()
    lights: Counter[str] = Counter()
    for tally in tallies:
        counts.update(tally.counts)
        lights.update(tally.lights)
    paid = [tally.rate.numerator_fen for tally in tallies if tally.has_payments]
    shown = Paginator(tallies, PER_PAGE).get_page(page)
    return Overview(
        year=chosen,
        years=years,
        page=shown,
        lines=_lines(shown.object_list),
        projects=len(tallies),
        counts=status_counts(counts),
        red=lights[Light.RED],
        yellow=lights[Light.YELLOW],
        budget_fen=sum(tally.budget_fen for tally in tallies),
        adjusted_fen=sum(tally.rate.denominator_fen for tally in tallies),
        executed_fen=sum(paid) if paid else None,
    )


def at_risk(*, year: int) -> list[Standing]:
    """Return the targets of a year that are red or yellow, the least probable first."""
    found = Standing.objects.filter(
        declaration__year=year,
        declaration__status=DeclarationStatus.APPROVED,
        light__in=[Light.RED, Light.YELLOW],
        indicator__withdrawn_at__isnull=True,
    ).order_by("probability", "pk")
    # First which, then their rows: sorting whole rows of a year would cost more than everything else here.
    keys = list(found.values_list("pk", flat=True)[:MOST_AT_RISK])
    return list(
        Standing.objects.filter(pk__in=keys)
        .select_related("indicator", "declaration__project")
        .order_by("probability", "pk")
    )


def due_soon(*, on: date) -> list[DueItem]:
    """Return what falls due within a week: dated targets, corrections, monitoring reports; late corrections too."""
    until = on + WEEK
    with connection.cursor() as cursor:
        cursor.execute(
            DUE_TARGETS,
            {
                "first": on.year - 1,
                "last": until.year,
                "from": on.isoformat(),
                "until": until.isoformat(),
            },
        )
        found = [
            DueItem(date.fromisoformat(by), "指标", name, project, ("targets:target", pk))
            for pk, name, project, by in cursor.fetchall()
        ]
    issues = Issue.objects.filter(due_on__lte=until).exclude(status=IssueStatus.CLOSED)
    found += [
        DueItem(
            issue.due_on,
            "整改",
            issue.sentence,
            issue.declaration.project.name,
            ("targets:issue", issue.pk),
        )
        for issue in issues.select_related("declaration__project").order_by("due_on")[:MOST_DUE]
        if issue.due_on is not None
    ]
    return sorted(found, key=lambda item: item.on)[:MOST_DUE]


def reports_due(*, on: date) -> tuple[date, int] | None:
    """Return the day of this year's monitoring round and how many projects have no locked report, if it is near."""
    starts_on, ends_on = usual_period(on.year)
    due = report_day(starts_on, ends_on).due
    if not ends_on < on <= due + WEEK:
        return None
    waiting = (
        Declaration.objects.filter(status=DeclarationStatus.APPROVED, year=on.year)
        .exclude(monitoring_reports__status="LOCKED", monitoring_reports__ends_on__gte=ends_on)
        .count()
    )
    return (due, waiting) if waiting else None


def year_by_year() -> list[YearLine]:
    """Return the approved declarations of every year in figures, oldest first."""
    approved = Declaration.objects.filter(status=DeclarationStatus.APPROVED)
    budgets = (
        approved.order_by().values("year").annotate(n=Count("pk"), budget=Sum("budget_year_fen"))
    )
    counted = (
        Indicator.objects.filter(
            declaration__status=DeclarationStatus.APPROVED, withdrawn_at__isnull=True
        )
        .order_by()
        .values("declaration__year")
        .annotate(n=Count("pk"), met=Count("pk", filter=Q(standing__status=TargetStatus.MET)))
    )
    targets = {row["declaration__year"]: (row["n"], row["met"]) for row in counted}
    paid = dict(
        Payment.objects.filter(declaration__status=DeclarationStatus.APPROVED)
        .order_by()
        .values_list("declaration__year")
        .annotate(Sum("amount_fen"))
    )
    return [
        YearLine(
            year=row["year"],
            projects=row["n"],
            indicators=targets.get(row["year"], (0, 0))[0],
            met=targets.get(row["year"], (0, 0))[1],
            budget_fen=row["budget"],
            executed_fen=paid.get(row["year"]),
        )
        for row in sorted(budgets, key=lambda row: row["year"])
    ]


def status_counts(counts: Mapping[str, int]) -> tuple[StatusCount, ...]:
    """Return every status with its count, in the order of the vocabulary."""
    return tuple(
        StatusCount(status.value, str(status.label), counts.get(status.value, 0))
        for status in TargetStatus
    )


def time_share(declarations: Sequence[Declaration], *, on: date) -> Fraction | None:
    """Return how much of the projects' time is over, each weighed by its budget; None without a budget."""
    weight = sum(declaration.budget_year_fen for declaration in declarations)
    if not weight:
        return None
    passed = sum(
        elapsed_share(declaration.starts_on, declaration.ends_on, on=on)
        * declaration.budget_year_fen
        for declaration in declarations
    )
    return Fraction(passed) / weight


@dataclass(frozen=True)
class _Tally:
    """A project in figures only, so that hundreds can be summed and sorted before any is shown."""

    declaration: int
    budget_fen: int
    counts: Counter[str]
    lights: Counter[str]
    rate: Rate
    has_payments: bool


def _tallies(declarations: QuerySet[Declaration], *, on: date, at: datetime) -> list[_Tally]:
    paying = Payment.objects.filter(declaration=OuterRef("pk"))
    listed = list(
        declarations.order_by("project__number")
        .annotate(has_payments=Exists(paying))
        .values_list("pk", "budget_year_fen", "has_payments")
    )
    found = _counted(declarations)
    budgets = {key: budget for key, budget, _ in listed}
    rates = money.execution_of_budgets(budgets, on=on, known_at=at)
    return [
        _Tally(key, budget, *found.get(key, (Counter(), Counter())), rates[key], has_payments)
        for key, budget, has_payments in listed
    ]


def _counted(declarations: QuerySet[Declaration]) -> dict[int, tuple[Counter[str], Counter[str]]]:
    """Return how many targets each declaration has in each status and under each light, a row a declaration."""
    statuses, lights = list(TargetStatus), list(Light)
    # A target that was never read has no standing: it counts as no data and has no light.
    unread = Q(standing__isnull=True)
    by_status = [
        Q(standing__status=status) | (unread if status == TargetStatus.NO_DATA else Q(pk__in=[]))
        for status in statuses
    ]
    by_light = [
        Q(standing__light=light) | (unread if light == Light.NONE else Q(pk__in=[]))
        for light in lights
    ]
    rows = (
        Indicator.objects.filter(
            declaration__in=declarations.order_by().values("pk"), withdrawn_at__isnull=True
        )
        .order_by()
        .values_list("declaration_id")
        .annotate(
            **{f"status{n}": Count("pk", filter=q) for n, q in enumerate(by_status)},
            **{f"light{n}": Count("pk", filter=q) for n, q in enumerate(by_light)},
        )
    )
    return {
        row[0]: (
            Counter(dict(zip(statuses, row[1 : 1 + len(statuses)], strict=True))),
            Counter(dict(zip(lights, row[1 + len(statuses) :], strict=True))),
        )
        for row in rows
    }


def _lines(tallies: Iterable[_Tally]) -> tuple[ProjectLine, ...]:
    shown = list(tallies)
    found = Declaration.objects.select_related("project").in_bulk(
        [tally.declaration for tally in shown]
    )
    return tuple(
        ProjectLine(
            declaration=found[tally.declaration],
            indicators=tally.counts.total(),
            counts=status_counts(tally.counts),
            red=tally.lights[Light.RED],
            yellow=tally.lights[Light.YELLOW],
            rate=tally.rate,
            has_payments=tally.has_payments,
        )
        for tally in shown
    )
