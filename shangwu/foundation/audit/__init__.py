"""The record of acts: append-only, keyed digests per row, chained by batch and day, signed daily.

`record` writes one row inside the caller's transaction. `operations.seal_acts` chains committed rows,
`operations.sign_days` signs the head of each finished day, `queries.verify` walks everything.
"""

from shangwu.foundation.audit.actor import Actor
from shangwu.foundation.audit.recording import record

__all__ = ["Actor", "record"]
