"""What waits on the workbench for people of the targets."""

from datetime import date

from django.urls import reverse

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.components import Card
from shangwu.targets.models import Declaration, DeclarationImport, TargetVersion
from shangwu.targets.queries.pages import overview
from shangwu.targets.vocabulary import DeclarationStatus, ImportStatus, TargetStatus


def cards(account: Account, today: date) -> list[Card]:
    """Return the doors of the targets, with what waits behind them for this person."""
    found = overview(year=None, until=today)
    missing = sum(c.count for c in found.counts if c.status == TargetStatus.NEEDS_RATING)
    shown = [
        Card(
            title="绩效目标总览",
            sentence=f"{found.year} 年度 {len(found.lines)} 个项目，{found.indicators} 项指标。",
            link=reverse("targets:overview"),
            icon="target",
            figure=str(found.indicators),
        )
    ]
    waiting = DeclarationImport.objects.filter(status=ImportStatus.READ).count()
    if waiting and account.has_role(Role.TARGETS_EDITOR, on=today):
        shown.append(
            Card(
                "待确认的导入",
                "核对读取结果后确认。",
                reverse("targets:imports"),
                "ledger",
                str(waiting),
                "warning",
            )
        )
    if account.has_role(Role.TARGETS_REVIEWER, on=today):
        shown += _reviews()
    if missing:
        shown.append(
            Card(
                "待评定的指标",
                "由责任人具名评定并附佐证。",
                reverse("targets:overview"),
                "target",
                str(missing),
                "warning",
            )
        )
    return shown


def _reviews() -> list[Card]:
    submitted = Declaration.objects.filter(status=DeclarationStatus.SUBMITTED).count()
    changes = TargetVersion.objects.filter(number__gt=1, approved_at=None, refused_at=None).count()
    found = []
    if submitted:
        found.append(
            Card(
                "待批复的申报表",
                "审核后批复或退回。",
                reverse("targets:overview"),
                "target",
                str(submitted),
                "warning",
            )
        )
    if changes:
        found.append(
            Card(
                "待审批的目标调整",
                "年中调整须由另一人审批。",
                reverse("targets:overview"),
                "target",
                str(changes),
                "warning",
            )
        )
    return found
