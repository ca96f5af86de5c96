"""How a card becomes a token: the method that operators publish, banks may check and holders can repeat.

The token is keyed with the secret on the card's slip. Whoever holds number and secret can prove the card and
nobody can list cards; the printed number and the secret never reach the platform's records.
"""

import hashlib
import hmac
import re
import unicodedata

METHOD = "shangwu-card-v1"
# Crockford's letters: without I, L, O and U, since what is printed is read aloud and copied by hand.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
_TYPED = str.maketrans("ILO", "110", "- ")


def card_token(*, operator: str, number: str, secret: str) -> str:
    """Return the 64 hexadecimal characters that stand for a card on the platform.

    `operator` is the social credit code, `number` the number printed on the card, `secret` the sixteen
    characters (80 bits) printed on its slip, which may be typed in small letters and in groups.

    Raises: ValueError for a secret that is not of that form, or an empty number.
    """
    key = plain_code(secret)
    if not SECRET.fullmatch(key):
        raise ValueError("the secret has sixteen characters of Crockford's alphabet")
    if not (cleaned := number.strip()):
        raise ValueError("the card has a number")
    message = f"{METHOD}|{operator}|{cleaned}".encode()
    return hmac.new(key.encode("ascii"), message, hashlib.sha256).hexdigest()


def plain_code(typed: str) -> str:
    """Return a code of Crockford's letters as it was issued: in capitals, without groups, with its own digits."""
    return unicodedata.normalize("NFKC", typed).strip().upper().translate(_TYPED)
