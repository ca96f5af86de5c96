"""The files that a watcher reads, as its contract names them.

An absent file is unknown, and so is an empty cell. In a file that is there, an operator without a row has
sent no batch, or has no complaint, no look-up, no change and no arrears of a kind that the file names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]
Columns = Mapping[str, NDArray[Any]]
Feeds = Mapping[str, Columns]

# A card that outlives a year binds its holder long; one without an end does so longest.
LONG_CARD_DAYS = 366
OPERATORS = "operators"
NUMBER, WORD, DAY = "number", "word", "day"
CONTRACT: Mapping[str, Mapping[str, str]] = {
    OPERATORS: {
        "sector": WORD,
        "district": WORD,
        "opened_on": DAY,
        "prior_revenue_fen": NUMBER,
        "brand": WORD,
        "address_key": WORD,
    },
    "batches": {
        "issued_fen": NUMBER,
        "issued_cards": NUMBER,
        "redeemed_fen": NUMBER,
        "refunded_fen": NUMBER,
        "reported_balance_fen": NUMBER,
        "long_card_share": NUMBER,
        "discount_pct": NUMBER,
        "late_batches": NUMBER,
    },
    "custody": {"custody_fen": NUMBER},
    "bonds": {"bond_fen": NUMBER},
    "complaints": {"kind": WORD, "count": NUMBER},
    "lookups": {"lookups": NUMBER, "mismatches": NUMBER},
    "arrears": {"kind": WORD, "weeks": NUMBER},
    "changes": {"what": WORD},
}
FEEDS = tuple(feed for feed in CONTRACT if feed != OPERATORS)
FEED_NAMES = {
    OPERATORS: "经营者名单",
    "batches": "报送批次",
    "custody": "存管余额",
    "bonds": "履约保证",
    "complaints": "投诉",
    "lookups": "消费者查询",
    "arrears": "欠款",
    "changes": "登记变更",
}


@dataclass(frozen=True)
class Roster:
    """Who trades: one place in each array. `opened` counts days, NaN where the day is not known."""

    ids: Words
    sector: Words
    brand: Words
    address: Words
    opened: Floats
    revenue: Floats

    def __len__(self) -> int:
        return len(self.ids)
