"""What is wrong with a day as a whole: it came late, numbers are missing, its rows do not add up to what was stated."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import WorkdayCalendar, local
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.batch.rows import Finding, OperatorDay
from shangwu.prepaid.rules.bilingual import Bilingual, filled, money
from shangwu.prepaid.rules.deadlines import row_due
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.vocabulary import BatchCode

FIRST_DAY = "first_day"
_DIFFER = Bilingual(
    "{name}：逐卡合计 {ours}，日汇总 {theirs}",
    "{name}: the rows come to {ours}, the day states {theirs}",
)


def lateness(day: date, *, received_at: datetime, calendar: WorkdayCalendar) -> Finding | None:
    """Return the note on a day that came after its time; it is the same for every row of the day.

    Source: law/prepaid.toml#setting.A11
    Raises: MessageRefused CONTENT for a day on which nothing had to be reported yet.
    """
    try:
        due = row_due(day, calendar=calendar).due
    except Refused as refused:
        raise MessageRefused(
            "CONTENT",
            f"业务日期 {day} 在报送规定施行以前，不用报送。请核对日期。",
            f"On {day} nothing had to be reported yet; check the day.",
        ) from refused
    is_late = local(received_at)[0] > due
    told = Bilingual(f"截止 {due} 24:00", f"due by 24:00 on {due}")
    return Finding(BatchCode.E09, None, told) if is_late else None


def opening_day(first: date | None, *, connected_on: date | None, taken_in_on: date) -> date | None:
    """Return the day on which an operator brings the cards to the platform that it had sold before, or None.

    It is the first day with rows, where that is not after the operator was connected, or taken in from the
    predecessor. What is issued on that day is the balance of old cards and no sale.

    Source: law/prepaid.toml#setting.opening_balances
    """
    if first is None or law.settings(first).opening_balances.value != FIRST_DAY:
        return None
    return first if first <= max(connected_on or taken_in_on, taken_in_on) else None


def gaps(sequences: Iterable[int], last: int) -> Iterator[Finding]:
    """Name each place where a number is missing after `last`; a rejected row leaves its gap."""
    expected = last + 1
    for sequence in sorted({one for one in sequences if one >= expected}):
        if sequence > expected:
            yield gap(expected, sequence)
        expected = sequence + 1


def gap(expected: int, sequence: int) -> Finding:
    """Return the finding that `sequence` came where `expected` should have."""
    last, several = sequence - 1, sequence - 1 > expected
    told = Bilingual(
        f"缺 {expected}{f' 至 {last}' if several else ''}",
        f"missing: {expected}{f' to {last}' if several else ''}",
    )
    return Finding(BatchCode.E07, sequence, told)


def mismatches(found: OperatorDay, stated: OperatorDay) -> Iterator[Finding]:
    """Name each sum of the day in which the rows and the operator's own statement differ.

    Unit: fen.
    """
    pairs = (
        (Bilingual("卡数", "cards"), found.cards, stated.cards, _count),
        (Bilingual("发行", "issued"), found.issued, stated.issued, money),
        (Bilingual("兑付", "redeemed"), found.redeemed, stated.redeemed, money),
        (Bilingual("退款", "refunded"), found.refunded, stated.refunded, money),
        (Bilingual("余额", "balance"), found.balance, stated.balance, money),
    )
    for name, ours, theirs, written in pairs:
        if ours != theirs:
            told = filled(_DIFFER, name=name, ours=written(ours), theirs=written(theirs))
            yield Finding(BatchCode.E08, None, told)


def _count(number: int) -> Bilingual:
    return Bilingual(str(number), str(number))
