"""Validate a day's rows: each by itself, against what is known, and against the operator's own sums.

Source: law/prepaid.toml#pack.SH-REG18-10
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shangwu.foundation.money import Fen
from shangwu.foundation.workdays import WorkdayCalendar, local
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.batch.codes import Effect
from shangwu.prepaid.rules.batch.records import labels, personal_data
from shangwu.prepaid.rules.batch.rows import CardDay, Finding, Known, OperatorDay, Validation
from shangwu.prepaid.rules.deadlines import row_due
from shangwu.prepaid.rules.parameters import Limit
from shangwu.prepaid.vocabulary import BatchCode

CARD = "card"


@dataclass(frozen=True)
class _Context:
    """What a row is judged by; `balances` are those after the rows accepted so far."""

    known: Known
    balances: dict[str, Fen]
    seen: dict[int, CardDay]
    received_at: datetime
    sector: str
    jurisdiction: str
    calendar: WorkdayCalendar


Check = Callable[[CardDay, _Context], str | None]


def validate(
    rows: Iterable[CardDay],
    *,
    total: OperatorDay | None,
    known: Known,
    received_at: datetime,
    sector: str,
    calendar: WorkdayCalendar,
    jurisdiction: str = "shanghai",
) -> Validation:
    """Return which rows of one operator and day are stored, and every code they and the batch receive.

    A row that is already stored with the same content is repeated without effect; a rejected row changes
    no balance, so that a later row is judged by what is really stored.

    Unit: fen.
    Raises: Refused where no rule on reporting is in force on the day.
    """
    context = _Context(known, dict(known.balances), {}, received_at, sector, jurisdiction, calendar)
    accepted, repeated, findings = [], [], []
    for row in sorted(rows, key=lambda one: one.sequence):
        if row in (known.stored.get(row.key), context.seen.get(row.sequence)):
            repeated.append(row)
            continue
        found = list(_findings(row, context))
        findings += found
        context.seen.setdefault(row.sequence, row)
        if all(one.effect != Effect.REJECT for one in found):
            accepted.append(row)
            context.balances[row.card] = row.closing
    of_the_day = {**known.stored, **{row.key: row for row in accepted}}.values()
    findings += _gaps(of_the_day, known)
    if total is not None:
        findings += _sums(of_the_day, total, context.balances)
    return Validation(tuple(accepted), tuple(repeated), tuple(findings))


def _findings(row: CardDay, context: _Context) -> Iterator[Finding]:
    for code, check in CHECKS.items():
        if (detail := check(row, context)) is not None:
            yield Finding(code, row.sequence, detail)


def _is_changed(row: CardDay, context: _Context) -> str | None:
    other = context.known.stored.get(row.key) or context.seen.get(row.sequence)
    return "" if other is not None and other != row else None


def _breaks_identity(row: CardDay, context: _Context) -> str | None:
    before = context.balances.get(row.card)
    if before is None and not row.issued:
        return None  # An unknown card has its own code.
    expected = (before or 0) + row.movement
    if row.closing == expected:
        return None
    return f"应为 {yuan(expected)}，报送 {yuan(row.closing)}，差 {yuan(row.closing - expected)}"


def _is_over_limit(row: CardDay, context: _Context) -> str | None:
    packs = law.packs(Limit, on=row.day, jurisdiction=context.jurisdiction, sector=context.sector)
    for pack in packs:
        for rule in pack.parameters.rule:
            concerned = pack.parameters.scope == CARD and rule.measure == "amount_fen"
            if concerned and rule.of == row.kind and row.closing > (rule.at_most or 0):
                over = row.closing - (rule.at_most or 0)
                return f"限额 {yuan(rule.at_most or 0)}，超出 {yuan(over)}，{pack.citation.text}"
    return None


def _is_unknown(row: CardDay, context: _Context) -> str | None:
    return "" if row.card not in context.balances and not row.issued else None


def _is_from_the_future(row: CardDay, context: _Context) -> str | None:
    skew = timedelta(seconds=law.settings(row.day).clock_skew.value)
    ahead = row.sent_at > context.received_at + skew
    return "" if ahead or row.day > local(context.received_at)[0] else None


def _tells_of_a_person(row: CardDay, context: _Context) -> str | None:
    texts = {"card": row.card, "outlet": row.outlet, "remark": row.remark}
    found = personal_data(texts)
    return labels(found) if found else None


def _is_late(row: CardDay, context: _Context) -> str | None:
    due = row_due(row.day, calendar=context.calendar)
    return f"截止 {due.due} 24:00" if local(context.received_at)[0] > due.due else None


def _restates(row: CardDay, context: _Context) -> str | None:
    return "" if row.day in context.known.closed_days else None


def _is_negative(row: CardDay, context: _Context) -> str | None:
    amounts = (row.issued, row.redeemed, row.refunded, row.closing)
    return "" if min(amounts) < 0 else None


def _is_elsewhere(row: CardDay, context: _Context) -> str | None:
    return "" if row.outlet not in context.known.outlets else None


CHECKS: dict[str, Check] = {
    BatchCode.E01: _is_changed,
    BatchCode.E02: _breaks_identity,
    BatchCode.E03: _is_over_limit,
    BatchCode.E04: _is_unknown,
    BatchCode.E05: _is_from_the_future,
    BatchCode.E06: _tells_of_a_person,
    BatchCode.E09: _is_late,
    BatchCode.E10: _restates,
    BatchCode.E11: _is_negative,
    BatchCode.E12: _is_elsewhere,
}


def _gaps(rows: Iterable[CardDay], known: Known) -> Iterator[Finding]:
    """Where a sequence number is missing after those stored before; a rejected row leaves its gap."""
    expected = known.last_sequence + 1
    for sequence in sorted({row.sequence for row in rows if row.sequence >= expected}):
        if sequence > expected:
            missing = f"缺 {expected}" + (f" 至 {sequence - 1}" if sequence - 1 > expected else "")
            yield Finding(BatchCode.E07, sequence, missing)
        expected = sequence + 1


def _sums(
    rows: Collection[CardDay], total: OperatorDay, balances: dict[str, Fen]
) -> Iterator[Finding]:
    """Where the rows do not add up to the operator's own sums of the day."""
    pairs = (
        ("卡数", len({row.card for row in rows}), total.cards, str),
        ("发行", sum(row.issued for row in rows), total.issued, yuan),
        ("兑付", sum(row.redeemed for row in rows), total.redeemed, yuan),
        ("退款", sum(row.refunded for row in rows), total.refunded, yuan),
        ("余额", sum(balances.values()), total.balance, yuan),
    )
    for name, found, stated, written in pairs:
        if found != stated:
            detail = f"{name}：逐卡合计 {written(found)}，日汇总 {written(stated)}"
            yield Finding(BatchCode.E08, None, detail)
