"""No template without a page, no tag library loaded for nothing, no setting without its description."""

import re

from django.template import engines

from tests.architecture.project import PACKAGE, ROOT, name_of, python_files, templates

# Asked for by their libraries, not by us: Django's error pages lie at the top.
FOREIGN = ("account", "mfa", "allauth", "usersessions")
READ = re.compile(r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"")


def unused(names, texts):
    """Return the templates that neither Python nor another template mentions."""
    mentioned = {
        name
        for text in texts
        for name in re.findall(r"[\"',]([a-z_0-9]+(?:/[a-z_0-9]+)*\.html)", text)
    }
    return {
        name
        for name in names
        if "/" in name and name.split("/")[0] not in FOREIGN and name not in mentioned
    }


def test_no_template_is_unused():
    names = {p.as_posix().rpartition("/templates/")[2] for p in templates()}
    texts = [p.read_text("utf-8") for p in (*python_files("shangwu"), *templates())]
    assert unused(names, texts) == set()
    assert unused({*names, "web/orphan.html"}, texts) == {"web/orphan.html"}


def loaded_for_nothing(text):
    """Return the tag libraries that a template loads without using a tag or filter of theirs."""
    libraries = engines["django"].engine.template_libraries
    found = []
    for names in re.findall(r"{%\s*load ([\w ]+?)\s*%}", text):
        for name in names.split():
            words = "|".join({*libraries[name].tags, *libraries[name].filters})
            if not re.search(rf"{{%\s*(?:{words})\b|\|(?:{words})\b", text):
                found.append(name)
    return found


def test_no_tag_library_is_loaded_for_nothing():
    found = {name_of(p): u for p in templates() if (u := loaded_for_nothing(p.read_text("utf-8")))}
    assert found == {}
    assert loaded_for_nothing("{% load web static %}{% icon 'x' %}") == ["static"]


def differences(listed, texts):
    """Return the variables that are read and not described, and those described and not read."""
    described = set(re.findall(r"^\| `([A-Z_]+)`", listed, re.MULTILINE))
    read = {name for text in texts for name in READ.findall(text)}
    # Everybody's variables, not ours.
    return read - described - {"PATH", "LANG"}, described - read


def test_every_setting_of_a_deployment_is_described_and_read():
    listed = (ROOT / "docs" / "operations" / "settings.md").read_text("utf-8")
    texts = [p.read_text("utf-8") for p in PACKAGE.rglob("*.py")]
    assert differences(listed, texts) == (set(), set())
    secret = 'os.environ.get("SHANGWU_NEW")'
    assert differences(f"{listed}\n| `SHANGWU_OLD` | x |", [*texts, secret]) == (
        {"SHANGWU_NEW"},
        {"SHANGWU_OLD"},
    )
