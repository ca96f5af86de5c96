"""The project as a thing under test: sources resolve, sizes hold, nothing unused, nothing undeclared.

Each check is a function over text or models; beside it stands a sample that it must catch.
"""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.template import engines

from shangwu.config.wiring import MEASURES
from shangwu.foundation import law
from shangwu.foundation.audit.content import is_personal

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "shangwu"
SYSTEMS = ("investment", "filing", "prepaid", "market", "hall", "guard")

# Soft limits; a file may stand here with its size, and the number may only shrink.
LIMITS = {"rules": 250, "tests": 800, "migrations": 10**9, "other": 400, "template": 150}
ALLOWED_LONGER: dict[str, int] = {}
FUNCTION_LINES, VIEW_LINES = 70, 40


def python_files(*folders):
    for folder in folders or ("shangwu", "city", "deploy", "benchmarks", "tests"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def templates():
    return sorted(PACKAGE.rglob("templates/**/*.html"))


# Sources.

SOURCE = re.compile(r"^\s*Source: (?P<place>\S+?)\.?$", re.MULTILINE)


def unresolved(text):
    """Return the sources in docstrings that lead nowhere."""
    found = []
    for place in SOURCE.findall(text):
        file, _, key = place.partition("#")
        if re.fullmatch(r"\d{4}", place):
            good = list((ROOT / "docs" / "decisions").glob(f"{place}-*.md"))
        elif file.startswith("law/codes"):
            good = [ROOT / file] if (ROOT / file).exists() else []
        elif file.startswith("law/") and (ROOT / file).exists() and key:
            entries = law.load_file(Path(file).stem).entries
            good = [one for one in entries if one == key or one.startswith(f"{key}.")]
        else:
            good = []
        if not good:
            found.append(place)
    return found


def test_every_source_exists():
    texts = {path: path.read_text("utf-8") for path in python_files("shangwu")}
    assert sum(len(SOURCE.findall(text)) for text in texts.values()) >= 5
    assert {str(p): u for p, text in texts.items() if (u := unresolved(text))} == {}


@pytest.mark.parametrize(
    "place", ["law/targets.toml#rule.nothing", "law/none.toml#a.b", "9999", "law/targets.toml"]
)
def test_a_source_that_leads_nowhere_is_caught(place):
    assert unresolved(f"    Source: {place}\n") == [place]


# Sizes.


def too_long(name, text, limits=LIMITS):
    """Return what exceeds its limit in one Python file."""
    parts = Path(name).parts
    kind = next((k for k in ("migrations", "tests", "rules") if k in parts), "other")
    found = []
    lines = text.count("\n")
    if lines > max(limits[kind], ALLOWED_LONGER.get(name, 0)):
        found.append(f"{name}: {lines} lines")
    longest = VIEW_LINES if "views" in name and kind == "other" else FUNCTION_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and kind != "migrations":
            size = (node.end_lineno or 0) - node.lineno + 1
            if size > longest:
                found.append(f"{name}: {node.name} has {size} lines")
    return found


def test_no_file_and_no_function_outgrows_its_room():
    found = []
    for path in python_files():
        found += too_long(str(path.relative_to(ROOT)), path.read_text("utf-8"))
    for path in templates():
        lines = path.read_text("utf-8").count("\n")
        if lines > LIMITS["template"]:
            found.append(f"{path.relative_to(ROOT)}: {lines} lines")
    if (lines := (PACKAGE / "config" / "settings.py").read_text("utf-8").count("\n")) > 300:
        found.append(f"settings: {lines} lines")
    assert found == []


def test_what_outgrows_its_room_is_caught():
    function = "def long():\n" + "    x = 1\n" * 80
    assert too_long("shangwu/a/rules/b.py", function + "\n" * 250) == [
        "shangwu/a/rules/b.py: 331 lines",
        "shangwu/a/rules/b.py: long has 81 lines",
    ]
    view = "def page():\n" + "    x = 1\n" * 45
    assert too_long("shangwu/a/views.py", view) == ["shangwu/a/views.py: page has 46 lines"]


# Templates.


def used_templates(texts):
    """Return the template names that Python or templates mention."""
    found = set()
    for text in texts:
        found |= set(re.findall(r"[\"',]([a-z_0-9]+(?:/[a-z_0-9]+)*\.html)", text))
    return found


def test_no_template_is_unused():
    texts = [p.read_text("utf-8") for p in (*python_files("shangwu"), *templates())]
    used = used_templates(texts)
    names = {
        p.relative_to(next(q for q in p.parents if q.name == "templates")) for p in templates()
    }
    # Django's own error pages and the pages of allauth are asked for by their libraries.
    foreign = ("account", "mfa", "allauth", "usersessions")
    unused = {
        str(name)
        for name in names
        if str(name) not in used and len(name.parts) > 1 and name.parts[0] not in foreign
    }
    assert unused == set()
    assert "web/none.html" not in used


def loaded_but_unused(text):
    """Return the tag libraries that a template loads without using a tag or filter of theirs."""
    libraries = engines["django"].engine.template_libraries
    found = []
    for names in re.findall(r"{%\s*load ([\w ]+?)\s*%}", text):
        for name in names.split():
            library = libraries[name]
            words = {*library.tags, *library.filters}
            if not re.search(rf"{{%\s*(?:{'|'.join(words)})\b|\|(?:{'|'.join(words)})\b", text):
                found.append(name)
    return found


def test_no_tag_library_is_loaded_for_nothing():
    found = {str(p): u for p in templates() if (u := loaded_but_unused(p.read_text("utf-8")))}
    assert found == {}
    assert loaded_but_unused("{% load web static %}{% icon 'x' %}") == ["static"]


# Settings.


def test_every_setting_of_a_deployment_is_documented_and_read():
    listed = (ROOT / "docs" / "operations" / "settings.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)`", listed, re.MULTILINE))
    text = (PACKAGE / "config" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"environ\.get\(\s*\"([A-Z_]+)\"", text))
    assert read - documented == set()
    assert documented - read - other_settings() == set()


