"""The office of the demonstration at work: it sends, checks, approves and proves, by public doors only.

Run once against a running platform:

    python -m city.demonstration --address http://127.0.0.1:8000

It may be run again: what is already there is left as it is.
"""

import argparse
import json
import os
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from city.browser import Browser, PageError
from city.forms import Form, as_docx, lay_out, load_form, usual_print

HERE = Path(__file__).parent
PLACES = sorted((HERE / "declarations").glob("*.toml"))
EDITOR, REVIEWER = "demo-editor", "demo-reviewer"
# What the story says of a rating or completion beside the fields of its form.
NO_FIELDS = {"project", "indicator", "evidence", "stands_in"}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MONTH_ENDS = [
    f"2019-{m:02}-{d}"
    for m, d in zip(range(1, 13), (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True)
]


def main() -> None:
    """Play the office's part; exit status 1 says that it could not be played to the end."""
    parser = argparse.ArgumentParser(
        description="演示：由虚构的机关人员通过网页完成导入、批复和评定。"
    )
    parser.add_argument("--address", required=True, help="平台地址，例如 http://127.0.0.1:8000")
    parser.add_argument("--accounts", type=Path, default=accounts_file(), help="演示账号文件")
    options = parser.parse_args()
    passwords: dict[str, str] = json.loads(options.accounts.read_text("utf-8"))
    wait_for(options.address)
    try:
        play(options.address, passwords)
    except PageError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def play(address: str, passwords: dict[str, str]) -> None:
    """Bring the five declarations from file to public page, then prove what people can prove."""
    forms = [load_form(place) for place in PLACES]
    with Browser(address) as editor, Browser(address) as reviewer:
        editor.sign_in(login=EDITOR, password=passwords[EDITOR])
        reviewer.sign_in(login=REVIEWER, password=passwords[REVIEWER])
        for form in forms:
            page = declare(editor, form)
            approve(editor, reviewer, page)
            print(f"已导入并批复 {form.project}", flush=True)
        story = tomllib.loads((HERE / "story.toml").read_text("utf-8"))
        for action, do in (("bind", rebind), ("rate", prove), ("complete", prove)):
            for act in story[action]:
                found = _project_page(editor, act["project"])
                if found is None:
                    raise PageError(f"no page for {act['project']}")
                do(editor, found, act, action=action)
        for form in forms:
            read_the_year(editor, form)
        print("评定、完成记录和各月读数已登记", flush=True)


def declare(editor: Browser, form: Form) -> str:
    """Send the form as a Word file, check what was read, confirm it; return the project page's path."""
    if page := _project_page(editor, form.project, form.year):
        return page
    waiting = editor.open("/office/targets/imports/").link_named(f"{form.project}（{form.year}）")
    if waiting:
        editor.open(waiting)
    else:
        word = as_docx(lay_out(form, usual_print(form)))
        editor.open("/office/targets/imports/new/").submit(
            fields={},
            action="/imports/new/",
            files=[("file", (f"{form.project}.docx", word, WORD))],
        )
    editor.submit(fields={}, action=editor.path, button="confirm")
    return editor.path


def approve(editor: Browser, reviewer: Browser, page: str) -> None:
    """Submit the declaration and have another person approve it."""
    if _has_form(editor.open(page), "submit/"):
        editor.submit(fields={}, action=f"{page}submit/")
    if _has_form(reviewer.open(page), "decide/"):
        reviewer.submit(
            fields={"note": "经审核，指标与预算匹配，同意。"},
            action=f"{page}decide/",
            button="approve",
        )


def rebind(editor: Browser, page: str, act: Mapping[str, Any], *, action: str) -> None:
    """Let another measure answer for an indicator, for a reason, unless it does already."""
    link = editor.open(page).link_named(act["indicator"])
    if link is None:
        raise PageError(f"no indicator {act['indicator']} on {page}")
    if act["reason"] in editor.open(link).text:
        return
    fields = {"measure": act["measure"], "reason": act["reason"]}
    editor.submit(fields=fields, action=f"{link}{action}/")


def prove(editor: Browser, page: str, act: Mapping[str, Any], *, action: str) -> None:
    """Register a rating or a completion with its evidence, unless it is there already."""
    link = editor.open(page).link_named(act["indicator"])
    if link is None:
        raise PageError(f"no indicator {act['indicator']} on {page}")
    if act.get("reason", act.get("description", "")) in editor.open(link).text:
        return
    fields = {name: value for name, value in act.items() if name not in NO_FIELDS}
    proof = ("evidence", ("佐证材料.txt", act["evidence"].encode(), "text/plain"))
    editor.submit(fields=fields, action=f"{link}{action}/", files=[proof])


def read_the_year(editor: Browser, form: Form) -> None:
    """Compute what each month's end of the year amounted to, for indicators that people proved."""
    story = tomllib.loads((HERE / "story.toml").read_text("utf-8"))
    page = _project_page(editor, form.project)
    if page is None:
        return
    named = [
        act["indicator"]
        for act in (*story["rate"], *story["complete"])
        if act["project"] == form.project
    ]
    for indicator in dict.fromkeys(named):
        link = editor.open(page).link_named(indicator)
        if link is None:
            continue
        # A play that was cut off goes on with the months that are not there yet.
        shown = editor.open(link).text
        for day in MONTH_ENDS:
            if f"{day} 的证据" not in shown:
                editor.submit(fields={"on": day}, action=f"{link}read/")
    indicators = editor.open(page).links("/office/targets/indicators/")
    if any("尚无读数。" in editor.open(link).text for link in indicators):
        editor.open(page).submit(fields={}, action=f"{page}read/")


def _project_page(editor: Browser, project: str, year: int = 2019) -> str | None:
    return editor.open(f"/office/targets/?year={year}").link_named(project)


def _has_form(browser: Browser, ending: str) -> bool:
    return any(action.endswith(ending) for action in browser.actions())


def wait_for(address: str) -> None:
    """Wait until the platform answers."""
    for _ in range(240):
        try:
            if httpx.get(f"{address}/health", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    sys.exit(f"no platform answers at {address}")


def accounts_file() -> Path:
    """Return where the platform of this environment keeps the passwords of the demonstration."""
    data = os.environ.get("SHANGWU_DATA") or str(HERE.parent / "var")
    return Path(data) / "demonstration-accounts.json"


if __name__ == "__main__":
    main()
