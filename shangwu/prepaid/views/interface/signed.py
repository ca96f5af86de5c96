"""From a request to a delivery: the key, the clock, the signature; then the body, which is still unread."""

from collections.abc import Collection
from datetime import datetime
from typing import BinaryIO, cast

from django.http import HttpRequest
from django.utils import timezone

from shangwu.foundation.law import Refused
from shangwu.prepaid.operations.receiving import Delivery
from shangwu.prepaid.operations.refusals import note_sandbox_refusal
from shangwu.prepaid.queries.senders import Sender, sender_of
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.interface import signing
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.views.interface.body import MOST_SENT, MOST_UNPACKED, Body

OPERATORS, BANKS, INSURERS = "operator", "BANK", "INSURER"
JSON, NDJSON = "application/json", "application/x-ndjson"
SANDBOX_SENDER = "prepaid.sandbox_sender"
ENCODINGS = frozenset({"", "identity", "gzip", "zstd"})


def delivery_of(
    request: HttpRequest,
    *,
    allow: Collection[str],
    media: Collection[str],
    most_sent: int = MOST_SENT,
    most_unpacked: int = MOST_UNPACKED,
) -> Delivery:
    """Return the signed delivery of a POST; its body is verified when the operation finishes reading.

    `allow` names the kinds of senders, `media` the media types taken, without parameters.
    Raises: MessageRefused with what is wrong.
    """
    at = timezone.now()
    sender = sender_for(request, allow=allow, at=at)
    key = signing.idempotency_key(_headers(request))
    digest = signing.content_digest(_headers(request))
    if not request.headers.get("Content-Length") and "Transfer-Encoding" in request.headers:
        # A body without an announced length is empty to WSGI.
        raise MessageRefused("LENGTH")
    media_type = (request.content_type or "").lower()
    if media_type not in media:
        names = "、".join(media)
        raise MessageRefused("MEDIA-TYPE", f"可用：{names}。", f"Send one of: {', '.join(media)}.")
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        raise MessageRefused("CONTENT-ENCODING")
    body = Body(
        cast(BinaryIO, request),
        digest=digest,
        encoding=encoding,
        most_sent=most_sent,
        most_unpacked=most_unpacked,
    )
    return Delivery(sender, key, at, body, media_type)


def sender_for(request: HttpRequest, *, allow: Collection[str], at: datetime) -> Sender:
    """Return who signed a request.

    Raises: MessageRefused for a wrong or old signature, a key that is unknown or ended, a sender not allowed.
    """
    message = signing.Message(request.method or "", request.build_absolute_uri(), _headers(request))
    said = signing.claims(message)
    sender = sender_of(said.key_id)
    if sender.is_sandbox and request.method == "POST":
        # Whatever is refused from here on is noted for the sender's conformance run.
        request.META[SANDBOX_SENDER] = sender
    _require_signed(message, said, sender, at=at)
    kind = sender.institution.kind if sender.institution else OPERATORS
    if kind not in allow:
        raise MessageRefused("SENDER-KIND")
    return sender


def note_refusal(request: HttpRequest, refused: Refused) -> None:
    """Keep a refusal of a sandbox message, once its key is known, for the sender's conformance run."""
    sender = request.META.get(SANDBOX_SENDER)
    if isinstance(sender, Sender):
        key = request.headers.get("Idempotency-Key", "")
        note_sandbox_refusal(sender=sender, key=key, code=refused.code, at=timezone.now())


def _require_signed(
    message: signing.Message, said: signing.Claims, sender: Sender, *, at: datetime
) -> None:
    """The signature first: who cannot sign learns nothing of the key but that it exists."""
    signing.verify(message, public_key=sender.public_key)
    if sender.is_ended:
        raise MessageRefused("KEY-REVOKED")
    day = timezone.localtime(at).date()
    signing.require_timely(said, at=at, skew_seconds=law.settings(day).clock_skew.value)


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}
