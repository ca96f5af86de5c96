"""The proof that a card's last entry stands in what the operator sent, for its holder to keep and check."""

from typing import Any

from shangwu.prepaid.models import CardBalance, Operator
from shangwu.prepaid.queries.history import card_entries, row_of
from shangwu.prepaid.queries.ledger import inclusion_proof
from shangwu.prepaid.rules.ledger.proofs import Path, Proof


def card_proof(operator: Operator, card: bytes) -> dict[str, Any] | None:
    """Return the proof of the newest entry of a card as plain JSON; None for a card without entries."""
    balance = CardBalance.objects.filter(operator=operator, card=card).first()
    if balance is None:
        return None
    last = card_entries(operator=operator.pk, card=card, since=balance.last_day)[-1]
    stored, place = row_of(operator, last.day, last.sequence)
    return _plain(inclusion_proof(operator, stored, place=place))


def _plain(proof: Proof) -> dict[str, Any]:
    row, closing = proof.row, proof.closing
    return {
        "row": {
            "operator": row.operator,
            "outlet": row.outlet,
            "day": row.day.isoformat(),
            "sequence": row.sequence,
            "card": row.card,
            "kind": row.kind,
            "issued_fen": row.issued,
            "redeemed_fen": row.redeemed,
            "refunded_fen": row.refunded,
            "closing_fen": row.closing,
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "remark": row.remark,
        },
        "batch": {"root": proof.batch.hex(), "path": _path(proof.in_batch)},
        # Until the day is closed, the proof ends at the batch, whose root stands in the operator's signed receipt.
        "closing": closing
        and {
            "day": closing.day.isoformat(),
            "root": closing.root.hex(),
            "previous": closing.previous.hex(),
            "operators": closing.operators,
            "rows": closing.rows,
            "balance_fen": closing.balance,
            "path": _path(proof.in_closing),
        },
    }


def _path(path: Path) -> list[list[str]]:
    return [[side, node.hex()] for side, node in path]
