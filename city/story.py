"""The story as data: scenes from `city/story/*.toml`, in the order of their days."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
YEAR = 2019
# The office does its paperwork in the middle of a month, and on its last day.
MIDDLE = 15

Scene = dict[str, Any]


def read_scenes(folder: Path = HERE / "story") -> list[Scene]:
    """Return all scenes by the day on which they are played; equal days keep the order of the files."""
    told = [scene for path in sorted(folder.glob("*.toml")) for scene in _told(path)]
    scenes = [*judgements(), *(one for scene in told for one in _each(scene))]
    # The month's reading follows everything else that is played on the day.
    return sorted(
        scenes, key=lambda scene: (scene["played_on"], scene["act"] == "month", scene["on"])
    )


def _told(path: Path) -> Iterator[Scene]:
    """Give the scenes as a file tells them, with what the file says of all."""
    told = tomllib.loads(path.read_text("utf-8"))
    common = {"year": YEAR, **{name: value for name, value in told.items() if name != "scene"}}
    for number, scene in enumerate(told["scene"], start=1):
        yield {**common, **scene, "key": f"{path.stem}-{number}"}


def _each(scene: Scene) -> Iterator[Scene]:
    """Give the scene once for each of its days and projects."""
    projects = [scene["project"]] if "project" in scene else scene["projects"]
    for day in scene.get("days") or [scene["on"]]:
        for project in projects:
            key = " ".join((scene["key"], day.isoformat(), project))
            here = {"key": key, "on": day, "played_on": paperwork_day(day), "project": project}
            yield {**scene, **here}


def judgements() -> list[Scene]:
    """Return the bindings, ratings and completions of the story as scenes of their days."""
    story = tomllib.loads((HERE / "story.toml").read_text("utf-8"))
    found = []
    for act, day in (("bind", "bound_on"), ("rate", "rated_on"), ("complete", "done_on")):
        for number, told in enumerate(story[act], start=1):
            on = date.fromisoformat(told[day])
            head = {"act": act, "key": f"{act}-{number}", "on": on, "year": YEAR}
            found.append(
                {
                    **head,
                    "project": told["project"],
                    "told": told,
                    "stands_in": told.get("stands_in", False),
                    "played_on": paperwork_day(on),
                }
            )
    return found


def projects() -> list[str]:
    """Return the projects that the story speaks of."""
    return sorted({scene["project"] for scene in read_scenes()})


def paperwork_day(day: date) -> date:
    """Return the day on which what happened on `day` reaches the office."""
    return day.replace(day=MIDDLE) if day.day <= MIDDLE else month_end(day)


def month_end(day: date) -> date:
    """Return the last day of the month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
