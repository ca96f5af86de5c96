"""Locked periods: after a monitoring report is approved nobody enters facts of its days any more."""

from collections.abc import Iterable
from datetime import date

from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Declaration, MonitoringReport
from shangwu.targets.vocabulary import ReportStatus


def lock_declaration_of(indicator: int) -> int:
    """Lock the declaration of a row, before the row itself, and return its key."""
    found = Declaration.objects.select_for_update(of=("self",), no_key=True)
    return found.get(indicators=indicator).pk


def require_open_days(declaration: int, days: Iterable[date], *, what: str) -> None:
    """Refuse with PERIOD-LOCKED a fact of a locked day, naming the day and the period.

    The declaration stays share-locked until the transaction ends, so that no approval slips in between; the
    database's own guard holds the same.
    """
    list(Declaration.objects.select_for_update(of=("self",), no_key=True).filter(pk=declaration))
    locked = list(
        MonitoringReport.objects.filter(declaration_id=declaration, status=ReportStatus.LOCKED)
        .order_by("starts_on")
        .values_list("starts_on", "ends_on")
    )
    for day in sorted(set(days)):
        for starts_on, ends_on in locked:
            if starts_on <= day <= ends_on:
                raise Refused(
                    f"{what} {day} 在已批准锁定的监控期间 {starts_on} 至 {ends_on} 内，不能再登记。"
                    "确需更正，请先由审核人员重开该期间的监控报告并写明理由。",
                    code="PERIOD-LOCKED",
                )
