"""A monitoring report as the official table: what was approved, or the draft as it stands."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from shangwu.foundation.law import Value
from shangwu.targets.models import MonitoringApproval, MonitoringReport
from shangwu.targets.queries.monitoring.report import NO_PAYMENTS, content_of
from shangwu.targets.rules.forecast.law import forecast_law
from shangwu.targets.rules.monitoring.law import monitoring_law
from shangwu.targets.rules.paper.monitoring import (
    MonitoringLine,
    MonitoringMoney,
    MonitoringSheet,
)


def monitoring_sheet(report: MonitoringReport) -> MonitoringSheet:
    """Return the report as approved; one that is open again, or never was approved, is a draft."""
    approval = None
    if not report.is_open:
        approval = report.approvals.select_related("by").filter(revision=report.revision).first()
    content = approval.content if approval else content_of(report)
    likely = forecast_law(report.ends_on).words
    causes = monitoring_law(report.ends_on).causes
    return MonitoringSheet(
        project=content["project"],
        number=content["number"],
        organisation=content["organisation"],
        year=content["year"],
        period=_period(report.starts_on, report.ends_on),
        money=_money(content["money"]),
        lines=tuple(_line(row) for row in content["lines"]),
        causes=tuple(causes.value),
        likelihoods=(likely.value.certain, likely.value.possible, likely.value.impossible),
        annual_goal=report.declaration.annual_goal,
        source_notes=(_source("偏差原因分类", causes), _source("完成可能性用词", likely)),
        foot=_foot(approval),
        is_draft=approval is None,
    )


def _period(starts_on: date, ends_on: date) -> str:
    """Return 1—7月 for whole months from January on, else both days."""
    whole = (starts_on.month, starts_on.day) == (1, 1) and (ends_on + timedelta(days=1)).day == 1
    if whole and starts_on.year == ends_on.year:
        return f"1—{ends_on.month}月"
    return f"{starts_on}至{ends_on}"


def _money(figures: dict[str, str]) -> MonitoringMoney:
    """Return the printed figures as plain decimals; what the report has no data for stays unknown."""

    def known(key: str) -> str | None:
        return None if figures[key] in {"—", NO_PAYMENTS} else figures[key].replace(",", "")

    rate = known("rate")
    return MonitoringMoney(
        **{key: known(key) for key in ("declared", "adjusted", "executed", "expected")},
        rate=None if rate is None else str(Decimal(rate.removesuffix("%")) / 100),
    )


def _line(row: dict[str, Any]) -> MonitoringLine:
    return MonitoringLine(
        level1=row["level1"],
        level2=row["level2"],
        name=row["name"],
        target=row["target"],
        reached=f"{row['value']}（{row['status_label']}）",
        expected=row["expected"],
        causes=tuple(row["causes"]),
        explanation=row["explanation"],
        likelihood=row["word"],
        remark=row["note"],
    )


def _source(name: str, value: Value[Any]) -> str:
    standing = {"confirmed": "", "proposal": "，本平台建议", "unconfirmed": "，尚未核对原文"}
    return f"{name}依据：{value.source}{standing.get(value.source_status, '')}。"


def _foot(approval: MonitoringApproval | None) -> str:
    if approval is None:
        return ""
    when = timezone.localtime(approval.at)
    return (
        f"{approval.by.display_name}于 {when:%Y-%m-%d %H:%M} 批准；内容指纹 {approval.content_sha256}；"
        f"证据指纹 {approval.evidence_sha256}"
    )
