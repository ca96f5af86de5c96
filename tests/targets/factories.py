"""Situations of the targets tests, named after what they show."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files import operations as files
from shangwu.foundation.files.models import StoredFile
from shangwu.targets.models import Declaration, Indicator
from shangwu.targets.operations import declarations
from shangwu.targets.rules.content import (
    DeclarationContent,
    IndicatorRow,
    PreviousAmount,
    SubProjectLine,
)
from shangwu.targets.vocabulary import PreviousBudget

AT = datetime(2019, 2, 1, 2, 0, tzinfo=UTC)


def content(*targets: tuple[str, str], **changes: Any) -> DeclarationContent:
    """Return a declaration with one row for each (name, target)."""
    rows = targets or (("窗口管理制度健全性", "健全"), ("2019年6月底，完成窗口改造", "100%"))
    found = DeclarationContent(
        title="财政支出项目绩效目标申报表",
        year=2019,
        organisation="某市商务委员会",
        project="窗口服务项目",
        layout="two-column",
        framework="sh-2019",
        types=("其他经常性项目",),
        uses=("政府购买服务",),
        starts_on=date(2019, 1, 1),
        ends_on=date(2019, 12, 31),
        budget_total_fen=30_000_000,
        budget_year_fen=30_000_000,
        previous_budget=PreviousAmount(PreviousBudget.NOT_APPLICABLE, printed="无"),
        previous_executed=PreviousAmount(PreviousBudget.NOT_APPLICABLE, printed="无"),
        subprojects=(SubProjectLine("窗口服务项目", 30_000_000, "300000"),),
        indicators=tuple(
            IndicatorRow(row, "产出目标", "", name, raw, "产出目标")
            for row, (name, raw) in enumerate(rows, start=1)
        ),
    )
    return replace(found, **changes)


def drafted(
    by: Account, *targets: tuple[str, str], at: datetime = AT, **changes: Any
) -> Declaration:
    """Return a stored draft."""
    return declarations.draft_declaration(content=content(*targets, **changes), by=by, at=at)


def approved(editor: Account, reviewer: Account, *targets: tuple[str, str]) -> Declaration:
    """Return a declaration that the reviewer approved."""
    found = drafted(editor, *targets)
    declarations.submit_declaration(declaration=found.pk, by=editor, at=AT)
    return declarations.approve_declaration(declaration=found.pk, note="同意", by=reviewer, at=AT)


def row(declaration: Declaration, number: int = 1) -> Indicator:
    """Return a row of the declaration by its number."""
    return declaration.indicators.get(row=number, withdrawn_at=None)


def proof(by: Account, *, at: datetime = AT, name: str = "佐证.txt") -> StoredFile:
    """Return a stored, usable evidence file."""
    upload = SimpleUploadedFile(name, f"验收意见：同意。{name}".encode())
    return files.store_upload(
        stream=upload, name=name, by=by, at=at, allow=frozenset({"text"}), max_bytes=10_000
    )
