"""`shangwu law`: what is in force on a day, where it comes from, and what changes next."""

import argparse
import json
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shangwu.foundation import law, workdays


def day(text: str) -> date:
    """Read a date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期（如 2019-01-31）") from None


class Command(BaseCommand):
    """Print the rules in force without any server."""

    help = "列出某日有效的规定、依据、核实状态，以及下一次变化。"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the day, the system and the place."""
        parser.add_argument("--on", type=day, help="哪一天，默认今天（上海时间）")
        parser.add_argument("--system", metavar="S", help="只看一个系统，如 filing、targets")
        parser.add_argument(
            "--jurisdiction", choices=list(law.JURISDICTIONS), default="shanghai", help="适用地区"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print everything in force, or say what is wrong with the files."""
        on = options["on"] or datetime.now(workdays.SHANGHAI).date()
        system, jurisdiction = options["system"], options["jurisdiction"]
        try:
            files = {system: _one_file(system)} if system else law.load()
        except law.LawError as error:
            raise CommandError(f"规定文件有误：\n{error}") from error
        values = [
            _row(entry, on, jurisdiction)
            for file in files.values()
            for entry in file.entries.values()
        ]
        report = {
            "on": on.isoformat(),
            "jurisdiction": jurisdiction,
            "version": law.version(),
            "files": {name: file.digest for name, file in files.items()},
            "values": [row for row in values if row["value"] is not None],
            "not_in_force": [row["key"] for row in values if row["value"] is None],
        }
        if options["format"] == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_as_text(report))


def _one_file(system: str) -> law.LawFile:
    known = sorted(path.stem for path in law.LAW_FOLDER.glob("*.toml") if path.stem != "glossary")
    if system not in known:
        raise CommandError(f"没有“{system}”的规定文件；现有：{'、'.join(known)}。")
    file = law.load_file(system)
    if file.problems:
        raise law.LawError(list(file.problems))
    return file


def _row(entry: law.Entry, on: date, jurisdiction: str) -> dict[str, Any]:
    found = entry.in_force(on=on, jurisdiction=jurisdiction)
    changes_on = entry.next_change(after=on, jurisdiction=jurisdiction)
    later = changes_on and entry.in_force(on=changes_on, jurisdiction=jurisdiction)
    return {
        "file": f"law/{entry.file}.toml",
        "key": f"{entry.file}#{entry.key}",
        "label": entry.label,
        "unit": entry.unit,
        "value": found and _plain(found.value),
        "from": found and found.starts_on.isoformat(),
        "until": found and found.until and found.until.isoformat(),
        "jurisdiction": found and found.jurisdiction,
        "article": found and found.article,
        "source": found and found.source,
        "source_status": found and found.source_status,
        "checked_on": found and found.checked_on.isoformat(),
        "next": changes_on
        and {"on": changes_on.isoformat(), "value": _plain(later.value) if later else None},
    }


def _plain(value: object) -> Any:
    """Turn frozen tables and dates back into what JSON knows."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "items"):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _as_text(report: dict[str, Any]) -> str:
    place = law.JURISDICTIONS[report["jurisdiction"]]
    lines = [f"{report['on']} 有效的规定（{place}），版本 {report['version']}"]
    file = ""
    for row in report["values"]:
        if row["file"] != file:
            file = row["file"]
            lines += ["", file]
        status = law.SOURCE_STATUSES[row["source_status"]]
        lines.append(f"  {row['label']}：{_shown(row['value'])}（{law.UNITS[row['unit']][1]}）")
        source = " · ".join(text for text in (row["article"], row["source"]) if text)
        lines.append(
            f"      {row['key'].partition('#')[2]} · 自 {row['from']} 起 · {source} · {status}"
        )
        if change := row["next"]:
            then = "失效" if change["value"] is None else f"改为 {_shown(change['value'])}"
            lines.append(f"      下一次变化：{change['on']} {then}")
    if report["not_in_force"]:
        lines += ["", f"当日无有效取值的规定 {len(report['not_in_force'])} 项："]
        lines += [f"  {key}" for key in report["not_in_force"]]
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, str | int):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
