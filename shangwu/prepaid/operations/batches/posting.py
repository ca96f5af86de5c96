"""Post rows of one operator and day: judge them, store what is accepted, carry the cards' balances forward.

An operator's batches wait for each other (`lock_operator`): its cards, numbers and sums belong together, and a card
that was never seen has no row that could be locked. Operators do not wait for one another.

Decision: docs/decisions/0019-ledger-of-card-days.md
"""

from dataclasses import dataclass, field

import numpy as np
from django.db import connection

from shangwu.prepaid.models import Operator
from shangwu.prepaid.operations.batches.arrays import Longs, Octets, execute
from shangwu.prepaid.operations.batches.copying import copy_card_days, copy_new_cards
from shangwu.prepaid.queries.ledger import reversed_places, stored_rows
from shangwu.prepaid.rules.batch.codes import ANSWERS
from shangwu.prepaid.rules.batch.columns import (
    EPOCH,
    Columns,
    Flags,
    Numbers,
    by_card,
)
from shangwu.prepaid.rules.batch.errors import RowError, of_finding
from shangwu.prepaid.rules.batch.rows import CardDay, Known, Place
from shangwu.prepaid.rules.batch.sieve import Circumstances, lowest_limits, sieve
from shangwu.prepaid.rules.batch.validation import judge
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.ledger.leaves import leaves
from shangwu.prepaid.rules.ledger.tree import Growing
from shangwu.prepaid.vocabulary import BatchCode

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('prepaid.operator.' || %s, 0))"
PRIORS = """
SELECT given.place, b.balance_fen, b.last_day - date '1970-01-01'
FROM unnest(%s::bytea[]) WITH ORDINALITY AS given(card, place)
JOIN prepaid_cardbalance b ON b.operator_id = %s AND b.card = given.card
"""
CARRY = """
UPDATE prepaid_cardbalance b
SET balance_fen = given.balance_fen, last_day = greatest(b.last_day, %s)
FROM unnest(%s::bytea[], %s::bigint[]) AS given(card, balance_fen)
WHERE b.operator_id = %s AND b.card = given.card
"""
MOVED = """
SELECT count(*) FROM unnest(%s::bytea[]) AS given(card)
WHERE EXISTS (SELECT FROM prepaid_cardday d WHERE d.operator_id = %s AND d.card = given.card AND d.day = %s)
"""
UNKNOWN = -1


