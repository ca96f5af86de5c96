"""Importing one form, from upload to confirmed declaration, against unpacking and parsing its XML alone.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.import_form`. Works in a scratch database of its own.
"""

import io
import json
import os
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import django
from lxml import etree

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.site.settings"
os.environ["SHANGWU_DEMONSTRATION"] = "1"
FORM = Path(__file__).resolve().parents[1] / "city" / "declarations" / "1-investment.toml"
TIMES = 15
AT = datetime(2019, 2, 1, 2, tzinfo=UTC)


def timed(work: Callable[[], object]) -> float:
    """Return how long the work took, in milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def parse(word: bytes) -> None:
    """Unpack the file and parse its main part: nobody reads a form with less."""
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        etree.fromstring(archive.read("word/document.xml"))


def measure(folder: Path) -> dict[str, object]:
    """Return the median of each step over fresh forms, in milliseconds."""
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile

    from city.forms import as_docx, lay_out, load_form, usual_print
    from shangwu.foundation.accounts.models import Account
    from shangwu.foundation.accounts.operations import create_demonstration_accounts
    from shangwu.foundation.files.operations import store_upload
    from shangwu.targets.models import DeclarationImport
    from shangwu.targets.operations import imports
    from shangwu.targets.rules.content import DeclarationContent

    settings.DATA_DIR = folder
    create_demonstration_accounts(at=AT)
    editor = Account.objects.get(login="demo-editor")
    steps: dict[str, list[float]] = {"parse": [], "receive": [], "confirm": []}

    def receive(word: bytes) -> DeclarationImport:
        upload = SimpleUploadedFile("form.docx", word)
        stored = store_upload(
            stream=upload,
            name=upload.name,
            by=editor,
            at=AT,
            allow=frozenset({"docx"}),
            max_bytes=2**24,
        )
        return imports.receive_import(file=stored, by=editor, at=AT)[0]

    def confirm(received: DeclarationImport) -> None:
        imports.confirm_import(
            declaration_import=received.pk,
            content=DeclarationContent.from_json(received.content["content"]),
            by=editor,
            at=AT,
        )

    for number in range(TIMES):
        form = replace(load_form(FORM), project=f"项目{number}")
        word = as_docx(lay_out(form, usual_print(form)))
        steps["parse"].append(timed(partial(parse, word)))
        steps["receive"].append(timed(partial(receive, word)))
        waiting = DeclarationImport.objects.latest("pk")
        steps["confirm"].append(timed(partial(confirm, waiting)))
    medians = {name: round(statistics.median(values), 2) for name, values in steps.items()}
    whole = medians["receive"] + medians["confirm"]
    return {
        "what": "one Word form of 13 targets: stored, read cell by cell, confirmed as a declaration",
        **{f"{name}_ms": value for name, value in medians.items()},
        "whole_ms": round(whole, 2),
        "slowest_ms": round(max(map(sum, zip(steps["receive"], steps["confirm"], strict=True))), 2),
        "ratio": round(whole / medians["parse"], 1),
        "bound": "python-docx's walk over the cells, then one insert for each row and version",
    }


def main() -> None:
    """Print the figures as JSON."""
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(Path(folder)), ensure_ascii=False, indent=2))
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


if __name__ == "__main__":
    main()
