"""Whole lines of a text, in pieces."""

from collections.abc import Iterator
from typing import BinaryIO

from shangwu.prepaid.rules.interface.answers import MessageRefused

PIECE_BYTES = 4 * 1024 * 1024
# A row with the longest remark, every character escaped, is far below this.
LONGEST_LINE = 64 * 1024


def pieces(content: BinaryIO) -> Iterator[bytes]:
    """Return the text in pieces of whole lines, without empty ones; the last line needs no end.

    Raises: MessageRefused CONTENT for a line beyond every row.
    """
    rest = b""
    while chunk := content.read(PIECE_BYTES):
        head, end, tail = chunk.rpartition(b"\n")
        if end:
            yield rest + head
            rest = tail
        else:
            rest += tail
        if len(rest) > LONGEST_LINE and not end:
            raise MessageRefused("CONTENT", "有一行过长。", "A line is too long.")
    if rest:
        yield rest
