"""A business's own card system: cards with numbers and secrets, sales and visits, and the day's records.

It knows the platform's published method of tokens and form of records, and nothing else of the platform.
"""

import hashlib
import hmac
import math
import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from city.prepaid.businesses import Business

METHOD = "shangwu-card-v1"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
OUTLET = "A0001"
# Of the sales of a business that hides, so many stand in no report.
HIDDEN_SHARE = 0.6
MOST_ON_A_CARD = {"registered": 5000_00, "anonymous": 1000_00}


@dataclass
class Card:
    """One card: what is printed on card and slip, what it holds in fen, and what of that is kept from the platform."""

    number: str
    secret: str
    kind: str
    balance: int = 0
    hidden: int = 0

    @property
    def reported(self) -> int:
        """What the business reports that it holds."""
        return self.balance - self.hidden


@dataclass
class Wallet:
    """The cards of one business and what moves on them each day."""

    business: Business
    cards: list[Card] = field(default_factory=list)
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        # Secrets of made-up cards come from the seed as well: a play that was cut off goes on with the same cards.
        self.rng = random.Random(self.business.seed)  # noqa: S311 - invented data

    def first_day(self, day: date, *, sent_at: str) -> list[dict[str, Any]]:
        """Return the day on which the business brings its old cards to the platform, one row a card."""
        rows: list[dict[str, Any]] = []
        for _ in range(self.business.cards):
            card = self._new_card()
            card.balance = self._amount(self.business.trade.top_up, card)
            rows.append(self._row(card, len(rows) + 1, day, sent_at, issued=card.balance))
        return rows

    def day(
        self, day: date, *, sent_at: str, sales: float = 1, visits: float = 1
    ) -> list[dict[str, Any]]:
        """Return a day's rows: sales and visits, more or fewer by the factors; what is hidden stands in none."""
        moved: dict[int, list[int]] = {}
        for _ in range(self._count(self.business.sales * sales)):
            card = self._sold()
            room = MOST_ON_A_CARD[card.kind] - card.balance
            amount = min(self._amount(self.business.trade.top_up, card), room)
            if amount > 0:
                card.balance += amount
                if self._hides():
                    card.hidden += amount
                else:
                    moved.setdefault(id(card), [0, 0, self.cards.index(card)])[0] += amount
        for _ in range(self._count(self.business.visits * visits)):
            card = self.rng.choice(self.cards)
            amount = min(self._amount(self.business.trade.visit, card), card.balance)
            if told := min(amount, card.reported):
                moved.setdefault(id(card), [0, 0, self.cards.index(card)])[1] += told
            card.balance, card.hidden = card.balance - amount, card.hidden - (amount - told)
        return [
            self._row(self.cards[place], row, day, sent_at, issued=issued, redeemed=redeemed)
            for row, (issued, redeemed, place) in enumerate(moved.values(), start=1)
        ]

    def total(self, day: date, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the business's own sums of the day."""
        return {
            "operator": self.business.uscc,
            "day": day.isoformat(),
            "cards": len({row["card"] for row in rows}),
            "issued_fen": sum(row["issued_fen"] for row in rows),
            "redeemed_fen": sum(row["redeemed_fen"] for row in rows),
            "refunded_fen": sum(row["refunded_fen"] for row in rows),
            "balance_fen": self.reported,
        }

    @property
    def reported(self) -> int:
        """What its cards hold as far as it reports them."""
        return sum(card.reported for card in self.cards)

    @property
    def short(self) -> list[Card]:
        """The cards whose slip says more than the platform was told."""
        return [card for card in self.cards if card.hidden]

    def token(self, card: Card) -> str:
        """Return the card's token, by the published method."""
        message = f"{METHOD}|{self.business.uscc}|{card.number}".encode()
        return hmac.new(card.secret.encode("ascii"), message, hashlib.sha256).hexdigest()

    def _hides(self) -> bool:
        return self.business.manner == "hiding" and self.rng.random() < HIDDEN_SHARE

    def _sold(self) -> Card:
        if self.cards and self.rng.random() < 0.6:
            return self.rng.choice(self.cards)
        return self._new_card()

    def _new_card(self) -> Card:
        kind = "registered" if self.rng.random() < 0.8 else "anonymous"
        card = Card(
            number=f"{self.business.uscc[-6:]}{len(self.cards) + 1:06d}",
            secret="".join(self.rng.choice(_LETTERS) for _ in range(16)),
            kind=kind,
        )
        self.cards.append(card)
        return card

    def _amount(self, usual: int, card: Card) -> int:
        drawn = round(usual * math.exp(self.rng.gauss(0, 0.5)) / 100) * 100
        return min(max(drawn, 100), MOST_ON_A_CARD[card.kind])

    def _count(self, mean: float) -> int:
        """A Poisson number, by the time between events."""
        count, clock = 0, self.rng.expovariate(1)
        while clock < mean:
            count, clock = count + 1, clock + self.rng.expovariate(1)
        return count

    def _row(
        self,
        card: Card,
        sequence: int,
        day: date,
        sent_at: str,
        *,
        issued: int = 0,
        redeemed: int = 0,
    ) -> dict[str, Any]:
        return {
            "operator": self.business.uscc,
            "outlet": OUTLET,
            "day": day.isoformat(),
            "sequence": sequence,
            "card": self.token(card),
            "kind": card.kind,
            "issued_fen": issued,
            "redeemed_fen": redeemed,
            "refunded_fen": 0,
            "closing_fen": card.reported,
            "sent_at": sent_at,
        }
