"""Where an operator stands on its way to linkage, for the office and for the operator itself."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet
from django.utils import timezone

from shangwu.foundation.accounts.models import Account, Appointment
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.components import CountedDay, DueDate, Moment
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import (
    ConformanceRun,
    LinkageApplication,
    LinkageMark,
    Operator,
    OperatorYear,
    SampleRun,
)
from shangwu.prepaid.queries.facts import STANDING
from shangwu.prepaid.queries.precheck import newest_extract
from shangwu.prepaid.rules.deadlines import Due, mark_due
from shangwu.prepaid.rules.onboarding import ApplicationFacts, Duty, duty, missing
from shangwu.prepaid.rules.registry import Difference, differences
from shangwu.prepaid.rules.routing import Route, route
from shangwu.prepaid.vocabulary import (
    ApplicationState,
    BusinessSystem,
    ClosingKind,
    ClosingState,
    OperatorStatus,
)

STAGES = ("登记", "申请", "审核", "技术对接", "完成对接", "取得标识")
# Once its business has ended, an operator must not go on showing its mark.
GONE = (OperatorStatus.ENDED, OperatorStatus.LOST)


@dataclass(frozen=True)
class Dossier:
    """Everything that the page of one operator's linkage shows; `members` count who names it head of group, of brand."""

    operator: Operator
    application: LinkageApplication | None
    route: Route
    duty: Duty
    differences: tuple[Difference, ...]
    compared_on: date | None
    gaps: tuple[str, ...]
    connection_gaps: tuple[str, ...]
    members: tuple[int, int]
    mark: LinkageMark | None
    mark_due: DueDate | None
    duty_due: DueDate | None
    years: tuple[OperatorYear, ...]
    sample: SampleRun | None
    conformance: ConformanceRun | None
    moments: tuple[Moment, ...]
    stage: int

    @property
    def withdrawal_is_due(self) -> bool:
        """Whether the mark stands although the operator is gone."""
        return self.mark is not None and self.operator.status in GONE


def dossier(operator: Operator, *, on: date) -> Dossier:
    """Return where the operator stands that day."""
    application = operator.applications.order_by("-pk").first()
    competent = route(sector=operator.sector, district=operator.district, on=on, form=operator.form)
    owed = duty(
        competent,
        established_on=operator.established_on,
        sells_since=operator.sells_since,
        on=on,
        calendar=load_calendar(),
    )
    extract = newest_extract(operator)
    mark = operator.marks.filter(withdrawn_on=None).first()
    is_open = application is not None and application.state in (
        ApplicationState.DRAFT,
        ApplicationState.RETURNED,
    )
    facts = application_facts(application, on=on) if application and is_open else None
    return Dossier(
        operator=operator,
        application=application,
        route=competent,
        duty=owed,
        differences=differences(vars(operator), extract[0]) if extract else (),
        compared_on=extract[1] if extract else None,
        gaps=missing(facts, on=on) if facts else (),
        connection_gaps=tuple(connection_gaps(operator)),
        members=_members(operator),
        mark=mark,
        mark_due=_mark_due(operator, mark, on=on),
        duty_due=_duty_due(operator, owed, on=on),
        years=newest_years(operator),
        sample=operator.sample_runs.order_by("-run_at", "-pk").first(),
        conformance=operator.conformance_runs.order_by("-ran_at", "-pk").first(),
        moments=_moments(operator),
        stage=_stage(operator, application, mark),
    )


def application_facts(application: LinkageApplication, *, on: date) -> ApplicationFacts:
    """Return what an application holds so far."""
    operator = application.operator
    return ApplicationFacts(
        system=application.system,
        documents=frozenset(application.documents.values_list("kind", flat=True)),
        outlets=operator.outlets.filter(closed_on=None).count(),
        has_prior_revenue=operator.years.filter(year=on.year - 1).exists(),
        established_on=operator.established_on,
    )


def connection_gaps(operator: Operator) -> list[str]:
    """Return what is missing before the operator can be declared connected; whoever announced its end is not."""
    announced = operator.closings.filter(state=ClosingState.ANNOUNCED)
    if stopping := announced.exclude(kind=ClosingKind.MOVE).first():
        return [f"停业公告 {stopping.number} 在公告期内，撤回后才能确认。"]
    if uses_till(operator):
        return []
    gaps = []
    if not operator.keys.filter(is_sandbox=True).exists():
        gaps.append("尚未登记测试公钥。")
    newest = operator.conformance_runs.order_by("-ran_at", "-pk").first()
    if newest is None:
        gaps.append("尚未用测试包进行符合性测试。")
    elif not newest.passed:
        gaps.append("最近一次符合性测试没有全部通过。")
    if not operator.keys.filter(is_sandbox=False, revoked_at=None).exists():
        gaps.append("尚未登记正式报送的公钥。")
    return gaps


