"""Receipts: canonical JSON signed by the platform, which anyone can verify with its published key.

Canonical JSON is that of RFC 8785 for what receipts hold: texts, whole numbers, truth values, nothing, lists
and objects with ASCII names. Names are sorted, nothing is spaced, and nothing is escaped that need not be.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE = "signature"
VERSION = 1
# Whole numbers beyond this are not the same in every language (RFC 8785, 3.2.2.3); sums of fen stay below.
GREATEST = 2**53 - 1


def canonical(value: object) -> bytes:
    """Return the one way to write a value.

    Raises: ValueError for what a receipt cannot hold: fractions, great numbers, other names than ASCII.
    """
    _require_plain(value)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def moment(at: datetime) -> str:
    """Return a moment as receipts and lists write it: UTC, to the microsecond, with a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def key_id(public: Ed25519PublicKey) -> str:
    """Return the name under which the platform publishes a key of its own."""
    return f"shangwu-{hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]}"


def signed(facts: Mapping[str, Any], *, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the facts with the platform's signature over their canonical form."""
    value = base64.b64encode(key.sign(canonical(dict(facts)))).decode()
    mark = {"alg": "ed25519", "keyid": key_id(key.public_key()), "value": value}
    return {**facts, SIGNATURE: mark}


def is_genuine(receipt: Mapping[str, Any], *, keys: Mapping[str, bytes]) -> bool:
    """Tell whether a receipt is the platform's, unchanged; `keys` are the published ones by name."""
    facts = dict(receipt)
    mark = facts.pop(SIGNATURE, None)
    if not isinstance(mark, dict) or (public := keys.get(str(mark.get("keyid")))) is None:
        return False
    try:
        value = base64.b64decode(str(mark.get("value")), validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(value, canonical(facts))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _require_plain(value: object) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) > GREATEST:
                raise ValueError("a number of a receipt must be exact in every language")
        case list():
            for one in value:
                _require_plain(one)
        case dict():
            for name, one in value.items():
                if not isinstance(name, str) or not name.isascii():
                    raise ValueError("a name of a receipt is ASCII")
                _require_plain(one)
        case _:
            raise ValueError(f"a receipt cannot hold {type(value).__name__}")
