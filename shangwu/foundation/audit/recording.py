"""Writing one act, in the caller's transaction."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connection
from psycopg.types.json import Jsonb

from shangwu.foundation.audit import content, keys
from shangwu.foundation.audit.actor import Actor

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")

# One statement, one round trip: the act, and its place in the queue for sealing.
INSERT = """
WITH written AS (
    INSERT INTO audit_act (nonce, day, at, act, actor_kind, actor_number, actor_name,
                           subject, before, after, source_address, digest)
    VALUES (%(nonce)s, %(day)s, %(at)s, %(act)s, %(actor_kind)s, %(actor_number)s, %(actor_name)s,
            %(subject)s, %(before)s, %(after)s, %(source_address)s, %(digest)s)
    RETURNING id
)
INSERT INTO audit_unsealedact (act_id) SELECT id FROM written RETURNING act_id
"""


def record(
    *,
    act: str,
    by: Actor,
    at: datetime,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    source_address: str = "",
) -> int:
    """Write one act in the caller's transaction and return its number.

    Values under personal keys (content.PERSONAL_KEYS) are stored as keyed hashes.
    Raises: RuntimeError outside a transaction, ValueError for a naive time or a malformed act.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{act}: an act is recorded inside the transaction that it describes")
    if at.tzinfo is None:
        raise ValueError(f"{act}: `at` must carry its zone")
    if not ACT.fullmatch(act):
        raise ValueError(f"an act is named system.verb_noun, not {act!r}")
    personal = keys.personal_key()
    row: dict[str, Any] = {
        "nonce": uuid4(),
        "day": at.astimezone(SHANGHAI).date(),
        "at": at,
        "act": act,
        "actor_kind": by.kind,
        "actor_number": content.clean(by.number)[:64],
        "actor_name": content.clean(by.name)[:100],
        "subject": content.clean(subject)[:200],
        "before": content.facts(before, key=personal),
        "after": content.facts(after, key=personal),
        "source_address": content.clean(source_address)[:64],
    }
    row["digest"] = content.digest(row, key=keys.row_key())
    for name in ("before", "after"):
        row[name] = None if row[name] is None else Jsonb(row[name])
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row)
        (number,) = cursor.fetchone()
    return int(number)