@dataclass
class Posting:
    """A batch as it is posted: what has been stored of it so far, and every error."""

    operator: Operator
    batch_id: int
    given: Circumstances
    tree: Growing = field(default_factory=Growing)
    errors: list[RowError] = field(default_factory=list)
    posted: int = 0
    repeated: int = 0
    cards: int = 0
    issued: int = 0
    redeemed: int = 0
    refunded: int = 0
    last_sequence: int = 0
    over_limit: int = 0

    def post(self, sent: Columns) -> None:
        """Judge and store further rows of the batch, whose numbers come after those posted before.

        Raises: MessageRefused CONTENT where they do not.
        """
        columns = sent.take(np.argsort(sent.sequence, kind="stable"))
        if int(columns.sequence[0]) <= self.last_sequence:
            raise MessageRefused(
                "CONTENT",
                "超过 65,536 行的批次须按序号从小到大排列。",
                "A batch of more than 65,536 rows comes in the order of its sequence numbers.",
            )
        self.last_sequence = int(columns.sequence[-1])
        order, firsts = by_card(columns)
        priors = _priors(self.operator.pk, columns, order, firsts)
        good = sieve(columns, priors.of_rows, self.given, order=order, firsts=firsts)
        if not good.all():
            good |= self._judge(columns, ~good, priors.of_rows)
        if not good.any():
            return
        accepted = columns.take(good)
        by_cards = order[good[order]]
        changed = _changed(by_cards, (np.cumsum(firsts) - 1)[good[order]], priors)
        self.cards += self._first_of_the_day(columns, changed)
        self.tree.add(leaves(accepted))
        copy_card_days(self.operator.pk, self.batch_id, columns.take(by_cards))
        self._carry(columns, changed)
        self.posted += len(accepted)
        self.issued += int(accepted.issued.sum())
        self.redeemed += int(accepted.redeemed.sum())
        self.refunded += int(accepted.refunded.sum())

    def _judge(self, columns: Columns, doubtful: Flags, prior: Numbers) -> Flags:
        """Let the exact rule look at some rows; return which of them are accepted."""
        places = np.flatnonzero(doubtful).tolist()
        rows = [columns.row(at) for at in places]
        judged = judge(
            rows,
            known=self._known(rows, prior[places].tolist()),
            received_at=self.given.received_at,
            sector=self.given.sector,
            jurisdiction=self.given.jurisdiction,
        )
        self.repeated += len(judged.repeated)
        positions = dict(
            zip((row.sequence for row in rows), columns.position[places].tolist(), strict=True)
        )
        self.errors += [
            of_finding(one, row=positions[one.sequence or 0], field=ANSWERS[one.code].field)
            for one in judged.findings
        ]
        stored = {id(row) for row in judged.accepted}
        over = {one.sequence for one in judged.findings if one.code == BatchCode.E03}
        limits = lowest_limits(rows[0].day, self.given.sector, self.given.jurisdiction)
        self.over_limit += sum(
            row.closing - limits[row.kind] for row in judged.accepted if row.sequence in over
        )
        accepted = np.zeros(len(columns), dtype=np.bool_)
        accepted[[at for at, row in zip(places, rows, strict=True) if id(row) in stored]] = True
        return accepted

    def _known(self, rows: list[CardDay], priors: list[int]) -> Known:
        day = rows[0].day
        named: set[Place] = {row.reverses for row in rows if row.reverses is not None}
        own = {(day, row.sequence) for row in rows if row.sequence <= self.given.last_stored}
        stored = stored_rows(self.operator, own)
        return Known(
            balances={
                row.card: prior for row, prior in zip(rows, priors, strict=True) if prior != UNKNOWN
            },
            outlets=frozenset(self.given.outlets),
            stored={row.key: row for row in stored.values()},
            closed_days=frozenset({day}) if self.given.is_closed else frozenset(),
            named=stored_rows(self.operator, named),
            reversed=reversed_places(self.operator, named),
        )

    def _first_of_the_day(self, columns: Columns, changed: "Changed") -> int:
        """Return how many of the cards move for the first time on this day."""
        day = (columns.day - EPOCH).days
        # A day that comes after a later one: whether the card moved on it stands in the rows only.
        later = columns.card[changed.rows[changed.is_known & (changed.last_day > day)]]
        moved = 0
        if len(later):
            [(moved,)], _ = execute(MOVED, [Octets(later), self.operator.pk, columns.day])
        return int((~changed.is_known | (changed.last_day != day)).sum()) - int(moved)

    def _carry(self, columns: Columns, changed: "Changed") -> None:
        """Carry the balance of each card to that of its last accepted row."""
        new, known = changed.rows[~changed.is_known], changed.rows[changed.is_known]
        if len(new):
            copy_new_cards(
                self.operator.pk,
                columns.day,
                columns.card[new],
                columns.closing[new],
                columns.kind[new],
            )
        if len(known):
            balances = Octets(columns.card[known]), Longs(columns.closing[known])
            _, count = execute(CARRY, [columns.day, *balances, self.operator.pk])
            if count != len(known):
                raise RuntimeError("a card's balance went away under the operator's lock")


@dataclass(frozen=True)
class Changed:
    """The last accepted row of each card, and what the platform had of the card before."""

    rows: Numbers
    is_known: Flags
    last_day: Numbers


@dataclass(frozen=True)
class Priors:
    """What the platform has of the cards: balance in fen (UNKNOWN for none) and last day, by card and by row."""

    balance: Numbers
    last_day: Numbers
    of_rows: Numbers


def lock_operator(operator_id: int) -> None:
    """Let what changes the ledger of one operator wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [str(operator_id)])


def _priors(operator_id: int, columns: Columns, order: Numbers, firsts: Flags) -> Priors:
    """Return what the platform has of the cards, in the order by card."""
    count = int(firsts.sum())
    balance = np.full(count, UNKNOWN, dtype=np.int64)
    last_day = np.zeros(count, dtype=np.int64)
    found, _ = execute(PRIORS, [Octets(columns.card[order[firsts]]), operator_id])
    if found:
        places, balances, days = np.array(found, dtype=np.int64).T
        balance[places - 1], last_day[places - 1] = balances, days
    of_rows = np.empty(len(columns), dtype=np.int64)
    of_rows[order] = balance[np.cumsum(firsts) - 1]
    return Priors(balance, last_day, of_rows)


def _changed(rows: Numbers, cards: Numbers, priors: Priors) -> Changed:
    """Return the last of the rows, which stand by card, of each card."""
    is_last = np.append(cards[1:] != cards[:-1], True)
    found = cards[is_last]
    return Changed(rows[is_last], priors.balance[found] != UNKNOWN, priors.last_day[found])
