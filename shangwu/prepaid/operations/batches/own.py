"""What the platform sends itself, for operators whose till it keeps: the same way in, without a network."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO

from shangwu.prepaid.models import Operator
from shangwu.prepaid.operations.receiving import Delivery
from shangwu.prepaid.queries.senders import Sender

# The key under which the public-base system sends; nobody holds it, and no signature is asked of it.
PLATFORM = "platform"
NDJSON = "application/x-ndjson"


class _Written:
    """Bytes as the body of a delivery."""

    def __init__(self, plain: bytes) -> None:
        self._file, self._digest = BytesIO(plain), hashlib.sha256(plain).digest()

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def finish(self) -> bytes:
        return self._digest


def own_delivery(
    *, operator: Operator, key: str, rows: Iterable[Mapping[str, object]], at: datetime
) -> Delivery:
    """Return rows of the published fields (days and moments in ISO form) as a delivery of the operator's."""
    lines = [json.dumps(dict(row), ensure_ascii=False, default=str) for row in rows]
    sender = Sender(PLATFORM, b"", operator=operator)
    return Delivery(sender, key, at, _Written("\n".join(lines).encode()), NDJSON)
