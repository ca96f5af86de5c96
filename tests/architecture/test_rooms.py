"""A test package lies where the room that it tests lies, so that nobody searches for it."""

from tests.architecture.project import PACKAGE, ROOT

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
