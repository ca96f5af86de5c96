"""How a day is sealed: an operator's day over the roots of its batches, the ledger's day over all operators' days.

Each closing names the one before, so that no day can be taken out or put in afterwards.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.batch.columns import EPOCH
from shangwu.prepaid.rules.ledger import tree

_OPERATOR_DAY = struct.Struct(">c18siIIqqqqI")
_CLOSING = struct.Struct(">ciIQq")
GENESIS = bytes(32)


@dataclass(frozen=True)
class SealedDay:
    """An operator's sums of a day, in fen, and the roots of its batches in the order they were stored."""

    operator: str
    day: date
    rows: int
    cards: int
    issued: Fen
    redeemed: Fen
    refunded: Fen
    balance: Fen
    batches: tuple[bytes, ...]


def operator_root(sealed: SealedDay) -> bytes:
    """Return the hash of an operator's day, 32 bytes.

    Big-endian: 0x02; social credit code (18); day (4); rows, cards (4 each); issued, redeemed, refunded and
    balance fen (8 each); number of batches (4); their roots.
    """
    head = _OPERATOR_DAY.pack(
        b"\2",
        sealed.operator.encode("ascii"),
        (sealed.day - EPOCH).days,
        sealed.rows,
        sealed.cards,
        sealed.issued,
        sealed.redeemed,
        sealed.refunded,
        sealed.balance,
        len(sealed.batches),
    )
    return hashlib.sha256(head + b"".join(sealed.batches)).digest()


def closing_root(
    *, day: date, previous: bytes, over: bytes, operators: int, rows: int, balance: Fen
) -> bytes:
    """Return the hash of a closing of the whole ledger, 32 bytes.

    Big-endian: 0x03; day (4); number of operators' days (4); rows (8); what all operators owe by closed days, in
    fen (8); the closing before (32, zeros for the first); `over`, the root over the operators' days (zeros for none).
    """
    head = _CLOSING.pack(b"\3", (day - EPOCH).days, operators, rows, balance)
    return hashlib.sha256(head + previous + over).digest()


def over_days(roots: Sequence[bytes]) -> bytes:
    """Return the root over operators' days in the order of operator and day."""
    return tree.root(roots) if roots else GENESIS
