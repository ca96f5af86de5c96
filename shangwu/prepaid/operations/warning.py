"""Early warning every week on what the platform itself sees, and what people decide about its alerts.

Source: 0017
Decision: docs/decisions/0031-weekly-alerts.md
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command
from django.db import transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.audit import Actor
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import Case, Operator, WarningAlert, WarningRun
from shangwu.prepaid.operations.warning_files import write_weeks
from shangwu.prepaid.queries.warning.feeds import Span, span
from shangwu.prepaid.rules.warning.model import load
from shangwu.prepaid.vocabulary import WarningState

WATCHER = Actor("system", "prepaid", "风险预警")
# The watcher counts weeks of its world; people read days.
SINCE = re.compile(r"第(\d+)周起")


@dataclass(frozen=True)
class Verdict:
    """What the watcher said of all weeks: its summary, and its alerts of the newest week."""

    summary: dict[str, Any]
    named: list[dict[str, str]]


def warn_weekly(*, at: datetime) -> WarningRun | None:
    """Judge the newest whole week on all weeks so far, once; None while nothing has been reported.

    A week that is judged stays as it was judged, whatever comes in later. Before the model has the weeks it needs
    the run says so and names nobody. An operator that was named within the pause is not named again, even if the
    watcher, on weeks corrected since, would now have named it then.
    """
    over = span(at)
    if over is None:
        return None
    before = WarningRun.objects.filter(week=over.newest).first()
    if before is not None:
        return before
    verdict = _watch(over)
    with transaction.atomic():
        alerts = list(_alerts(verdict, over, at))
        run, is_new = WarningRun.objects.get_or_create(
            week=over.newest, defaults=_facts(verdict.summary, over, at, alerts=len(alerts))
        )
        if not is_new:
            return run
        WarningAlert.objects.bulk_create(alerts)
        audit.record(
            act="prepaid.warn_weekly",
            by=WATCHER,
            at=at,
            subject=f"prepaid-warning:{run.week}",
            after={"weeks": run.weeks, "alerts": len(alerts), "model": run.model_version},
        )
    return run


def dismiss(*, alert: int, reason: str, by: Account, at: datetime) -> WarningAlert:
    """Decide that an alert is not followed, and why; it is shown as a false alert from then on.

    Raises: Refused PREPAID-REASON without a reason, PREPAID-ALERT-DECIDED when it was decided before.
    """
    if not reason.strip():
        raise Refused("请写明核查情况和不予跟进的理由。", code="PREPAID-REASON")
    with transaction.atomic():
        found = WarningAlert.objects.select_for_update(of=("self",)).get(pk=alert)
        if found.state != WarningState.OPEN:
            raise Refused(
                f"这条预警{found.get_state_display()}，不能再改。请刷新页面查看。",
                code="PREPAID-ALERT-DECIDED",
            )
        found.state, found.reason = WarningState.DISMISSED, reason.strip()
        found.decided_by, found.decided_at = by, at
        found.save(update_fields=["state", "reason", "decided_by", "decided_at"])
        audit.record(
            act="prepaid.dismiss_alert",
            by=by.actor,
            at=at,
            subject=f"prepaid-alert:{found.reference}",
            before={"state": WarningState.OPEN.value},
            after={"state": found.state, "reason": found.reason},
        )
    return found


def take_alert(case: Case, *, by: Account, at: datetime) -> None:
    """Let the open alert that a case refers to go into it. Belongs to the act that opens the case."""
    for alert in case.operator.warning_alerts.select_for_update().filter(state=WarningState.OPEN):
        if alert.reference == case.reference:
            alert.state, alert.case = WarningState.IN_CASE, case
            alert.decided_by, alert.decided_at = by, at
            alert.save(update_fields=["state", "case", "decided_by", "decided_at"])


def _watch(over: Span) -> Verdict:
    """Run the watcher through its published contract, so that anybody can repeat what it said."""
    with TemporaryDirectory(prefix="shangwu-warning-") as place:
        folder, out, said = Path(place) / "weeks", Path(place) / "alerts.csv", StringIO()
        folder.mkdir()
        write_weeks(folder, over)
        call_command("watch", str(folder), out=out, format="json", stdout=said)
        with out.open(encoding="utf-8", newline="") as file:
            named = [row for row in csv.DictReader(file) if int(row["week"]) == over.weeks]
    return Verdict(json.loads(said.getvalue()), named)


def _facts(summary: dict[str, Any], over: Span, at: datetime, *, alerts: int) -> dict[str, Any]:
    return {
        "weeks": over.weeks,
        "starts_week": summary["starts_week"],
        "operators": summary["operators"],
        "alerts": alerts,
        "missing": summary["weeks_missing"],
        "crowding": summary["bunching"],
        "model_version": summary["model"],
        "made_at": at,
    }


def _alerts(verdict: Verdict, over: Span, at: datetime) -> Iterator[WarningAlert]:
    pause = timedelta(weeks=load().policy.pause_weeks)
    named = Operator.objects.in_bulk(
        [row["operator"] for row in verdict.named], field_name="number"
    )
    paused = set(
        WarningAlert.objects.filter(
            operator__in=named.values(), week__gt=over.newest - pause
        ).values_list("operator_id", flat=True)
    )
    for row in verdict.named:
        operator = named[row["operator"]]
        if operator.pk in paused:
            continue
        signals = [_signal(reason, over) for reason in row["reasons"].split("；")]
        yield WarningAlert(
            operator=operator,
            week=over.newest,
            score=float(row["score"]),
            reasons="；".join(signal["sentence"] for signal in signals),
            signals=signals,
            model_version=verdict.summary["model"],
            made_at=at,
            state=WarningState.OPEN,
        )


def _signal(reason: str, over: Span) -> dict[str, str]:
    """Return a reason with the week of its beginning as a day."""
    told = SINCE.search(reason)
    since = over.monday(int(told[1])) if told else over.newest
    return {"sentence": SINCE.sub(f"自{_spoken(since)}起", reason), "since": since.isoformat()}


def _spoken(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日当周"
