"""Corrections: a row that takes back another, with exactly the opposite amounts, once.

A stored row is never changed and a closed day stays closed: the reversal is booked on an open day.
"""

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.batch.rows import CardDay, Known
from shangwu.prepaid.vocabulary import BatchCode


def fault(row: CardDay, known: Known, earlier: dict[int, CardDay]) -> tuple[str, str] | None:
    """Return the code and the reason why a reversal is refused; `earlier` are the batch's rows so far.

    A reversal of a reversal would make it unclear what holds: the corrected movement is reported anew.
    """
    assert row.reverses is not None
    day, sequence = row.reverses
    named = known.named.get(row.reverses)
    if named is None and day == row.day:
        named = known.stored.get((row.operator, day, sequence)) or earlier.get(sequence)
    where = f"{day} 第 {sequence} 号"
    if named is None or named.card != row.card:
        return BatchCode.E04, f"没有这张卡的记录 {where} 可以冲正"
    if named.reverses is not None:
        return BatchCode.E02, f"{where} 本身是冲正记录，请另报新的发行、兑付或者退款"
    if _amounts(row) != tuple(-amount for amount in _amounts(named)):
        return BatchCode.E02, f"金额须与 {where} 恰好相反"
    twins = (one for one in earlier.values() if one is not row)
    if row.reverses in known.reversed or any(one.reverses == row.reverses for one in twins):
        return BatchCode.E01, f"{where} 已被冲正"
    return None


def _amounts(row: CardDay) -> tuple[Fen, Fen, Fen]:
    return row.issued, row.redeemed, row.refunded
