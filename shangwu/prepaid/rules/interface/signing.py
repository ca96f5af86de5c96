"""Signed messages: HTTP Message Signatures (RFC 9421) with Ed25519, content digests (RFC 9530).

A signature covers method and path, the query where there is one, and for whatever changes something the
digest of the body and the idempotency key. It may cover more. The signature is verified before the body is
read, the digest while it is read.

Source: law/prepaid.toml#setting.clock_skew
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.screening import find

ALGORITHM = "ed25519"
ALWAYS = ("@method", "@path")
WITH_BODY = ("content-digest", "idempotency-key")
IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9._:-]{8,64}")
KEY_ID = re.compile(r"[A-Za-z0-9._:-]{1,40}")
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True)
class Message:
    """What is verified of a request: method, absolute address and headers by small name."""

    method: str
    url: str
    headers: Mapping[str, str]

    @property
    def has_query(self) -> bool:
        """Whether the address carries a query, which must then be signed."""
        return "?" in self.url


@dataclass(frozen=True)
class Claims:
    """What a signature says of itself: whose key, made when, over which components."""

    key_id: str
    created: datetime
    components: frozenset[str]


class _Verifier(HTTPMessageVerifier):
    """The library's verifier without its clock: the platform's own time decides, see `require_timely`."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Leave the time to `require_timely`."""


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(key)

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        return self._key


def claims(message: Message) -> Claims:
    """Return what the signature says of itself, unverified.

    Raises: MessageRefused SIGNATURE-MISSING or SIGNATURE-FORM, the latter also for a component not covered.
    """
    written = message.headers.get("signature-input", "")
    if not written or not message.headers.get("signature"):
        raise MessageRefused("SIGNATURE-MISSING")
    try:
        parsed: Any = http_sf.parse(written.encode("ascii"), tltype="dictionary")
        ((members, parameters),) = parsed.values()
        # A component with a parameter is another one than the component itself.
        components = frozenset(str(name) for name, altered in members if not altered)
    except (ValueError, TypeError):
        raise _form(
            "Signature-Input 须恰好有一个签名。", "Signature-Input must hold one."
        ) from None
    key_id, created = parameters.get("keyid"), parameters.get("created")
    if not isinstance(key_id, str) or not KEY_ID.fullmatch(key_id):
        raise _form("缺少 keyid 或者写法不对。", "keyid is missing or ill-formed.")
    if parameters.get("alg", ALGORITHM) != ALGORITHM:
        raise _form("alg 须为 ed25519。", "alg must be ed25519.")
    try:
        moment = datetime.fromtimestamp(int(created), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise _form("缺少 created（秒）。", "created (in seconds) is missing.") from None
    missing = [name for name in _required(message) if name not in components]
    if missing:
        names = "、".join(missing)
        raise _form(f"签名须覆盖 {names}。", f"The signature must cover {', '.join(missing)}.")
    return Claims(key_id, moment, components)


def require_timely(said: Claims, *, at: datetime, skew_seconds: int) -> None:
    """Refuse a signature made too long before or after `at`; the answer tells the platform's time.

    Raises: MessageRefused CLOCK-SKEW.
    """
    if abs(said.created - at) > timedelta(seconds=skew_seconds):
        now = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        raise MessageRefused(
            "CLOCK-SKEW",
            f"允许相差 {skew_seconds} 秒，平台时间为 {now}。",
            f"{skew_seconds} seconds are allowed; the platform's time is {now}.",
            server_time=now,
        )


def verify(message: Message, *, public_key: bytes) -> None:
    """Check the signature with a key of 32 bytes.

    Raises: MessageRefused SIGNATURE-WRONG.
    """
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=_OneKey(public_key))
    try:
        verifier.verify(message, max_age=None)
    except (InvalidSignature, ValueError):
        raise MessageRefused("SIGNATURE-WRONG") from None


def content_digest(headers: Mapping[str, str]) -> bytes:
    """Return the 32 bytes that the sender says the SHA-256 of the body is, as it is sent (RFC 9530).

    Raises: MessageRefused DIGEST-FORM.
    """
    found = _DIGEST.search(headers.get("content-digest", ""))
    if found is None:
        raise MessageRefused("DIGEST-FORM")
    try:
        return base64.b64decode(found.group(1), validate=True)
    except binascii.Error:
        raise MessageRefused("DIGEST-FORM") from None


def idempotency_key(headers: Mapping[str, str]) -> str:
    """Return the sender's key of the message; a resend with the same key has no second effect.

    Raises: MessageRefused IDEMPOTENCY-KEY.
    """
    key = headers.get("idempotency-key", "")
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise MessageRefused("IDEMPOTENCY-KEY")
    if find(key):
        # The key is kept and comes back in receipts: a telephone number has no place in it either.
        raise MessageRefused(
            "IDEMPOTENCY-KEY", "幂等键不得含有个人信息。", "It must hold no personal data."
        )
    return key


def _required(message: Message) -> tuple[str, ...]:
    query = ("@query",) if message.has_query else ()
    return (*ALWAYS, *query, *(WITH_BODY if message.method == "POST" else ()))


def _form(zh: str, en: str) -> MessageRefused:
    return MessageRefused("SIGNATURE-FORM", zh, en)
