"""The three formats of card-day rows, each read in pieces, so that memory does not grow with the batch."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import BinaryIO

from shangwu.prepaid.gateways.wire.csv_rows import read_csv
from shangwu.prepaid.gateways.wire.ndjson import read_ndjson
from shangwu.prepaid.gateways.wire.parquet import read_parquet
from shangwu.prepaid.gateways.wire.sheet import Assembler, Piece

_READERS: Mapping[str, Callable[[BinaryIO, Assembler], Iterator[Piece]]] = {
    "application/x-ndjson": read_ndjson,
    "text/csv": read_csv,
    "application/vnd.apache.parquet": read_parquet,
}
MEDIA_TYPES = tuple(_READERS)


def read_card_days(
    content: BinaryIO, media_type: str, *, operator: str, on: date
) -> Iterator[Piece]:
    """Return the rows of one operator and day in pieces of some thousands, in the order of sending.

    `operator` is the sender's social credit code, `on` the day on which codes must be in force. The day of the
    batch is that of its first well-formed row.
    Raises: MessageRefused CONTENT for what is not of the media type.
    """
    yield from _READERS[media_type](content, Assembler(operator, on))
