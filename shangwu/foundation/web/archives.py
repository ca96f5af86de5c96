"""Archives of files (ZIP): each member goes straight to the disk, so neither their number nor their size costs memory.

Equal members give equal bytes: no member carries the time at which it was packed.
"""

import hashlib
import re
import zipfile
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from django.http import FileResponse

_TIME = (1980, 1, 1, 0, 0, 0)
_CHUNK_BYTES = 256 * 1024
_LONGEST_NAME = 60
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')


class Archive:
    """An archive that is being written, for a `with` block; the file is the caller's."""

    def __init__(self, file: IO[bytes]) -> None:
        self._packed = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._packed.close()

    def add(self, name: str, content: bytes | Path) -> str:
        """Pack a member, a path from where it lies, and return the SHA-256 of what was packed."""
        info = zipfile.ZipInfo(name, _TIME)
        digest = hashlib.sha256()
        if isinstance(content, Path):
            source: IO[bytes] = content.open("rb")
            info.file_size = content.stat().st_size
        else:
            source, info.file_size = BytesIO(content), len(content)
        with source, self._packed.open(info, "w") as member:
            while chunk := source.read(_CHUNK_BYTES):
                digest.update(chunk)
                member.write(chunk)
        return digest.hexdigest()


def safe_name(text: str) -> str:
    """Return the text as a part of a file's name: short, and without signs that file systems refuse."""
    return _NO_FILE_NAME.sub("_", text)[:_LONGEST_NAME].strip("._")


def archive_response(file: IO[bytes], title: str) -> FileResponse:
    """Return a written archive as a download."""
    return FileResponse(
        file, as_attachment=True, filename=f"{title}.zip", content_type="application/zip"
    )
