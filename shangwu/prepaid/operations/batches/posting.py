"""Post rows of one operator and day: judge them, store what is accepted, carry the cards' balances forward.

An operator's batches wait for each other (`lock_operator`): its cards, numbers and sums belong together, and a card
that was never seen has no row that could be locked. Operators do not wait for one another.

Decision: docs/decisions/0019-ledger-of-card-days.md
"""

from dataclasses import dataclass, field
from itertools import compress

import numpy as np
from django.db import connection

from shangwu.prepaid.models import Operator
from shangwu.prepaid.operations.batches.arrays import (
    TID_BYTES,
    Longs,
    Octets,
    Tids,
    columns_of,
    execute,
    longs,
    tids,
)
from shangwu.prepaid.operations.batches.copying import copy_card_days, copy_new_cards
from shangwu.prepaid.queries.ledger import reversed_places, stored_rows
from shangwu.prepaid.rules.batch.bounds import lowest_limits
from shangwu.prepaid.rules.batch.codes import ANSWERS
from shangwu.prepaid.rules.batch.columns import (
    EPOCH,
    Bytes,
    Columns,
    Flags,
    Numbers,
    by_card,
    total,
)
from shangwu.prepaid.rules.batch.errors import RowError, of_finding
from shangwu.prepaid.rules.batch.rows import CardDay, Known, Place
from shangwu.prepaid.rules.batch.sieve import Circumstances, sieve
from shangwu.prepaid.rules.batch.validation import judge
from shangwu.prepaid.rules.ledger.leaves import leaves
from shangwu.prepaid.rules.ledger.tree import Growing, root
from shangwu.prepaid.vocabulary import BatchCode

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('prepaid.operator.' || %s, 0))"
# One look into the index for each card, whatever the statistics say (OFFSET 0): of an operator that has just begun they
# say that it has no cards, and a join would read all that the parts before have stored.
PRIORS = """
SELECT array_agg(given.place), array_agg(b.balance_fen), array_agg((b.last_day - date '1970-01-01')::bigint),
    array_agg(b.version), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
FROM unnest(%s::bytea[]) WITH ORDINALITY AS given(card, place)
CROSS JOIN LATERAL (
    SELECT balance_fen, last_day, ctid AS version FROM prepaid_cardbalance
    WHERE operator_id = %s AND card = given.card OFFSET 0
) AS b
"""
# By the place of the version that was read, not through the index again, nor by reading the whole table, which PRIORS
# forbids for the rest of the transaction. Nobody else changes the operator's rows meanwhile; whoever did would be seen
# by the count, for a version that is no longer the last one is not found. The card is compared once more, in a way that
# no index serves.
CARRY = """
UPDATE prepaid_cardbalance b
SET balance_fen = given.balance_fen, last_day = greatest(b.last_day, %s)
FROM unnest(%s::tid[], %s::bigint[], %s::bytea[]) AS given(version, balance_fen, card)
WHERE b.ctid = given.version AND b.operator_id = %s AND b.card IS NOT DISTINCT FROM given.card
"""
MOVED = """
SELECT count(*) FROM unnest(%s::bytea[]) AS given(card)
WHERE EXISTS (SELECT FROM prepaid_cardday d WHERE d.operator_id = %s AND d.card = given.card AND d.day = %s)
"""
KEEP = (
    "INSERT INTO prepaid_batchleaves (operator_id, batch_id, part, leaves) VALUES (%s, %s, %s, %s)"
)
UNKNOWN = -1


class Unordered(Exception):
    """Rows come after others whose numbers are higher or the same."""


@dataclass(frozen=True)
class Part:
    """Rows of a batch by sequence, with all that is known of them without the database.

    `order` and `firsts` are those of `by_card`; `root` is that of the leaves.
    """

    columns: Columns
    order: Numbers
    firsts: Flags
    leaves: list[bytes]
    root: bytes


def prepare(sent: Columns) -> Part:
    """Put rows into the order of their numbers and hash them."""
    columns = sent
    if not (np.diff(sent.sequence) > 0).all():
        columns = sent.take(np.argsort(sent.sequence, kind="stable"))
    made = leaves(columns)
    return Part(columns, *by_card(columns), made, root(made))


