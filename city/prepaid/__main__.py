"""Weeks of prepaid cards, played over the public doors from the taking-over to the collapse of a chain.

    python -m city.prepaid --address http://127.0.0.1:8000

On a rehearsal clock (SHANGWU_CLOCK) every day is played on its own day, until the clock has caught up with
real time. It may be run again: what was played is left as it is.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from city import demonstration
from city.browser import PageError
from city.prepaid.office import Office
from city.prepaid.public import Public
from city.prepaid.reports import Reports
from city.prepaid.sending import NotTaken
from city.prepaid.shop import Shop
from city.prepaid.world import BEGAN, World, read_story
from city.stage import Diary, Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHANGWU = [sys.executable, "-m", "shangwu.config.commandline"]
MORNING = 9
ONE_DAY = timedelta(days=1)
Morning = tuple[int, datetime]


def main() -> None:
    """Play up to today; exit status 1 says that it could not be played to the end."""
    parser = argparse.ArgumentParser(description="演示：预付卡平台数周的报送、查询和监管。")
    parser.add_argument("--address", required=True, help="平台地址，例如 http://127.0.0.1:8000")
    parser.add_argument(
        "--accounts", type=Path, default=demonstration.accounts_file(), help="演示账号文件"
    )
    options = parser.parse_args()
    demonstration.wait_for(options.address)
    passwords: dict[str, str] = json.loads(options.accounts.read_text("utf-8"))
    folder = options.accounts.parent
    begins = _beginning(folder / BEGAN)
    diary = Diary(folder / "demonstration-cards-diary.txt")
    move = _move if os.environ.get("SHANGWU_CLOCK") else None
    try:
        with Stage(options.address, passwords, diary, move=move, now=platform_now()) as stage:
            play(stage, folder=folder, begins=begins, until=datetime.now(SHANGHAI))
            if move is not None:
                _move(datetime.now(SHANGHAI))
    except (PageError, NotTaken) as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def play(stage: Stage, *, folder: Path, begins: datetime, until: datetime) -> None:
    """Play every day from the beginning up to `until`: the morning's reports, then what people do."""
    story = read_story()
    world = World(story, begins=begins.date())
    office, public = Office(stage, world), Public(stage, world)
    stage.diary.play("cards intake", office.take_over)
    stage.diary.play("cards credit key", partial(office.hand_over_key, folder))
    stage.diary.play("cards shop", Shop(stage, folder).join)
    mornings = list(_mornings(begins, until))
    progress = Progress(world, mornings)
    with Reports(stage.address, world, now=platform_now) as reports:
        for number, morning in mornings:
            day = morning.date()
            messages = reports.write(day - ONE_DAY, number=number, at=morning)
            stage.go_to(morning)
            stage.diary.play(f"cards {number} reports", partial(reports.send, messages))
            stage.diary.play(f"cards {number} night", _night)
            for key, act in (*public.acts(number, day), *office.acts(number, day)):
                stage.diary.play(f"cards {number} {key}", act)
            progress.tell(number, day)


class Progress:
    """Tells after every day how far the play is and how long the rest will take at that pace."""

    def __init__(self, world: World, mornings: list[Morning]) -> None:
        self._sizes = [len(world.reporting(number)) for number, _ in mornings]
        self._since = time.monotonic()

    def tell(self, number: int, day: object) -> None:
        """Print a line for people who wait."""
        now, size = time.monotonic(), self._sizes[number - 1]
        left = sum(self._sizes[number:]) * (now - self._since) / size
        told = f"{day}（第{number}天，共{len(self._sizes)}天）{size} 家经营者的日数据，用时 {now - self._since:.0f} 秒"
        print(f"{told}，其余约需 {left / 60:.0f} 分钟", flush=True)
        self._since = now


def platform_now() -> datetime:
    """Return what time it is at the platform, by the rehearsal clock where there is one."""
    clock = os.environ.get("SHANGWU_CLOCK")
    ahead = float(Path(clock).read_text("ascii")) if clock else 0.0
    return datetime.now(SHANGHAI) + timedelta(seconds=ahead)


def _mornings(begins: datetime, until: datetime) -> Iterator[Morning]:
    day, number = begins.date() + ONE_DAY, 1
    while (morning := datetime(day.year, day.month, day.day, MORNING, tzinfo=SHANGHAI)) < until:
        yield number, morning
        day, number = day + ONE_DAY, number + 1


def _beginning(path: Path) -> datetime:
    """The day that the play began on, kept for a play that goes on after a kill."""
    if path.exists():
        return datetime.fromisoformat(path.read_text("ascii"))
    begins = platform_now()
    path.write_text(begins.isoformat(), "ascii")
    return begins


def _move(to: datetime) -> None:
    """Turn the rehearsal clock by the platform's own command."""
    _command("rehearse_clock", to.isoformat())


def _night() -> None:
    """Let the platform do a night's work now: on a rehearsed day no night passes."""
    _command("nightly", "--system", "prepaid")


def _command(*words: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own program, a list of arguments
        [*SHANGWU, *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PageError(done.stderr.strip())


if __name__ == "__main__":
    main()
