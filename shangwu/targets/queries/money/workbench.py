"""What waits for the people of the money: cards of the workbench, and the projects behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.components import Card
from shangwu.targets.models import Declaration, Statement
from shangwu.targets.queries.money import execution_amounts
from shangwu.targets.queries.money.approvals import pending_count
from shangwu.targets.queries.money.figures import NO_DATA
from shangwu.targets.rules.money.rates import Rate, percent
from shangwu.targets.vocabulary import DeclarationStatus, ImportStatus


@dataclass(frozen=True)
class ProjectMoney:
    """An approved declaration with its execution."""

    declaration: Declaration
    rate: Rate

    @property
    def shown(self) -> str:
        """The execution rate; without any payment there is no data."""
        value = self.rate.value
        return NO_DATA if value is None or not self.rate.numerator_fen else percent(value)


def cards(account: Account, today: date) -> list[Card]:
    """Return what waits for this person about money: the reviewer's approvals, the clerk's statements."""
    here, found = reverse("targets:money-approvals"), []
    if account.has_role(Role.FINANCE_REVIEWER, on=today):
        count = pending_count(except_of=account)
        found.append(_card("待审批的资金事项", "他人提出，由您同意或退回。", here, count))
    if account.has_role(Role.FINANCE_CLERK, on=today):
        count = len(waiting_statements())
        found.append(_card("待确认的对账单", "核对每一行后登记。", f"{here}#statements", count))
    return [card for card in found if card.figure != "0"]


def waiting_statements() -> Sequence[Statement]:
    """Return the statements that nobody has confirmed or discarded, oldest first."""
    return list(
        Statement.objects.filter(status=ImportStatus.READ)
        .select_related("declaration__project", "file", "received_by")
        .defer("grid")
        .order_by("received_at", "pk")
    )


def projects(*, on: date, known_at: datetime) -> list[ProjectMoney]:
    """Return the approved declarations, newest year first, each with its execution."""
    found = list(
        Declaration.objects.filter(status=DeclarationStatus.APPROVED)
        .select_related("project")
        .order_by("-year", "project__number")
    )
    amounts = execution_amounts(found, on=on, known_at=known_at)
    return [ProjectMoney(one, amounts[one.pk]) for one in found]


def _card(title: str, sentence: str, link: str, count: int) -> Card:
    return Card(title, sentence, link, "ledger", str(count), "warning")
