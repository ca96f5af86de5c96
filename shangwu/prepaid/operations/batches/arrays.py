"""Columns as PostgreSQL's binary arrays: a hundred thousand values travel as one parameter."""

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

_BYTEA, _BIGINT = 17, 20
_ARRAY_OF = {_BYTEA: 1001, _BIGINT: 1016}


@dataclass(frozen=True)
class Octets:
    """An array of `bytea` of equal length, which the statement casts to `bytea[]`."""

    values: Bytes


@dataclass(frozen=True)
class Longs:
    """An array of `bigint`, which the statement casts to `bigint[]`."""

    values: Numbers


class _OctetsDumper(Dumper):
    format, oid = Format.BINARY, _ARRAY_OF[_BYTEA]

    def dump(self, obj: Octets) -> bytes:
        return _array(_BYTEA, f"{obj.values.shape[1]}u1", obj.values)


class _LongsDumper(Dumper):
    format, oid = Format.BINARY, _ARRAY_OF[_BIGINT]

    def dump(self, obj: Longs) -> bytes:
        return _array(_BIGINT, ">i8", obj.values)


def execute(statement: str, given: Sequence[object]) -> tuple[list[tuple[Any, ...]], int]:
    """Run a statement with parameters sent apart from it; return its rows, if any, and how many it touched."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.adapters.register_dumper(Octets, _OctetsDumper)
        cursor.adapters.register_dumper(Longs, _LongsDumper)
        cursor.execute(statement.encode(), given)
        return (cursor.fetchall() if cursor.description else []), cursor.rowcount


def _array(oid: int, kind: str, values: Bytes | Numbers) -> bytes:
    """One dimension, no NULLs: the count, then each value with its length before it."""
    made = np.empty(len(values), dtype=np.dtype([("length", ">i4"), ("value", kind)]))
    made["length"] = made.dtype["value"].itemsize
    made["value"] = values
    return struct.pack(">iiIii", 1, 0, oid, len(values), 1) + made.tobytes()
