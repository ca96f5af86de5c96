"""Monitoring reports: drafted from readings of the period's end, stated, sent, approved and locked, opened again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import (
    Declaration,
    Indicator,
    MonitoringApproval,
    MonitoringLine,
    MonitoringReopening,
    MonitoringReport,
    StoredReading,
)
from shangwu.targets.operations.measuring import take_reading
from shangwu.targets.operations.notices import tell_of_report
from shangwu.targets.queries.evaluation import audit_head, content_sha256
from shangwu.targets.queries.monitoring import report as reading
from shangwu.targets.rules.forecast.law import forecast_law
from shangwu.targets.rules.monitoring.law import monitoring_law
from shangwu.targets.rules.monitoring.period import report_day, require_period
from shangwu.targets.vocabulary import DeclarationStatus, ReadingTrigger, ReportStatus


@dataclass(frozen=True)
class LineStatement:
    """What the officer says of one line: likelihood, causes of the official list, explanation, remark."""

    word: str
    causes: tuple[str, ...]
    explanation: str
    note: str
    # When the line was last stated, as the officer's page showed it; "" for never, None where nobody looked.
    seen: str | None = None


def draft_report(
    *, declaration: Declaration, starts_on: date, ends_on: date, by: Account, at: datetime
) -> MonitoringReport:
    """Read every target at the period's end and write the draft; a period has one report.

    Raises: Refused MONITORING-APPROVED, MONITORING-PERIOD or MONITORING-EXISTS.
    """
    if declaration.status != DeclarationStatus.APPROVED:
        raise Refused("申报表批复以后才能编制监控报告。", code="MONITORING-APPROVED")
    require_period(
        starts_on,
        ends_on,
        first=declaration.starts_on,
        last=declaration.ends_on,
        today=timezone.localtime(at).date(),
    )
    try:
        with transaction.atomic():
            found = MonitoringReport.objects.create(
                declaration=declaration,
                starts_on=starts_on,
                ends_on=ends_on,
                due_on=report_day(starts_on, ends_on).due,
                status=ReportStatus.DRAFT,
                known_at=at,
                drafted_by=by,
                drafted_at=at,
            )
            readings = _readings(found, by=by, at=at)
            MonitoringLine.objects.bulk_create(
                MonitoringLine(report=found, indicator=row, reading=readings[row.pk])
                for row in declaration.indicators.filter(withdrawn_at=None)
            )
            _record("targets.draft_report", found, by, at)
    except IntegrityError:
        raise Refused(
            f"{starts_on} 至 {ends_on} 的监控报告已经建立，请打开它继续办理。",
            code="MONITORING-EXISTS",
        ) from None
    return found


def refresh_report(*, report: int, by: Account, at: datetime) -> MonitoringReport:
    """Read the targets of a draft again; what the officer stated stays.

    Raises: Refused MONITORING-LOCKED.
    """
    with transaction.atomic():
        found = _open(report)
        readings = _readings(found, by=by, at=at)
        for line in found.lines.all():
            line.reading = readings.get(line.indicator_id, line.reading)
            line.save(update_fields=["reading"])
        found.known_at = at
        found.save(update_fields=["known_at"])
        _record("targets.refresh_report", found, by, at)
    return found


def state_lines(
    *, report: int, statements: Mapping[int, LineStatement], by: Account, at: datetime
) -> MonitoringReport:
    """Store what the officer says of the lines, by line; a person confirms each likelihood.

    Raises: Refused MONITORING-LOCKED, MONITORING-CHANGED, MONITORING-WORD or MONITORING-CAUSE.
    """
    with transaction.atomic():
        found = _open(report)
        likely = forecast_law(found.ends_on).words.value
        words = (likely.certain, likely.possible, likely.impossible)
        causes = monitoring_law(found.ends_on).causes.value
        lines = {
            line.pk: line for line in found.lines.select_related("indicator", "stated_by").all()
        }
        for pk, said in statements.items():
            if pk not in lines or said.word not in words:
                raise Refused(
                    f"请逐项在{'、'.join(words)}中选择完成可能性。", code="MONITORING-WORD"
                )
            if set(said.causes) - set(causes):
                raise Refused("请从列表中选择偏差原因。", code="MONITORING-CAUSE")
            line = lines[pk]
            _require_seen(line, said)
            line.word, line.causes = said.word, list(said.causes)
            line.explanation, line.note = said.explanation.strip(), said.note.strip()
            line.stated_by, line.stated_at = by, at
            line.save()
        told = {str(pk): said.word for pk, said in sorted(statements.items())}
        _record("targets.state_lines", found, by, at, words=told)
    return found


def stated(line: MonitoringLine) -> str:
    """Return when a line was last stated, for a page to send back; "" for never."""
    return line.stated_at.isoformat() if line.stated_at else ""


def _require_seen(line: MonitoringLine, said: LineStatement) -> None:
    """Refuse to overwrite what a colleague stated while the officer was typing."""
    if said.seen is None or said.seen == stated(line):
        return
    known = (line.word, tuple(line.causes), line.explanation, line.note)
    if known == (said.word, tuple(said.causes), said.explanation.strip(), said.note.strip()):
        return  # sent twice
    name = line.stated_by.display_name if line.stated_by else ""
    raise Refused(
        f"“{line.indicator.name}”在您打开页面之后已由{name}填写，您的内容没有保存。"
        "返回后请对照已保存的内容，核对后再保存。",
        code="MONITORING-CHANGED",
    )


def submit_report(*, report: int, by: Account, at: datetime) -> MonitoringReport:
    """Send the report to the reviewers.

    Raises: Refused MONITORING-LOCKED, MONITORING-WORD or MONITORING-CAUSE.
    """
    with transaction.atomic():
        found = _open(report)
        lines = reading.lines_of(found)
        if waiting := [item for item in lines if not item.line.word]:
            _refuse_lines("请先确认完成可能性", waiting, code="MONITORING-WORD")
        if waiting := [item for item in lines if item.lacks_cause]:
            _refuse_lines("请先选择偏差原因并写明说明", waiting, code="MONITORING-CAUSE")
        found.status = ReportStatus.SUBMITTED
        found.submitted_by, found.submitted_at = by, at
        found.save(update_fields=["status", "submitted_by", "submitted_at"])
        tell_of_report(found, "submit", by=by, at=at)
        _record("targets.submit_report", found, by, at)
    return found


def approve_report(*, report: int, note: str, by: Account, at: datetime) -> MonitoringApproval:
    """Approve and lock the period: the report as it stands, with the digest of all its evidence.

    Raises: Refused MONITORING-STATUS or MONITORING-OWN.
    """
    with transaction.atomic():
        found = _submitted(report, by)
        content = reading.content_of(found)
        approval = MonitoringApproval.objects.create(
            report=found,
            revision=found.revision,
            content=content,
            content_sha256=content_sha256(content),
            evidence_sha256=reading.evidence_sha256(found, content),
            audit_head=audit_head(),
            note=note.strip(),
            by=by,
            at=at,
        )
        found.status = ReportStatus.LOCKED
        found.save(update_fields=["status"])
        tell_of_report(found, "已批准并锁定", by=by, at=at)
        _record("targets.approve_report", found, by, at, content=approval.content_sha256)
    return approval


def return_report(*, report: int, note: str, by: Account, at: datetime) -> MonitoringReport:
    """Send a report back with what has to change.

    Raises: Refused MONITORING-STATUS, MONITORING-OWN or MONITORING-REASON.
    """
    if not note.strip():
        raise Refused("退回监控报告必须写明意见。", code="MONITORING-REASON")
    with transaction.atomic():
        found = _submitted(report, by)
        found.status, found.returned_note = ReportStatus.DRAFT, note.strip()
        found.save(update_fields=["status", "returned_note"])
        tell_of_report(found, "已退回，请按意见修改", by=by, at=at)
        _record("targets.return_report", found, by, at, note=note.strip())
    return found


def reopen_report(*, report: int, reason: str, by: Account, at: datetime) -> MonitoringReopening:
    """Open a locked period for its next revision; what was approved stays as it was.

    Raises: Refused MONITORING-STATUS or MONITORING-REASON.
    """
    if not reason.strip():
        raise Refused("重开监控期间必须写明理由。", code="MONITORING-REASON")
    with transaction.atomic():
        found = _locked(report)
        if found.status != ReportStatus.LOCKED:
            raise Refused("只有已批准锁定的监控报告可以重开。", code="MONITORING-STATUS")
        row = MonitoringReopening.objects.create(
            report=found, revision=found.revision, reason=reason.strip(), by=by, at=at
        )
        found.status, found.revision = ReportStatus.DRAFT, found.revision + 1
        found.save(update_fields=["status", "revision"])
        tell_of_report(found, "已重开，请更新后再次提交", by=by, at=at)
        _record("targets.reopen_report", found, by, at, reason=reason.strip())
    return row


def _readings(report: MonitoringReport, *, by: Account, at: datetime) -> dict[int, StoredReading]:
    rows = Indicator.objects.filter(declaration_id=report.declaration_id, withdrawn_at=None)
    return {
        row.pk: take_reading(
            indicator=row.pk, on=report.ends_on, trigger=ReadingTrigger.BACKFILL, by=by, at=at
        )
        for row in rows
    }


def _locked(report: int) -> MonitoringReport:
    # Facts of the declaration wait for the decision: the guard of locked days takes the same lock.
    Declaration.objects.select_for_update(of=("self",), no_key=True).get(monitoring_reports=report)
    return (
        MonitoringReport.objects.select_for_update(of=("self",))
        .select_related("declaration__project", "submitted_by", "drafted_by")
        .get(pk=report)
    )


def _open(report: int) -> MonitoringReport:
    found = _locked(report)
    if not found.is_open:
        raise Refused(
            f"监控报告{found.get_status_display()}，内容不能更改；确需更改请先退回或重开。",
            code="MONITORING-LOCKED",
        )
    return found


def _submitted(report: int, by: Account) -> MonitoringReport:
    found = _locked(report)
    if found.status != ReportStatus.SUBMITTED:
        raise Refused(
            f"监控报告当前为“{found.get_status_display()}”，不能审核。请刷新页面后再办理。",
            code="MONITORING-STATUS",
        )
    if by.pk in {found.submitted_by_id, found.drafted_by_id}:
        raise Refused("编制与审核不能是同一人，请由另一位审核人员办理。", code="MONITORING-OWN")
    return found


def _refuse_lines(what: str, lines: Sequence[reading.ReportLine], *, code: str) -> None:
    names = "、".join(f"“{item.line.indicator.name}”" for item in lines)
    raise Refused(f"{what}：{names}。", code=code)


def _record(act: str, found: MonitoringReport, by: Account, at: datetime, **after: object) -> None:
    told = {
        "period": [found.starts_on.isoformat(), found.ends_on.isoformat()],
        "revision": found.revision,
        **after,
    }
    audit.record(act=act, by=by.actor, at=at, subject=f"monitoring_report:{found.pk}", after=told)
