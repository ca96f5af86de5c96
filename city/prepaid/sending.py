"""Signed messages to the open interface: RFC 9421 with Ed25519, as the published guide describes them."""

import base64
import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

INTERFACE = "/api/v1/prepaid"


class NotTaken(Exception):
    """The platform refused a message."""


@dataclass(frozen=True)
class Key:
    """A sender's own key and the name that the platform knows it by."""

    key_id: str
    private: Ed25519PrivateKey

    @classmethod
    def made(cls, key_id: str, *, seed: int) -> "Key":
        """Return a key that is the same whenever the same city is played again."""
        secret = hashlib.sha256(f"{key_id}|{seed}".encode()).digest()
        return cls(key_id, Ed25519PrivateKey.from_private_bytes(secret))

    @property
    def pem(self) -> bytes:
        """The private half, as programs keep it in a file."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public(self) -> str:
        """The public half, in base64, as it is registered."""
        return base64.b64encode(self.private.public_key().public_bytes_raw()).decode()


def send(
    client: httpx.Client,
    path: str,
    rows: Sequence[dict[str, Any]],
    *,
    key: Key,
    idempotency_key: str,
    created: int,
    media: str = "application/x-ndjson",
) -> dict[str, Any]:
    """Send rows and return the receipt.

    `created` is the platform's time in seconds: a demonstration may rehearse on a clock of its own.
    Raises: NotTaken with the platform's own words.
    """
    if media == "application/json":
        plain = json.dumps(list(rows), ensure_ascii=False).encode()
    else:
        plain = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    body = gzip.compress(plain, compresslevel=1, mtime=0)
    address = f"{INTERFACE}/{path}"
    covered = {
        "content-digest": f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:",
        "idempotency-key": idempotency_key,
    }
    target = urlsplit(address)
    components = {"@method": "POST", "@path": target.path}
    if target.query:
        components["@query"] = f"?{target.query}"
    components |= covered
    names = " ".join(f'"{name}"' for name in components)
    parameters = f'({names});created={created};keyid="{key.key_id}"'
    base = "".join(f'"{name}": {value}\n' for name, value in components.items())
    signature = key.private.sign(f'{base}"@signature-params": {parameters}'.encode())
    answer = client.post(
        address,
        content=body,
        headers={
            **covered,
            "Content-Type": media,
            "Content-Encoding": "gzip",
            "Signature-Input": f"sig={parameters}",
            "Signature": f"sig=:{base64.b64encode(signature).decode()}:",
        },
    )
    if answer.status_code >= 400:
        raise NotTaken(f"{address} {answer.status_code} {answer.text[:500]}")
    receipt: dict[str, Any] = answer.json()
    return receipt
