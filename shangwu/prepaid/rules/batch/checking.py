"""What every row of whatever record must pass: no personal data, the published fields, its own sender."""

from collections.abc import Iterator, Mapping
from datetime import date

from shangwu.prepaid.rules.batch.errors import FORM, SENDER, RowError
from shangwu.prepaid.rules.batch.records import RECORDS, field_defects, personal_data
from shangwu.prepaid.rules.screening import find, labels
from shangwu.prepaid.vocabulary import BatchCode


def common_errors(
    record: str, row: Mapping[str, object], *, number: int, owner: str, own_field: str, on: date
) -> list[RowError]:
    """Return what is wrong with a row whatever it says; `own_field` must name the sender, `owner`.

    Personal data come first and alone: of such a row nothing more is looked at.
    """
    found = list(_personal(record, row, number))
    if found:
        return found
    found = [
        RowError(number, FORM, defect.field, detail=defect.said)
        for defect in field_defects(record, row, on=on)
    ]
    if not found and row.get(own_field) != owner:
        found.append(RowError(number, SENDER, own_field))
    return found


def _personal(record: str, row: Mapping[str, object], number: int) -> Iterator[RowError]:
    published = {field.name for field in RECORDS[record]}
    for name, value in row.items():
        kinds = personal_data({name: value}) | (
            find(name) if name not in published else frozenset()
        )
        if kinds:
            shown = name if name in published else ""
            yield RowError(number, BatchCode.E06, shown, detail=labels(kinds))
