"""`shangwu check_code KIND VALUE`: is this code right, and if not, where is it wrong."""

import argparse
import dataclasses
import json
import sys
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandParser

from shangwu.foundation import codes

_LEVELS = {"ok": "通过", "warning": "通过（请核对）", "error": "不通过"}


def kind(text: str) -> str:
    """Read the kind of code, by its name or by what people call it."""
    found = codes.kind_called(text)
    if found is None:
        known = "、".join(sorted(codes.CHECKS))
        raise argparse.ArgumentTypeError(f"没有“{text}”这种号码；可选：{known}。")
    return found


def day(text: str) -> date:
    """Read the day of the check."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期（如 2019-01-31）") from None


class Command(BaseCommand):
    """Check one code; exit 0 when it passes, 1 when it does not."""

    help = "核验一个号码：统一社会信用代码、身份证件、行政区划、电话、邮编、货币等"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "kind", metavar="KIND", type=kind, help=f"号码种类：{'、'.join(sorted(codes.CHECKS))}"
        )
        parser.add_argument("value", metavar="VALUE", help="号码")
        parser.add_argument("--on", type=day, help="核验日（默认今天）")
        parser.add_argument("--division", default="", help="与邮编对照的行政区划代码")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        verdict = codes.check(
            options["kind"],
            options["value"],
            on=options["on"] or today,
            division=options["division"],
        )
        if options["format"] == "json":
            self.stdout.write(json.dumps(dataclasses.asdict(verdict), ensure_ascii=False))
        else:
            self._print(verdict)
        if not verdict.ok:
            # CommandError would put its English class name before the sentence.
            self.stderr.write(f"{verdict.code}：{verdict.message}")
            sys.exit(1)

    def _print(self, verdict: codes.Verdict) -> None:
        rows = [
            ("结论", _LEVELS[verdict.level]),
            ("规范写法", verdict.normalized),
            ("说明", verdict.message),
            ("位置", f"第 {verdict.position} 位" if verdict.position else ""),
            ("建议", verdict.corrected or verdict.suggestion),
            ("原因代码", verdict.code),
            ("已整理", "、".join(verdict.changes)),
        ]
        for label, text in rows:
            if text:
                self.stdout.write(f"{label}：{text}")
