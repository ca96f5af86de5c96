"""The overview of 500 projects with 6,000 targets, and all readings of the demonstration's five projects.

Run: `make bench`, or `DATABASE_URL=… python -m benchmarks.overview`. Works in a scratch database of its own.
The 500 projects are copied row by row into the tables: entering them through the door would take an hour and
leave the same rows.
"""

import json
import os
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

from benchmarks.project_page import AT, prepare

PROJECTS, TARGETS, READ_DAYS = 500, 12, 5
YEAR_END = date(2019, 12, 31)


def fill() -> None:
    """Copy one project 500 times, each with twelve targets, five days of readings and ten payments."""
    from django.db import transaction

    from shangwu.targets.models import Declaration, Indicator, Project, TargetVersion

    sample = Declaration.objects.select_related("project").order_by("pk")[0]
    version = TargetVersion.objects.filter(indicator__declaration=sample).order_by("pk")[0]
    with transaction.atomic():
        projects = Project.objects.bulk_create(
            Project(
                number=f"BM{n:05}",
                name=f"第{n}号常规工作项目",
                organisation=sample.project.organisation,
                created_at=AT,
            )
            for n in range(PROJECTS)
        )
        declarations = Declaration.objects.bulk_create(
            _copy(sample, project=project, year=2020) for project in projects
        )
        indicators = Indicator.objects.bulk_create(
            Indicator(declaration=one, row=row, level1="产出目标", name=f"第{row}项工作量")
            for one in declarations
            for row in range(1, TARGETS + 1)
        )
        versions = TargetVersion.objects.bulk_create(
            _copy(version, indicator=indicator, number=1) for indicator in indicators
        )
        _read(versions)
        _pay(sample, declarations)


def _read(versions: list[Any]) -> None:
    """Store five days of readings with their outlooks, and each target's standing."""
    from shangwu.targets.models import Outlook, Standing, StoredReading

    states = ("MET", "MISSED", "NO_DATA", "NEEDS_RATING", "NOT_DUE")
    lights = ("GREEN", "YELLOW", "RED", "NONE")
    readings = StoredReading.objects.bulk_create(
        StoredReading(
            indicator=version.indicator,
            version=version,
            measure="targets.completion",
            on=date(2020, 6, 1) + timedelta(days=day),
            taken_at=AT + timedelta(days=500 + day),
            trigger="DAILY",
            numerator=Decimal(n % 100),
            denominator=Decimal(100),
            unit="ratio",
            window_starts_on=date(2020, 1, 1),
            window_until=date(2021, 1, 1),
            status=states[n % len(states)],
            why="基准数据。",
            evidence_count=n % 7,
            evidence_sha256="0" * 64,
        )
        for n, version in enumerate(versions)
        for day in range(READ_DAYS)
    )
    outlooks = Outlook.objects.bulk_create(
        Outlook(
            reading=reading,
            light=lights[n % len(lights)],
            progress_light="NONE",
            median=reading.numerator,
            low=reading.numerator,
            high=reading.numerator,
            probability=Decimal(n % 1000) / 1000,
            why="基准数据。",
        )
        for n, reading in enumerate(readings)
    )
    Standing.objects.bulk_create(
        Standing(
            indicator=outlook.reading.indicator,
            declaration=outlook.reading.indicator.declaration,
            reading=outlook.reading,
            on=outlook.reading.on,
            status=outlook.reading.status,
            light=outlook.light,
            probability=outlook.probability,
        )
        for outlook in outlooks[READ_DAYS - 1 :: READ_DAYS]
    )


def _pay(sample: Any, declarations: list[Any]) -> None:
    """Store ten payments of each project."""
    from shangwu.targets.models import Payment

    statement = _statement(sample)
    Payment.objects.bulk_create(
        Payment(
            declaration=one,
            voucher=f"B{one.pk}-{n}",
            paid_on=date(2020, 2, 1 + n),
            amount_fen=one.budget_year_fen // 20,
            payee="某公司",
            fingerprint=f"b{one.pk}-{n}",
            source="STATEMENT",
            statement=statement,
            by=one.created_by,
            at=AT,
        )
        for one in declarations
        for n in range(10)
    )


def _statement(declaration: Any) -> Any:
    """Return a statement of the bank, which every payment on record comes from."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from shangwu.foundation.files import operations as files
    from shangwu.targets.models import Statement

    by = declaration.created_by
    file = files.store_upload(
        stream=SimpleUploadedFile("statement.csv", b"a,b"),
        name="statement.csv",
        by=by,
        at=AT,
        allow=frozenset({"text"}),
        max_bytes=1000,
    )
    return Statement.objects.create(
        declaration=declaration,
        file=file,
        sha256=file.sha256,
        grid=[],
        unit="元",
        status="CONFIRMED",
        received_by=by,
        received_at=AT,
        decided_by=by,
        decided_at=AT,
    )


def _copy(row: Any, **changes: Any) -> Any:
    """Return an unsaved copy of a row with some of its columns changed."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in changes
    }
    return type(row)(**values, **changes)


def read_all() -> dict[str, object]:
    """Return how long the readings of all targets of the five projects take, and plain inserts of the same rows."""
    from django.db import connection, transaction

    from shangwu.foundation.accounts.models import Account
    from shangwu.targets.models import Declaration, StoredReading
    from shangwu.targets.operations.measuring import take_declaration_readings

    editor = Account.objects.get(login="demo-editor")
    keys = list(Declaration.objects.filter(year=2019).values_list("pk", flat=True))
    started = time.perf_counter()
    taken = [
        reading
        for key in keys
        for reading in take_declaration_readings(
            declaration=key, on=YEAR_END, by=editor, at=AT + timedelta(days=400)
        )
    ]
    seconds = time.perf_counter() - started
    with transaction.atomic():
        started = time.perf_counter()
        for reading in taken:
            _copy(reading, trigger="BACKFILL").save()
        plain = time.perf_counter() - started
        connection.set_rollback(True)
    assert StoredReading.objects.filter(on=YEAR_END).count() == len(taken)
    return {
        "readings": len(taken),
        "seconds": round(seconds, 3),
        "plain_inserts_seconds": round(plain, 3),
        "ratio": round(seconds / plain, 1),
    }


def measure(folder: Path) -> dict[str, object]:
    """Return the overview's delays for one person and for twenty, and those of a bare view."""
    from django.db import connection

    from benchmarks.site.serving import environment_for, serving, visit

    _, cookie = prepare(folder)
    read = read_all()
    fill()
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    environment = environment_for(f"{base}/{connection.settings_dict['NAME']}", folder)
    with serving(environment) as port:
        visit(port, "/office/targets/?year=2020", cookie, users=2, seconds=2, pause=0)
        bare = visit(port, "/bare/", cookie, users=1, seconds=3, pause=0)
        page = visit(port, "/office/targets/?year=2020", cookie, users=1, seconds=8, pause=0)
    return {
        "what": f"overview of {PROJECTS} projects with {PROJECTS * TARGETS} targets, one person, no pause",
        "page": page,
        "bare": bare,
        "ratio_p95": round(page["p95_ms"] / bare["p95_ms"], 1),
        "bound": "one grouped scan of targets and one of payments; then the template of twenty rows",
        "all_readings_of_five_projects": read,
    }


def main() -> None:
    """Print the figures as JSON; exit status 1 when a promise of the design is not kept."""
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(Path(folder))
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
    print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
