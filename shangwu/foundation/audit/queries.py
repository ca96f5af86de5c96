"""Walking the chain, and finding acts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.db import connection, transaction
from django.db.models import Max

from shangwu.foundation.audit import anchor, chain, content, keys
from shangwu.foundation.audit.models import Act, Batch, DayHead, UnsealedAct

LOCK_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtext('audit.chain'))"
# Rows that are in no batch and do not wait for one: put in behind the platform's back.
STRAYS = """
SELECT id FROM audit_act
EXCEPT (SELECT unnest(act_ids) FROM audit_batch UNION ALL SELECT act_id FROM audit_unsealedact)
ORDER BY 1 LIMIT 1
"""
TWICE = """
SELECT id FROM (
    SELECT unnest(act_ids) AS id FROM audit_batch UNION ALL SELECT act_id FROM audit_unsealedact
) AS chained GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 1
"""
COPIES = """
SELECT max(id) FROM audit_act GROUP BY nonce HAVING count(*) > 1 ORDER BY 1 LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found. `first_broken` names a row, batch, day or anchor line."""

    ok: bool
    rows: int
    days: int
    first_broken: str | None
    why: str


class _Broken(Exception):
    def __init__(self, place: str, why: str) -> None:
        super().__init__(place, why)
        self.place = place
        self.why = why


def verify() -> Verdict:
    """Walk every row, batch, signed day and anchor line; name the first that does not fit.

    Sealing waits meanwhile; writing acts does not.
    """
    with transaction.atomic():
        _execute(LOCK_SHARED)
        rows, days = Act.objects.count(), DayHead.objects.count()
        try:
            heads = dict(_walked_batches())
            _check_waiting()
            _check_strays()
            _check_days(heads)
            _check_anchor(heads)
        except _Broken as broken:
            return Verdict(False, rows, days, broken.place, broken.why)
    return Verdict(True, rows, days, None, "")


def newest_at() -> datetime | None:
    """Return when the newest act was done; None before the first."""
    newest: datetime | None = Act.objects.aggregate(newest=Max("at"))["newest"]
    return newest


def _walked_batches() -> Iterator[tuple[int, tuple[bytes, int]]]:
    """Yield number, digest and count of rows so far of each batch, checked."""
    key, previous, rows = keys.row_key(), chain.GENESIS, 0
    batches = Batch.objects.order_by("number").iterator(chunk_size=20)
    for expected, batch in enumerate(batches, start=1):
        if batch.number != expected:
            raise _Broken(f"batch:{expected}", "批次缺失")
        if bytes(batch.previous_digest) != previous:
            raise _Broken(f"batch:{expected}", "与上一批的衔接被改动")
        digest = chain.batch_digest(
            number=batch.number,
            day=batch.day,
            at=batch.at,
            previous=previous,
            rows=_checked_rows(batch.act_ids, key=key),
        )
        if digest != bytes(batch.digest):
            raise _Broken(f"batch:{expected}", "批次摘要不符：行被增删、换序或整批被改")
        previous, rows = digest, rows + len(batch.act_ids)
        yield batch.number, (digest, rows)


def _checked_rows(act_ids: list[int], *, key: bytes) -> Iterator[tuple[int, bytes]]:
    found = {row["id"]: row for row in Act.objects.filter(pk__in=act_ids).values()}
    for act_id in act_ids:
        yield act_id, _checked_digest(act_id, found.get(act_id), key=key)


def _checked_digest(act_id: int, row: Mapping[str, Any] | None, *, key: bytes) -> bytes:
    if row is None:
        raise _Broken(f"act:{act_id}", "行被删除")
    digest = content.digest(row, key=key)
    if digest != bytes(row["digest"]):
        raise _Broken(f"act:{act_id}", "行的内容与摘要不符：行被改动，或密钥不是写入时的密钥")
    return digest


def _check_waiting() -> None:
    waiting = list(UnsealedAct.objects.order_by("act_id").values_list("act_id", flat=True))
    for _ in _checked_rows(waiting, key=keys.row_key()):
        pass


def _check_strays() -> None:
    for sql, why in (
        (STRAYS, "行不在任何批次中：绕过平台插入"),
        (TWICE, "行被两次封存"),
        (COPIES, "行是另一行的复制"),
    ):
        if (found := _execute(sql)) is not None:
            raise _Broken(f"act:{found}", why)


def _check_days(heads: Mapping[int, tuple[bytes, int]]) -> None:
    public, previous = keys.signing_key().public_key(), chain.GENESIS
    for head in DayHead.objects.order_by("day"):
        place = f"day:{head.day}"
        if head.last_batch not in heads:
            raise _Broken(place, "签名所指的批次缺失：链尾被截断")
        batch, rows = heads[head.last_batch]
        digest = chain.day_digest(
            day=head.day,
            at=head.at,
            previous=previous,
            last_batch=head.last_batch,
            batch=batch,
            rows=rows,
        )
        if digest != bytes(head.digest) or rows != head.rows:
            raise _Broken(place, "日终摘要与链不符")
        try:
            public.verify(bytes(head.signature), digest)
        except InvalidSignature:
            raise _Broken(place, "签名不是用本平台的密钥所作") from None
        previous = digest


def _check_anchor(heads: Mapping[int, tuple[bytes, int]]) -> None:
    """Hold the file outside against the database; the file may lack the newest line of each kind."""
    said = anchor.read()
    if said.unreadable_line:
        raise _Broken(f"anchor:{said.unreadable_line}", "外部锚定文件的这一行无法读取或自相矛盾")
    signed = {
        head.day.isoformat(): bytes(head.digest).hex() + bytes(head.signature).hex()
        for head in DayHead.objects.order_by("day")
    }
    digests = {number: digest.hex() for number, (digest, _) in heads.items()}
    _compare("batch", digests, said.batches)
    _compare("day", signed, said.days)


def _compare(kind: str, stored: Mapping[Any, str], anchored: Mapping[Any, str]) -> None:
    for key in sorted(anchored.keys() | stored.keys()):
        if key not in stored:
            raise _Broken(f"{kind}:{key}", "外部锚定文件记有此项而数据库没有：链尾被截断")
        if key not in anchored and key != max(stored):
            raise _Broken(f"{kind}:{key}", "外部锚定文件缺少此项")
        if key in anchored and stored[key] != anchored[key]:
            raise _Broken(f"{kind}:{key}", "与外部锚定文件不符：链被重建")


def _execute(sql: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] not in (None, "") else None