def other_settings():
    """Return the variables that the launcher and the supervisor read before there are settings."""
    texts = [
        p.read_text("utf-8") for p in python_files("shangwu/foundation/postgres", "shangwu/config")
    ]
    return set(re.findall(r"environ\.get\(\s*\"([A-Z_]+)\"", "\n".join(texts)))


# Systems know each other only through their api.


def foreign_keys_between(all_models):
    """Return relations from one system's table into another's."""
    found = []
    for model in all_models:
        own = system_of(model)
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField):
                other = system_of(field.related_model)
                if own in SYSTEMS and other in SYSTEMS and own != other:
                    found.append(f"{model._meta.label}.{field.name} -> {other}")
    return found


def system_of(model):
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "shangwu" and len(parts) > 1 else ""


def tables_of_others(name, text):
    """Return names of other systems' tables in a system's Python text: raw SQL and get_model."""
    own = Path(name).parts[1] if Path(name).parts[0] == "shangwu" else ""
    others = [system for system in SYSTEMS if system != own]
    pattern = rf"\b({'|'.join(others)})_[a-z]+\b(?=.*\b(?:FROM|JOIN|INTO|UPDATE)\b)|get_model\(\s*[\"']({'|'.join(others)})\b"
    return [match.group(0) for match in re.finditer(pattern, text)] if own in SYSTEMS else []


def test_no_relation_and_no_sql_leads_from_one_system_into_another():
    assert foreign_keys_between(apps.get_models()) == []
    found = {}
    for path in python_files("shangwu"):
        name = str(path.relative_to(ROOT))
        if hits := tables_of_others(name, path.read_text("utf-8")):
            found[name] = hits
    assert found == {}


