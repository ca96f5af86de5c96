"""What waits on the workbench: applications and marks for the office, the next step for an operator."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.components import Card
from shangwu.prepaid.models import Operator
from shangwu.prepaid.queries.onboarding import awaiting_mark, in_state, marks_to_withdraw
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.vocabulary import ApplicationState


def cards(account: Account, today: date) -> list[Card]:
    """Return what waits for this person on the way of operators to linkage."""
    mine = operators_of(account, on=today)
    found: list[Card] = []
    if account.has_role(Role.PREPAID_LINKAGE, on=today):
        rows = in_state(mine, ApplicationState.SUBMITTED)
        found += _card(rows, "submitted", "对接申请待经办", "审核材料，提出经办意见。", "inbox")
    if account.has_role(Role.PREPAID_REVIEWER, on=today):
        rows = in_state(mine, ApplicationState.RECOMMENDED)
        found += _card(
            rows, "recommended", "对接申请待复核", "查看事前核查，决定是否同意。", "stamp"
        )
        rows = awaiting_mark(mine)
        found += _card(rows, "mark", "对接标识待核发", "完成对接后应按期核发。", "shield-check")
        rows = marks_to_withdraw(mine)
        found += _card(rows, "withdraw", "对接标识应收回", "经营者已经退出或者失联。", "alert")
    return found


def _card(
    rows: QuerySet[Operator], waiting: str, title: str, sentence: str, icon: str
) -> list[Card]:
    count = rows.count()
    if not count:
        return []
    link = f"{reverse('prepaid:linkage')}?waiting={waiting}"
    return [Card(title, sentence, link, icon, figure=str(count))]
