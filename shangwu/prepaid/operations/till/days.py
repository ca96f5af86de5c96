"""The day of a till: counted by a person who wants to, and sent every night by itself."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import TillAct, TillDay
from shangwu.prepaid.operations.steps import locked_operator
from shangwu.prepaid.operations.till.acting import record
from shangwu.prepaid.queries.till import by_people


def count_day(*, operator: int, day: date, by: Account, at: datetime) -> TillDay:
    """Keep that a person compared the day's sums with the cash box; later acts are shown as such.

    Raises: Refused TILL-DAY for a day to come.
    """
    if day > timezone.localtime(at).date():
        raise Refused("还没有到这一天。", code="TILL-DAY")
    with transaction.atomic():
        found = locked_operator(operator)
        made, _ = TillDay.objects.get_or_create(operator=found, day=day)
        acts = by_people(TillAct.objects.filter(operator=found, day=day)).count()
        made.counted_by, made.counted_at, made.counted_acts = by, at, acts
        made.save(update_fields=["counted_by", "counted_at", "counted_acts"])
        record("prepaid.count_till_day", found, by, at, day=day, acts=acts)
    return made
