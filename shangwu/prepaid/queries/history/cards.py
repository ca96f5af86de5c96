"""One card's entries, whether they are still in the database or in the files of months that left it."""

from dataclasses import dataclass
from datetime import date

from shangwu.prepaid.models import ArchivedDay, CardBalance, CardDay, OperatorDay, ThinnedMonth
from shangwu.prepaid.queries.history import engine
from shangwu.prepaid.queries.history.files import files_of
from shangwu.prepaid.queries.history.indexes import days_moved
from shangwu.prepaid.rules.history.tables import CARD_DAY

FIELDS = (
    "day",
    "sequence",
    "batch_id",
    "kind",
    "outlet",
    "issued_fen",
    "redeemed_fen",
    "refunded_fen",
    "closing_fen",
    "valid_to",
    "reverses_day",
    "reverses_sequence",
)
# The list of files is a parameter: only those in which the operator's rows of those days lie are opened.
ARCHIVED = f"""
SELECT {", ".join(FIELDS)} FROM read_parquet($files, hive_partitioning = false)
WHERE operator_id = $operator AND card = $card AND day >= $since
"""  # noqa: S608 - the names of columns are constants


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One card-day as it was reported. Unit: fen."""

    day: date
    sequence: int
    batch_id: int
    kind: str
    outlet: str
    issued_fen: int
    redeemed_fen: int
    refunded_fen: int
    closing_fen: int
    valid_to: date | None
    reverses_day: date | None
    reverses_sequence: int | None


def card_entries(*, operator: int, card: bytes, since: date) -> list[CardEntry]:
    """Return a card's entries from a day on, oldest first, from the database and from the files of older months.

    A month that leaves the database while this runs may be read in both places; an entry is known by day and sequence, so
    it is still given once.
    """
    rows = CardDay.objects.filter(operator=operator, card=card, day__gte=since)
    found = {row[:2]: CardEntry(*row) for row in rows.values_list(*FIELDS)}
    if files := _files(operator, card, since):
        for row in archived_entries(files=files, operator=operator, card=card, since=since):
            found[row.day, row.sequence] = row
    return [found[key] for key in sorted(found)]


def archived_entries(
    *, files: list[str], operator: int, card: bytes, since: date
) -> list[CardEntry]:
    """Return a card's entries from the given files, in no order."""
    asked = {"files": files, "operator": operator, "card": card, "since": since}
    return [CardEntry(*row) for row in engine.shared().execute(ARCHIVED, asked).fetchall()]


def _files(operator: int, card: bytes, since: date) -> list[str]:
    months = ThinnedMonth.objects.filter(month__gte=since.replace(day=1)).values_list(
        "month", flat=True
    )
    if not (thinned := set(months)):
        return []
    days, unindexed = days_moved(thinned, operator=operator, card=card, since=since)
    # The balance says when the card moved last: an index that does not say so is wrong, and as good as none.
    balance = CardBalance.objects.filter(operator=operator, card=card, last_day__gte=since)
    last = balance.values_list("last_day", flat=True).first()
    if last and last not in days and (month := last.replace(day=1)) in thinned:
        unindexed |= {month}
    if unindexed:
        # The operator's own days say which files hold any row of it.
        reported = OperatorDay.objects.filter(operator=operator, day__gte=since, rows__gt=0)
        days |= {
            day for day in reported.values_list("day", flat=True) if day.replace(day=1) in unindexed
        }
    archived = ArchivedDay.objects.filter(day__in=days).order_by("day")
    return files_of(archived, CARD_DAY, operator=operator)
