"""No file and no function outgrows its room. There is no list of exceptions; statements are ruff's."""

import ast
from pathlib import Path

from tests.architecture.project import name_of, python_files, templates

MODULE, RULES, TESTS, SETTINGS, TEMPLATE = 400, 250, 800, 300, 150
FUNCTION, VIEW = 70, 40


def limits(name):
    """Return how many lines a Python file and a function in it may have."""
    path = Path(name)
    if path.parts[0] == "tests":
        return TESTS, FUNCTION
    if name == "shangwu/config/settings.py":
        return SETTINGS, FUNCTION
    if "rules" in (*path.parts, path.stem):
        return RULES, FUNCTION
    if "views" in (*path.parts, path.stem):
        return MODULE, VIEW
    return MODULE, FUNCTION


def too_long(name, text):
    """Return what exceeds its limit in one Python file; migrations are written by a machine."""
    if "migrations" in Path(name).parts:
        return []
    of_file, of_function = limits(name)
    found = [f"{name}: {lines} lines"] if (lines := text.count("\n")) > of_file else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or 0) - node.lineno + 1
            if size > of_function:
                found.append(f"{name}: {node.name} has {size} lines")
    return found


def test_no_file_and_no_function_outgrows_its_room():
    found = [one for p in python_files() for one in too_long(name_of(p), p.read_text("utf-8"))]
    for path in templates():
        if (lines := path.read_text("utf-8").count("\n")) > TEMPLATE:
            found.append(f"{name_of(path)}: {lines} lines")
    assert found == []


def test_what_outgrows_its_room_is_caught():
    function = "def long():\n" + "    x = 1\n" * 80
    assert too_long("shangwu/a/rules/b.py", function + "\n" * 250) == [
        "shangwu/a/rules/b.py: 331 lines",
        "shangwu/a/rules/b.py: long has 81 lines",
    ]
    view = "def page():\n" + "    x = 1\n" * 45
    assert too_long("shangwu/a/views.py", view) == ["shangwu/a/views.py: page has 46 lines"]
    assert too_long("shangwu/a/queries.py", view) == []
    assert too_long("shangwu/config/settings.py", "\n" * 301)
    assert too_long("tests/a/test_b.py", "\n" * 801)
