"""`shangwu evaluate FILE.json`: a table of indicators scored, with every rule that was applied."""

import json
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shangwu.foundation.law.refused import Refused
from shangwu.targets.rules.evaluation.evaluate import evaluate
from shangwu.targets.rules.evaluation.facts import Flag, Result, Rule, ScoredRow
from shangwu.targets.rules.evaluation.printing import half_up
from shangwu.targets.rules.evaluation.report import as_json, decimal_text
from shangwu.targets.rules.evaluation.table import read_table
from shangwu.targets.vocabulary import TargetStatus

LARGEST_BYTES = 10_000_000
STATUSES = {**{s.value: str(s.label) for s in TargetStatus}, "NOT_APPLICABLE": "不适用"}
LEVELS = {"error": "错误", "warning": "提示", "note": "说明"}


class Command(BaseCommand):
    """按指标框架和计分规则评价一张指标表。"""

    help = "评价一张指标表（JSON）：逐项得分、总分、等次，列出用到的每一条规则和查出的问题。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE", help="指标表文件（JSON，UTF-8）")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the evaluation, or refuse the file with one sentence and exit status 1."""
        try:
            # The clock is read only for a table that names neither year nor day.
            result = evaluate(read_table(_content(options["file"]), today=date.today()))  # noqa: DTZ011
        except Refused as refused:
            raise CommandError(f"{refused.sentence}（{refused.code}）") from refused
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(result), ensure_ascii=False, indent=1))
            return
        self.stdout.write("\n".join(_lines(result)))


def _content(file: Path) -> object:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise CommandError("文件超过 10 MB，不是一张指标表，请核对。")
        text = file.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise CommandError(f"找不到文件“{file}”，请核对路径。") from error
    except OSError as error:
        raise CommandError(f"打不开文件“{file}”，请核对它是不是文件、有没有读取权限。") from error
    except UnicodeDecodeError as error:
        raise CommandError("文件不是 UTF-8 编码，请另存为 UTF-8 后再评价。") from error
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        place = f"（第 {error.lineno} 行）" if isinstance(error, json.JSONDecodeError) else ""
        raise CommandError(f"文件不是合格的 JSON{place}，请核对括号、引号和逗号。") from error


def _lines(result: Result) -> list[str]:
    shown = as_json(result)
    lines = [line for row in result.rows for line in _row_lines(row)]
    if result.execution:
        execution = shown["execution"]
        score = execution["score"] or "—"
        lines.append(f"预算执行率　{execution['rate'] or '无数据'}　{score}／{execution['weight']}")
        lines += [f"    依据：{_rule(rule)}" for rule in result.execution.rules]
    if shown["total"] is None:
        lines.append(
            f"总分：签认前不计分（按建议权重计为 {shown['lowest']} 至 {shown['highest']}）"
        )
    else:
        provisional = (
            f"（暂定，{shown['lowest']} 至 {shown['highest']}）" if shown["provisional"] else ""
        )
        lines.append(f"总分：{shown['total']}{provisional}　等次：{shown['grade'] or '未定'}")
    lines += [f"    依据：{_rule(rule)}" for rule in result.rules]
    lines += [_flag(flag) for flag in result.flags]
    return lines


def _row_lines(row: ScoredRow) -> list[str]:
    weight = "—" if row.weight is None else decimal_text(row.weight)
    score = "—" if row.score is None else half_up(row.score)
    status = STATUSES[str(row.outcome.status)]
    head = f"{row.row.name}　目标 {row.row.target.raw or '（空）'}　实际 {row.row.actual_text or '（空）'}"
    return [
        f"{head}　{status}　{score}／{weight}",
        f"    {row.outcome.why}",
        *(f"    依据：{_rule(rule)}" for rule in row.rules if rule.sentence != row.outcome.why),
        *(f"    {_flag(flag)}" for flag in row.flags),
    ]


def _rule(rule: Rule) -> str:
    return f"{rule.sentence}〔{rule.key}〕"


def _flag(flag: Flag) -> str:
    return f"{LEVELS[flag.level]} {flag.code}：{flag.message}"
