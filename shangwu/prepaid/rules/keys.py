"""Reading the public key that an operator hands in: three ways of writing it, and never a private one."""

import base64
import binascii
import hashlib
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from shangwu.foundation.law import Refused

KEY_BYTES = 32
LONGEST = 2000
_HEX = re.compile(r"[0-9a-fA-F]{64}")
_PRIVATE = re.compile(r"PRIVATE\s+KEY|\"d\"\s*:", re.IGNORECASE)
HOW = "请粘贴 Ed25519 公钥：PEM 文本（以 BEGIN PUBLIC KEY 开头）、44 位 Base64 或者 64 位十六进制。"


def read_public_key(text: str) -> bytes:
    """Return the 32 bytes of an Ed25519 public key written as PEM, Base64 or hexadecimal.

    Raises: Refused KEY-PRIVATE for a private key, KEY-FORM for anything else.
    """
    written = text.strip()
    if _PRIVATE.search(written):
        raise Refused(
            "您粘贴的是私钥。平台没有保存它，但它已经离开您的系统：请立即另行生成一对密钥，"
            "只在这里登记公钥，私钥留在您的系统内。",
            code="KEY-PRIVATE",
        )
    if not written or len(written) > LONGEST:
        raise Refused(HOW, code="KEY-FORM")
    found = _bytes(written)
    if len(found) != KEY_BYTES:
        raise Refused(f"公钥应为 32 字节，现为 {len(found)} 字节。{HOW}", code="KEY-FORM")
    return found


def fingerprint(key: bytes) -> str:
    """Return the first 16 hexadecimal characters of the key's SHA-256, in groups, for two people to compare."""
    digest = hashlib.sha256(key).hexdigest()[:16]
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def _bytes(written: str) -> bytes:
    if _HEX.fullmatch(written):
        return bytes.fromhex(written)
    try:
        if written.startswith("-----"):
            key = load_pem_public_key(written.encode())
            if not isinstance(key, Ed25519PublicKey):
                raise Refused(f"这不是 Ed25519 公钥。{HOW}", code="KEY-FORM")
            return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64decode(written, validate=True)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        raise Refused(f"读不出公钥。{HOW}", code="KEY-FORM") from None
