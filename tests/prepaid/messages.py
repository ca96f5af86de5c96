"""Signed messages to the open interface, as a programmer outside would make them; keys of senders."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shangwu.prepaid.models import Institution, OperatorKey
from shangwu.prepaid.vocabulary import InstitutionKind
from tests.prepaid.factories import AT, uscc

BASE = "/api/v1/prepaid"
_numbers = count(1)


class Signer:
    """A private key with the name under which the platform knows it."""

    def __init__(self, name):
        self.name = name
        self.key = Ed25519PrivateKey.generate()

    @property
    def public(self):
        return self.key.public_key().public_bytes_raw()

    def headers(self, method, path, *, body=b"", key="", created=None, components=None, query=""):
        """Return the headers of a signed message; `components` other than the usual may be given."""
        given = {"@method": method, "@path": path, "@query": f"?{query}"}
        sent = {}
        names = ["@method", "@path"] + (["@query"] if query else [])
        if method == "POST":
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            sent = {"Content-Digest": f"sha-256=:{digest}:", "Idempotency-Key": key}
            given |= {"content-digest": sent["Content-Digest"], "idempotency-key": key}
            names += ["content-digest", "idempotency-key"]
        names = components or names
        moment = int((created or datetime.now(UTC)).timestamp())
        covered = " ".join(f'"{name}"' for name in names)
        parameters = f'({covered});created={moment};keyid="{self.name}"'
        base = "".join(f'"{name}": {given[name]}\n' for name in names)
        base += f'"@signature-params": {parameters}'
        signature = base64.b64encode(self.key.sign(base.encode())).decode()
        return {**sent, "Signature-Input": f"sig={parameters}", "Signature": f"sig=:{signature}:"}


def operator_key(business, *, is_sandbox=False):
    """Store a key of the operator and return its signer."""
    signer = Signer(f"{business.number}-{next(_numbers)}")
    OperatorKey.objects.create(
        operator=business,
        key_id=signer.name,
        public_key=signer.public,
        is_sandbox=is_sandbox,
        made_at=AT,
    )
    return signer


def institution(kind=InstitutionKind.BANK):
    """Store a bank or an insurer; return it with its signer."""
    number = 90_000_000 + next(_numbers)
    signer = Signer(f"{kind.lower()}-{number}")
    made = Institution.objects.create(
        uscc=uscc(number),
        name=f"虚构{kind.label}{number}",
        kind=kind,
        key_id=signer.name,
        public_key=signer.public,
        admitted_at=AT,
    )
    return made, signer


def post(client, signer, path, body, *, key=None, content_type="application/json", **options):
    """Post rows, or bytes as they are, and return the answer."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = key or f"key-{next(_numbers):08d}"
    extra = options.pop("headers", {})
    headers = signer.headers("POST", f"{BASE}/{path}", body=sent, key=named, **options) | extra
    return client.generic(
        "POST", f"{BASE}/{path}", sent, content_type=content_type, headers=headers
    )


def get(client, signer, path, query="", **options):
    """Ask for something of one's own."""
    headers = signer.headers("GET", f"{BASE}/{path}", query=query, **options)
    return client.get(f"{BASE}/{path}" + (f"?{query}" if query else ""), headers=headers)
