"""Opening what may be opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from shangwu.foundation.files import storage
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.vocabulary import FileState
from shangwu.foundation.law.refused import Refused


def is_open(file: StoredFile) -> bool:
    """Tell whether the file may be read: scanned clean, or unscanned where that is accepted."""
    if file.state == FileState.NOT_SCANNED:
        return bool(settings.UNSCANNED_FILES_ACCEPTED)
    return file.state == FileState.CLEAN


def clean_path(file: StoredFile) -> Path:
    """Return where the bytes of a file lie that passed the malware check.

    Raises: Refused while it waits in quarantine, when it is infected, or when its bytes are gone.
    """
    if not is_open(file):
        label = FileState(file.state).label
        advice = "请稍后再试。" if file.state == FileState.QUARANTINED else "请重新上传。"
        raise Refused(
            f"“{file.name}”目前的状态是“{label}”，不能打开。{advice}", code="file_not_clean"
        )
    path = storage.content_path(file.sha256)
    if not path.is_file() or path.stat().st_size != file.size:
        raise Refused(
            f"“{file.name}”的内容在服务器上缺失或已损坏，请联系系统管理员从备份恢复。",
            code="file_lost",
        )
    return path


@contextmanager
def open_clean(file: StoredFile) -> Iterator[BinaryIO]:
    """Open the bytes of a file that passed the malware check, read-only, for a `with` block.

    Raises: Refused as `clean_path` does.
    """
    with clean_path(file).open("rb") as stream:
        yield stream
