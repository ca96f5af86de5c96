"""Serial numbers without a gap: the row of a series stays locked until the act that takes a number commits."""

from shangwu.prepaid.models import LetterSeries


def next_serial(key: str) -> int:
    """Return the next number of a series; call it inside the transaction that uses the number."""
    LetterSeries.objects.bulk_create([LetterSeries(key=key)], ignore_conflicts=True)
    series = LetterSeries.objects.select_for_update().get(key=key)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
