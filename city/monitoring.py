"""The performance office during the year: readings, alerts, monitoring reports, and issues put right."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from city.browser import PageError
from city.stage import EDITOR, REVIEWER, Place, Stage

Scene = Mapping[str, Any]
TEXT = "text/plain"


def read_month(stage: Stage, place: Place, scene: Scene) -> None:
    """Read the project's indicators at the month's end, and let the alert rules look at it."""
    day = str(scene.get("day", scene["on"]))

    def read() -> None:
        editor = stage.person(EDITOR).open(place.path)
        if stage.move and not scene.get("again"):
            editor.submit(fields={}, action=f"{place.path}read/")
            return
        for link in editor.links("/office/targets/indicators/"):
            shown = editor.open(link)
            unbound = shown.find("//div[h2='度量绑定'][contains(p, '尚未绑定度量')]")
            if unbound and not scene.get("all"):
                continue
            # A reading that is there already may be older than the month's payments and answers.
            editor.submit(fields={"on": day}, action=f"{link}read/")

    def check() -> None:
        editor = stage.person(EDITOR).open(place.path)
        editor.submit(fields={"on": day}, action=f"{place.path}issues/check/")

    stage.diary.play(f"{scene['key']} read", read)
    stage.diary.play(f"{scene['key']} check", check)


def report(stage: Stage, place: Place, scene: Scene) -> None:
    """Draft the report of a period, or take it up again, say what each line needs, and send it."""
    period = (str(scene["starts_on"]), str(scene["ends_on"]))

    def draft() -> None:
        if _report_link(stage, place, period):
            return
        editor = stage.person(EDITOR).open(f"/office/targets/monitoring/?year={place.year}")
        editor.submit(
            fields={"starts_on": period[0], "ends_on": period[1]},
            action=f"/{place.number}/{place.year}/monitoring/new/",
        )

    def state() -> None:
        editor = stage.person(EDITOR).open(_report_page(stage, place, period))
        if scene.get("again"):
            editor.submit(fields={}, action="/refresh/")
        editor.submit(fields=_statements(stage, scene), action="/lines/")

    def submit() -> None:
        editor = stage.person(EDITOR).open(_report_page(stage, place, period))
        editor.submit(fields={}, action="/submit/")

    stage.diary.play(f"{scene['key']} draft", draft)
    stage.diary.play(f"{scene['key']} state", state)
    stage.diary.play(f"{scene['key']} submit", submit)


def _statements(stage: Stage, scene: Scene) -> dict[str, str]:
    """Confirm what is proposed, else say that it is possible, and name a cause for every line that needs one."""
    editor = stage.person(EDITOR)
    fields: dict[str, str] = {}
    for line in editor.find("//article[.//select]"):
        word = line.xpath(".//select/@name")[0]
        if not line.xpath(".//select/option[@selected and @value != '']"):
            fields[word] = "有可能"
        if "（须填写）" in line.text_content():
            name = " ".join(line.xpath(".//h3")[0].text_content().split())
            cause, why = scene["causes"].get(name, scene["causes"]["其余"])
            prefix = word.removesuffix("-word")
            fields |= {f"{prefix}-causes": cause, f"{prefix}-explanation": why}
    return fields


def decide(stage: Stage, place: Place, scene: Scene) -> None:
    """Approve and lock the period, or send the report back."""
    period = (str(scene["starts_on"]), str(scene["ends_on"]))

    def act() -> None:
        reviewer = stage.person(REVIEWER).open(_report_page(stage, place, period))
        button = "return" if scene.get("returned") else "approve"
        reviewer.submit(fields={"note": scene["note"]}, action="/decide/", button=button)

    stage.diary.play(scene["key"], act)


def reopen(stage: Stage, place: Place, scene: Scene) -> None:
    """Open a locked period again, with the reason."""
    period = (str(scene["starts_on"]), str(scene["ends_on"]))

    def act() -> None:
        reviewer = stage.person(REVIEWER).open(_report_page(stage, place, period))
        reviewer.submit(fields={"reason": scene["reason"]}, action="/reopen/")

    stage.diary.play(scene["key"], act)


def _report_link(stage: Stage, place: Place, period: tuple[str, str]) -> str | None:
    editor = stage.person(EDITOR).open(f"/office/targets/monitoring/?year={place.year}")
    text = f"{period[0]} 至 {period[1]}"
    links = editor.find(
        f"//section[.//h2[contains(., '{place.project}')]]//a[contains(., '{text}')]/@href"
    )
    return str(links[0]) if links else None


def _report_page(stage: Stage, place: Place, period: tuple[str, str]) -> str:
    found = _report_link(stage, place, period)
    if found is None:
        raise PageError(f"no monitoring report of {place.project} for {period}")
    return found


def issue(stage: Stage, place: Place, scene: Scene) -> None:
    """Take the next steps with an issue that the alert rules found, each by the person it belongs to."""
    for step in scene["steps"]:
        stage.diary.play(f"{scene['key']} {step}", partial(_step, stage, place, scene, step))


def _step(stage: Stage, place: Place, scene: Scene, step: str) -> None:
    login = EDITOR if step in {"explain", "report"} else REVIEWER
    person = stage.person(login)
    person.open(_issue_page(stage, place, scene))
    if step == "assign":
        owner = person.option("owner", "填报员")
        person.submit(fields={"owner": owner}, action="/assign/")
    elif step == "explain":
        fields = {name: scene[name] for name in ("cause", "detail", "action")}
        person.submit(fields=fields, action="/explain/")
    elif step == "report":
        proof = ("evidence", ("整改材料.txt", scene["evidence"].encode(), TEXT))
        person.submit(fields={"text": scene["text"]}, action="/report/", files=[proof])
    elif step == "effect":
        fields = {"effect": scene["effect"], "note": scene["note"]}
        person.submit(fields=fields, action="/effect/")
    else:
        button = "close" if step == "close" else "return"
        person.submit(fields={"note": scene["note"]}, action="/settle/", button=button)


def _issue_page(stage: Stage, place: Place, scene: Scene) -> str:
    editor = stage.person(EDITOR).open(
        f"/office/targets/issues/?year={place.year}&project={place.number}"
    )
    cards = editor.find(
        f"//article[.//h3[contains(., '{scene['finding']}')] and contains(., '{scene['about']}')]"
        "//h3//a/@href"
    )
    if not cards:
        raise PageError(f"no issue {scene['finding']} about {scene['about']} for {place.project}")
    # The newest columns come last on the board; of several alike the first still open is taken.
    return str(cards[0])


def issue_count(stage: Stage, year: int) -> int:
    """Return how many issues the board of the year shows."""
    editor = stage.person(EDITOR).open(f"/office/targets/issues/?year={year}")
    totals = editor.find("//section/h2/span[contains(@class, 'tabular')]")
    return sum(int(total.text_content()) for total in totals)


ACTS = {
    "month": read_month,
    "report": report,
    "decide": decide,
    "reopen": reopen,
    "issue": issue,
}
