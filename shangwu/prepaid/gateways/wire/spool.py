"""What was sent, aside until it is known to be whole; without a name on the disk, so that no backup sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Protocol, cast

IN_MEMORY_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024


class Source(Protocol):
    """The body of a delivery as it streams."""

    def read(self, size: int = -1) -> bytes:
        """Return up to so many bytes, empty at the end."""

    def finish(self) -> bytes:
        """Check that it was whole, and return the SHA-256 of the bytes."""


@contextmanager
def spooled(content: Source) -> Iterator[tuple[BinaryIO, bytes]]:
    """Give the content as a file that can be read from its start, and its SHA-256.

    A slow sender holds nothing but this file: the ledger is touched when all has arrived.
    Raises: MessageRefused of the content.
    """
    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        while chunk := content.read(CHUNK_BYTES):
            file.write(chunk)
        digest = content.finish()
        file.seek(0)
        yield cast(BinaryIO, file), digest
