"""Validate a day's rows: each by itself, against what is known, and against the operator's own sums.

Source: law/prepaid.toml#pack.SH-REG18-10
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shangwu.foundation.money import Fen
from shangwu.foundation.workdays import WorkdayCalendar, local
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.batch.bounds import card_bounds
from shangwu.prepaid.rules.batch.codes import Effect
from shangwu.prepaid.rules.batch.day import gaps, lateness, mismatches
from shangwu.prepaid.rules.batch.records import personal_data
from shangwu.prepaid.rules.batch.reversals import fault
from shangwu.prepaid.rules.batch.rows import (
    CardDay,
    Finding,
    Judgement,
    Known,
    OperatorDay,
    Validation,
)
from shangwu.prepaid.rules.bilingual import NOTHING, Bilingual, filled, money
from shangwu.prepaid.rules.screening import labels
from shangwu.prepaid.vocabulary import BatchCode

_UNBALANCED = Bilingual(
    "应为 {right}，报送 {sent}，差 {difference}",
    "expected {right}, sent {sent}, off by {difference}",
)
_OVER = Bilingual(
    "限额 {limit}，超出 {over}，{article}", "limit {limit}, exceeded by {over}, {article}"
)
_OVER_TOGETHER = Bilingual(
    "同一消费者各卡合计限额 {limit}，这一张卡已超出 {over}，{article}",
    "limit of all that one consumer holds {limit}, exceeded by {over} on this card alone, {article}",
)


@dataclass(frozen=True)
class _Context:
    """What a row is judged by; `balances` and `accepted` are those after the rows judged so far."""

    known: Known
    balances: dict[str, Fen]
    seen: dict[int, CardDay]
    accepted: dict[int, CardDay]
    received_at: datetime
    sector: str
    jurisdiction: str


Check = Callable[[CardDay, _Context], Bilingual | None]


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
    given = tuple(rows)
    judged = judge(
        given, known=known, received_at=received_at, sector=sector, jurisdiction=jurisdiction
    )
    findings = list(judged.findings)
    if given and (note := lateness(given[0].day, received_at=received_at, calendar=calendar)):
        findings.append(note)
    of_the_day = {**known.stored, **{row.key: row for row in judged.accepted}}.values()
    findings += gaps({row.sequence for row in of_the_day}, known.last_sequence)
    if total is not None:
        balances = dict(known.balances) | {row.card: row.closing for row in judged.accepted}
        found = OperatorDay(
            cards=len({row.card for row in of_the_day}),
            issued=sum(row.issued for row in of_the_day),
            redeemed=sum(row.redeemed for row in of_the_day),
            refunded=sum(row.refunded for row in of_the_day),
            balance=sum(balances.values()),
        )
        findings += mismatches(found, total)
    return Validation(judged.accepted, judged.repeated, tuple(findings))


def judge(
    rows: Iterable[CardDay],
    *,
    known: Known,
    received_at: datetime,
    sector: str,
    jurisdiction: str = "shanghai",
) -> Judgement:
    """Return which rows are stored by themselves; cards that none of the rows names play no part.

    Unit: fen.
    """
    context = _Context(known, dict(known.balances), {}, {}, received_at, sector, jurisdiction)
    repeated: list[CardDay] = []
    findings: list[Finding] = []
    for row in sorted(rows, key=lambda one: one.sequence):
        if row in (known.stored.get(row.key), context.seen.get(row.sequence)):
            repeated.append(row)
            continue
        found = list(_findings(row, context))
        findings += found
        context.seen.setdefault(row.sequence, row)
        if all(one.effect != Effect.REJECT for one in found):
            context.accepted[row.sequence] = row
            context.balances[row.card] = row.closing
    return Judgement(tuple(context.accepted.values()), tuple(repeated), tuple(findings))


def _findings(row: CardDay, context: _Context) -> Iterator[Finding]:
    for code, check in CHECKS.items():
        if (detail := check(row, context)) is not None:
            yield Finding(code, row.sequence, detail)
    if row.reverses is not None and (found := fault(row, context.known, context.accepted)):
        yield Finding(found[0], row.sequence, found[1])


def _is_changed(row: CardDay, context: _Context) -> Bilingual | None:
    other = context.known.stored.get(row.key) or context.seen.get(row.sequence)
    return NOTHING if other is not None and other != row else None


def _breaks_identity(row: CardDay, context: _Context) -> Bilingual | None:
    before = context.balances.get(row.card)
    if before is None and not row.issued:
        return None  # An unknown card has its own code.
    expected = (before or 0) + row.movement
    if row.closing == expected:
        return None
    return filled(
        _UNBALANCED,
        right=money(expected),
        sent=money(row.closing),
        difference=money(row.closing - expected),
    )


def _is_over_limit(row: CardDay, context: _Context) -> Bilingual | None:
    bounds = card_bounds(row.day, sector=context.sector, jurisdiction=context.jurisdiction)
    bound = bounds.get(row.kind)
    if bound is None or row.closing <= bound.at_most:
        return None
    return filled(
        _OVER_TOGETHER if bound.is_together else _OVER,
        limit=money(bound.at_most),
        over=money(row.closing - bound.at_most),
        article=bound.citation.text,
    )


def _is_unknown(row: CardDay, context: _Context) -> Bilingual | None:
    return NOTHING if row.card not in context.balances and not row.issued else None


def _is_from_the_future(row: CardDay, context: _Context) -> Bilingual | None:
    skew = timedelta(seconds=law.settings(row.day).clock_skew.value)
    ahead = row.sent_at > context.received_at + skew
    return NOTHING if ahead or row.day > local(context.received_at)[0] else None


def _tells_of_a_person(row: CardDay, context: _Context) -> Bilingual | None:
    texts = {"card": row.card, "outlet": row.outlet, "remark": row.remark}
    found = personal_data(texts)
    return labels(found) if found else None


def _restates(row: CardDay, context: _Context) -> Bilingual | None:
    return NOTHING if row.day in context.known.closed_days else None


def _is_negative(row: CardDay, context: _Context) -> Bilingual | None:
    moved = (row.issued, row.redeemed, row.refunded) if row.reverses is None else ()
    return NOTHING if min((row.closing, *moved)) < 0 else None


def _is_elsewhere(row: CardDay, context: _Context) -> Bilingual | None:
    return NOTHING if row.outlet not in context.known.outlets else None


CHECKS: dict[str, Check] = {
    BatchCode.E01: _is_changed,
    BatchCode.E02: _breaks_identity,
    BatchCode.E03: _is_over_limit,
    BatchCode.E04: _is_unknown,
    BatchCode.E05: _is_from_the_future,
    BatchCode.E06: _tells_of_a_person,
    BatchCode.E10: _restates,
    BatchCode.E11: _is_negative,
    BatchCode.E12: _is_elsewhere,
}
