"""The pages of a Parquet file before anything of them is unpacked: each says how much memory it wants.

Footer and headers are read here, in the compact form of Thrift. The sizes that stand in the footer are not believed: the
reader takes memory for what the pages say. Texts written as differences are not taken: each may be as long as all before
it. A field that stands twice is refused, for two readers could take one each.

See https://parquet.apache.org/docs/file-format/metadata/
"""

import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from shangwu.prepaid.rules.interface.answers import MessageRefused

MIB = 1024 * 1024
MOST_PAGE, MOST_UNPACKED = 32 * MIB, 2_048 * MIB
MOST_PAGES, LONGEST_HEADER, LONGEST_FOOTER, MOST_NESTED = 100_000, 64 * 1024, 4 * MIB, 8
# Ten bytes hold 64 bits; with more, each would cost as much as all before it.
LONGEST_SHIFT = 63
# Bytes of headers that are looked at one by one: a footer may send the reader to the same long header again and again.
MOST_STEPS = 10_000_000
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 12
_WHOLE = frozenset({4, 5, 6})
# Fields of a footer, its groups, their columns, and what is said of each.
_GROUPS, _COLUMNS, _ROWS, _CHUNK = 4, 1, 3, 3
_PACKED_SUM, _DATA_AT, _DICTIONARY_AT = 7, 9, 11
# Fields of a page's header, and of what it says of its data in either version.
_UNPACKED, _PACKED, _DATA, _DATA_2 = 2, 3, 5, 8
_ENCODING, _ENCODING_2, _DIFFERENCES = 2, 4, 7


def require_modest_pages(content: BinaryIO) -> None:
    """Refuse a file that asks for more memory than a body of rows may.

    Raises: MessageRefused CONTENT for what is no Parquet, TOO-LARGE.
    """
    try:
        _require_modest(content)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        raise MessageRefused("CONTENT", "不是可读的 Parquet。", "Not readable Parquet.") from None


def _require_modest(content: BinaryIO) -> None:
    pages = unpacked = steps = 0
    for at, end in _chunks(content):
        while at < end:
            size, cost, at = _page(content, at)
            pages, unpacked, steps = pages + 1, unpacked + size, steps + cost
            is_much = unpacked > MOST_UNPACKED or pages > MOST_PAGES or steps > MOST_STEPS
            if size > MOST_PAGE or is_much:
                raise MessageRefused(
                    "TOO-LARGE",
                    "Parquet 的数据页过大或者过多。",
                    "The pages of the Parquet file are too large or too many.",
                    limit=MOST_PAGE,
                )


def _chunks(content: BinaryIO) -> Iterator[tuple[int, int]]:
    """Where the pages of each column of each group begin and end."""
    content.seek(-8, os.SEEK_END)
    size = int.from_bytes(content.read(4), "little")
    if size > LONGEST_FOOTER:
        raise ValueError("no footer is that long")
    content.seek(-8 - size, os.SEEK_END)
    footer = _Compact(content.read(size)).struct()
    for group in footer[_GROUPS]:
        # Of a group without rows nothing is read.
        for column in group[_COLUMNS] if group[_ROWS] else ():
            said = column[_CHUNK]
            begin = said[_DATA_AT]
            if 0 < said.get(_DICTIONARY_AT, 0) < begin:
                begin = said[_DICTIONARY_AT]
            yield begin, begin + said[_PACKED_SUM]


def _page(content: BinaryIO, at: int) -> tuple[int, int, int]:
    """Return what a page unpacks to, the steps it took to say so, and where the next one begins."""
    content.seek(at)
    header = _Compact(content.read(LONGEST_HEADER))
    said = header.struct()
    unpacked, packed = said[_UNPACKED], said[_PACKED]
    encodings = {
        said.get(_DATA, {}).get(_ENCODING),
        said.get(_DATA_2, {}).get(_ENCODING_2),
    }
    if unpacked < 0 or packed < 0 or _DIFFERENCES in encodings:
        raise ValueError("no page that is taken")
    return unpacked, header.steps, at + header.at + packed


class _Compact:
    """A structure in the compact form of Thrift, read as far as its whole numbers, structures, and lists of these.

    Raises: ValueError, IndexError for what is none.
    """

    def __init__(self, plain: bytes) -> None:
        self._plain, self.at, self.steps = plain, 0, 0

    def struct(self, nested: int = 0) -> dict[int, Any]:
        """Return the fields of a structure by their number; None for what is passed over."""
        if nested > MOST_NESTED:
            raise ValueError("nested too deeply")
        found: dict[int, Any] = {}
        number = 0
        while (head := self._byte()) != _STOP:
            number = number + (head >> 4) if head >> 4 else self._whole()
            if number in found:
                raise ValueError("a field stands twice")
            kind = head & 15
            found[number] = None if kind in (_TRUE, _FALSE) else self._value(kind, nested)
        return found

    def _value(self, kind: int, nested: int) -> Any:
        if kind in _WHOLE:
            return self._whole()
        if kind == _STRUCT:
            return self.struct(nested + 1)
        if kind in (_LIST, _SET):
            return self._list(nested + 1)
        if kind in (_TRUE, _FALSE, _BYTE):
            self._skip(1)
        elif kind == _DOUBLE:
            self._skip(8)
        elif kind == _BINARY:
            self._skip(self._bare())
        else:
            raise ValueError("no such type")
        return None

    def _list(self, nested: int) -> list[Any]:
        if nested > MOST_NESTED:
            raise ValueError("nested too deeply")
        head = self._byte()
        count = head >> 4 if head >> 4 < 15 else self._bare()
        return [self._value(head & 15, nested) for _ in range(count)]

    def _skip(self, count: int) -> None:
        self.at += count
        if self.at > len(self._plain):
            raise ValueError("cut off")

    def _byte(self) -> int:
        self.at, self.steps = self.at + 1, self.steps + 1
        return self._plain[self.at - 1]

    def _bare(self) -> int:
        found = shift = 0
        while (part := self._byte()) & 128:
            found |= (part & 127) << shift
            shift += 7
            if shift > LONGEST_SHIFT:
                raise ValueError("no whole number is that long")
        return found | part << shift

    def _whole(self) -> int:
        bare = self._bare()
        return (bare >> 1) ^ -(bare & 1)
