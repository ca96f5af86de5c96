"""The index of an old month is written from the files of its days, and anew when it is missing or wrong."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from shangwu.foundation import audit
from shangwu.prepaid.models import ArchivedDay, ThinnedMonth
from shangwu.prepaid.operations.history import KEEPER
from shangwu.prepaid.operations.history.writing import appearing, row_groups
from shangwu.prepaid.queries.history import engine
from shangwu.prepaid.queries.history.files import files_of
from shangwu.prepaid.queries.history.indexes import ENTRIES, index_difference, index_path
from shangwu.prepaid.rules.history.tables import CARD_DAY, CARD_INDEX_SCHEMA, INDEX_GROUP_ROWS

# One order only, so that equal days give an equal index.
SORTED = f"{ENTRIES} ORDER BY operator_id, key, day"


def write_index(month: date, archived: Iterable[ArchivedDay]) -> int:
    """Write the index of a month from the files of its days, and return its rows; it appears when it is whole."""
    rows, files = 0, files_of(archived, CARD_DAY)
    with engine.spilling() as connection, appearing(index_path(month)) as sink:
        found = (
            connection.execute(SORTED, {"files": files}).to_arrow_reader(INDEX_GROUP_ROWS)
            if files
            else ()
        )
        with pq.ParquetWriter(
            pa.PythonFile(sink, mode="w"),
            CARD_INDEX_SCHEMA,
            compression="zstd",
            use_dictionary=["operator_id", "day"],
        ) as writer:
            for part in row_groups(found, INDEX_GROUP_ROWS):
                writer.write_table(part.cast(CARD_INDEX_SCHEMA), row_group_size=INDEX_GROUP_ROWS)
                rows += part.num_rows
    return rows


def mend_indexes(*, at: datetime) -> list[date]:
    """Write what indexes are missing or, of the one month whose turn it is tonight, wrong; return the months written."""
    months = list(ThinnedMonth.objects.order_by("month").values_list("month", flat=True))
    if not months:
        return []
    turn = months[at.toordinal() % len(months)]
    wanting = [month for month in months if not index_path(month).exists() or month == turn]
    return [month for month in wanting if _mend(month, at=at)]


def _mend(month: date, *, at: datetime) -> bool:
    archived = ArchivedDay.objects.filter(day__year=month.year, day__month=month.month)
    days = list(archived.order_by("day", "closing"))
    if index_path(month).exists():
        difference = index_difference(month, days)
        if difference is None:
            return False
        with transaction.atomic():
            audit.record(
                act="prepaid.find_damaged_history",
                by=KEEPER,
                at=at,
                subject=f"{month:%Y-%m}",
                after={
                    "differences": [asdict(difference) | {"day": month.isoformat()}],
                    "count": 1,
                },
            )
    write_index(month, days)
    return True
