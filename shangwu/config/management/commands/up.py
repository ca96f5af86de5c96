"""`shangwu up`: start the platform and keep it running."""

import os
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shangwu.config.supervisor import Supervisor
from shangwu.foundation.postgres import CannotServe

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    """Runs without the apps: the database they need is what this command starts."""

    help = "启动商务平台：数据库、后台任务、网站与实时消息；Ctrl-C 停止"
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--port", type=_port, default=8000, help="网站端口（默认 8000），实时消息用下一个端口"
        )
        parser.add_argument("--demo", action="store_true", help="载入演示账户与数据")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()

        def say(text: str) -> None:
            sys.stderr.write(f"[{time.monotonic() - started:5.1f} s] {text}\n")
            sys.stderr.flush()

        if options["demo"]:
            os.environ["SHANGWU_DEMONSTRATION"] = "1"
        named = os.environ.get("SHANGWU_DATA")
        supervisor = Supervisor(
            Path(named or ROOT / "var"), port=options["port"], say=say, may_move=not named
        )
        try:
            supervisor.run()
        except CannotServe as refused:
            raise CommandError(refused.sentence, returncode=1) from None


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65534:
        raise ValueError
    return number
