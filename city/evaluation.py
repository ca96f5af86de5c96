"""January: evaluations drafted from the year's last readings, weighed, explained, signed and published."""

from collections.abc import Mapping
from typing import Any

from city.browser import PageError
from city.stage import EDITOR, FINANCE, REVIEWER, Place, Stage

Scene = Mapping[str, Any]
LABELS = {"SELF": "单位自评", "DEPARTMENT": "部门评价", "FINANCE": "财政评价"}
WEIGHERS = {"SELF": REVIEWER, "DEPARTMENT": REVIEWER, "FINANCE": FINANCE}
SIGNERS = {"SELF": EDITOR, "DEPARTMENT": REVIEWER, "FINANCE": FINANCE}


def evaluate(stage: Stage, place: Place, scene: Scene) -> None:
    """Bring one evaluation from draft to signature; a self-evaluation to the public."""
    kind, key = scene["kind"], scene["key"]

    def draft() -> None:
        if _link(stage, place, kind):
            return
        editor = stage.person(EDITOR).open(f"/office/targets/evaluations/?year={place.year}")
        editor.submit(
            fields={"kind": kind, "as_of": str(scene["as_of"])},
            action=f"/{place.number}/{place.year}/evaluations/new/",
        )

    def weigh() -> None:
        # What is proposed stands in the form; somebody else than the drafter signs for it.
        stage.person(WEIGHERS[kind]).open(_page(stage, place, kind)).submit(
            fields={}, action="/weights/"
        )

    def explain() -> None:
        editor = stage.person(EDITOR).open(_page(stage, place, kind))
        page = editor.path
        for action, name in _unexplained(stage):
            cause, detail, remedy = scene["causes"].get(name, scene["causes"]["其余"])
            fields = {"cause": cause, "detail": detail, "remedy": remedy}
            editor.open(page).submit(fields=fields, action=action)

    def sign() -> None:
        stage.person(SIGNERS[kind]).open(_page(stage, place, kind)).submit(
            fields={}, action="/sign/"
        )

    def publish() -> None:
        stage.person(REVIEWER).open(_page(stage, place, kind)).submit(fields={}, action="/publish/")

    steps = [draft, weigh, explain, sign, *([publish] if kind == "SELF" else [])]
    for step in steps:
        stage.diary.play(f"{key} {step.__name__}", step)


def _unexplained(stage: Stage) -> list[tuple[str, str]]:
    """Return the form and the indicator of each line that still needs a cause."""
    found = []
    for line in stage.person(EDITOR).find("//article[.//details[@open]]"):
        actions = line.xpath(".//details[@open]//form[contains(@action, '/cause/')]/@action")
        name = " ".join(line.xpath(".//h3")[0].text_content().split())
        found += [(str(action), name.partition(". ")[2]) for action in actions]
    return found


def _link(stage: Stage, place: Place, kind: str) -> str | None:
    editor = stage.person(EDITOR).open(f"/office/targets/evaluations/?year={place.year}")
    links = editor.find(
        f"//tr[.//th[contains(., '{place.project}')]]"
        f"//td[@data-label='{LABELS[kind]}']//a[contains(@href, '/evaluations/')]/@href"
    )
    return str(links[0]) if links else None


def _page(stage: Stage, place: Place, kind: str) -> str:
    found = _link(stage, place, kind)
    if found is None:
        raise PageError(f"no {LABELS[kind]} of {place.project}")
    return found


ACTS = {"evaluate": evaluate}
