"""Corrections: a row that takes back another, with exactly the opposite amounts, once.

A stored row is never changed and a closed day stays closed: the reversal is booked on an open day.
"""

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.batch.rows import CardDay, Known
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.vocabulary import BatchCode


def fault(row: CardDay, known: Known, earlier: dict[int, CardDay]) -> tuple[str, Bilingual] | None:
    """Return the code and the reason why a reversal is refused; `earlier` are the batch's rows so far.

    A reversal of a reversal would make it unclear what holds: the corrected movement is reported anew.
    """
    assert row.reverses is not None
    day, sequence = row.reverses
    named = known.named.get(row.reverses)
    if named is None and day == row.day:
        named = known.stored.get((row.operator, day, sequence)) or earlier.get(sequence)
    where, place = f"{day} 第 {sequence} 号", f"row {sequence} of {day}"
    if named is None or named.card != row.card:
        return BatchCode.E04, Bilingual(
            f"没有这张卡的记录 {where} 可以冲正", f"this card has no {place} to reverse"
        )
    if day > row.day:
        return BatchCode.E02, Bilingual(
            "只能冲正当日或者更早的记录",
            "only a row of the same day or an earlier one can be reversed",
        )
    if named.reverses is not None:
        return BatchCode.E02, Bilingual(
            f"{where} 本身是冲正记录，请另报新的发行、兑付或者退款",
            f"{place} is itself a reversal: send a new issue, redemption or refund",
        )
    if _amounts(row) != tuple(-amount for amount in _amounts(named)):
        return BatchCode.E02, Bilingual(
            f"金额须与 {where} 恰好相反",
            f"the amounts must be exactly opposite to those of {place}",
        )
    twins = (one for one in earlier.values() if one is not row)
    if row.reverses in known.reversed or any(one.reverses == row.reverses for one in twins):
        return BatchCode.E01, Bilingual(f"{where} 已被冲正", f"{place} was reversed before")
    return None


def _amounts(row: CardDay) -> tuple[Fen, Fen, Fen]:
    return row.issued, row.redeemed, row.refunded
