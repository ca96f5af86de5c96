"""A later system adds measures.py and one line of wiring; everything else works by itself."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from shangwu.targets.measure import EvidenceMismatchError, registry
from shangwu.targets.models import StoredReading
from shangwu.targets.operations import measuring
from shangwu.targets.queries.findings import recompute
from shangwu.targets.vocabulary import ReadingTrigger, TargetStatus
from tests.fakes.canteen.measures import MEALS, Meal
from tests.targets.factories import AT, drafted, row

pytestmark = pytest.mark.django_db
NOW = datetime(2019, 7, 1, tzinfo=UTC)


@pytest.fixture
def canteen(settings):
    """Wire the canteen in and give it 20 rated meals, 19 of them liked."""
    settings.MEASURES = "tests.fakes.wiring.MEASURES"
    MEALS[:] = [
        Meal(str(number), date(2019, 3, 1), AT + timedelta(days=30), number > 1, "一号")
        for number in range(1, 21)
    ]
    yield
    MEALS.clear()


@pytest.fixture
def bound(canteen, editor):
    """Return a satisfaction target bound to the canteen's measure."""
    found = row(drafted(editor, ("用餐满意率", "95%以上")))
    measuring.bind_measure(
        indicator=found.pk,
        measure="canteen.liking",
        parameters={},
        reason="食堂系统接入",
        by=editor,
        at=AT,
    )
    return found


def read(indicator, on=date(2019, 6, 30), at=NOW) -> StoredReading:
    """Take a reading."""
    return measuring.take_reading(
        indicator=indicator.pk, on=on, trigger=ReadingTrigger.BACKFILL, by=None, at=at
    )


def test_without_the_line_the_measure_is_unknown():
    assert "canteen.liking" not in registry()


def test_the_figure_opens_to_exactly_its_rows(bound):
    reading = read(bound)
    assert (reading.numerator, reading.denominator) == (19, 20)
    assert reading.status == TargetStatus.MET
    assert reading.evidence_count == 20
    rows = recompute(reading).rows
    assert sum((r.numerator for r in rows), Decimal(0)) == reading.numerator


def test_removing_one_record_changes_the_figure_by_exactly_that_record(bound):
    MEALS.pop()
    reading = read(bound)
    assert (reading.numerator, reading.denominator) == (18, 19)
    assert reading.status == TargetStatus.MISSED


def test_no_records_is_no_data_and_never_a_hundred_percent(bound):
    MEALS.clear()
    reading = read(bound)
    assert reading.status == TargetStatus.NO_DATA
    assert reading.denominator == 0


def test_a_fact_recorded_later_does_not_change_what_was_known(bound):
    reading = read(bound)
    MEALS.append(Meal("late", date(2019, 3, 2), NOW + timedelta(days=1), False, "一号"))
    again = recompute(reading)
    assert again.digest == reading.evidence_sha256
    assert read(bound, at=NOW + timedelta(days=2)).denominator == 21


def test_evidence_that_does_not_add_up_is_never_stored(bound, editor):
    measuring.bind_measure(
        indicator=bound.pk,
        measure="canteen.miscounted",
        parameters={},
        reason="试",
        by=editor,
        at=AT + timedelta(days=1),
    )
    with pytest.raises(EvidenceMismatchError):
        read(bound)
    assert not StoredReading.objects.exists()
