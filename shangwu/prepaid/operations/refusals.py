"""What the sandbox remembers of messages that it refused before they were batches."""

from datetime import datetime

from shangwu.prepaid.models import SandboxRefusal
from shangwu.prepaid.queries.senders import Sender
from shangwu.prepaid.rules.interface.signing import IDEMPOTENCY_KEY
from shangwu.prepaid.rules.screening import find

MOST_KEPT = 1_000


def note_sandbox_refusal(*, sender: Sender, key: str, code: str, at: datetime) -> None:
    """Keep that a message under this idempotency key was refused, so that a conformance run can show it.

    The signature may be wrong, so anybody could send this: no more than MOST_KEPT are kept per operator.
    """
    operator = sender.operator
    if operator is None or not IDEMPOTENCY_KEY.fullmatch(key) or find(key):
        return
    kept = SandboxRefusal.objects.filter(operator=operator)
    if kept.count() < MOST_KEPT:
        SandboxRefusal.objects.create(operator=operator, key=key, code=code, refused_at=at)
