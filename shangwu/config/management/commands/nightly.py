"""`shangwu nightly`: the night's work now and in order, after a worker was down or on a rehearsed day."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from procrastinate.contrib.django import app

from shangwu.config.schedule import NIGHT


class Command(BaseCommand):
    """Run the night's jobs one after the other; each is safe to run twice."""

    help = "立即依次执行夜间作业（关账、核对、信用重算、指标读数）；每项重复执行都不会重复计算"

    def add_arguments(self, parser: CommandParser) -> None:
        """Let one system's jobs be chosen."""
        systems = sorted({task.partition(".")[0] for task in NIGHT})
        parser.add_argument("--system", choices=systems, help="只执行一个系统的作业")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run them, and say how long each took."""
        for task in NIGHT:
            if options["system"] in {None, task.partition(".")[0]}:
                began = perf_counter()
                result = app.tasks[task]()
                self.stdout.write(f"{task}：{result}，{perf_counter() - began:.1f} 秒")
