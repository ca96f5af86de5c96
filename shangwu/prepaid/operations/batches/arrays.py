"""Columns as PostgreSQL's binary arrays: a hundred thousand values travel as one parameter, or come back as one value."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from psycopg.adapt import Dumper
from psycopg.pq import Format

from shangwu.prepaid.rules.batch.columns import Bytes, Numbers

_BYTEA, _BIGINT, _TID = 17, 20, 27
_ARRAY_OF = {_BYTEA: 1001, _BIGINT: 1016, _TID: 1010}
TID_BYTES = 6
# Dimensions, whether there are NULLs, the type, then length and lower bound of the only dimension.
_HEAD = struct.Struct(">iiIii")


@dataclass(frozen=True)
class Octets:
    """An array of `bytea` of equal length, which the statement casts to `bytea[]`."""

    values: Bytes


@dataclass(frozen=True)
class Longs:
    """An array of `bigint`, which the statement casts to `bigint[]`."""

    values: Numbers


@dataclass(frozen=True)
class Tids:
    """An array of `tid`, places of row versions, as a column of `tids` gave them."""

    values: Bytes


class _OctetsDumper(Dumper):
    format, oid = Format.BINARY, _ARRAY_OF[_BYTEA]

    def dump(self, obj: Octets) -> bytes:
        return _array(_BYTEA, f"{obj.values.shape[1]}u1", obj.values)


class _LongsDumper(Dumper):
    format, oid = Format.BINARY, _ARRAY_OF[_BIGINT]

    def dump(self, obj: Longs) -> bytes:
        return _array(_BIGINT, ">i8", obj.values)


class _TidsDumper(Dumper):
    format, oid = Format.BINARY, _ARRAY_OF[_TID]

    def dump(self, obj: Tids) -> bytes:
        return _array(_TID, f"{TID_BYTES}u1", obj.values)


def execute(statement: str, given: Sequence[object]) -> tuple[list[tuple[Any, ...]], int]:
    """Run a statement with parameters sent apart from it; return its rows, if any, and how many it touched."""
    with _cursor() as cursor:
        cursor.execute(statement.encode(), given)
        return (cursor.fetchall() if cursor.description else []), cursor.rowcount


def columns_of(statement: str, given: Sequence[object]) -> list[bytes | None]:
    """Run a statement that answers with one row of arrays; return each as it came, None for NULL."""
    with _cursor() as cursor:
        cursor.execute(statement.encode(), given, binary=True)
        found = cursor.pgresult
        if found is None:
            raise TypeError("a statement of arrays answers with a row")
        return [found.get_value(0, at) for at in range(found.nfields)]


def longs(array: bytes) -> Numbers:
    """Return the values of a `bigint[]` as it came."""
    found: Numbers = _values(array, ">i8").astype(np.int64)
    return found


def tids(array: bytes) -> Bytes:
    """Return the values of a `tid[]` as it came, six bytes each."""
    found: Bytes = _values(array, f"{TID_BYTES}u1")
    return found


def _values(array: bytes, kind: str) -> Any:
    form = np.dtype([("length", ">i4"), ("value", kind)])
    return np.frombuffer(array, dtype=form, offset=_HEAD.size)["value"]


def _cursor() -> psycopg.Cursor[Any]:
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.adapters.register_dumper(Octets, _OctetsDumper)
    cursor.adapters.register_dumper(Longs, _LongsDumper)
    cursor.adapters.register_dumper(Tids, _TidsDumper)
    return cursor


def _array(oid: int, kind: str, values: Bytes | Numbers) -> bytes:
    """One dimension, no NULLs: the count, then each value with its length before it."""
    made = np.empty(len(values), dtype=np.dtype([("length", ">i4"), ("value", kind)]))
    made["length"] = made.dtype["value"].itemsize
    made["value"] = values
    return _HEAD.pack(1, 0, oid, len(values), 1) + made.tobytes()
