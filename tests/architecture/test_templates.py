"""Every template compiles, also one that only a rare state of a page includes."""

from pathlib import Path

from django.template.loader import get_template

PACKAGE = Path(__file__).parents[2] / "shangwu"


def test_every_template_compiles():
    names = [str(path).split("/templates/", 1)[1] for path in PACKAGE.rglob("templates/**/*.html")]
    assert len(names) > 300
    for name in names:
        get_template(name)
