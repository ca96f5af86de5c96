"""The budget: adjusted with approval, planned, filled by receipts, and opened to approved uses."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law.refused import Refused
from shangwu.foundation.money import format_yuan
from shangwu.targets.models import (
    ApprovedUse,
    BudgetAdjustment,
    FundReceipt,
    MoneyPlan,
    ProjectKey,
)
from shangwu.targets.operations.money.acts import (
    decide,
    locked_declaration,
    own_line,
    record,
    require_new,
    require_past,
    require_positive,
    require_reason,
)
from shangwu.targets.operations.notices import ask_about_money, tell_of_money
from shangwu.targets.operations.periods import require_open_days
from shangwu.targets.queries.money.known import money_facts
from shangwu.targets.rules.money.rates import Planned
from shangwu.targets.vocabulary import AdjustmentKind, Decision, PlanKind


def propose_adjustment(
    *,
    declaration: int,
    kind: str,
    line: int | None,
    from_line: int | None,
    amount_fen: int,
    effective_on: date,
    document: str,
    reason: str,
    by: Account,
    at: datetime,
) -> BudgetAdjustment:
    """Propose a change of the budget; it counts once another person approved it.

    Unit: fen, positive; the kind says in which direction.
    Raises: Refused MONEY-NOT-APPROVED, MONEY-LINE, MONEY-AMOUNT, MONEY-REASON or MONEY-TWICE.
    """
    require_positive(amount_fen)
    with transaction.atomic():
        found = locked_declaration(declaration)
        target, source = own_line(found, line), own_line(found, from_line)
        if kind == AdjustmentKind.TRANSFER and (
            target is None or source is None or target == source
        ):
            raise Refused("调剂须选择两个不同的子项目：从哪里调出，调入哪里。", code="MONEY-LINE")
        if kind != AdjustmentKind.TRANSFER:
            source = None
        content = {
            "declaration": found,
            "kind": kind,
            "line": target,
            "from_line": source,
            "amount_fen": amount_fen,
            "effective_on": effective_on,
            "document": document.strip(),
            "reason": require_reason(reason, what="调整理由"),
        }
        require_new(BudgetAdjustment.objects.filter(**content, decision=Decision.PENDING))
        adjustment = BudgetAdjustment.objects.create(**content, by=by, at=at)
        record(
            "targets.propose_adjustment",
            found,
            by,
            at,
            adjustment=adjustment.pk,
            kind=kind,
            amount_fen=amount_fen,
        )
        ask_about_money(found, "预算调整", by=by, at=at)
    return adjustment


def decide_adjustment(
    *, adjustment: int, approve: bool, note: str, by: Account, at: datetime
) -> BudgetAdjustment:
    """Approve or refuse a proposed change.

    Raises: Refused as `decide`, and MONEY-BELOW-ZERO when a line or the budget would fall below zero.
    """
    with transaction.atomic():
        pending = BudgetAdjustment.objects.get(pk=adjustment)
        declaration = locked_declaration(pending.declaration_id)
        found = decide(
            BudgetAdjustment.objects, adjustment, approve=approve, note=note, by=by, at=at
        )
        after = money_facts(declaration, on=date.max, known_at=at)
        for name, fen in (
            ("当年预算", after.adjusted_fen),
            *((f"子项目“{line.name}”", line.adjusted_fen) for line in after.lines),
        ):
            if fen < 0:
                raise Refused(
                    f"调整后{name}为 {format_yuan(fen)} 元，不能小于零，没有批准。",
                    code="MONEY-BELOW-ZERO",
                )
        record(
            "targets.decide_adjustment",
            declaration,
            by,
            at,
            adjustment=found.pk,
            decision=found.decision,
            adjusted_fen=after.adjusted_fen,
        )
        tell_of_money(declaration, "预算调整", proposer=found.by, approved=approve, at=at)
    return found


def set_plan(
    *, declaration: int, kind: str, points: Sequence[Planned], by: Account, at: datetime
) -> list[MoneyPlan]:
    """Replace the plan of payments or of arrivals; the rows of the old plan stay on record.

    Unit: fen.
    Raises: Refused MONEY-NOT-APPROVED, MONEY-AMOUNT, PLAN-DAYS for one day twice.
    """
    for point in points:
        require_positive(point.amount_fen)
    if len({point.due_on for point in points}) != len(points):
        raise Refused("同一天只能有一笔计划，请合并金额后再保存。", code="PLAN-DAYS")
    with transaction.atomic():
        found = locked_declaration(declaration)
        MoneyPlan.objects.filter(declaration=found, kind=kind, withdrawn_at__isnull=True).update(
            withdrawn_at=at
        )
        stored = MoneyPlan.objects.bulk_create(
            MoneyPlan(
                declaration=found,
                kind=kind,
                due_on=point.due_on,
                amount_fen=point.amount_fen,
                by=by,
                at=at,
            )
            for point in points
        )
        record(
            "targets.set_money_plan",
            found,
            by,
            at,
            kind=PlanKind(kind).value,
            points=[[point.due_on.isoformat(), point.amount_fen] for point in points],
        )
    return stored


def record_receipt(
    *,
    declaration: int,
    received_on: date,
    amount_fen: int,
    origin: str,
    voucher: str,
    by: Account,
    at: datetime,
) -> FundReceipt:
    """Record money that arrived for the project.

    Unit: fen.
    Raises: Refused MONEY-NOT-APPROVED, MONEY-AMOUNT, MONEY-FUTURE, MONEY-REASON, RECEIPT-TWICE,
    PERIOD-LOCKED.
    """
    require_positive(amount_fen)
    require_past(received_on, at=at, what="到位日期")
    with transaction.atomic():
        found = locked_declaration(declaration)
        require_open_days(found.pk, [received_on], what="到位日期")
        try:
            with transaction.atomic():
                receipt = FundReceipt.objects.create(
                    declaration=found,
                    received_on=received_on,
                    amount_fen=amount_fen,
                    origin=require_reason(origin, what="资金来源"),
                    voucher=require_reason(voucher, what="凭证号"),
                    by=by,
                    at=at,
                )
        except IntegrityError:
            raise Refused(
                "同一凭证同一天的到位记录已经登记，没有重复登记。", code="RECEIPT-TWICE"
            ) from None
        record("targets.record_receipt", found, by, at, receipt=receipt.pk, amount_fen=amount_fen)
    return receipt


def reverse_receipt(*, receipt: int, by: Account, at: datetime) -> FundReceipt:
    """Take a wrongly recorded arrival back by a further row.

    Raises: Refused RECEIPT-REVERSED or PERIOD-LOCKED.
    """
    with transaction.atomic():
        original = FundReceipt.objects.get(pk=receipt)
        declaration = locked_declaration(original.declaration_id)
        if original.reverses_id or FundReceipt.objects.filter(reverses=original).exists():
            raise Refused("这条到位记录已经冲正，没有重复冲正。", code="RECEIPT-REVERSED")
        require_open_days(declaration.pk, [original.received_on], what="到位日期")
        reversal = FundReceipt.objects.create(
            declaration=declaration,
            received_on=original.received_on,
            amount_fen=-original.amount_fen,
            origin=original.origin,
            voucher=original.voucher,
            reverses=original,
            by=by,
            at=at,
        )
        record("targets.reverse_receipt", declaration, by, at, receipt=original.pk)
    return reversal


def propose_use(
    *,
    declaration: int,
    line: int | None,
    payee: str,
    category: str,
    reason: str,
    by: Account,
    at: datetime,
) -> ApprovedUse:
    """Propose whom or for which economic category money may be paid.

    Raises: Refused MONEY-NOT-APPROVED, MONEY-LINE, MONEY-REASON, MONEY-TWICE, USE-EMPTY.
    """
    if not payee.strip() and not category.strip():
        raise Refused("收款人和经济分类至少填写一项。", code="USE-EMPTY")
    with transaction.atomic():
        found = locked_declaration(declaration)
        content = {
            "declaration": found,
            "line": own_line(found, line),
            "payee": payee.strip(),
            "category": category.strip(),
            "reason": require_reason(reason, what="依据"),
        }
        require_new(ApprovedUse.objects.filter(**content, decision=Decision.PENDING))
        use = ApprovedUse.objects.create(**content, by=by, at=at)
        record("targets.propose_use", found, by, at, use=use.pk, category=use.category)
        ask_about_money(found, "批准用途", by=by, at=at)
    return use


def decide_use(*, use: int, approve: bool, note: str, by: Account, at: datetime) -> ApprovedUse:
    """Approve or refuse a proposed use.

    Raises: Refused as `decide`.
    """
    with transaction.atomic():
        declaration = locked_declaration(ApprovedUse.objects.get(pk=use).declaration_id)
        found = decide(ApprovedUse.objects, use, approve=approve, note=note, by=by, at=at)
        record(
            "targets.decide_use",
            declaration,
            by,
            at,
            use=found.pk,
            decision=Decision(found.decision).value,
        )
        tell_of_money(declaration, "批准用途", proposer=found.by, approved=approve, at=at)
    return found


def register_project_key(*, declaration: int, key: str, by: Account, at: datetime) -> ProjectKey:
    """Register the key under which bank or treasury know the project.

    Raises: Refused MONEY-NOT-APPROVED, MONEY-REASON, KEY-TAKEN.
    """
    with transaction.atomic():
        found = locked_declaration(declaration)
        try:
            with transaction.atomic():
                stored = ProjectKey.objects.create(
                    project=found.project,
                    key=require_reason(key, what="财政项目编码"),
                    by=by,
                    at=at,
                )
        except IntegrityError:
            raise Refused("这个编码已经登记在某个项目名下，请核对。", code="KEY-TAKEN") from None
        record("targets.register_project_key", found, by, at, key=stored.key)
    return stored
