"""Issues of monitoring: opened, assigned, explained, corrected with evidence, closed by another, looked at again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.queries import is_open
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Declaration, Indicator, Issue, IssueFile, IssueStep
from shangwu.targets.operations.measuring import CLOCK
from shangwu.targets.operations.notices import tell_of_issue
from shangwu.targets.queries.monitoring.situation import situation_of
from shangwu.targets.rules.monitoring.alerts import Alert, alerts
from shangwu.targets.rules.monitoring.law import monitoring_law
from shangwu.targets.rules.monitoring.period import after_workdays
from shangwu.targets.vocabulary import DeclarationStatus, IssueEffect, IssueStatus, IssueStepKind

BY_HAND, GATE_FAILED = "Y-10", "Y-11"


def raise_alerts(*, declaration: int, on: date, by: Account | None, at: datetime) -> list[Issue]:
    """Open an issue for each alert of the day that has none open yet; return the new ones.

    Safe to run twice. Raises: Refused MONITORING-FUTURE.
    """
    if on > timezone.localtime(at).date():
        raise Refused("不能检查将来的日期，请选择今天或以前的日期。", code="MONITORING-FUTURE")
    with transaction.atomic():
        found = Declaration.objects.select_for_update(of=("self",), no_key=True).get(pk=declaration)
        law = monitoring_law(on)
        standing = set(
            found.issues.exclude(status=IssueStatus.CLOSED).values_list("rule", "subject")
        )
        # What was found on that day or later and closed since is not opened a second time for it.
        standing |= set(found.issues.filter(found_on__gte=on).values_list("rule", "subject"))
        new = [
            alert
            for alert in alerts(situation_of(found, on=on, known_at=at), law)
            if (alert.rule, alert.subject) not in standing
        ]
        return [_open(found, alert, on=on, by=by, at=at) for alert in new]


def raise_daily_alerts(*, on: date, at: datetime) -> int:
    """Check every approved declaration whose period contains the day; return how many issues are new."""
    running = Declaration.objects.filter(
        status=DeclarationStatus.APPROVED, starts_on__lte=on, ends_on__gte=on
    ).values_list("pk", flat=True)
    return sum(len(raise_alerts(declaration=pk, on=on, by=None, at=at)) for pk in running)


def open_issue(
    *, declaration: int, indicator: int | None, sentence: str, on: date, by: Account, at: datetime
) -> Issue:
    """Open an issue that a person found.

    Raises: Refused ISSUE-TEXT, ISSUE-INDICATOR or ISSUE-TWICE.
    """
    text = _required(sentence, "问题")
    with transaction.atomic():
        found = Declaration.objects.select_for_update(of=("self",), no_key=True).get(pk=declaration)
        if indicator is not None and not found.indicators.filter(pk=indicator).exists():
            raise Refused("所选指标不属于这份申报表，请重新选择。", code="ISSUE-INDICATOR")
        subject = f"{'indicator:' + str(indicator) if indicator else 'project'}:{text}"[:80]
        alert = Alert(BY_HAND, subject, text, indicator)
        try:
            with transaction.atomic():
                return _open(found, alert, on=on, by=by, at=at)
        except IntegrityError:
            raise Refused("同样的问题已经登记，没有重复登记。", code="ISSUE-TWICE") from None


def open_gate_issues(
    *, declaration: Declaration, failed: Mapping[int, str], on: date, by: Account, at: datetime
) -> list[Issue]:
    """Open an issue for each gate that an evaluation found failed, by indicator with the reason, unless one is open.

    Source: law/targets.toml#rule.management_rows
    """
    open_issues = declaration.issues.exclude(status=IssueStatus.CLOSED)
    standing = set(open_issues.filter(rule=GATE_FAILED).values_list("indicator_id", flat=True))
    return [
        _open(
            declaration,
            Alert(GATE_FAILED, f"indicator:{indicator}", sentence, indicator),
            on=on,
            by=by,
            at=at,
        )
        for indicator, sentence in failed.items()
        if indicator not in standing
    ]


def assign_issue(
    *, issue: int, owner: Account, instead_of: int | None = None, by: Account, at: datetime
) -> Issue:
    """Name who answers for the correction; it is due some working days after the assignment.

    `instead_of` is the owner whom the person saw, so that of two assignments at once one is refused.
    Raises: Refused ISSUE-STATUS, ISSUE-ASSIGNED or ISSUE-OWNER.
    """
    today = timezone.localtime(at).date()
    if not owner.has_role(Role.TARGETS_EDITOR, on=today):
        raise Refused("责任人须是绩效填报岗人员，请重新选择。", code="ISSUE-OWNER")
    with transaction.atomic():
        found = _locked(issue, IssueStatus.FOUND, IssueStatus.ASSIGNED, act="指派")
        if found.owner_id != instead_of:
            name = found.owner.display_name if found.owner else ""
            raise Refused(
                f"这个问题已由他人指派给{name}，您的操作没有执行。", code="ISSUE-ASSIGNED"
            )
        count = monitoring_law(today).alert(found.rule).due_workdays
        due = after_workdays(today, count)
        found.owner, found.due_on, found.due_why = owner, due.due, due.why
        found.status = IssueStatus.ASSIGNED
        found.save(update_fields=["owner", "due_on", "due_why", "status"])
        _step(
            found,
            IssueStepKind.ASSIGNED,
            f"由{owner.display_name}负责整改。{due.why}",
            by=by,
            at=at,
        )
        tell_of_issue(found, owner, "已指派给您整改", at=at)
        _record("targets.assign_issue", found, by, at, owner=owner.pk, due_on=due.due.isoformat())
    return found


def explain_issue(
    *, issue: int, cause: str, detail: str, action: str, by: Account, at: datetime
) -> Issue:
    """State why it happened, in the official classes, and what is being done about it.

    Raises: Refused ISSUE-STATUS, ISSUE-NOT-OWNER, ISSUE-CAUSE or ISSUE-TEXT.
    """
    with transaction.atomic():
        found = _locked(issue, IssueStatus.ASSIGNED, act="填写原因和措施")
        _require_owner(found, by)
        if cause not in monitoring_law(timezone.localtime(at).date()).causes.value:
            raise Refused("请从列表中选择偏差原因。", code="ISSUE-CAUSE")
        found.cause = cause
        found.cause_detail = _required(detail, "原因分析")
        found.action = _required(action, "整改措施")
        found.save(update_fields=["cause", "cause_detail", "action"])
        text = f"{cause}：{found.cause_detail.removesuffix('。')}。措施：{found.action}"
        _step(found, IssueStepKind.EXPLAINED, text, by=by, at=at)
        _record("targets.explain_issue", found, by, at, cause=cause)
    return found


def report_issue(
    *, issue: int, text: str, files: Sequence[StoredFile], by: Account, at: datetime
) -> Issue:
    """Report the correction as done, with at least one file that proves it.

    Raises: Refused ISSUE-STATUS, ISSUE-NOT-OWNER, ISSUE-CAUSE, ISSUE-EVIDENCE or ISSUE-TEXT.
    """
    with transaction.atomic():
        found = _locked(issue, IssueStatus.ASSIGNED, act="报送整改结果")
        _require_owner(found, by)
        if not found.cause or not found.action:
            raise Refused("请先填写偏差原因和整改措施，再报送结果。", code="ISSUE-CAUSE")
        if not files or not all(is_open(file) for file in files):
            raise Refused("请附上至少一份已通过安全检查的佐证材料。", code="ISSUE-EVIDENCE")
        found.reported_by, found.reported_at = by, at
        found.status = IssueStatus.REPORTED
        found.save(update_fields=["reported_by", "reported_at", "status"])
        done = _required(text, "整改结果")
        _step(found, IssueStepKind.REPORTED, done, by=by, at=at, files=files)
        _record("targets.report_issue", found, by, at, files=[file.sha256 for file in files])
    return found


def settle_issue(*, issue: int, close: bool, note: str, by: Account, at: datetime) -> Issue:
    """Close a reported issue, or send it back; by another person than owner and reporter.

    Raises: Refused ISSUE-STATUS, ISSUE-OWN or ISSUE-TEXT.
    """
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = _locked(issue, IssueStatus.REPORTED, act="核验")
        if by.pk in {found.owner_id, found.reported_by_id}:
            raise Refused("整改与核验不能是同一人，请由另一位审核人员办理。", code="ISSUE-OWN")
        text = _required(note, "核验意见")
        if close:
            found.status, found.closed_by, found.closed_at = IssueStatus.CLOSED, by, at
            workdays = monitoring_law(today).limits.value.effect_check_workdays
            found.check_on = after_workdays(today, workdays).due
        else:
            found.status = IssueStatus.ASSIGNED
        found.save(update_fields=["status", "closed_by", "closed_at", "check_on"])
        kind = IssueStepKind.CLOSED if close else IssueStepKind.RETURNED
        _step(found, kind, text, by=by, at=at)
        if found.owner is not None:
            tell_of_issue(found, found.owner, "已核验销号" if close else "被退回", at=at)
        _record("targets.settle_issue", found, by, at, closed=close)
    return found


def check_effect(*, issue: int, effect: str, note: str, by: Account, at: datetime) -> Issue:
    """Say some time after the closing whether the correction helped.

    Raises: Refused ISSUE-STATUS, ISSUE-CHECKED, ISSUE-OWN or ISSUE-TEXT.
    """
    with transaction.atomic():
        found = _locked(issue, IssueStatus.CLOSED, act="复查成效")
        if found.effect:
            raise Refused("成效已经复查，没有重复登记。", code="ISSUE-CHECKED")
        if by.pk in {found.owner_id, found.reported_by_id}:
            raise Refused("成效须由整改责任人以外的人复查。", code="ISSUE-OWN")
        found.effect = IssueEffect(effect)
        found.save(update_fields=["effect"])
        text = f"{IssueEffect(effect).label}：{_required(note, '复查意见')}"
        _step(found, IssueStepKind.CHECKED, text, by=by, at=at)
        _record("targets.check_effect", found, by, at, effect=found.effect)
    return found


def _open(
    declaration: Declaration, alert: Alert, *, on: date, by: Account | None, at: datetime
) -> Issue:
    indicator = Indicator.objects.get(pk=alert.target) if alert.target else None
    issue = Issue.objects.create(
        declaration=declaration,
        indicator=indicator,
        rule=alert.rule,
        subject=alert.subject,
        sentence=alert.sentence,
        found_on=on,
        status=IssueStatus.FOUND,
        opened_by=by,
        opened_at=at,
    )
    _step(issue, IssueStepKind.OPENED, alert.sentence, by=by, at=at)
    _record("targets.open_issue", issue, by, at, rule=alert.rule, subject=alert.subject)
    return issue


def _locked(issue: int, *allowed: str, act: str) -> Issue:
    found = (
        Issue.objects.select_for_update(of=("self",))
        .select_related("owner", "declaration__project")
        .get(pk=issue)
    )
    if found.status not in allowed:
        raise Refused(
            f"问题当前为“{found.get_status_display()}”，不能{act}。请刷新页面，按当前状态办理。",
            code="ISSUE-STATUS",
        )
    return found


def _require_owner(issue: Issue, by: Account) -> None:
    if issue.owner_id != by.pk:
        name = issue.owner.display_name if issue.owner else ""
        raise Refused(f"这个问题由{name}负责，请由其办理。", code="ISSUE-NOT-OWNER")


def _required(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"请写明{what}。", code="ISSUE-TEXT")
    return text.strip()


def _step(
    issue: Issue,
    kind: IssueStepKind,
    text: str,
    *,
    by: Account | None,
    at: datetime,
    files: Sequence[StoredFile] = (),
) -> None:
    step = IssueStep.objects.create(issue=issue, kind=kind, text=text, by=by, at=at)
    IssueFile.objects.bulk_create(IssueFile(step=step, file=file) for file in files)


def _record(act: str, issue: Issue, by: Account | None, at: datetime, **after: object) -> None:
    actor = by.actor if by else CLOCK
    audit.record(act=act, by=actor, at=at, subject=f"issue:{issue.pk}", after=after)
