"""The import contracts hold, accept the systems to come, and name every breach that we could think of."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TIERS = "Tiers: config, systems and guard, targets, foundation"
ROOMS = "Inside an app: web, work, doors, writes, reads, tables, rules, words"
DOORS = "A system is entered only through its api"
RULES = "Rules know no framework"
CITY = "The city and the platform know each other only through public doors"
CYCLE = "No cycle between systems"

# What two systems may look like: every kind of module, every legal way of knowing each other.
LEGAL = {
    "prepaid/vocabulary.py": "from django.db import models\n",
    "prepaid/rules/risk.py": "from shangwu.prepaid import vocabulary\n",
    "prepaid/models.py": "from shangwu.foundation import audit\nfrom shangwu.prepaid import rules\n",
    "prepaid/queries.py": "from shangwu.hall import api as hall\nfrom shangwu.prepaid import models\n",
    "prepaid/operations.py": "from shangwu.prepaid import queries\n",
    "prepaid/api.py": "from shangwu.prepaid import operations\n",
    "prepaid/measures.py": "from shangwu.prepaid import queries\nfrom shangwu.targets import measure\n",
    "prepaid/views.py": "from shangwu.prepaid import operations\n",
    "prepaid/urls.py": "from shangwu.prepaid import views\n",
    "hall/models.py": "",
    "hall/queries.py": "from shangwu.hall import models\n",
    "hall/api.py": "from shangwu.hall import queries\n",
    "config/wiring_of_systems.py": "from shangwu.prepaid import measures\n",
}
SABOTAGE = {
    "a room that is on no list": ("hall/utils.py", "", ROOMS),
    "a top-level package without a decision": ("helpers/__init__.py", "", TIERS),
    "a rule that imports Django": (
        "prepaid/rules/dates.py",
        "from django.utils import timezone\n",
        RULES,
    ),
    "a rule that asks the database": ("prepaid/rules/dates.py", "import psycopg\n", RULES),
    "a rule that reads a table": (
        "prepaid/rules/dates.py",
        "from shangwu.prepaid import models\n",
        ROOMS,
    ),
    "a model that calls an operation inside a function": (
        "prepaid/models.py",
        "def save():\n    from shangwu.prepaid import operations\n",
        ROOMS,
    ),
    "another system's tables": (
        "prepaid/gateways.py",
        "from shangwu.hall.models import x\n",
        DOORS,
    ),
    "another system's whole package": ("prepaid/gateways.py", "import shangwu.hall\n", DOORS),
    "a call back": ("hall/queries.py", "from shangwu.prepaid import api\n", CYCLE),
    "targets that know a system": (
        "targets/queries/hall.py",
        "from shangwu.hall import api\n",
        TIERS,
    ),
    "foundation that knows targets": (
        "foundation/web/cheat.py",
        "from shangwu.targets import vocabulary\n",
        TIERS,
    ),
    "a system that knows the configuration": (
        "hall/operations.py",
        "from shangwu.config import settings\n",
        TIERS,
    ),
    "a form that imports a view": (
        "prepaid/forms.py",
        "from shangwu.prepaid import views\n",
        ROOMS,
    ),
    "the city looking inside": (
        "../city/peek.py",
        "from shangwu.targets import vocabulary\n",
        CITY,
    ),
    "the platform knowing the city": ("hall/tasks.py", "import city.browser\n", CITY),
}


def lint(folder):
    """Run the contracts on the tree in `folder`; give exit status and the names of broken ones."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": str(folder)},
    )
    broken = re.findall(r"^(.+?) BROKEN", done.stdout, re.M)
    return done.returncode, broken, done.stdout + done.stderr


@pytest.fixture
def tree(tmp_path):
    """A copy of the packages with two systems added."""
    for package in ("shangwu", "city"):
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("__pycache__", "*.html"),
        )
    shutil.copytree(ROOT / "tests/architecture", tmp_path / "tests/architecture")
    (tmp_path / "tests/__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, text in LEGAL.items():
        write(tmp_path, name, text)
    return tmp_path


def write(tree, name, text):
    """Write a module below the platform's package, with the packages around it."""
    path = tree / "shangwu" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (path.parent / "__init__.py").exists():
        (path.parent / "__init__.py").touch()
    path.write_text(text, "utf-8")


def test_contracts_hold():
    status, broken, said = lint(ROOT)
    assert (status, broken) == (0, []), said


def test_systems_to_come_are_accepted(tree):
    status, broken, said = lint(tree)
    assert (status, broken) == (0, []), said


@pytest.mark.parametrize("case", SABOTAGE, ids=list(SABOTAGE))
def test_breach_is_named(tree, case):
    name, text, contract = SABOTAGE[case]
    write(tree, name, text)
    status, broken, said = lint(tree)
    assert (status, contract in broken) == (1, True), said
