"""The audit's keys in the data folder: made on first use, readable by the service alone.

`audit/key` is the secret behind row digests and the hashes of personal fields.
`audit/signing-key.pem` signs the daily heads; `audit/public-key.pem` is for whoever checks them.
"""

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


def folder() -> Path:
    """Return the audit's folder inside the data folder, made private on first use."""
    path = Path(settings.DATA_DIR) / "audit"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def row_key() -> bytes:
    """Return the key of the row digests."""
    return _derived(folder() / "key", "row")


def personal_key() -> bytes:
    """Return the key that turns personal fields into hashes."""
    return _derived(folder() / "key", "personal")


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs daily heads; writes the public half beside it."""
    return _signing_key(folder() / "signing-key.pem")


def signing_key_of(folder: Path) -> Ed25519PrivateKey:
    """Return a system's own signing key in a folder of its own, made like the audit's on first use."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _signing_key(folder / "signing-key.pem")


@lru_cache(maxsize=8)
def _derived(path: Path, purpose: str) -> bytes:
    master = bytes.fromhex(_read_or_create(path, secrets.token_hex(32).encode()).decode())
    return hmac.new(master, purpose.encode(), hashlib.sha256).digest()


@lru_cache(maxsize=4)
def _signing_key(path: Path) -> Ed25519PrivateKey:
    fresh = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key = serialization.load_pem_private_key(_read_or_create(path, fresh), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    path.with_name("public-key.pem").write_bytes(public)
    return key


def _read_or_create(path: Path, fresh: bytes) -> bytes:
    """Read the file; when missing, put `fresh` there whole, unless another process was first."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
