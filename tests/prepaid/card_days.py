"""Days of cards as an operator's system would send them, and a delivery without a network."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from shangwu.prepaid.operations.batches import receive_card_days
from shangwu.prepaid.operations.receiving import Delivery
from shangwu.prepaid.queries.senders import Sender

NDJSON = "application/x-ndjson"
DAY = date(2019, 9, 2)
# 10:00 of the day after in Shanghai.
AT = datetime(2019, 9, 3, 2, 0, tzinfo=UTC)


class Sent:
    """Bytes that arrive at once."""

    def __init__(self, plain):
        self._file, self._digest = BytesIO(plain), hashlib.sha256(plain).digest()

    def read(self, size=-1):
        return self._file.read(size)

    def finish(self):
        return self._digest


def card(number):
    """Return the token of a card that nobody holds."""
    return hashlib.sha256(f"card {number}".encode()).hexdigest()


def row(operator, sequence, number, *, issued=0, redeemed=0, refunded=0, closing=0, **more):
    """Return one row as it is sent."""
    return {
        "operator": operator.uscc,
        "outlet": "A0001",
        "day": DAY.isoformat(),
        "sequence": sequence,
        "card": card(number),
        "kind": "registered",
        "issued_fen": issued,
        "redeemed_fen": redeemed,
        "refunded_fen": refunded,
        "closing_fen": closing,
        "sent_at": "2019-09-03T01:00:00+08:00",
        **more,
    }


def ndjson(rows):
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in rows).encode()


def delivery(operator, content, *, key="key-00000001", at=AT, media_type=NDJSON):
    """Return a delivery of bytes, or of rows as NDJSON."""
    plain = content if isinstance(content, bytes) else ndjson(content)
    return Delivery(Sender("test", b"", operator=operator), key, at, Sent(plain), media_type)


def send(operator, rows, *, key="key-00000001", at=AT, partial=False):
    """Post rows and return the batch."""
    return receive_card_days(delivery(operator, rows, key=key, at=at), is_partial=partial)


def later(days):
    return AT + timedelta(days=days)


def codes(batch):
    """Return the codes of a receipt with the rows that they are about."""
    return [(one["code"], one["row"]) for one in batch.receipt["errors"]]
