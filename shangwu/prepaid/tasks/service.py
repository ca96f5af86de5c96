"""Background work of the platform's own service."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.models import CardBalance
from shangwu.prepaid.operations.service import probe
from shangwu.prepaid.queries.consumers.card import card_answer
from shangwu.prepaid.queries.consumers.operators import search


@app.task(name="prepaid.probe_service", queue="prepaid", queueing_lock="prepaid.probe_service")
def probe_service() -> bool:
    """Ask once what a consumer would ask: the list of operators, and one card. Every minute."""
    now = timezone.localtime()

    def ask() -> None:
        search(query="")
        card = CardBalance.objects.select_related("operator").first()
        if card is not None:
            card_answer(card.operator, bytes(card.card), on=now.date())

    return probe(ask=ask, day=now.date(), at=now)
