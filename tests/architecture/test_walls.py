"""No relation, no string and no SQL leads into another system's tables; import-linter cannot see these."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture.project import SYSTEMS, name_of, python_files

OWNERS = {*SYSTEMS, "targets"}
SQL = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE|TRUNCATE)\b", re.IGNORECASE)


def owner(model):
    """Return the room that owns a table, or nothing for a library's."""
    root, _, rest = model.__module__.partition(".")
    return rest.partition(".")[0] if root == "shangwu" else ""


def crossing_relations(tables):
    """Return the relations that lead from one room's table into another's; foundation is for all."""
    found = []
    for model in tables:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            other = owner(field.related_model) if field.related_model else ""
            if other in OWNERS and other != owner(model):
                found.append(f"{model._meta.label}.{field.name} -> {other}")
    return found


def crossing_strings(name, text):
    """Return the tables of other rooms that the strings of a module name: in SQL, or as a model."""
    own = Path(name).parts[1]
    others = "|".join(sorted(OWNERS - {own}))
    found = []
    tree = ast.parse(text)
    sentences = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            words = ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = "" if id(node) in sentences else node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("get_model"):
            words = ".".join(ast.unparse(one).strip("'") for one in node.args)
            found += re.findall(rf"^(?:{others})\..*", words)
            continue
        else:
            continue
        found += re.findall(rf"^(?:{others})\.[A-Z]\w*$", words)
        if SQL.search(words):
            found += re.findall(rf"\b(?:{others})_[a-z]\w*", words)
    return found


def test_no_relation_leads_into_another_system():
    assert crossing_relations(apps.get_models()) == []


@isolate_apps("shangwu.targets")
def test_a_relation_into_another_system_is_caught():
    class Card(models.Model):
        __module__ = "shangwu.prepaid.models"

        class Meta:
            app_label = "prepaid"

    class Ticket(models.Model):
        __module__ = "shangwu.hall.models"
        card = models.ForeignKey(Card, models.PROTECT)
        before = models.ForeignKey("self", models.PROTECT)

        class Meta:
            app_label = "hall"

    assert crossing_relations([Card, Ticket]) == ["hall.Ticket.card -> prepaid"]


def test_no_string_leads_into_another_system():
    found = {}
    for path in python_files("shangwu"):
        name = name_of(path)
        if not name.startswith("shangwu/config/"):
            found[name] = crossing_strings(name, path.read_text("utf-8"))
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    "text",
    [
        'apps.get_model("prepaid", "Card")',
        'apps.get_model("prepaid.Card")',
        'models.ForeignKey("prepaid.Card", models.PROTECT)',
        'x = """SELECT n\nFROM prepaid_card"""',
        'x = f"SELECT {column} FROM prepaid_card WHERE id = %s"',
        'x = "update targets_reading set value = 1"',
    ],
)
def test_a_string_into_another_system_is_caught(text):
    assert crossing_strings("shangwu/hall/queries.py", text)
    assert not crossing_strings("shangwu/hall/queries.py", '"""Tickets from hall_ticket."""')
    assert not crossing_strings("shangwu/hall/queries.py", 'x = "SELECT n FROM hall_ticket"')
