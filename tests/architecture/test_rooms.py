"""Everything lies where one would search for it: tests where their room lies, and what the page of rooms names."""

import re

from tests.architecture.project import PACKAGE, ROOT, name_of, project_files, python_files

# Tests of the whole, and what tests stand on.
OF_THE_WHOLE = {"architecture", "fakes", "journeys", "law"}


def strangers(tests, package, allowed):
    """Return the folders of tests that mirror no package."""
    rooms = {path.name for path in package.iterdir() if (path / "__init__.py").exists()}
    return {
        path.name
        for path in tests.iterdir()
        if (path / "__init__.py").exists() and path.name not in rooms | allowed
    }


def test_every_test_package_mirrors_a_room():
    assert strangers(ROOT / "tests", PACKAGE, OF_THE_WHOLE | {"city"}) == set()
    assert strangers(ROOT / "tests" / "foundation", PACKAGE / "foundation", set()) == set()


def test_a_test_package_of_no_room_is_caught(tmp_path):
    for name in ("tests/hall", "tests/misc", "package/hall"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "__init__.py").touch()
    assert strangers(tmp_path / "tests", tmp_path / "package", set()) == {"misc"}


# A page says `rules/batch/fields.py` where the app is plain from what stands before it.
PATH = re.compile(r"(?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|toml|json|md)")
NAME = re.compile(r"[A-Za-z]\w*_\w+|[A-Z]{4,}")


def nowhere(page, files, code):
    """Return the places and names of a page that no file, folder or line of code bears."""
    named = set(re.findall(r"`([^`]+)`", page))
    paths = {one for one in named if PATH.fullmatch(one)}
    lost = {one for one in paths if not any(f"/{one.rstrip('/')}" in f"/{file}" for file in files)}
    names = {one for one in named - paths if NAME.fullmatch(one)}
    return lost | {one for one in names if one not in code}


def test_the_page_of_rooms_names_what_is_there():
    page = (ROOT / "docs" / "rooms.md").read_text("utf-8")
    files = [name_of(path) for path in project_files()]
    code = "\n".join(path.read_text("utf-8") for path in python_files("shangwu", "city"))
    code += "\n".join(path.read_text("utf-8") for path in (ROOT / "law").glob("*.toml"))
    assert nowhere(page, files, code) == set()
    assert {path.name for path in (PACKAGE / "foundation").iterdir() if path.is_dir()} - set(
        re.findall(r"\w+", page)
    ) <= {"__pycache__"}
    wrong = "`rules/nothing.py` `PANELS` `no_such_name` `shangwu/prepaid/rules/` `panels.py`"
    assert nowhere(wrong, files, code) == {"rules/nothing.py", "no_such_name"}
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(rows) == len(set(rows))
