"""What waits for officers: alerts that nobody has looked into."""

from datetime import date

from django.urls import reverse

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.web.components import Card
from shangwu.prepaid.queries.warning.page import alerts_of
from shangwu.prepaid.vocabulary import WarningState


def cards(account: Account, today: date) -> list[Card]:
    """Return how many alerts of the account's area wait; nothing where none does."""
    waiting = alerts_of(account, on=today).filter(state=WarningState.OPEN).count()
    if not waiting:
        return []
    told = "核查后立案，或者写明理由不予跟进。"
    return [
        Card("待核查的风险预警", told, reverse("prepaid:alerts"), "alert", str(waiting), "warning")
    ]