def test_a_relation_between_systems_is_caught():
    assert tables_of_others("shangwu/hall/queries.py", 'get_model("prepaid", "Card")')
    assert tables_of_others(
        "shangwu/hall/queries.py", "x = 'SELECT prepaid_card.n FROM prepaid_card'"
    ) or (tables_of_others("shangwu/hall/queries.py", "prepaid_card JOIN hall_ticket"))


# Personal data.

PERSONAL_WORDS = re.compile(r"display_name|phone|mobile|email|address|id_number|birth|ip_")
# Field -> key of law/retention.toml that says how long it is kept.
PERSONAL_FIELDS = {
    "accounts.Account.login": "accounts",
    "accounts.Account.display_name": "accounts",
    "audit.Act.actor_name": "audit_acts",
    "audit.Act.source_address": "audit_acts",
    "targets.Survey.device_key": "survey_devices",
    "targets.SurveyAnswer.device": "survey_devices",
}


def personal_fields(all_models):
    """Return the fields of our tables whose names speak of a person."""
    found = set()
    for model in all_models:
        if not model.__module__.startswith("shangwu."):
            continue
        for field in model._meta.local_fields:
            if PERSONAL_WORDS.search(field.name) or is_personal(field.name):
                found.add(f"{model._meta.app_label}.{model.__name__}.{field.name}")
    return found


def test_every_personal_field_says_how_long_it_is_kept():
    keys = tomllib.loads((law.LAW_FOLDER / "retention.toml").read_text("utf-8"))
    assert personal_fields(apps.get_models()) - PERSONAL_FIELDS.keys() == set()
    assert set(PERSONAL_FIELDS.values()) - keys.keys() == set()
    for name in PERSONAL_FIELDS:
        app, model, field = name.split(".")
        assert apps.get_model(app, model)._meta.get_field(field)


# Targets and measures.


def unmeasured(declared, measures, built):
    """Return the declared targets whose system is there but offers no measure for them."""
    keys = {measure.key for measure in measures}
    return [
        key
        for key in declared
        if (system := key.split(".")[1]) in built
        and not any(one.startswith(f"{system}.") for one in keys)
    ]


def test_a_system_that_is_built_measures_its_targets():
    entries = law.load_file("targets").entries
    declared = [key for key in entries if key.startswith("target.")]
    assert len(declared) == 44
    built = {name for name in SYSTEMS if (PACKAGE / name).is_dir()}
    assert unmeasured(declared, MEASURES, built) == []
    assert unmeasured(["target.hall.complaint_rate"], MEASURES, {"hall"}) == [
        "target.hall.complaint_rate"
    ]


# What may not stand in the project.

FOREIGN = re.compile(
    "|".join(
        (
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "npm" + r"js\.(?:com|org)",
            "deb" + r"\.debian\.org",
            "/ro" + r"ot/\.",
            "/wo" + "rk/main",
        )
    )
)


def own_files():
    """Return the project's files: everything but what is installed, made or kept here."""
    foreign = {".git", ".venv", "var", "node_modules", "build", "__pycache__"}
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if not foreign & set(parts) and not parts[0].endswith(("_cache", ".egg-info")):
            if path.is_file() and parts[0] != ".hypothesis":
                yield path


def test_no_registry_and_no_path_of_a_machine_stands_in_a_file():
    found = []
    for path in own_files():
        text = path.read_bytes().decode("utf-8", "ignore")
        found += [f"{path.relative_to(ROOT)}: {hit.group(0)}" for hit in FOREIGN.finditer(text)]
    assert found == []
    assert FOREIGN.search("https://py" + "pi.org/simple")


def test_every_document_that_is_named_exists():
    missing = []
    for path in (*python_files(), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        text = path.read_text("utf-8")
        for name in re.findall(r"docs/[\w./-]+\.md", text):
            if not (ROOT / name).exists():
                missing.append(f"{path.relative_to(ROOT)}: {name}")
    assert missing == []
