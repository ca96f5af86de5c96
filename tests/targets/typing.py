"""A person at a form of a page: types into every control, sends it, and looks what stands in it afterwards."""

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve
from lxml import html

from shangwu.foundation.web.typed import MARK

TEXT = "经办人核查，情况属实。"
TOO_LONG = TEXT * 100
AMOUNTS = ("fen", "amount", "price", "standard", "budget_total", "budget_year", "percent", "points")
VALUES = {"category": "30227", "quotas": "黄浦区 30", "lines": "黄浦区 5 4", "year": "2019"}
# The selection above them says whether they are filled.
AS_CHOSEN = {"previous_budget", "previous_executed"}


@dataclass(frozen=True)
class Sent:
    """What was typed into a form, and the page that came of it."""

    mark: str
    typed: dict[str, list[str]]
    files: bool
    status: int
    refusal: str
    page: str


def form_of(client: Client, page: str, route: str) -> Any:
    """Return the form of a page that is sent to a route."""
    tree = html.fromstring(client.get(page).text)
    found = [one for one in tree.forms if one.method == "POST" and route == _route(one, page)]
    return next(one for one in found if _controls(one) or one.xpath('.//input[@type="file"]'))


def send(client: Client, page: str, form: Any, *, wrong: bool) -> Sent:
    """Fill the form, as it should be or wrong in every field, and follow to the page that comes next."""
    typed = {name: _typed(controls, wrong) for name, controls in _controls(form).items()}
    hidden = {one.name: [one.value or ""] for one in form.xpath('.//input[@type="hidden"]')}
    files = {one.name: _file(one) for one in form.xpath('.//input[@type="file"]')}
    button = form.xpath('.//button[@type="submit"][@name]')[:1]
    pressed = {one.get("name"): one.get("value") for one in button[:1]}
    if "save" in {one.get("name") for one in form.xpath(".//button")}:
        pressed = {"save": "1"}
    if "confirm" in {one.get("name") for one in form.xpath(".//button")}:
        pressed = {"confirm": "1"}
    answer = client.post(
        form.action or page,
        {**hidden, **typed, **files, **pressed},
        headers={"referer": f"http://testserver{page}"},
    )
    shown, refusal = answer.text, ""
    if answer.status_code == 302:
        shown = client.get(answer.url).text
        refusal = "编号：" if "编号：" in shown else ""
    elif answer.status_code == 409:
        refusal = answer.context["code"]
        shown = client.get(answer.context["back"]).text
    marks = hidden.get(MARK, [""])
    return Sent(marks[0], typed, bool(files), answer.status_code, refusal, shown)


def standing(sent: Sent) -> dict[str, list[str]]:
    """Return what stands in the form on the page that came next."""
    tree = html.fromstring(sent.page)
    form = next(
        one
        for one in tree.forms
        if any(f.value == sent.mark for f in one.xpath(f'.//input[@name="{MARK}"]'))
    )
    return {name: _values(controls) for name, controls in _controls(form).items()}


def labelled_twice(page: str) -> set[str]:
    """Return the ids that two controls of the page share, so that a label leads to the wrong one."""
    ids = html.fromstring(page).xpath("//input/@id | //textarea/@id | //select/@id")
    return {one for one in ids if ids.count(one) > 1}


def _route(form: Any, page: str) -> str:
    return str(resolve((form.action or page).split("?")[0]).url_name)


def _controls(form: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in form.xpath(".//input | .//textarea | .//select"):
        if one.get("type") not in {"hidden", "submit", "file"}:
            found.setdefault(one.name, []).append(one)
    return found


def _values(controls: list[Any]) -> list[str]:
    if controls[0].get("type") in {"checkbox", "radio"}:
        return [one.get("value", "on") for one in controls if one.get("checked") is not None]
    return [(one.value or "").strip() for one in controls]


def _typed(controls: list[Any], wrong: bool) -> list[str]:
    first, name = controls[0], controls[0].name.rsplit("-", 1)[-1]
    kind = first.get("type") or first.tag
    if kind in {"checkbox", "radio"}:
        return _values(controls) or [first.get("value", "on")]
    if kind == "select":
        return [first.value or first.value_options[-1]]
    if kind == "date":
        return ["三月" if wrong else first.value or "2019-05-06"]
    if kind == "number":
        return ["九" if wrong else first.value or VALUES.get(name, "5")]
    if name in AS_CHOSEN:
        return [first.value or ""]
    if wrong:
        return [TOO_LONG]
    if name in VALUES:
        return [VALUES[name]]
    if any(part in first.name for part in AMOUNTS):
        return [first.value or "100"]
    return [first.value if kind == "text" and first.value else TEXT]


def _file(control: Any) -> SimpleUploadedFile:
    name = "表.json" if "JSON" in control.getparent().text_content() else "佐证.txt"
    return SimpleUploadedFile(name, b"{}" if name.endswith("json") else "验收意见".encode())
