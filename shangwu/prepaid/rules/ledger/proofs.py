"""A proof that one row stands in a closed day, checked by whoever holds it, without asking the platform."""

from dataclasses import dataclass
from datetime import date

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.batch.rows import CardDay
from shangwu.prepaid.rules.ledger import tree
from shangwu.prepaid.rules.ledger.days import SealedDay, closing_root, operator_root
from shangwu.prepaid.rules.ledger.leaves import leaf

Path = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class ClosingFacts:
    """A closing of the whole ledger as it is hashed: its day, what it follows, its sums, its operators' days."""

    day: date
    previous: bytes
    operators: int
    rows: int
    balance: Fen
    root: bytes


@dataclass(frozen=True)
class Proof:
    """From a row to the root of its batch, from there to the operator's day, from there to the closing.

    Where the day is not closed yet, the proof ends at the batch, whose root stands in the signed receipt.
    """

    row: CardDay
    in_batch: Path
    batch: bytes
    day: SealedDay | None = None
    in_closing: Path = ()
    closing: ClosingFacts | None = None


def holds(proof: Proof) -> bool:
    """Return whether the row leads to the batch's root and, of a closed day, on to the closing's."""
    if tree.climb(leaf(proof.row), proof.in_batch) != proof.batch:
        return False
    if proof.day is None or proof.closing is None:
        return proof.day is None and proof.closing is None
    if proof.batch not in proof.day.batches or proof.day.day != proof.row.day:
        return False
    if proof.day.operator != proof.row.operator:
        return False
    over = tree.climb(operator_root(proof.day), proof.in_closing)
    closing = proof.closing
    return closing.root == closing_root(
        day=closing.day,
        previous=closing.previous,
        over=over,
        operators=closing.operators,
        rows=closing.rows,
        balance=closing.balance,
    )
