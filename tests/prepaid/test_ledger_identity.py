"""Example 3 of the handbook at small size: random operators and days, the identity to the fen at every level."""

import pytest

from benchmarks import ledger_year
from shangwu.prepaid.models import CardDay, Observation

pytestmark = pytest.mark.django_db


def test_rows_cards_days_and_closings_agree_and_a_changed_row_is_named():
    found = ledger_year.measure(3, 8)
    assert (found["verified"], found["changed_row_named"]) == (True, True)
    assert found["rows"] == CardDay.objects.count()
    assert not Observation.objects.filter(kind__in=["SEQUENCE_GAP", "SUM_MISMATCH"]).exists()
