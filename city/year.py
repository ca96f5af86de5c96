"""The year 2019 of the five projects, played over the public doors from approval to published self-evaluation.

    python -m city.year --address http://127.0.0.1:8000

It may be run again: what was played is left as it is. `make year` plays it on a rehearsal clock.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from city import demonstration, evaluation, money, monitoring, surveys
from city.browser import PageError
from city.current import play_current_year
from city.stage import Diary, Place, Stage
from city.story import YEAR, Scene, month_end, projects, read_scenes

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING, EVENING = time(10), time(17)
Act = Callable[[Stage, Place, Scene], None]


def main() -> None:
    """Play the year, recorded today; exit status 1 says that it could not be played to the end."""
    parser = argparse.ArgumentParser(description="演示：通过网页办理全年的资金、调查、监控和评价。")
    parser.add_argument("--address", required=True, help="平台地址，例如 http://127.0.0.1:8000")
    parser.add_argument(
        "--accounts", type=Path, default=demonstration.accounts_file(), help="演示账号文件"
    )
    options = parser.parse_args()
    demonstration.wait_for(options.address)
    passwords: dict[str, str] = json.loads(options.accounts.read_text("utf-8"))
    diary = Diary(options.accounts.with_name("demonstration-diary.txt"))
    try:
        with Stage(options.address, passwords, diary) as stage:
            play(stage)
            play_current_year(stage, today=datetime.now(SHANGHAI).date())
    except PageError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def play(stage: Stage, *, meanwhile: Callable[[date], object] | None = None) -> None:
    """Play all scenes in the order of their days.

    `meanwhile` plays prepaid cards up to a day. The platform then counts what it else learns from people, whose
    words that stand in for its records are left out.
    """
    month = ""
    for scene in read_scenes():
        if meanwhile is not None and scene.get("stands_in"):
            continue
        day = scene["played_on"]
        if f"{day:%Y-%m}" != month:
            month = f"{day:%Y-%m}"
            print(f"演示 {day:%Y年%m月}", flush=True)
        if meanwhile is not None:
            meanwhile(day)
        last = scene["act"] == "month" and day == month_end(day)
        stage.go_to(datetime.combine(day, EVENING if last else MORNING, SHANGHAI))
        try:
            ACTS[scene["act"]](stage, stage.place(scene["project"], scene["year"]), scene)
        except PageError as error:
            raise PageError(f"{scene['key']}: {error}") from error
    read_today(stage)


def read_today(stage: Stage) -> None:
    """Without a clock, what was read before the year was played stands in front; read all of it again."""
    for project in projects() if stage.move is None else ():
        place = stage.place(project, YEAR)
        stage.diary.play(f"today {project}", partial(_read, stage, place))


def _read(stage: Stage, place: Place) -> None:
    stage.person(demonstration.EDITOR).open(place.path).submit(
        fields={}, action=f"{place.path}read/"
    )


def judge(stage: Stage, place: Place, scene: Scene) -> None:
    """Register a rating or a completion of the demonstration's story."""

    def act() -> None:
        do = demonstration.rebind if scene["act"] == "bind" else demonstration.prove
        do(stage.person(demonstration.EDITOR), place.path, scene["told"], action=scene["act"])

    stage.diary.play(scene["key"], act)


ACTS: dict[str, Act] = {
    "bind": judge,
    "rate": judge,
    "complete": judge,
    **money.ACTS,
    **surveys.ACTS,
    **monitoring.ACTS,
    **evaluation.ACTS,
}


if __name__ == "__main__":
    main()
