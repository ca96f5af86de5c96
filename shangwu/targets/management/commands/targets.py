"""`shangwu targets --year Y`: every indicator of a year with its newest reading."""

import json
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from shangwu.targets.models import Declaration, StoredReading
from shangwu.targets.queries.pages import TargetLine, plain, project_page

# Fine enough for one in ten thousand and for every count.
FINEST = Decimal("0.0000000001")


class Command(BaseCommand):
    """列出一个年度的全部绩效指标及其最新读数。"""

    help = "列出一个年度的全部绩效指标：目标、状态、数值、分子分母、统计区间、度量、证据行数。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--year", type=int, required=True, help="年度，例如 2019")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line or one JSON object per indicator."""
        today = timezone.localdate()
        declarations = Declaration.objects.filter(year=options["year"]).select_related("project")
        pages = [
            project_page(declaration=declaration, until=today)
            for declaration in declarations.order_by("project__number")
        ]
        if options["format"] == "json":
            found = [
                _as_json(page.declaration.project.name, line)
                for page in pages
                for line in page.lines
            ]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for page in pages:
            self.stdout.write(f"{page.declaration.project.name}（{page.declaration.year} 年度）")
            for line in page.lines:
                self.stdout.write(
                    f"  {line.indicator.row:>2} {line.indicator.name} · {line.version.raw}"
                    f" · {line.status_label} · {line.value}"
                )
                if line.reading:
                    self.stdout.write(f"     {line.reading.why}")
        if not pages:
            self.stdout.write(
                f"{options['year']} 年度没有申报表。请先导入：shangwu import_declaration 文件"
            )


def exact_value(reading: StoredReading) -> str | None:
    """Return the figure as a decimal string, the day or level that stands for it, or None without data."""
    if reading.numerator is not None and reading.denominator:
        return plain((reading.numerator / reading.denominator).quantize(FINEST))
    if reading.done_on is not None:
        return reading.done_on.isoformat()
    return reading.level or None


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _as_json(project: str, line: TargetLine) -> dict[str, Any]:
    reading = line.reading
    return {
        "project": project,
        "level1": line.indicator.level1,
        "level2": line.indicator.level2,
        "name": line.indicator.name,
        "target_raw": line.version.raw,
        "status": line.status,
        "value": exact_value(reading) if reading else None,
        "shown": line.value,
        "numerator": _decimal(reading.numerator) if reading else None,
        "denominator": _decimal(reading.denominator) if reading else None,
        "unit": reading.unit if reading else "",
        "window": [reading.window_starts_on.isoformat(), reading.window_until.isoformat()]
        if reading
        else None,
        "measure": (reading.measure or None) if reading else None,
        "evidence_count": reading.evidence_count if reading else 0,
        "as_of": reading.on.isoformat() if reading else None,
        "why": reading.why if reading else "尚无读数。",
    }
