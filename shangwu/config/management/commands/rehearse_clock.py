"""`shangwu rehearse_clock`: move the rehearsed time of a demonstration forwards."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shangwu.config.rehearsal import move_clock
from shangwu.foundation.law.refused import Refused


def moment(text: str) -> datetime:
    """Read a local date and time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期和时间（如 2019-03-05T10:00）") from None
    return found if found.tzinfo else timezone.make_aware(found)


class Command(BaseCommand):
    """Works without a server: the time is set before the first start as well."""

    help = "拨动演示环境的演练时钟（SHANGWU_CLOCK），只能向前"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the moment to move to."""
        parser.add_argument("to", type=moment, help="演练时间（上海），例如 2019-03-05T10:00")

    def handle(self, *args: Any, **options: Any) -> None:
        """Move the clock and say what it tells now."""
        if not settings.DEMONSTRATION or not settings.REHEARSAL_CLOCK:
            raise CommandError(
                "演练时钟只能用于演示环境：请设定 SHANGWU_DEMONSTRATION 和 SHANGWU_CLOCK。"
            )
        try:
            move_clock(Path(settings.REHEARSAL_CLOCK), to=options["to"])
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        told = timezone.localtime(options["to"])
        self.stdout.write(f"演练时钟已拨到 {told:%Y年%m月%d日 %H:%M}。")
