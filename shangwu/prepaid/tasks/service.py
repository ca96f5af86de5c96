"""Background work of the platform's own service."""

from datetime import UTC, datetime, timedelta
from functools import partial

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.gateways.own_pages import answers_search, has_address
from shangwu.prepaid.operations.service import probe

# A rehearsal that has caught up with real time lags by the seconds that the turning took.
REAL_WITHIN = timedelta(minutes=5)


# A queue of its own, which a worker of its own empties: a night's work must not look like an outage.
@app.task(name="prepaid.probe_service", queue="service", queueing_lock="prepaid.probe_service")
def probe_service() -> bool:
    """Ask once what a consumer would ask, over the network; nothing where no address is known. Every minute."""
    if not has_address():
        return False
    now = timezone.localtime()
    return probe(
        ask=partial(answers_search, f"{now:%Y%m%d%H%M%S}"),
        day=now.date(),
        at=now,
        is_rehearsed=abs(now - datetime.now(UTC)) > REAL_WITHIN,
    )
