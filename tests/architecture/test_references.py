"""What texts point to exists: sources in law, files by name. What must not be pointed to is absent."""

import re
from pathlib import Path

import pytest

from shangwu.foundation import law
from tests.architecture.project import ROOT, name_of, project_files, python_files

SOURCE = re.compile(r"^\s*Source: (?P<place>\S+?)\.?$", re.MULTILINE)
ROOMS = "docs|shangwu|tests|law|deploy|city|benchmarks|requirements"
FILE = re.compile(
    rf"(?<![\w./-])((?:{ROOMS})/[\w./-]+\.(?:md|py|toml|in|txt|html|css|js|json|png))\b"
)
# Registries, folders of somebody's machine; written in parts, so that this file passes its own test.
FOREIGN = re.compile(
    "|".join(
        (
            r"py" + r"pi\.org",
            r"python" + r"hosted\.org",
            r"npm" + r"js\.(?:com|org)",
            r"deb" + r"\.debian\.org",
            r"(?<![\w.])/ro" + r"ot/",
            r"(?<![\w.])/ho" + r"me/\w",
            r"(?<![\w.])/Us" + r"ers/\w",
            r"(?<![\w.])/wo" + r"rk/\w",
        )
    )
)


def unresolved(text):
    """Return the sources in docstrings that lead nowhere."""
    return [place for place in SOURCE.findall(text) if not leads_somewhere(place)]


def leads_somewhere(place):
    """Tell whether a source names a value of law, a table of codes or a decision."""
    if re.fullmatch(r"\d{4}", place):
        return any((ROOT / "docs" / "decisions").glob(f"{place}-*.md"))
    file, _, key = place.partition("#")
    if file.startswith("law/codes"):  # a table, or the folder of them
        return (ROOT / file).exists()
    if not file.startswith("law/") or not (ROOT / file).exists() or not key:
        return False
    return any(f"{one}.".startswith(f"{key}.") for one in law.load_file(Path(file).stem).entries)


def test_every_source_exists():
    texts = {name_of(path): path.read_text("utf-8") for path in python_files("shangwu")}
    assert sum(len(SOURCE.findall(text)) for text in texts.values()) >= 5
    assert {name: u for name, text in texts.items() if (u := unresolved(text))} == {}


@pytest.mark.parametrize(
    "place", ["law/targets.toml#rule.nothing", "law/none.toml#a.b", "9999", "law/targets.toml"]
)
def test_a_source_that_leads_nowhere_is_caught(place):
    assert unresolved(f"    Source: {place}\n") == [place]


def missing(text):
    """Return the files of the project that a text names and that do not exist."""
    return [name for name in FILE.findall(text) if not (ROOT / name).exists()]


def test_every_file_that_is_named_exists():
    texts = [p for p in project_files() if p.suffix in {".py", ".md", ".toml", ".html", ".in"}]
    # Tests make up files on purpose.
    named = {name_of(p): p.read_text("utf-8") for p in texts if p.parts[-2] != "architecture"}
    named.pop("tests/foundation/law/test_law_files.py")
    assert {name: gone for name, text in named.items() if (gone := missing(text))} == {}


def test_a_file_that_does_not_exist_is_caught():
    text = "See docs/decisions/0001-module-graph.md and `docs/decisions/9999-gone.md`."
    assert missing(text) == ["docs/decisions/9999-gone.md"]


def test_no_registry_and_no_path_of_a_machine_stands_in_a_file():
    found = []
    for path in project_files():
        text = path.read_bytes().decode("utf-8", "ignore")
        found += [f"{name_of(path)}: {hit.group(0)}" for hit in FOREIGN.finditer(text)]
    assert found == []


@pytest.mark.parametrize("parts", [("https://py", "pi.org/simple"), ("/ho", "me/li/data")])
def test_a_registry_or_a_path_of_a_machine_is_caught(parts):
    assert FOREIGN.search("".join(parts))
