"""`shangwu verify_audit`: walk the chain of acts and name the first broken row."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shangwu.foundation.audit.queries import Verdict, verify


class Command(BaseCommand):
    """Exit status 0: whole. 1: broken, with the first broken place on stderr."""

    help = "核验审计链：逐行、逐批、逐日核对，并与外部锚定文件比对"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        if options["format"] == "json":
            self.stdout.write(json.dumps(asdict(verdict), ensure_ascii=False))
        elif verdict.ok:
            self.stdout.write(f"审计链完整：{verdict.rows} 行，{verdict.days} 个已签名的日期。")
        if not verdict.ok:
            raise CommandError(_sentence(verdict))


def _sentence(verdict: Verdict) -> str:
    return f"审计链在 {verdict.first_broken} 处断裂：{verdict.why}。请保护现场并通知审计管理员。"
