"""Citizens answer: on the public page, each from a device of their own, and on paper entered in batches."""

import random
import time
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from city.browser import Browser, PageError
from city.stage import EDITOR, Place, Stage

Scene = Mapping[str, Any]
# A person reads the page before answering; more at once than this would look like a campaign.
READING_MINUTES, READING_SECONDS, AT_ONCE = 2, 5, 6


def create(stage: Stage, place: Place, scene: Scene) -> None:
    """Write a survey, publish it, and let it answer for the indicators it was made for."""

    def write() -> None:
        if find_survey(stage, scene["title"]):
            return
        editor = stage.person(EDITOR).open(f"{place.path}surveys/new/")
        editor.submit(fields=_questionnaire(scene), action="/surveys/new/")

    def publish() -> None:
        editor = stage.person(EDITOR).open(survey_page(stage, scene["title"]))
        editor.submit(fields={}, action="/open/")

    stage.diary.play(f"{scene['key']} write", write)
    stage.diary.play(f"{scene['key']} publish", publish)
    for bound in scene["bind"]:
        key = f"{scene['key']} bind {bound['indicator']}"
        stage.diary.play(key, partial(_bind, stage, place, scene, bound))


def _questionnaire(scene: Scene) -> dict[str, str]:
    fields = {
        "title": scene["title"],
        "opens_on": str(scene["opens_on"]),
        "closes_on": str(scene["closes_on"]),
        "stratum_title": scene.get("stratum_title", ""),
        "quotas": "\n".join(f"{name} {scene['quota']}" for name in scene.get("strata", ())),
    }
    for position, question in enumerate(scene["questions"], start=1):
        fields |= {
            f"text-{position}": question["text"],
            f"scale-{position}": question["scale"],
        }
    return fields


def _bind(stage: Stage, place: Place, scene: Scene, bound: Mapping[str, Any]) -> None:
    number = survey_page(stage, scene["title"]).strip("/").split("/")[-1]
    link = stage.indicator(place, bound["indicator"])
    editor = stage.person(EDITOR).open(link)
    if number in editor.text:
        return
    editor.submit(
        fields={
            "measure": bound["measure"],
            "reason": f"以“{scene['title']}”的有效答卷计算。",
            "parameter-survey": number,
            "parameter-question": str(bound["question"]),
        },
        action=f"{link}bind/",
    )


def collect(stage: Stage, place: Place, scene: Scene) -> None:
    """Bring a month's answers in: some by the public page, the rest on paper."""
    answers = drawn_answers(scene)
    web = answers[: scene.get("web", 0)] if stage.move else []
    if web:
        stage.diary.play(f"{scene['key']} web", lambda: answer_online(stage, scene, web))
    paper = answers[len(web) :]
    if paper:
        stage.diary.play(f"{scene['key']} paper", lambda: _enter_paper(stage, scene, paper))


def drawn_answers(scene: Scene) -> list[tuple[str, tuple[int, ...]]]:
    """Return the answers as (group, marks), in an order that the scene's key alone decides.

    `marks` counts for each question how often each level was chosen, the best level first.
    """
    columns = []
    for counts in scene["marks"]:
        levels = len(counts)
        columns.append([levels - place for place, n in enumerate(counts) for _ in range(n)])
    order = random.Random(scene["key"])  # noqa: S311 - a story told the same way every time
    for column in columns:
        order.shuffle(column)
    strata: Sequence[str] = scene.get("strata") or [""]
    rows = list(zip(*columns, strict=True))
    return [(strata[n % len(strata)], row) for n, row in enumerate(rows)]


def answer_online(
    stage: Stage, scene: Scene, answers: Sequence[tuple[str, tuple[int, ...]]], device: str = ""
) -> None:
    """Answer on the public page; each from another device, unless all come from one."""
    number = survey_page(stage, scene["survey"]).strip("/").split("/")[-1]
    page = f"/targets/surveys/{number}/"
    visitors = [Browser(stage.address) for _ in range(min(len(answers), max(AT_ONCE, 1)))]
    try:
        for start in range(0, len(answers), len(visitors)):
            group = list(zip(visitors, answers[start : start + len(visitors)], strict=False))
            for place, (visitor, _) in enumerate(group):
                visitor.forget(
                    device or f"device-{zlib.crc32(scene['key'].encode())}-{start + place}"
                )
                visitor.open(page)
            stage.wait(READING_MINUTES)
            if stage.move is None:
                time.sleep(READING_SECONDS)
            for visitor, (stratum, marks) in group:
                chosen = {f"question-{n}": str(rank) for n, rank in enumerate(marks, start=1)}
                # Only a survey with quotas asks for the group.
                visitor.submit(
                    fields={"stratum": stratum, **chosen} if stratum else chosen, action=page
                )
    finally:
        for visitor in visitors:
            visitor.close()


def _enter_paper(
    stage: Stage, scene: Scene, answers: Sequence[tuple[str, tuple[int, ...]]]
) -> None:
    editor = stage.person(EDITOR).open(survey_page(stage, scene["survey"]))
    lines = [" ".join((stratum, *map(str, marks))).strip() for stratum, marks in answers]
    editor.submit(
        fields={
            "batch": f"{scene['on']}-{scene['key'].split()[0]}",
            "answered_on": str(scene["on"]),
            "lines": "\n".join(lines),
        },
        action="/paper/",
    )


def flood(stage: Stage, place: Place, scene: Scene) -> None:
    """One device answers again and again within minutes; only a clock can tell such a minute."""
    if stage.move is None:
        return
    answers = [("", tuple(scene["marks"]))] * scene["answers"]
    device = "device-again-and-again"
    stage.diary.play(
        f"{scene['key']} flood", partial(answer_online, stage, scene, answers, device=device)
    )
    stage.diary.play(f"{scene['key']} rule", lambda: _leave_out(stage, scene))


def _leave_out(stage: Stage, scene: Scene) -> None:
    editor = stage.person(EDITOR).open(survey_page(stage, scene["survey"]))
    marked = "//details[contains(., '同一设备') and not(contains(., '已剔除'))]//form/@action"
    for action in editor.find(marked):
        editor.submit(fields={"reason": scene["reason"]}, action=str(action), button="exclude")


def find_survey(stage: Stage, title: str) -> str | None:
    """Return the address of the survey's page at the office."""
    return stage.person(EDITOR).open("/office/targets/surveys/").link_named(title)


def survey_page(stage: Stage, title: str) -> str:
    """Return the address of the survey's page, which must be there."""
    found = find_survey(stage, title)
    if found is None:
        raise PageError(f"no survey {title}")
    return found


def online_count(stage: Stage, title: str) -> int:
    """Return how many answers came over the public page so far."""
    text = stage.person(EDITOR).open(survey_page(stage, title)).text
    return int(text.partition("其中网页 ")[2].partition(" ")[0] or 0)


def close(stage: Stage, place: Place, scene: Scene) -> None:
    """Close a survey: its results become public."""

    def act() -> None:
        stage.person(EDITOR).open(survey_page(stage, scene["survey"])).submit(
            fields={}, action="/close/"
        )

    stage.diary.play(scene["key"], act)


ACTS = {"survey": create, "answers": collect, "flood": flood, "close": close}
