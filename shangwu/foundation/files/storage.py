"""Where the bytes lie: `files/ab/cdef…` in the data folder by content, `files/incoming/` on arrival."""

import hashlib
import os
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings

from shangwu.foundation.law.refused import Refused

CHUNK_BYTES = 65_536
# Room that must remain after an upload, so that the database beside it keeps running.
FREE_BYTES_KEPT = 512 * 1024 * 1024
NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Arrival:
    """An upload on disk that is not yet anybody's file."""

    path: Path
    sha256: str
    size: int


def root() -> Path:
    """Return the folder of all files, private to the service."""
    path = Path(settings.DATA_DIR) / "files"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def incoming() -> Path:
    """Return the folder of uploads in progress."""
    path = root() / "incoming"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def content_path(sha256: str) -> Path:
    """Return where content with this digest lies."""
    return root() / sha256[:2] / sha256[2:]


def receive(stream: BinaryIO, *, max_bytes: int) -> Arrival:
    """Write the stream to disk while counting and hashing; never more than `max_bytes` of it.

    Raises: Refused when it is empty, too large, or the disk has no room.
    """
    folder = incoming()
    if shutil.disk_usage(folder).free < FREE_BYTES_KEPT + max_bytes:
        raise Refused("服务器存储空间不足，暂时不能接收文件，请联系系统管理员。", code="disk_full")
    path = folder / f"{uuid4().hex}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in _chunks(stream):
                size += len(chunk)
                if size > max_bytes:
                    raise Refused(
                        f"文件超过 {max_bytes // (1024 * 1024)} MB 的上限，没有保存。"
                        "请压缩图片或拆分后再上传。",
                        code="file_too_large",
                    )
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            raise Refused("文件是空的，没有保存。请检查后重新选择文件。", code="file_empty")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Arrival(path=path, sha256=digest.hexdigest(), size=size)


def keep(arrival: Arrival) -> None:
    """Move the upload to its place by content, in one step; equal content is kept once."""
    target = content_path(arrival.sha256)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    os.replace(arrival.path, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def kept_contents() -> Iterator[tuple[str, Path]]:
    """Yield digest and path of everything that lies under a digest."""
    for folder in root().iterdir():
        if len(folder.name) == 2 and folder.is_dir():
            for path in folder.iterdir():
                yield folder.name + path.name, path


def display_name(name: str) -> str:
    """Return the sender's name of the file without folders, control or direction characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    shown = " ".join(shown.split()).strip(". ")
    if len(shown) > NAME_LENGTH:
        stem, dot, ending = shown.rpartition(".")
        keep_ending = f".{ending}" if dot and len(ending) <= 10 else ""
        shown = (stem if keep_ending else shown)[: NAME_LENGTH - len(keep_ending)] + keep_ending
    return shown or "未命名文件"


def _chunks(stream: BinaryIO) -> Iterable[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk
