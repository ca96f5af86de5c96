"""What waits for a supervisor: cards of the workbench, each a door to where it is done."""

from datetime import date

from django.db.models import Count, Sum
from django.urls import reverse

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.money import format_yuan
from shangwu.foundation.web.components import Card
from shangwu.prepaid.models import AreaSum, Observation
from shangwu.prepaid.queries.scope import area_of
from shangwu.prepaid.vocabulary import ObservationState


def cards(account: Account, today: date) -> list[Card]:
    """Return what waits in the account's area: shortfalls, open observations, days not reported.

    Unit: fen.
    """
    sums = AreaSum.objects.filter(area_of(account, on=today)).aggregate(
        short=Sum("short"), money=Sum("shortfall_fen"), silent=Sum("silent")
    )
    waiting = Observation.objects.filter(
        area_of(account, on=today, through="operator__"), state=ObservationState.OPEN
    ).aggregate(count=Count("pk"))["count"]
    files = reverse("prepaid:operator-files")
    observations = reverse("prepaid:observations")
    found = (
        (
            "存管不足的经营者",
            f"合计缺 {format_yuan(sums['money'] or 0)} 元。",
            f"{files}?short=0",
            sums["short"] or 0,
        ),
        ("待处理的异常", "核实后了结，或者立案。", f"{observations}?state=OPEN", waiting),
        ("到期未报送", "提醒经营者补报日数据。", f"{files}?silent=True", sums["silent"] or 0),
    )
    return [
        Card(title, sentence, link, "card", str(count), "warning")
        for title, sentence, link, count in found
        if count
    ]
