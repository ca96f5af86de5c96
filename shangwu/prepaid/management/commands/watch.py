"""`shangwu watch DIR --out alerts.csv`: read a world week by week and name operators likely to fail, with reasons."""

import csv
import json
import os
import re
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
from django.core.management.base import BaseCommand, CommandError

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.warning.feeds import FEED_NAMES, FEEDS, Columns, Roster
from shangwu.prepaid.rules.warning.model import MODEL_FILE, Model, load
from shangwu.prepaid.rules.warning.reading import Table, read_feed, read_roster
from shangwu.prepaid.rules.warning.watch import Alert, Watcher

WEEK = re.compile(r"w(\d+)")
SHOWN_EVERY = 10
SHOWN_NOTES = 10
CLEAR = 3.0
# Two centuries: a higher number is a slip, such as a date for a week.
LAST_WEEK = 9_999


class Command(BaseCommand):
    """逐周读取各方数据，预警可能失败的预付卡经营者。"""

    help = (
        "逐周读取目录中的数据，在每周每千家一条的限额内预警可能关门失联的经营者，并用文字说明理由。"
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="数据目录（operators.csv 和 w001、w002……）"
        )
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help="预警写入的 CSV 文件"
        )
        parser.add_argument(
            "--model", type=Path, default=MODEL_FILE, help="模型文件（JSON），默认随平台"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text", help="摘要的格式")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the alerts, or refuse with one sentence and exit status 1; a refusal writes nothing."""
        try:
            summary = self._watch(options["folder"], options["out"], load(options["model"]))
        except Refused as refused:
            raise CommandError(f"{refused.sentence}（{refused.code}）") from refused
        except OSError as error:
            raise CommandError(f"读写文件“{error.filename}”时出错：{error.strerror}。") from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(summary, ensure_ascii=False, indent=1))
        else:
            self.stderr.write("\n".join(_lines(summary)))

    def _watch(self, folder: Path, out: Path, model: Model) -> dict[str, Any]:
        roster, notes = _roster(folder)
        weeks = _weeks(folder)
        watcher = Watcher(roster, model)
        places = pl.DataFrame({"operator": roster.ids.tolist()}).with_row_index("place")
        told = Counter(notes)
        alerts: list[Alert] = []
        missing: Counter[str] = Counter()
        # Before the first folder nothing is known, and nothing is to be learned from it.
        first, last = max(min(weeks), 1), max(weeks)
        for number in range(first, last + 1):
            feeds: dict[str, Columns] = {}
            for feed, table in _feeds(weeks.get(number), places):
                told.update(table.notes)
                if table.told:
                    feeds[feed] = table.columns
            missing.update(feed for feed in FEEDS if feed not in feeds)
            alerts += watcher.add(number, feeds)
            if sys.stderr.isatty() and number % SHOWN_EVERY == 0:
                self.stderr.write(f"已读第 {number}／{last} 周，预警 {len(alerts)} 条")
        _write(out, alerts)
        return _summary(watcher, (first, last), alerts, missing, list(told), out)


def _roster(folder: Path) -> tuple[Roster, tuple[str, ...]]:
    if not folder.is_dir():
        raise Refused(f"找不到目录“{folder}”，请核对路径。", code="WATCH-FOLDER")
    file = folder / "operators.csv"
    if not file.is_file():
        raise Refused(
            f"目录“{folder}”中没有 operators.csv（经营者名单），无从预警。", code="WATCH-OPERATORS"
        )
    return read_roster(file.read_bytes(), file=file.name)


def _weeks(folder: Path) -> dict[int, Path]:
    found: dict[int, Path] = {}
    for path in sorted(folder.iterdir()):
        name = WEEK.fullmatch(path.name)
        if not name or not path.is_dir():
            continue
        if int(name[1]) in found:
            raise Refused(
                f"{found[int(name[1])].name} 和 {path.name} 是同一周，请只留一个。",
                code="WATCH-WEEK",
            )
        found[int(name[1])] = path
    if not found or not max(found):
        raise Refused(f"目录“{folder}”中没有任何一周的数据（w001、w002……）。", code="WATCH-WEEKS")
    if max(found) > LAST_WEEK:
        raise Refused(
            f"{found[max(found)].name} 超出第 {LAST_WEEK} 周，请核对目录名。", code="WATCH-WEEK"
        )
    return found


def _feeds(folder: Path | None, places: pl.DataFrame) -> Iterator[tuple[str, Table]]:
    for feed in FEEDS if folder else ():
        file = (folder or Path()) / f"{feed}.csv"
        if file.is_file():
            name = f"{file.parent.name}/{file.name}"
            yield feed, read_feed(file.read_bytes(), feed=feed, file=name, places=places)


def _write(out: Path, alerts: list[Alert]) -> None:
    """Write the whole file or none of it."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["week", "operator", "score", "reasons"])
    for alert in alerts:
        rows.writerow([alert.week, alert.operator, f"{alert.score:.6f}", "；".join(alert.reasons)])
    part = out.with_name(f"{out.name}.part")
    part.write_text(text.getvalue(), "utf-8")
    os.replace(part, out)


def _summary(
    watcher: Watcher,
    weeks: tuple[int, int],
    alerts: list[Alert],
    missing: Counter[str],
    notes: list[str],
    out: Path,
) -> dict[str, Any]:
    return {
        "model": watcher.model.version,
        "operators": len(watcher.roster),
        "weeks": weeks[1] - weeks[0] + 1,
        "last_week": weeks[1],
        "alerts": len(alerts),
        "starts_week": watcher.model.policy.starts_week,
        "weeks_missing": {feed: missing[feed] for feed in FEEDS if missing[feed]},
        "failures_seen": int(watcher.sight.failures.failed.sum()),
        "bunching": [
            {
                "below": one.below,
                "above": one.above,
                "z": round(one.z, 2),
                "excess": round(one.excess, 3),
            }
            for one in watcher.crowding()
        ],
        "notes": notes,
        "out": str(out),
    }


def _lines(summary: dict[str, Any]) -> list[str]:
    lines = [
        f"已读 {summary['operators']} 家经营者、{summary['weeks']} 周；预警 {summary['alerts']} 条，"
        f"写入 {summary['out']}（模型 {summary['model']}）。"
    ]
    if summary["last_week"] < summary["starts_week"]:
        lines.append(f"预警自第 {summary['starts_week']} 周开始，目前的周数还不够。")
    for feed, count in summary["weeks_missing"].items():
        how = "全部缺失" if count == summary["weeks"] else f"缺 {count} 周"
        lines.append(f"{FEED_NAMES[feed]}（{feed}.csv）{how}，按未知处理，不按零计。")
    lines.append(
        f"观察到 {summary['failures_seen']} 家停止报送且仍有余额，同址、同品牌的新店因此受关注。"
    )
    for line, one in zip(("20万元", "上年收入20%"), summary["bunching"], strict=False):
        if one["z"] >= CLEAR:
            lines.append(
                f"有 {one['below']} 家余额紧贴{line}标准线之下，线上只有 {one['above']} 家"
                f"（偏离 {one['z']} 个标准误），约 {one['excess']:.0%} 不像偶然。"
            )
    notes = summary["notes"]
    lines += [f"提示：{note}。" for note in notes[:SHOWN_NOTES]]
    if len(notes) > SHOWN_NOTES:
        lines.append(f"另有 {len(notes) - SHOWN_NOTES} 条同类提示。")
    return lines
