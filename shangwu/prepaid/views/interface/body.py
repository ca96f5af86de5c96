"""The body of a message as a stream: counted, digested as it was sent, unpacked, never held whole."""

import hashlib
import hmac
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

import zstandard
from django.http import HttpRequest

from shangwu.prepaid.rules.interface.answers import MessageRefused

MIB = 1024 * 1024
CHUNK = 256 * 1024
# What a delivery of card-days may come to, as sent and unpacked; other records are small.
MOST_SENT, MOST_UNPACKED = 512 * MIB, 2_048 * MIB
MOST_SMALL = 8 * MIB
# Of a refused body so much is read and thrown away; beyond it the connection is closed.
MOST_DRAINED = 512 * MIB


class Body:
    """Reads a request body once; see the protocol `Content` of operations/receiving.py.

    `digest` is what the sender says the SHA-256 of the sent bytes is. Units: bytes.
    """

    def __init__(
        self,
        stream: BinaryIO,
        *,
        digest: bytes,
        encoding: str,
        most_sent: int = MOST_SENT,
        most_unpacked: int = MOST_UNPACKED,
    ) -> None:
        self._stated = digest
        self._most_sent, self._most_unpacked = most_sent, most_unpacked
        self._sent = hashlib.sha256()
        # What is not packed is digested once.
        self._unpacked = hashlib.sha256() if encoding in ("gzip", "zstd") else self._sent
        self._sent_size = self._unpacked_size = 0
        self._chunks = self._unpack(stream, encoding)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` unpacked bytes, all of them without a size, empty at the end.

        Raises: MessageRefused TOO-LARGE, CONTENT.
        """
        parts, held = [self._rest], len(self._rest)
        while size < 0 or held < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            parts.append(chunk)
            held += len(chunk)
        whole = b"".join(parts)
        cut = len(whole) if size < 0 else size
        self._rest = whole[cut:]
        return whole[:cut]

    def finish(self) -> bytes:
        """Read what is left, compare the digest of what was sent, and return the unpacked bytes' SHA-256.

        Raises: MessageRefused DIGEST-WRONG and those of `read`.
        """
        for _ in self._chunks:
            pass
        self._rest = b""
        if not hmac.compare_digest(self._sent.digest(), self._stated):
            raise MessageRefused("DIGEST-WRONG")
        return self._unpacked.digest()

    def _unpack(self, stream: BinaryIO, encoding: str) -> Iterator[bytes]:
        if encoding == "gzip":
            chunks = self._gunzip(stream)
        elif encoding == "zstd":
            chunks = self._unzstd(stream)
        else:
            chunks = self._raw(stream)
        for chunk in chunks:
            self._unpacked_size += len(chunk)
            if self._unpacked_size > self._most_unpacked:
                raise _too_large(self._most_unpacked)
            if self._unpacked is not self._sent:
                self._unpacked.update(chunk)
            if chunk:
                yield chunk

    def _raw(self, stream: BinaryIO) -> Iterator[bytes]:
        while chunk := stream.read(CHUNK):
            self._sent_size += len(chunk)
            if self._sent_size > self._most_sent:
                raise _too_large(self._most_sent)
            self._sent.update(chunk)
            yield chunk

    def _gunzip(self, stream: BinaryIO) -> Iterator[bytes]:
        """Unpack in pieces of bounded size: a small body may unpack to an enormous one."""
        unpacker = zlib.decompressobj(wbits=31)
        is_begun = False
        for sent in self._raw(stream):
            packed = sent
            while packed:
                if unpacker.eof:  # gzip files may follow one another
                    unpacker = zlib.decompressobj(wbits=31)
                is_begun = True
                try:
                    yield unpacker.decompress(packed, CHUNK)
                except zlib.error:
                    raise _unreadable("gzip") from None
                packed = unpacker.unconsumed_tail or unpacker.unused_data
        if is_begun and not unpacker.eof:
            raise _unreadable("gzip")

    def _unzstd(self, stream: BinaryIO) -> Iterator[bytes]:
        reader = zstandard.ZstdDecompressor(max_window_size=128 * MIB).stream_reader(
            cast(BinaryIO, _Chunks(self._raw(stream))), read_across_frames=True
        )
        try:
            while chunk := reader.read(CHUNK):
                yield chunk
        except zstandard.ZstdError:
            raise _unreadable("zstd") from None


class _Chunks:
    """An iterator of bytes as the file that the unpacker reads."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        cut = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:cut], self._rest[cut:]
        return found


def drain(request: HttpRequest) -> None:
    """Read the rest of a refused body and throw it away: a program that still sends would not see the answer."""
    left = MOST_DRAINED
    while left > 0 and (chunk := request.read(CHUNK)):
        left -= len(chunk)


def _too_large(limit: int) -> MessageRefused:
    mib = limit // MIB
    return MessageRefused(
        "TOO-LARGE", f"上限为 {mib} MiB。", f"The limit is {mib} MiB.", limit=limit
    )


def _unreadable(encoding: str) -> MessageRefused:
    return MessageRefused(
        "CONTENT",
        f"{encoding} 压缩数据已损坏或者不完整。",
        f"The {encoding} data are damaged or cut off.",
    )
