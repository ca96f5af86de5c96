"""Receiving, scanning and sweeping files."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files import storage
from shangwu.foundation.files.gateways import (
    Scanner,
    ScannerUnavailable,
    ScanVerdict,
    configured_scanner,
)
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.sniffing import sniff
from shangwu.foundation.files.vocabulary import ADVICE, KINDS, FileState
from shangwu.foundation.law.refused import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
SYSTEM = audit.Actor(kind="system", number="files", name="文件检查")
# A file in arrival, or content without its row, is left over from a crash once it is this old.
LEFT_OVER_AFTER = timedelta(hours=24)


def store_upload(
    *,
    stream: BinaryIO,
    name: str,
    by: Account,
    at: datetime,
    allow: Collection[str],
    max_bytes: int,
    is_personal: bool = False,
) -> StoredFile:
    """Receive one upload of an allowed kind, keep it in quarantine and have it scanned.

    Unit: max_bytes in bytes.
    Raises: Refused when it is empty, too large, of another kind, infected, or one too many today.
    """
    _require_room_today(by=by, at=at)
    arrival = storage.receive(stream, max_bytes=max_bytes)
    shown = storage.display_name(name)
    try:
        kind = _allowed_kind(sniff(arrival.path), name=shown, allow=allow)
        with transaction.atomic():
            _lock_uploads_of(by)
            _require_room_today(by=by, at=at)
            file = StoredFile.objects.create(
                sha256=arrival.sha256,
                size=arrival.size,
                kind=kind,
                name=shown,
                is_personal=is_personal,
                by=by,
                at=at,
            )
            audit.record(
                act="files.store_upload",
                by=by.actor,
                at=at,
                subject=f"file:{file.pk}",
                after={"sha256": file.sha256, "size": file.size, "kind": kind, "name": shown},
            )
            _lock_content(arrival.sha256)
            # Before the commit: a row never points at bytes that are not there yet.
            storage.keep(arrival)
    finally:
        arrival.path.unlink(missing_ok=True)
    file = scan_file(file=file, at=at)
    if file.state == FileState.INFECTED:
        raise Refused(
            f"“{shown}”含恶意代码（{file.finding}），已经删除。请用杀毒软件检查您的电脑后重新上传。",
            code="file_infected",
        )
    return file


@contextmanager
def uploads_for_an_act(
    uploads: "Iterable[UploadedFile[bytes]]",
    *,
    by: Account,
    at: datetime,
    allow: Collection[str],
    max_bytes: int,
    is_personal: bool = False,
) -> Iterator[list[StoredFile]]:
    """Store the uploads for the act of a `with` block; when the act is refused, none of them stays.

    Unit: max_bytes in bytes, for each.
    Raises: Refused as `store_upload` does.
    """
    stored: list[StoredFile] = []
    try:
        for upload in uploads:
            stream, name = cast(BinaryIO, upload), upload.name or ""
            stored.append(
                store_upload(
                    stream=stream,
                    name=name,
                    by=by,
                    at=at,
                    allow=allow,
                    max_bytes=max_bytes,
                    is_personal=is_personal,
                )
            )
        yield stored
    except Refused as refused:
        for file in stored:
            discard_upload(file=file, reason=refused.code, by=by, at=at)
        raise


def discard_upload(*, file: StoredFile, reason: str, by: Account, at: datetime) -> None:
    """Delete an upload that nothing uses, and its bytes unless another upload is equal to it.

    Raises: ProtectedError while something points at the file.
    """
    with transaction.atomic():
        # Nobody stores equal bytes between the look for other rows and the deletion.
        _lock_content(file.sha256)
        audit.record(
            act="files.discard_upload",
            by=by.actor,
            at=at,
            subject=f"file:{file.pk}",
            before={"sha256": file.sha256, "size": file.size, "name": file.name},
            after={"reason": reason},
        )
        file.delete()
        if not _is_needed(file.sha256):
            storage.content_path(file.sha256).unlink(missing_ok=True)


def scan_file(*, file: StoredFile, at: datetime, scanner: Scanner | None = None) -> StoredFile:
    """Have a quarantined file judged; without a verdict it stays where it is.

    Where the deployment accepts unscanned files and has no scanner, the file is marked so.
    """
    scanner = scanner or configured_scanner()
    if scanner is None:
        if not settings.UNSCANNED_FILES_ACCEPTED:
            return file
        return _settle(file, state=FileState.NOT_SCANNED, verdict=None, at=at)
    try:
        with storage.content_path(file.sha256).open("rb") as stream:
            verdict = scanner.scan(stream)
    except ScannerUnavailable as error:
        StoredFile.objects.filter(pk=file.pk).update(finding=str(error)[:200])
        return file
    state = FileState.CLEAN if verdict.is_clean else FileState.INFECTED
    return _settle(file, state=state, verdict=verdict, at=at)


def scan_waiting_files(*, at: datetime) -> int:
    """Scan what still waits in quarantine and return how many files got a verdict."""
    waiting = StoredFile.objects.filter(state=FileState.QUARANTINED).select_related("by")
    scanned = [scan_file(file=file, at=at) for file in waiting.order_by("at")[:200]]
    return sum(file.state != FileState.QUARANTINED for file in scanned)


def sweep_left_overs(*, at: datetime) -> int:
    """Delete uploads that a crash cut off and bytes without a row; return how many."""
    before = (at - LEFT_OVER_AFTER).timestamp()
    swept = 0
    for path in storage.incoming().iterdir():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            swept += 1
    for sha256, path in storage.kept_contents():
        if path.stat().st_mtime < before and not _is_needed(sha256):
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def record_download(*, file: StoredFile, by: Account, at: datetime, source_address: str) -> None:
    """Record that a person opened a file that holds personal data."""
    with transaction.atomic():
        audit.record(
            act="files.download_file",
            by=by.actor,
            at=at,
            subject=f"file:{file.pk}",
            after={"name": file.name, "sha256": file.sha256},
            source_address=source_address,
        )


def _settle(
    file: StoredFile, *, state: FileState, verdict: ScanVerdict | None, at: datetime
) -> StoredFile:
    with transaction.atomic():
        found = StoredFile.objects.select_for_update().get(pk=file.pk)
        found.state = state
        found.scanned_at = at if verdict else None
        found.scanner = verdict.scanner if verdict else ""
        found.finding = verdict.finding if verdict else ""
        found.save(update_fields=["state", "scanned_at", "scanner", "finding"])
        audit.record(
            act="files.scan_file",
            by=SYSTEM,
            at=at,
            subject=f"file:{found.pk}",
            before={"state": file.state},
            after={"state": state, "scanner": found.scanner, "finding": found.finding},
        )
    if state == FileState.INFECTED and not _is_needed(found.sha256):
        storage.content_path(found.sha256).unlink(missing_ok=True)
    return found


def _is_needed(sha256: str) -> bool:
    rows = StoredFile.objects.filter(sha256=sha256)
    return rows.exclude(state=FileState.INFECTED).exists()


def _allowed_kind(kind: str, *, name: str, allow: Collection[str]) -> str:
    if kind in allow:
        return kind
    wanted = "、".join(label for key, (_, label) in KINDS.items() if key in allow)
    advice = ADVICE.get(kind, "")
    raise Refused(
        f"“{name}”的内容是{KINDS[kind][1]}，这里只接收{wanted}。{advice}", code="file_kind"
    )


def _require_room_today(*, by: Account, at: datetime) -> None:
    start = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    today = StoredFile.objects.filter(by=by, at__gte=start, at__lt=start + timedelta(days=1))
    limit: int = settings.FILES_PER_ACCOUNT_AND_DAY
    if today.count() >= limit:
        raise Refused(
            f"您今天已经上传 {limit} 个文件，达到每日上限，请明天再传或联系系统管理员。",
            code="too_many_files",
        )


def _lock_content(sha256: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('files.content'), hashtext(%s))", [sha256]
        )


def _lock_uploads_of(by: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('files.store_upload'), %s)", [by.pk])
