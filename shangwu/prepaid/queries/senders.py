"""Whose key a signed message names, and the platform's own key behind the receipts."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from shangwu.foundation.audit import Actor
from shangwu.foundation.audit.keys import signing_key_of
from shangwu.prepaid.models import Institution, Operator, OperatorKey
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.interface.receipts import key_id


@dataclass(frozen=True)
class Sender:
    """Who signs with a key: an operator, perhaps in the sandbox, or a bank or an insurer."""

    key_id: str
    public_key: bytes
    operator: Operator | None = None
    institution: Institution | None = None
    is_sandbox: bool = False
    is_ended: bool = False

    @property
    def party(self) -> Operator | Institution:
        """The business behind the key."""
        found = self.operator or self.institution
        if found is None:
            raise TypeError("a sender is an operator or an institution")
        return found

    @property
    def actor(self) -> Actor:
        """The sender as the record of acts names it."""
        return Actor("machine", self.party.uscc, self.party.name)


def sender_of(name: str) -> Sender:
    """Return whose key it is; whether the key has ended is said, and left to the caller.

    Raises: MessageRefused KEY-UNKNOWN.
    """
    own = OperatorKey.objects.select_related("operator").filter(key_id=name).first()
    if own is not None:
        return Sender(
            name,
            bytes(own.public_key),
            operator=own.operator,
            is_sandbox=own.is_sandbox,
            is_ended=own.revoked_at is not None,
        )
    found = Institution.objects.filter(key_id=name).first()
    if found is None:
        raise MessageRefused("KEY-UNKNOWN")
    return Sender(
        name, bytes(found.public_key), institution=found, is_ended=found.ended_at is not None
    )


def platform_key() -> Ed25519PrivateKey:
    """Return the key that signs receipts, made in the data folder on first use."""
    return signing_key_of(Path(settings.DATA_DIR) / "prepaid")


def published_keys() -> dict[str, bytes]:
    """Return the platform's public keys by name, 32 bytes each."""
    public = platform_key().public_key()
    return {key_id(public): public.public_bytes_raw()}
