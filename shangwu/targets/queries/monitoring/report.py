"""A monitoring report as it is shown, approved and compared: as it was known, or as the facts are known now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shangwu.foundation.money import format_yuan
from shangwu.targets.measure import evidence_digest
from shangwu.targets.models import (
    Declaration,
    MonitoringLine,
    MonitoringReport,
    Outlook,
    StoredReading,
)
from shangwu.targets.queries import money
from shangwu.targets.queries.evaluation import content_sha256
from shangwu.targets.queries.findings import find, readable_indicators, version_in_force
from shangwu.targets.queries.monitoring.outlook import outlook_of
from shangwu.targets.queries.monitoring.situation import (
    Standing,
    dual_of,
    output_of,
    spending_share,
)
from shangwu.targets.queries.pages import plain, shown_value
from shangwu.targets.rules.binding import BUDGET_EXECUTION
from shangwu.targets.rules.forecast.facts import Forecast, Reference
from shangwu.targets.rules.forecast.planned import DualMonitoring
from shangwu.targets.rules.monitoring.period import elapsed_share
from shangwu.targets.vocabulary import Light, TargetStatus

NO_PAYMENTS = "无支付记录"
_TROUBLED = {TargetStatus.MISSED, TargetStatus.PARTIAL}


@dataclass(frozen=True)
class ReportLine:
    """One target of a report: what was read, what is expected, and what the officer said."""

    line: MonitoringLine
    target: str
    outlook: Outlook | None

    @property
    def needs_cause(self) -> bool:
        """Whether a deviation cause is due: missed, behind, or hardly to be met."""
        reading = self.line.reading
        if reading is not None and reading.status in _TROUBLED:
            return True
        outlook = self.outlook
        return outlook is not None and Light.RED in {outlook.light, outlook.progress_light}

    @property
    def lacks_cause(self) -> bool:
        """Whether that cause is still missing."""
        return self.needs_cause and not (self.line.causes and self.line.explanation)

    @property
    def value(self) -> str:
        """The result of the period as people read it."""
        return shown_value(self.line.reading) if self.line.reading else "—"


@dataclass(frozen=True)
class Difference:
    """A figure of an approved report beside what it would be with the facts known now."""

    name: str
    known: str
    now: str


def lines_of(report: MonitoringReport) -> list[ReportLine]:
    """Return the report's lines in the form's order."""
    rows = list(
        report.lines.select_related("indicator", "reading", "stated_by")
        .prefetch_related("indicator__versions")
        .order_by("indicator__row")
    )
    outlooks = {
        row.reading_id: row
        for row in Outlook.objects.filter(reading__in=[row.reading_id for row in rows])
    }
    return [
        ReportLine(
            row,
            version_in_force(row.indicator, on=report.ends_on, known_at=report.known_at).raw,
            outlooks.get(row.reading_id) if row.reading_id else None,
        )
        for row in rows
    ]


def content_of(report: MonitoringReport) -> dict[str, Any]:
    """Return the whole report as it is approved and printed, from the readings it stands on."""
    lines = lines_of(report)
    standings = [
        Standing(
            item.line.indicator,
            item.line.reading,
            item.outlook,
            next((b for b in item.line.indicator.bindings.all() if b.ended_at is None), None),
        )
        for item in lines
    ]
    rows = [
        {
            **_printed(item.line.reading, item.outlook),
            "indicator": item.line.indicator_id,
            "level1": item.line.indicator.level1,
            "level2": item.line.indicator.level2,
            "name": item.line.indicator.name,
            "target": item.target,
            "word": item.line.word,
            "causes": item.line.causes,
            "explanation": item.line.explanation,
            "note": item.line.note,
        }
        for item in lines
    ]
    return {
        **_heading(report),
        "money": _money(report, standings, known_at=report.known_at),
        "lines": rows,
    }


def content_now(report: MonitoringReport, *, at: datetime) -> dict[str, Any]:
    """Return the report's figures for the same days from all that is recorded by now; nothing is stored."""
    standings, rows = [], []
    for indicator in readable_indicators(report.declaration_id):
        finding = find(indicator=indicator, on=report.ends_on, known_at=at)
        reading = StoredReading(
            indicator=indicator,
            on=report.ends_on,
            numerator=finding.reading.numerator,
            denominator=finding.reading.denominator,
            unit=finding.reading.unit,
            level=finding.reading.level,
            done_on=finding.reading.done_on,
            status=finding.judgement.status,
            why=finding.judgement.why,
            evidence_count=len(finding.rows),
            evidence_sha256=finding.digest,
        )
        outlook = outlook_of(finding, on=report.ends_on)
        binding = next((b for b in indicator.bindings.all() if b.ended_at is None), None)
        standings.append(Standing(indicator, reading, outlook, binding))
        rows.append(
            {
                **_printed(reading, outlook),
                "indicator": indicator.pk,
                "name": indicator.name,
                "target": finding.version.raw,
            }
        )
    return {
        **_heading(report),
        "money": _money(report, standings, known_at=at),
        "lines": rows,
    }


