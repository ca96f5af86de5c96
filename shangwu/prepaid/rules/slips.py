"""The number and the secret on a card's slip: made anew from the page's own key, never stored.

Who sends the same key again gets the same slip, so that a slip lost in a bad connection is printed once more while
the page is open; afterwards nobody can make it again, the platform neither: it keeps only the key's digest.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.tokens import CROCKFORD, SECRET

METHOD = "shangwu-slip-v1"
NUMBER_DIGITS, SECRET_LETTERS, GROUP = 12, 16, 4
BITS_A_LETTER = 5
KEY = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_TYPED = str.maketrans("ILO", "110", " -.·　\t\r\n")


@dataclass(frozen=True)
class Slip:
    """What is printed: the card's number and its secret, and both in one for the scanner."""

    number: str
    secret: str

    @property
    def scanned(self) -> str:
        """What the QR holds: number and secret."""
        return f"{self.number}.{self.secret}"

    @property
    def shown_number(self) -> str:
        """The number in groups of four."""
        return _grouped(self.number, " ")

    @property
    def shown_secret(self) -> str:
        """The secret in groups of four."""
        return _grouped(self.secret, "-")


def require_key(key: str) -> str:
    """Return the key of an act as the page made it.

    Raises: Refused TILL-KEY-FORM.
    """
    plain = key.strip().lower()
    if not KEY.fullmatch(plain):
        raise Refused("页面没有带上办理编号，请刷新页面后重做。", code="TILL-KEY-FORM")
    return plain.replace("-", "")


def make_slip(*, platform_key: bytes, operator: str, key: str) -> Slip:
    """Return the slip of the card that the key's act issues; the same key gives the same slip."""
    message = f"{METHOD}|{operator}|{require_key(key)}".encode()
    stream = int.from_bytes(hmac.new(platform_key, message, hashlib.sha256).digest(), "big")
    letters = []
    for _ in range(SECRET_LETTERS):
        stream, letter = divmod(stream, 1 << BITS_A_LETTER)
        letters.append(CROCKFORD[letter])
    body = f"{stream % 10 ** (NUMBER_DIGITS - 1):0{NUMBER_DIGITS - 1}d}"
    return Slip(body + _check_digit(body), "".join(letters))


def read_slip(typed: str) -> Slip:
    """Return number and secret from what was scanned or typed, in groups or not, the number first.

    Raises: Refused SLIP-FORM naming what is wrong.
    """
    plain = typed.strip().upper().translate(_TYPED)
    if len(plain) != NUMBER_DIGITS + SECRET_LETTERS:
        raise Refused(
            f"卡号 {NUMBER_DIGITS} 位、查询密码 {SECRET_LETTERS} 位，合计 "
            f"{NUMBER_DIGITS + SECRET_LETTERS} 位，现有 {len(plain)} 位。请重新扫描或者核对。",
            code="SLIP-FORM",
        )
    number, secret = plain[:NUMBER_DIGITS], plain[NUMBER_DIGITS:]
    if not (number.isascii() and number.isdigit()) or _check_digit(number[:-1]) != number[-1]:
        raise Refused("卡号有误，请核对 12 位数字。", code="SLIP-FORM")
    if not SECRET.fullmatch(secret):
        raise Refused("查询密码有误：只有数字和字母，没有 I、L、O、U。", code="SLIP-FORM")
    return Slip(number, secret)


def _check_digit(body: str) -> str:
    """Luhn's digit: one wrong digit, or two neighbours changed about, is seen at once."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _grouped(text: str, mark: str) -> str:
    return mark.join(text[at : at + GROUP] for at in range(0, len(text), GROUP))
