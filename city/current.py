"""The running year: three projects declared, paid and asked about up to today, for forecasts and what is due."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from city import demonstration, money, monitoring, surveys
from city.forms import load_form
from city.stage import EDITOR, REVIEWER, Place, Stage
from city.story import HERE, Scene, month_end

FOLDER = HERE / "this_year"
HEAD = "支付日期,凭证号,收款人,支付金额,经济分类,项目编码,子项目"
ONLINE = 6
# The monitoring report of the year is due by the end of this month; nobody sent it.
REPORTED_BY = 8


def play_current_year(stage: Stage, *, today: date) -> None:
    """Declare the projects of the current year and bring them up to today."""
    story = tomllib.loads((FOLDER / "story.toml").read_text("utf-8"))
    for told in story["project"]:
        form = load_form(FOLDER / told["form"], year=today.year)
        editor, reviewer = stage.person(EDITOR), stage.person(REVIEWER)
        page = demonstration.declare(editor, form)
        demonstration.approve(editor, reviewer, page)
        place = stage.place(form.project, form.year)
        for number, scene in enumerate(current_scenes(told, place, today=today), start=1):
            scene["key"] = f"{today.year}-{told['voucher']}-{scene['act']}-{number}"
            ACTS[scene["act"]](stage, place, scene)
        print(f"已办理 {form.year} 年 {form.project}", flush=True)


def current_scenes(told: dict[str, Any], place: Place, *, today: date) -> Iterator[Scene]:
    """Give what happened this year up to today: uses, plan, payments, survey, answers, readings."""
    ends = _month_ends(today.year)
    past = [end for end in ends if end <= today]
    yield _entry("use", category=told["category"][:3], reason=f"{today.year}年部门预算批复。")
    plan = {f"day-{n}": str(end) for n, end in enumerate(ends, start=1)}
    amounts = {f"amount-{n}": told["planned"] for n in range(1, len(ends) + 1)}
    yield _entry("payment-plan", **plan, **amounts)
    if past:
        rows = [HEAD, *(_row(told, place, end, n) for n, end in enumerate(past, start=1))]
        name = f"{told['voucher']}{today.year}年对账单.csv"
        yield {"act": "statement", "name": name, "text": "\n".join(rows)}
    year = {"opens_on": ends[0].replace(day=1), "closes_on": ends[-1]}
    asked = {**told["survey"], **year} if "survey" in told else {}
    if asked:
        asked["title"] = asked["title"].format(year=today.year)
        yield {"act": "survey", **asked}
        answers = {"survey": asked["title"], "marks": asked["marks"]}
        for end in past:
            yield {"act": "answers", **answers, "on": end - timedelta(days=4)}
    for end in past:
        yield {"act": "month", "on": end}
    if asked:
        # Today's readings were taken before people answered; they are taken again.
        yield {"act": "online", **answers, "on": today}
    yield {"act": "month", "on": today, "all": True, "again": True}
    if today.month > REPORTED_BY:
        late = {"finding": "监控报告逾期", "about": "监控报告", "steps": ["assign"]}
        yield {"act": "issue", "on": today, **late}


def _entry(kind: str, **fields: object) -> Scene:
    return {"act": "enter", "kind": kind, "fields": fields}


def _row(told: dict[str, Any], place: Place, end: date, number: int) -> str:
    voucher = f"{told['voucher']}-{end:%Y%m}"
    paid = told["paid"] + 300 * (number % 4)
    cells = (end - timedelta(days=6), voucher, told["payee"], paid, told["category"])
    return ",".join(map(str, (*cells, told["project_key"], place.project)))


def answer_online(stage: Stage, place: Place, scene: Scene) -> None:
    """Have some people answer on the public page; those who did are not asked again."""
    missing = ONLINE - surveys.online_count(stage, scene["survey"])
    if missing > 0:
        surveys.answer_online(stage, scene, surveys.drawn_answers(scene)[:missing])


ACTS = {**money.ACTS, **surveys.ACTS, **monitoring.ACTS, "online": answer_online}


def _month_ends(year: int) -> list[date]:
    return [month_end(date(year, month, 1)) for month in range(1, 13)]
