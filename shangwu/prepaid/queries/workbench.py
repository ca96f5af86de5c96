"""What waits for people of supervision, and for operators: the cards of the workbench."""

from datetime import date

from django.db.models import Q
from django.urls import reverse

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law import Refused
from shangwu.foundation.web.components import Card
from shangwu.prepaid.models import CaseLetter, CreditPetition
from shangwu.prepaid.queries.cases import board, inspections_of
from shangwu.prepaid.queries.listings import OPEN_PETITIONS, listings_of
from shangwu.prepaid.queries.quarters import till_owes
from shangwu.prepaid.queries.revenues import owed_year
from shangwu.prepaid.queries.scope import own_operator
from shangwu.prepaid.vocabulary import CaseState, LetterKind, ListingState


def cards(account: Account, today: date) -> list[Card]:
    """Return what waits for an officer or a reviewer; others are not asked to act."""
    reviews = account.has_role(Role.PREPAID_REVIEWER, on=today)
    if not (reviews or account.has_role(Role.PREPAID_OFFICER, on=today)):
        return []
    counts = {view.key: view.count for view in board(account, view="open", today=today)[1]}
    here = reverse("prepaid:cases")
    checks = inspections_of(account, on=today).filter(
        Q(first_inspector=account) | Q(second_inspector=account), submitted_at=None
    )
    entries = listings_of(account, on=today)
    waiting = (ListingState.NOTICED,) if reviews else (ListingState.PROPOSED,)
    petitions = CreditPetition.objects.filter(listing__in=entries, state__in=OPEN_PETITIONS)
    shown = [
        _card(
            "逾期的案件",
            "已过办理期限，请先办。",
            f"{here}?view=overdue",
            counts["overdue"],
            "alert",
        ),
        _card("三日内到期的案件", "临近办理期限。", f"{here}?view=due", counts["due"], "clock"),
        _card(
            "待我检查",
            "逐项检查，当场提交。",
            reverse("prepaid:inspections"),
            checks.count(),
            "check",
        ),
        _card(
            "名单异议和修复",
            "按期标注、转交、答复。",
            reverse("prepaid:listings"),
            petitions.count(),
            "shield",
        ),
        _card(
            "待告知或者决定的名单",
            "告知当事人，期满后由另一人决定。",
            reverse("prepaid:listings"),
            entries.filter(state__in=waiting).count(),
            "shield",
        ),
    ]
    if reviews:
        shown.insert(
            0,
            _card(
                "待签发的文稿", "核对后签发或退回。", f"{here}?view=draft", counts["draft"], "stamp"
            ),
        )
    return [card for card in shown if card is not None]


def shop_cards(account: Account, today: date) -> list[Card]:
    """Return what waits for an operator: letters not yet answered, reports and last year's revenue."""
    try:
        operator = own_operator(account, on=today)
    except Refused:
        return []
    letters = CaseLetter.objects.filter(
        case__operator=operator,
        kind__in=[LetterKind.WARNING, LetterKind.RECTIFICATION],
        replies=None,
        case__state__in=[CaseState.WARNED, CaseState.INTERVIEWED],
    )
    told = "查看文书，按期改正和答复。"
    owed, quarters = owed_year(operator, on=today), till_owes(operator, on=today)
    shown = (
        _card("待答复的监管文书", told, reverse("prepaid:shop-letters"), letters.count(), "inbox"),
        _card(
            "待报送的季度报告",
            "报告上季度预收资金支出，期限见页面。",
            reverse("prepaid:till-quarters"),
            len(quarters),
            "calendar",
        ),
        _card(
            "待填报的年度收入",
            "存管标准按上年度收入计算，请提供收入和报表。",
            reverse("prepaid:shop-years"),
            1 if owed else 0,
            "ledger",
        ),
    )
    return [card for card in shown if card is not None]


def _card(title: str, sentence: str, link: str, count: int, icon: str) -> Card | None:
    if not count:
        return None
    return Card(title, sentence, link, icon, figure=str(count))
