"""`shangwu verify_history`: read the files of archived days and name what is not as recorded."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shangwu.prepaid.models import ArchivedDay, ThinnedMonth
from shangwu.prepaid.queries.history.files import Difference
from shangwu.prepaid.queries.history.indexes import index_difference
from shangwu.prepaid.queries.history.verification import differences


class Command(BaseCommand):
    """Exit status 0: whole. 1: something differs, or the day is not archived; the first of it on stderr."""

    help = "核验预付卡历史文件：逐字节核对摘要、行数、金额合计和关账摘要，指出不一致之处"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="只核验这一天（YYYY-MM-DD）")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        days = ArchivedDay.objects.order_by("day")
        if options["day"]:
            days = days.filter(day=options["day"])
            if not days.exists():
                raise CommandError(f"{options['day']} 还没有归档。")
        count = files = rows = 0
        found = []
        for archived in days.iterator(chunk_size=50):
            count, files, rows = count + 1, files + len(archived.files), rows + archived.rows
            found += differences(archived)
        found += _of_indexes(options["day"])
        if options["format"] == "json":
            listed = [asdict(one) | {"day": one.day.isoformat()} for one in found]
            facts = {"ok": not found, "days": count, "files": files, "rows": rows}
            self.stdout.write(json.dumps({**facts, "differences": listed}, ensure_ascii=False))
        elif not found:
            self.stdout.write(f"历史文件完整：{count} 天，{files} 个文件，{rows} 行。")
        else:
            for one in found:
                self.stdout.write(one.sentence)
        if found:
            raise CommandError(
                f"历史文件有 {len(found)} 处不一致，最早是 {found[0].day}。请保护现场，从备份恢复文件。"
            )


def _of_indexes(day: date | None) -> Iterator[Difference]:
    """What the indexes of months that left the database say otherwise than the days' files; all, or that of a day."""
    months = ThinnedMonth.objects.order_by("month").values_list("month", flat=True)
    for month in months.filter(month=day.replace(day=1)) if day else months:
        archived = ArchivedDay.objects.filter(day__year=month.year, day__month=month.month)
        difference = index_difference(month, archived)
        if difference is not None:
            yield difference
