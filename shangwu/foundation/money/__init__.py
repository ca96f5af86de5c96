"""Money as whole fen: read from what people write, printed as offices print it, exact throughout."""

import re
import unicodedata
from decimal import Decimal

from shangwu.foundation.law.refused import Refused

Fen = int

# Digits behind the point that still make whole fen, by the unit that is written.
UNIT_POWERS = {"": 0, "元": 0, "万元": 4, "万": 4, "亿元": 8, "亿": 8}
# The largest amount a bigint column keeps.
LARGEST_FEN = 2**63 - 1

LONGEST_TEXT = 60

_AMOUNT = re.compile(
    r"\s*(?:人民币)?(?P<before>[+-]?)¥?\s*(?P<after>[+-]?)"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?"
    r"\s*(?P<unit>元|万元|万|亿元|亿)?整?\s*"
)
# The mathematical minus, which NFKC leaves as it is.
_MINUS = str.maketrans({"\u2212": "-"})


class UnreadableAmount(Refused):
    """The text is no amount of money that can be kept exactly."""


def parse_yuan(text: str) -> Fen:
    """Return the amount that the text states.

    Full-width characters, separators of thousands, a sign, ¥, 元, 万元 and 亿元 are understood. 无, an
    empty text and anything doubtful is refused, never read as zero.

    Unit: in yuan (or 万元, 亿元 where written); out fen.
    Raises: UnreadableAmount with code MONEY-UNREADABLE, MONEY-PRECISION or MONEY-RANGE.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS)
    found = _AMOUNT.fullmatch(plain) if len(plain) <= LONGEST_TEXT else None
    if found is None or (found["before"] and found["after"]):
        shown = text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
        raise UnreadableAmount(
            f"“{shown}”不是可以识别的金额。请填写如 1843294、1,843,294.00 或 184.3294万元 的形式。",
            code="MONEY-UNREADABLE",
        )
    part, power = found["part"] or "", UNIT_POWERS[found["unit"] or ""]
    places = 2 + power
    if len(part) > places:
        raise UnreadableAmount(
            f"“{text}”的小数超过 {places} 位，无法精确到分。请核对金额。", code="MONEY-PRECISION"
        )
    fen = int(found["whole"].replace(",", "") + part.ljust(places, "0"))
    if fen > LARGEST_FEN:
        raise UnreadableAmount(f"“{text}”超出可以记录的金额范围。请核对单位。", code="MONEY-RANGE")
    return -fen if "-" in (found["before"], found["after"]) else fen


def in_yuan(fen: Fen) -> Decimal:
    """Return the amount as an exact number of yuan, for files in which people go on counting.

    Unit: fen in; yuan out.
    """
    return Decimal(fen).scaleb(-2)


def format_yuan(fen: Fen) -> str:
    """Return the amount in yuan with separators of thousands and two decimals: 1,843,294.00.

    Unit: in fen; out yuan.
    """
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"
