"""What waits for people of the targets: the cards of the workbench and the list behind them."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.components import Card
from shangwu.targets.models import (
    Declaration,
    DeclarationImport,
    Indicator,
    MonitoringReport,
    TargetVersion,
)
from shangwu.targets.queries.monitoring.board import waiting_for
from shangwu.targets.vocabulary import (
    DeclarationStatus,
    ImportStatus,
    ReportStatus,
    TargetStatus,
)


@dataclass(frozen=True)
class Waiting:
    """Everything that somebody still has to decide or to judge."""

    submitted: tuple[Declaration, ...]
    changes: tuple[TargetVersion, ...]
    unrated: tuple[Indicator, ...]


def waiting() -> Waiting:
    """Return the submitted declarations, the proposed changes and the targets without a rating."""
    declarations = Declaration.objects.select_related("project", "submitted_by")
    submitted = declarations.filter(status=DeclarationStatus.SUBMITTED).order_by("submitted_at")
    changes = TargetVersion.objects.filter(number__gt=1, approved_at=None, refused_at=None)
    unrated = Indicator.objects.filter(
        standing__status=TargetStatus.NEEDS_RATING,
        declaration__status=DeclarationStatus.APPROVED,
        withdrawn_at=None,
    )
    return Waiting(
        submitted=tuple(submitted),
        changes=tuple(
            changes.select_related("indicator__declaration__project", "by").order_by("at", "pk")
        ),
        unrated=tuple(
            unrated.select_related("declaration__project").order_by(
                "declaration__year", "declaration__project__number", "row"
            )
        ),
    )


def cards(account: Account, today: date) -> list[Card]:
    """Return what waits for this person among the targets; leaders and others are not asked to act."""
    edits = account.has_role(Role.TARGETS_EDITOR, on=today)
    reviews = account.has_role(Role.TARGETS_REVIEWER, on=today)
    if not (edits or reviews):
        return []
    found, imports = waiting(), 0
    if edits:
        imports = DeclarationImport.objects.filter(status=ImportStatus.READ).count()
    shown = [_card("待确认的导入", "核对读取结果后确认。", reverse("targets:imports"), imports)]
    here = reverse("targets:waiting")
    if reviews:
        shown += [
            _card(
                "待批复的申报表", "审核后批复或退回。", f"{here}#submitted", len(found.submitted)
            ),
            _card(
                "待审批的目标调整",
                "年中调整须由另一人审批。",
                f"{here}#changes",
                len(found.changes),
            ),
        ]
    shown.append(
        _card("待评定的指标", "由责任人具名评定并附佐证。", f"{here}#unrated", len(found.unrated))
    )
    mine = waiting_for(account, reviews=reviews).count()
    shown.append(_card("待办的问题整改", "指派、整改或核验。", reverse("targets:issues"), mine))
    if reviews:
        sent = MonitoringReport.objects.filter(status=ReportStatus.SUBMITTED).count()
        shown.append(
            _card("待审核的监控报告", "批准后锁定期间。", reverse("targets:monitoring"), sent)
        )
    return [card for card in shown if card.figure != "0"]


def _card(title: str, sentence: str, link: str, count: int) -> Card:
    return Card(title, sentence, link, "target", str(count), "warning")
