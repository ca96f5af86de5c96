"""What a row says, in one canonical form, and its digest."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

# Keys of facts whose values are personal data: stored as keyed hashes, comparable but not readable.
PERSONAL_KEYS = frozenset(
    {
        "address",
        "bank_account",
        "birth_date",
        "born_on",
        "contact",
        "contact_name",
        "email",
        "full_name",
        "id_number",
        "identity_number",
        "mobile",
        "passport_number",
        "person_name",
        "phone",
        "resident_id",
        "telephone",
    }
)
PERSONAL_ENDINGS = ("_phone", "_email", "_mobile", "_id_number", "_resident_id", "_bank_account")
PERSONAL_MARK = "hmac:"


def is_personal(key: str) -> bool:
    """Tell whether values under this key are personal data."""
    return key in PERSONAL_KEYS or key.endswith(PERSONAL_ENDINGS)


def facts(given: Mapping[str, Any] | None, *, key: bytes) -> dict[str, Any] | None:
    """Return the facts as plain JSON that a database gives back unchanged, personal fields hashed."""
    return None if given is None else _mapping(given, key)


def digest(row: Mapping[str, Any], *, key: bytes) -> bytes:
    """Return the keyed digest of a row's content (every column but the row's own id and digest)."""
    at: datetime = row["at"]
    content = {
        "nonce": str(row["nonce"]),
        "day": row["day"].isoformat(),
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "act": row["act"],
        "actor": [row["actor_kind"], row["actor_number"], row["actor_name"]],
        "subject": row["subject"],
        "before": row["before"],
        "after": row["after"],
        "source_address": row["source_address"],
    }
    return hmac.new(key, canonical(content), hashlib.sha256).digest()


def canonical(content: object) -> bytes:
    """Return the one byte form of a JSON value."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def clean(text: str) -> str:
    """Return the text without what PostgreSQL cannot store (NUL, lone surrogates)."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _mapping(given: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    return {
        clean(str(name)): _hashed(value, key)
        if is_personal(str(name)) and value not in (None, "")
        else _plain(value, key)
        for name, value in given.items()
    }


def _hashed(value: object, key: bytes) -> str:
    text = canonical(_plain(value, key))
    return PERSONAL_MARK + hmac.new(key, text, hashlib.sha256).hexdigest()[:32]


def _plain(value: object, key: bytes) -> Any:
    match value:
        case Enum():
            return _plain(value.value, key)
        case None | bool() | int():
            return value
        case str():
            return clean(value)
        case Mapping():
            return _mapping(value, key)
        case list() | tuple():
            return [_plain(item, key) for item in value]
        case set() | frozenset():
            return sorted((_plain(item, key) for item in value), key=str)
        case datetime() | date():
            return value.isoformat()
        case Decimal() | UUID() | float():
            # A number with a fraction travels as text: jsonb would not give it back unchanged.
            return str(value)
    return clean(str(value))
