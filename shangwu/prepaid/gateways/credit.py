"""The public-credit platform over HTTP: signed messages with receipts, questions about a business, what it holds.

The signing key is derived from the deployment's secret key, so that it exists wherever the platform runs; its public
half is shown to administrators of the exchange and given to the other side once.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.crypto import salted_hmac

TIMEOUT_SECONDS = 10.0
SIGNATURE_HEADER = "Shangwu-Signature"
LONGEST_PROBLEM = 300


class PlatformUnavailable(Exception):
    """The other side gave no usable answer; asking again later may help."""


class PlatformRefused(Exception):
    """The other side will not take this message as it is; only a person can help."""


@dataclass(frozen=True)
class Record:
    """One thing that the platform knows about a business."""

    kind: str
    sentence: str
    source: str


@dataclass(frozen=True)
class Known:
    """The answer about a business: which registers were looked up, and what they hold."""

    looked_up: frozenset[str]
    records: tuple[Record, ...]


def is_wired() -> bool:
    """Tell whether the deployment names a public-credit platform."""
    return bool(settings.CREDIT_PLATFORM)


def public_key() -> str:
    """Return the key with which the other side checks our messages: raw Ed25519, base64."""
    raw = _signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def deliver(
    *, number: UUID, kind: str, day: date, digest: str, content: Mapping[str, Any]
) -> dict[str, Any]:
    """Send a message and return the receipt, which names the message and its digest.

    Raises: PlatformUnavailable without a receipt of this message; PlatformRefused where it is turned down.
    """
    body = json.dumps(
        {
            "number": str(number),
            "kind": kind,
            "day": day.isoformat(),
            "digest": digest,
            "content": content,
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    signature = base64.b64encode(_signing_key().sign(body)).decode()
    receipt = _ask("POST", "/messages", content=body, headers={SIGNATURE_HEADER: signature})
    if receipt.get("number") != str(number) or receipt.get("digest") != digest:
        raise PlatformUnavailable("回执与消息不符")
    return receipt


def ask(uscc: str) -> Known:
    """Return what the platform knows about a business.

    Raises: PlatformUnavailable, PlatformRefused.
    """
    answer = _ask("GET", f"/subjects/{uscc}")
    try:
        return Known(
            looked_up=frozenset(str(one) for one in answer["looked_up"]),
            records=tuple(
                Record(str(row["kind"]), str(row["sentence"]), str(row["source"]))
                for row in answer["records"]
            ),
        )
    except (KeyError, TypeError) as error:
        raise PlatformUnavailable("答复的格式不符") from error


def held(day: date) -> dict[str, str]:
    """Return the messages of a day that the other side holds: number and digest.

    Raises: PlatformUnavailable, PlatformRefused.
    """
    answer = _ask("GET", f"/messages?day={day.isoformat()}")
    try:
        return {str(row["number"]): str(row["digest"]) for row in answer["messages"]}
    except (KeyError, TypeError) as error:
        raise PlatformUnavailable("答复的格式不符") from error


def _ask(method: str, path: str, **given: Any) -> dict[str, Any]:
    if not is_wired():
        raise PlatformUnavailable("没有设置公共信用信息平台的地址")
    address = settings.CREDIT_PLATFORM.rstrip("/") + path
    try:
        answer = httpx.request(method, address, timeout=TIMEOUT_SECONDS, **given)
    except httpx.HTTPError as error:
        raise PlatformUnavailable(type(error).__name__) from error
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status_code in {
        httpx.codes.REQUEST_TIMEOUT,
        httpx.codes.TOO_MANY_REQUESTS,
    }:
        raise PlatformUnavailable(f"对方答复 {answer.status_code}")
    if not answer.is_success:
        raise PlatformRefused(f"对方答复 {answer.status_code}：{answer.text}"[:LONGEST_PROBLEM])
    try:
        told = answer.json()
    except ValueError as error:
        raise PlatformUnavailable("答复的格式不符") from error
    if not isinstance(told, dict):
        raise PlatformUnavailable("答复的格式不符")
    return told


def _signing_key() -> Ed25519PrivateKey:
    seed = salted_hmac("prepaid.credit-platform", "signing-key", algorithm="sha256").digest()
    return Ed25519PrivateKey.from_private_bytes(seed)
