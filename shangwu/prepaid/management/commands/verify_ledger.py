"""`shangwu verify_ledger`: recompute the seals of closed days and name every row that is not what it was."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shangwu.prepaid.queries.sealed_rows import Broken
from shangwu.prepaid.queries.verification import verify_ledger


class Command(BaseCommand):
    """Exit status 0: whole. 1: broken, with the first broken place on stderr."""

    help = "核验预付卡账：由逐卡记录重算批次、日和关账摘要，指出被改动的记录"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="只核验这个业务日期")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify_ledger(options["day"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(verdict.to_json(), ensure_ascii=False))
        else:
            for broken in verdict.broken:
                self.stdout.write(_sentence(broken))
            if verdict.ok:
                self.stdout.write(f"预付卡账完整：{verdict.days} 个经营者日，{verdict.rows} 行。")
        if not verdict.ok:
            raise CommandError(
                f"{_sentence(verdict.broken[0])}。共 {len(verdict.broken)} 处，"
                "请保护现场并通知审计管理员。"
            )


def _sentence(broken: Broken) -> str:
    row = "" if broken.sequence is None else f"第 {broken.sequence} 号"
    return f"{broken.operator or '全部经营者'} {broken.day} {row}：{broken.what}".replace(
        " ：", "："
    )
