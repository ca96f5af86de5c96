"""The proof that a card's last entry stands in what the operator sent, for its holder to keep and check."""

from datetime import datetime
from typing import Any

from shangwu.prepaid.models import CardBalance, Operator
from shangwu.prepaid.queries.history import card_entries, row_of
from shangwu.prepaid.queries.ledger import inclusion_proof
from shangwu.prepaid.queries.senders import platform_key
from shangwu.prepaid.rules.batch.rows import CardDay
from shangwu.prepaid.rules.interface.receipts import VERSION, moment, signed
from shangwu.prepaid.rules.ledger.days import SealedDay
from shangwu.prepaid.rules.ledger.proofs import ClosingFacts, Path, Proof


def card_proof(operator: Operator, card: bytes, *, how: str, at: datetime) -> dict[str, Any] | None:
    """Return the signed proof of the newest entry of a card as plain JSON; None for a card without entries.

    `how` is the address that says how to check it. The form is that of docs/interface.md, section 8.
    """
    balance = CardBalance.objects.filter(operator=operator, card=card).first()
    if balance is None:
        return None
    entries = card_entries(operator=operator.pk, card=card, since=balance.last_day)
    if not entries:
        return None
    stored, place = row_of(operator, entries[-1].day, entries[-1].sequence)
    proof = inclusion_proof(operator, stored, place=place)
    facts = {"version": VERSION, "issued_at": moment(at), "how": how, **_plain(proof)}
    return signed(facts, key=platform_key())


def _plain(proof: Proof) -> dict[str, Any]:
    return {
        "row": _row(proof.row),
        "batch": {"root": proof.batch.hex(), "path": _path(proof.in_batch)},
        # Until the day is closed, the proof ends at the batch, whose root stands in the operator's signed receipt.
        "day": proof.day and _day(proof.day),
        "closing": proof.closing and _closing(proof.closing, proof.in_closing),
    }


def _row(row: CardDay) -> dict[str, Any]:
    day, sequence = row.reverses or (None, None)
    return {
        "operator": row.operator,
        "outlet": row.outlet,
        "day": row.day.isoformat(),
        "sequence": row.sequence,
        "card": row.card,
        "kind": str(row.kind),
        "issued_fen": row.issued,
        "redeemed_fen": row.redeemed,
        "refunded_fen": row.refunded,
        "closing_fen": row.closing,
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "reverses_day": day.isoformat() if day else None,
        "reverses_sequence": sequence,
        "remark": row.remark,
    }


def _day(day: SealedDay) -> dict[str, Any]:
    return {
        "operator": day.operator,
        "day": day.day.isoformat(),
        "rows": day.rows,
        "cards": day.cards,
        "issued_fen": day.issued,
        "redeemed_fen": day.redeemed,
        "refunded_fen": day.refunded,
        "balance_fen": day.balance,
        "batches": [root.hex() for root in day.batches],
    }


def _closing(closing: ClosingFacts, path: Path) -> dict[str, Any]:
    return {
        "day": closing.day.isoformat(),
        "root": closing.root.hex(),
        "previous": closing.previous.hex(),
        "operators": closing.operators,
        "rows": closing.rows,
        "balance_fen": closing.balance,
        "path": _path(path),
    }


def _path(path: Path) -> list[list[str]]:
    return [[side, node.hex()] for side, node in path]
