"""Malware scanners. The port is `Scanner`; the adapter speaks to clamd."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from django.conf import settings

CHUNK_BYTES = 65_536
TIMEOUT_SECONDS = 30.0
MAX_ANSWER_BYTES = 4096


class ScannerUnavailable(Exception):
    """The scanner did not give a verdict; the file stays in quarantine."""


@dataclass(frozen=True, slots=True)
class ScanVerdict:
    """What a scanner said about one file. `finding` names the malware when there is any."""

    is_clean: bool
    finding: str
    scanner: str


class Scanner(Protocol):
    """Anything that can judge a stream of bytes."""

    def scan(self, stream: BinaryIO) -> ScanVerdict:
        """Read the stream to its end and judge it. Raises: ScannerUnavailable without a verdict."""
        ...


class ClamdScanner:
    """A clamd daemon at `unix:/path/to/socket` or `host:port`, spoken to by INSTREAM.

    Each chunk goes as a 4-byte big-endian length and the bytes; a zero length ends the stream;
    the answer is `stream: OK`, `stream: NAME FOUND`, or a text that ends in ERROR.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def scan(self, stream: BinaryIO) -> ScanVerdict:
        """Send the stream and read the verdict."""
        version = self._ask(b"zVERSION\0")
        with self._connected() as channel:
            channel.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK_BYTES):
                channel.sendall(struct.pack(">I", len(chunk)) + chunk)
            channel.sendall(struct.pack(">I", 0))
            answer = _answer(channel)
        if answer == "stream: OK":
            return ScanVerdict(is_clean=True, finding="", scanner=version[:100])
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            finding = answer.removeprefix("stream: ").removesuffix(" FOUND")
            return ScanVerdict(is_clean=False, finding=finding[:200], scanner=version[:100])
        raise ScannerUnavailable(f"clamd answered {answer[:200]!r}")

    def _ask(self, command: bytes) -> str:
        with self._connected() as channel:
            channel.sendall(command)
            return _answer(channel)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        try:
            with self._channel() as channel:
                yield channel
        except OSError as error:
            raise ScannerUnavailable(f"clamd at {self._address}: {error}") from error

    def _channel(self) -> socket.socket:
        if not self._address.startswith("unix:"):
            host, _, port = self._address.rpartition(":")
            return socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        channel.settimeout(TIMEOUT_SECONDS)
        try:
            channel.connect(self._address.removeprefix("unix:"))
        except OSError:
            channel.close()
            raise
        return channel


def configured_scanner() -> Scanner | None:
    """Return the deployment's scanner, or None when it has none."""
    address: str = settings.CLAMD_ADDRESS
    return ClamdScanner(address) if address else None


def _answer(channel: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < MAX_ANSWER_BYTES:
        part = channel.recv(MAX_ANSWER_BYTES)
        if not part:
            break
        received += part
    if not received:
        raise ScannerUnavailable("clamd closed the connection without an answer")
    return received.rstrip(b"\0").decode("utf-8", "replace").strip()
