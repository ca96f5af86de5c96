"""How the search for names reads the database's own expectation."""

import pytest

from shangwu.prepaid.queries.finding import expected_rows


def scan(rows):
    return {"Node Type": "Index Scan", "Plan Rows": rows}


def above(name, *parts):
    return {"Node Type": name, "Plan Rows": 1, "Plans": list(parts)}


@pytest.mark.parametrize(
    "plan",
    [
        above("Append", scan(7), scan(90_000)),
        above("Gather", above("Append", scan(7), scan(90_000))),
        # The half that costs more goes first to the workers, and each half may be gathered by itself.
        above("Gather", above("Append", scan(90_000), scan(7))),
        above("Append", above("Gather", scan(1)) | {"Plan Rows": 7}, scan(90_000)),
    ],
)
def test_the_halves_are_found_however_workers_share_them(plan):
    assert expected_rows(plan) == (7, 90_000)