def differences(known: dict[str, Any], now: dict[str, Any]) -> list[Difference]:
    """Return every figure that later corrections changed."""
    found = [
        Difference(label, known["money"][key], now["money"][key])
        for key, label in MONEY_LABELS
        if known["money"][key] != now["money"][key]
    ]
    later = {row["indicator"]: row for row in now["lines"]}
    for row in known["lines"]:
        other = later.get(row["indicator"])
        if other is None:
            found.append(Difference(row["name"], row["value"], "指标已撤下"))
        elif (row["value"], row["status"]) != (other["value"], other["status"]):
            found.append(
                Difference(
                    row["name"],
                    f"{row['value']}（{row['status_label']}）",
                    f"{other['value']}（{other['status_label']}）",
                )
            )
    return found


MONEY_LABELS = (
    ("declared", "年初预算数（元）"),
    ("adjusted", "调整后预算数（元）"),
    ("executed", "执行数（元）"),
    ("rate", "执行率"),
    ("expected", "全年预计执行数（元）"),
    ("output", "产出进度"),
    ("gap", "资金与产出进度差"),
)


def evidence_sha256(report: MonitoringReport, content: dict[str, Any]) -> str:
    """Return the SHA-256 over every line's evidence and the money rows."""
    rows = money.execution(report.declaration, on=report.ends_on, known_at=report.known_at).rows
    told = [[row["indicator"], row["status"], row["evidence_sha256"]] for row in content["lines"]]
    return content_sha256({"lines": told, "money": evidence_digest(rows)})


def _heading(report: MonitoringReport) -> dict[str, Any]:
    declaration: Declaration = report.declaration
    return {
        "project": declaration.project.name,
        "number": declaration.project.number,
        "organisation": declaration.project.organisation,
        "year": declaration.year,
        "starts_on": report.starts_on.isoformat(),
        "ends_on": report.ends_on.isoformat(),
        "revision": report.revision,
        "elapsed": _percent(
            elapsed_share(declaration.starts_on, declaration.ends_on, on=report.ends_on)
        ),
    }


def _money(
    report: MonitoringReport, standings: Sequence[Standing], *, known_at: datetime
) -> dict[str, str]:
    declaration, on = report.declaration, report.ends_on
    rate = money.execution_amounts([declaration], on=on, known_at=known_at)[declaration.pk]
    spending = spending_share(declaration, on=on, known_at=known_at)
    output = output_of(standings, on=on, known_at=known_at)
    return {
        "declared": format_yuan(declaration.budget_year_fen),
        "adjusted": format_yuan(rate.denominator_fen),
        "executed": format_yuan(rate.numerator_fen) if spending is not None else NO_PAYMENTS,
        "rate": _percent(spending),
        "expected": _expected(standings, rate.denominator_fen),
        "output": _percent(output),
        "gap": _gap(dual_of(declaration, standings, on=on, known_at=known_at)),
    }


def _expected(standings: Sequence[Standing], adjusted_fen: int) -> str:
    for item in standings:
        bound = item.binding is not None and item.binding.measure == BUDGET_EXECUTION
        if bound and item.outlook is not None and item.outlook.median is not None:
            return format_yuan(int(item.outlook.median * adjusted_fen))
    return "—"


def _gap(dual: DualMonitoring | None) -> str:
    if dual is None:
        return "—"
    return f"{_two(dual.gap)} 个百分点{'，超过允许的范围' if dual.is_flagged else ''}"


def _printed(reading: StoredReading | None, outlook: Outlook | None) -> dict[str, Any]:
    status = TargetStatus(reading.status) if reading else TargetStatus.NO_DATA
    return {
        "value": shown_value(reading) if reading else "—",
        "status": status.value,
        "status_label": str(status.label),
        "why": reading.why if reading else "尚无读数。",
        "expected": expected_words(outlook, reading.unit if reading else ""),
        "probability": None if outlook is None else _decimal(outlook.probability),
        "proposed_word": outlook.word if outlook else "",
        "light": outlook.light if outlook else Light.NONE.value,
        "planned": None if outlook is None else _decimal(outlook.planned),
        "progress": None if outlook is None else _decimal(outlook.progress),
        "progress_light": outlook.progress_light if outlook else Light.NONE.value,
        "outlook": outlook.why if outlook else "",
        "evidence_count": reading.evidence_count if reading else 0,
        "evidence_sha256": reading.evidence_sha256 if reading else "",
    }


def expected_words(outlook: Outlook | Forecast | Reference | None, unit: str) -> str:
    """Return the forecast as people read it: median and interval, or a dash."""
    if outlook is None or outlook.median is None:
        return "—"
    figures = (outlook.median, outlook.low, outlook.high)
    median, low, high = (_shown(figure, unit) for figure in figures if figure is not None)
    return f"{median}（{low} 至 {high}）"


def _shown(value: Decimal, unit: str) -> str:
    if unit == "ratio":
        return f"{plain((value * 100).quantize(Decimal('0.01')))}%"
    return f"{plain(value.quantize(Decimal('0.01')))} {unit}".strip()


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else plain(Decimal(value))


def _percent(value: Fraction | None) -> str:
    return "—" if value is None else f"{_two(value * 100)}%"


def _two(value: Fraction) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.quantize(Decimal('0.01'))}"
