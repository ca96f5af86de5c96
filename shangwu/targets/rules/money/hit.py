"""A hit of the negative list: which check, what it says, the rows behind it, and the law it rests on."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

THE_LIST = "law/targets.toml#negative.findings"


@dataclass(frozen=True)
class HitRow:
    """One record behind a hit: its key ("payment:12"), what it says, its amount in fen where it has one."""

    key: str
    label: str
    amount_fen: int | None = None


@dataclass(frozen=True)
class Hit:
    """One finding of the negative list.

    `subject` names what is found and stays the same while figures change; `digest` changes with the figures,
    so that a cleared hit opens again when more is found. `law` cites the entry of law/targets.toml.
    """

    rule: str
    subject: str
    sentence: str
    rows: tuple[HitRow, ...]
    law: str

    @property
    def digest(self) -> str:
        """SHA-256 over check, subject, sentence and rows."""
        content = [self.rule, self.subject, self.sentence]
        rows = sorted([row.key, row.label, str(row.amount_fen)] for row in self.rows)
        return hashlib.sha256(json.dumps([content, rows], ensure_ascii=False).encode()).hexdigest()

    @property
    def payments(self) -> tuple[int, ...]:
        """The keys of the payments that the hit names."""
        return tuple(
            int(row.key.removeprefix("payment:"))
            for row in self.rows
            if row.key.startswith("payment:")
        )


def hit(rule: str, subject: str, sentence: str, rows: Sequence[HitRow], law: str = THE_LIST) -> Hit:
    """Return a hit; without a threshold of its own it rests on the list itself."""
    return Hit(rule, subject, sentence, tuple(rows), law)
