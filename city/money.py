"""The finance office at work: entries, statements of the bank, corrections, and a second person's word."""

from collections.abc import Mapping
from typing import Any

from city.browser import PageError
from city.stage import MONEY_REVIEWER, PAYER, Place, Stage

Scene = Mapping[str, Any]
CSV, TEXT = "text/csv", "text/plain"
APPROVED = "经复核，手续齐全，同意。"
# Kind of entry that a second person decides -> what the approvals page calls it.
DECIDED = {"adjustment": "adjustment", "use": "use", "payment": "payment"}


def enter(stage: Stage, place: Place, scene: Scene) -> None:
    """Enter one thing about the project's money; where another person decides, that person agrees."""
    kind = scene["kind"]
    stage.diary.play(f"{scene['key']} enter", lambda: _enter(stage, place, scene))
    if kind in DECIDED:
        stage.diary.play(f"{scene['key']} decide", lambda: decide(stage, DECIDED[kind]))


def _enter(stage: Stage, place: Place, scene: Scene) -> None:
    payer = stage.person(PAYER).open(f"{place.path}money/new/{scene['kind']}/")
    fields = {name: str(value) for name, value in scene["fields"].items()}
    for name in ("line", "contract"):
        if name in fields:
            fields[name] = payer.option(name, fields[name])
    payer.submit(fields=fields, action=f"/new/{scene['kind']}/")


def accept(stage: Stage, place: Place, scene: Scene) -> None:
    """Record what was accepted under a contract, with the paper that proves it."""

    def act() -> None:
        payer = stage.person(PAYER).open(f"{place.path}money/")
        link = payer.link_named(scene["contract"])
        if link is None:
            raise PageError(f"no contract {scene['contract']} on {payer.path}")
        fields = {name: str(value) for name, value in scene["fields"].items()}
        proof = ("file", ("验收单.txt", scene["fields"]["note"].encode(), TEXT))
        payer.open(link).submit(fields=fields, action="/accept/", files=[proof])

    stage.diary.play(scene["key"], act)


def import_statement(stage: Stage, place: Place, scene: Scene) -> None:
    """Send a statement as a file; enter it, or put it aside when the check names a wrong row."""

    def act() -> None:
        payer = stage.person(PAYER).open(f"{place.path}money/statements/new/")
        file = ("file", (scene["name"], scene["text"].strip().encode(), CSV))
        payer.submit(fields={}, action="/statements/new/", files=[file])
        if payer.find("//button[@name='confirm']"):
            payer.submit(fields={}, action=payer.path, button="confirm")
        elif any(action.endswith("/discard/") for action in payer.actions()):
            payer.submit(fields={}, action="/discard/")

    stage.diary.play(scene["key"], act)


def reverse(stage: Stage, place: Place, scene: Scene) -> None:
    """Take a payment back; another person agrees."""

    def act() -> None:
        payer = stage.person(PAYER).open(f"{place.path}money/payments/")
        link = payer.link_named(scene["voucher"])
        if link is None:
            raise PageError(f"no voucher {scene['voucher']} on {payer.path}")
        fields = {name: str(value) for name, value in scene["fields"].items()}
        payer.open(link).submit(fields=fields, action="/reverse/")

    stage.diary.play(f"{scene['key']} reverse", act)
    stage.diary.play(f"{scene['key']} decide", lambda: decide(stage, "payment"))


def answer(stage: Stage, place: Place, scene: Scene) -> None:
    """Answer a finding of the negative list; another person clears it, or sends the answer back."""

    def act() -> None:
        payer = stage.person(PAYER).open(f"{place.path}money/findings/")
        proof = ("file", ("情况说明.txt", scene["text"].encode(), TEXT))
        payer.submit(
            fields={"kind": scene["kind"], "text": scene["text"]},
            action="/findings/answer/",
            files=[proof],
            within=scene["rule"],
        )

    stage.diary.play(f"{scene['key']} answer", act)
    refused = scene.get("refused", "")
    stage.diary.play(f"{scene['key']} decide", lambda: decide(stage, "answer", refused=refused))


def decide(stage: Stage, kind: str, *, refused: str = "") -> None:
    """Have the reviewer decide everything of the kind that waits."""
    reviewer = stage.person(MONEY_REVIEWER).open("/office/targets/money/approvals/")
    for action in reviewer.actions():
        if f"/approvals/{kind}/" in action:
            reviewer.submit(
                fields={"note": refused or APPROVED},
                action=action,
                button="refuse" if refused else "approve",
            )


ACTS = {
    "enter": enter,
    "accept": accept,
    "statement": import_statement,
    "reverse": reverse,
    "answer": answer,
}