def uses_till(operator: Operator) -> bool:
    """Return whether the operator chose the public-base system, as its newest approved application says."""
    approved = operator.applications.filter(state=ApplicationState.APPROVED)
    newest = approved.order_by("-pk").values_list("system", flat=True).first()
    return newest == BusinessSystem.PUBLIC_BASE


def newest_years(operator: Operator) -> tuple[OperatorYear, ...]:
    """Return the standing figure of each year, newest first."""
    newest = operator.years.values("year").annotate(at=Max("provided_at"))
    standing = {(row["year"], row["at"]) for row in newest}
    rows = operator.years.select_related("statement").order_by("-year")
    return tuple(row for row in rows if (row.year, row.provided_at) in standing)


def shop_people(operator: Operator, *, on: date) -> list[Account]:
    """Return the people who act for an operator that day."""
    held = Appointment.objects.filter(
        post__organisation=operator.organisation_id, role=Role.PREPAID_SHOP.value
    ).in_force(on=on)
    return list(Account.objects.filter(pk__in=held.values("account"), is_active=True))


def awaiting_mark(operators: QuerySet[Operator]) -> QuerySet[Operator]:
    """Keep the connected operators that have no mark in force."""
    marked = LinkageMark.objects.filter(withdrawn_on=None).values("operator")
    return operators.filter(status=OperatorStatus.CONNECTED).exclude(pk__in=marked)


def in_state(operators: QuerySet[Operator], state: ApplicationState) -> QuerySet[Operator]:
    """Keep the operators whose application stands there."""
    there = LinkageApplication.objects.filter(state=state).values("operator")
    return operators.filter(pk__in=there)


def marks_to_withdraw(operators: QuerySet[Operator]) -> QuerySet[Operator]:
    """Keep the operators that are gone while their mark still stands."""
    marked = LinkageMark.objects.filter(withdrawn_on=None).values("operator")
    return operators.filter(status__in=GONE, pk__in=marked)


def due_chip(due: Due, *, today: date, done_on: date | None = None) -> DueDate:
    """Return a legal period as the chip that explains itself."""
    return DueDate(
        due=due.due,
        today=today,
        rule=due.sentence,
        source=due.citation.text,
        provisional=due.is_provisional,
        done_on=done_on,
        trace=[CountedDay(day.date, day.counted, day.why) for day in due.trace],
    )


def _members(operator: Operator) -> tuple[int, int]:
    """How many operators that secure money name this one head of their group, and of their brand; itself included."""
    naming = Operator.objects.filter(status__in=STANDING)
    return (
        naming.filter(group_head=operator.uscc).count(),
        naming.filter(franchise_head=operator.uscc).count(),
    )


def _mark_due(operator: Operator, mark: LinkageMark | None, *, on: date) -> DueDate | None:
    if operator.connected_on is None or operator.status in GONE:
        return None
    due = mark_due(operator.connected_on, calendar=load_calendar())
    return due_chip(due, today=on, done_on=mark.issued_on if mark else None)


def _duty_due(operator: Operator, owed: Duty, *, on: date) -> DueDate | None:
    """Show the transition as a due date only while it ran, or to whom met it.

    Unless the platform was told since when an operator sells cards, one that joins years later is not called late.
    """
    if owed.due is None:
        return None
    if operator.sells_since is None and (operator.connected_on or on) > owed.due.due:
        return None
    return due_chip(owed.due, today=on, done_on=operator.connected_on)


def _moments(operator: Operator) -> tuple[Moment, ...]:
    steps = operator.linkage_steps.select_related("taken_by").order_by("-at", "-pk")
    return tuple(
        Moment(
            timezone.localtime(step.at),
            step.get_kind_display(),
            f"{step.sentence}（{step.taken_by.display_name}）" if step.taken_by else step.sentence,
        )
        for step in steps
    )


def _stage(
    operator: Operator, application: LinkageApplication | None, mark: LinkageMark | None
) -> int:
    """How many of STAGES are done."""
    if mark is not None:
        return len(STAGES)
    if operator.connected_on is not None:
        return 5
    if operator.status == OperatorStatus.ONBOARDING:
        return 3
    state = application.state if application else ""
    return 2 if state in (ApplicationState.SUBMITTED, ApplicationState.RECOMMENDED) else 1
