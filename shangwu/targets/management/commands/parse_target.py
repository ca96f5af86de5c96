"""`shangwu parse_target TEXT`: a target text as typed, with what decided it. Needs no server."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from shangwu.targets.rules.describe import describe, grounds
from shangwu.targets.rules.grammar import parse
from shangwu.targets.rules.target import ParsedTarget

SOURCES = {
    "explicit": "原文写明",
    "implicit": "按指标含义推定",
    "name": "取自指标名称",
    "value": "写在目标值里",
    "column": "取自单位栏",
    "none": "没有单位",
}


class Command(BaseCommand):
    """把指标目标值的文字解析为可以计算的目标。"""

    help = "把指标目标值的文字解析为可以计算的目标，并说明每一处依据；读不懂的转为待人工评定。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("text", help="指标目标值原文；以减号开头时写在 -- 之后")
        parser.add_argument(
            "--name", default="", help="绩效指标名称（其中的日期、单位、方向会参与判断）"
        )
        parser.add_argument("--unit", default="", help="单位栏的内容")
        parser.add_argument("--year", type=int, help="申报年度，用于“12月底”一类没有年份的日期")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the typed target."""
        target = parse(
            options["text"], name=options["name"], unit=options["unit"], year=options["year"]
        )
        if options["format"] == "json":
            self.stdout.write(json.dumps(target.to_json(), ensure_ascii=False, indent=1))
            return
        self.stdout.write("\n".join(_lines(target)))


def _lines(target: ParsedTarget) -> list[str]:
    lines = [f"原文：{target.raw}"]
    for place, part in enumerate(target.parts, start=1):
        lines.append(f"条件 {place}：{describe(part)}")
        if part.value:
            lines.append(f"  数值：{part.value} {part.unit}（精确值）".replace(" （", "（"))
        if part.cmp_source:
            lines.append(f"  比较方式：{part.cmp}，{SOURCES[part.cmp_source]}")
        if part.unit_source:
            lines.append(f"  单位来源：{SOURCES.get(part.unit_source, part.unit_source)}")
        lines.append(f"  依据：{grounds(part)}")
    lines += [f"提示 {warning.code}：{warning.message}" for warning in target.warnings]
    return lines