@dataclass
class Posting:
    """A batch as it is posted: what has been stored of it so far, and every error."""

    operator: Operator
    batch_id: int
    given: Circumstances
    tree: Growing = field(default_factory=Growing)
    errors: list[RowError] = field(default_factory=list)
    parts: int = 0
    posted: int = 0
    repeated: int = 0
    cards: int = 0
    issued: int = 0
    redeemed: int = 0
    refunded: int = 0
    last_sequence: int = 0
    over_limit: int = 0
    highest: int = 0

    def __post_init__(self) -> None:
        self.highest = self.given.last_stored

    def post(self, part: Part) -> None:
        """Judge and store further rows of the batch, whose numbers come after those posted before.

        Raises: Unordered where they do not.
        """
        columns, order, firsts = part.columns, part.order, part.firsts
        if int(columns.sequence[0]) <= self.last_sequence:
            raise Unordered
        self.last_sequence = int(columns.sequence[-1])
        priors = _priors(self.operator.pk, columns, order, firsts)
        good = sieve(columns, priors.of_rows, self.given, order=order, firsts=firsts)
        if not good.all():
            good |= self._judge(columns, ~good, priors.of_rows)
        if not good.any():
            return
        accepted = columns if good.all() else columns.take(good)
        by_cards = order[good[order]]
        changed = _changed(by_cards, (np.cumsum(firsts) - 1)[good[order]], priors)
        self.cards += self._first_of_the_day(columns, changed)
        self._seal(part, good)
        copy_card_days(self.operator.pk, self.batch_id, columns.take(by_cards))
        self._carry(columns, changed, priors)
        self.posted += len(accepted)
        self.highest = max(self.highest, int(accepted.sequence[-1]))
        self.issued += total(accepted.issued)
        self.redeemed += total(accepted.redeemed)
        self.refunded += total(accepted.refunded)

    def _seal(self, part: Part, good: Flags) -> None:
        """Put the accepted rows into the tree, and keep their leaves."""
        made: list[bytes] = part.leaves
        whole: bytes | None = part.root
        if not good.all():
            made, whole = list(compress(made, good.tolist())), None
        self.tree.add(made, whole=whole)
        self.parts += 1
        execute(KEEP, [self.operator.pk, self.batch_id, self.parts, b"".join(made)])

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

    def _carry(self, columns: Columns, changed: "Changed", priors: "Priors") -> None:
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
            carried = (
                Tids(priors.version[changed.cards[changed.is_known]]),
                Longs(columns.closing[known]),
                Octets(columns.card[known]),
            )
            _, count = execute(CARRY, [columns.day, *carried, self.operator.pk])
            if count != len(known):
                raise RuntimeError("a card's balance went away under the operator's lock")


@dataclass(frozen=True)
class Changed:
    """The last accepted row of each card, the card's place by card, and what the platform had of it before."""

    rows: Numbers
    cards: Numbers
    is_known: Flags
    last_day: Numbers


@dataclass(frozen=True)
class Priors:
    """What the platform has of the cards: balance in fen (UNKNOWN for none) by card and by row, last day by card.

    `version` is where the database keeps that balance.
    """

    balance: Numbers
    last_day: Numbers
    version: Bytes
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
    version = np.zeros((count, TID_BYTES), dtype=np.uint8)
    given = [Octets(columns.card[order[firsts]]), operator_id]
    places, balances, days, versions, *_ = columns_of(PRIORS, given)
    if places is not None and balances is not None and days is not None and versions is not None:
        at = longs(places) - 1
        balance[at], last_day[at], version[at] = longs(balances), longs(days), tids(versions)
    of_rows = np.empty(len(columns), dtype=np.int64)
    of_rows[order] = balance[np.cumsum(firsts) - 1]
    return Priors(balance, last_day, version, of_rows)


def _changed(rows: Numbers, cards: Numbers, priors: Priors) -> Changed:
    """Return the last of the rows, which stand by card, of each card."""
    is_last = np.append(cards[1:] != cards[:-1], True)
    found = cards[is_last]
    return Changed(rows[is_last], found, priors.balance[found] != UNKNOWN, priors.last_day[found])
