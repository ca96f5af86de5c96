"""Loading the money of a declaration up to a day, as it was known at an instant."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from shangwu.targets.models import (
    Acceptance,
    ApprovedUse,
    BudgetAdjustment,
    Contract,
    Declaration,
    Payment,
    PaymentAllocation,
    ProjectKey,
    StoredReading,
)
from shangwu.targets.rules.money import facts
from shangwu.targets.vocabulary import AdjustmentKind, DeclarationStatus, TargetStatus

# Level-1 names of output targets begin with this word in both frameworks (产出, 产出目标, 产出指标).
OUTPUT = "产出"


def money_facts(declaration: Declaration, *, on: date, known_at: datetime) -> facts.MoneyFacts:
    """Return the declaration's money up to the end of `on`, from what was recorded by `known_at`.

    Unit: fen.
    """
    adjustments = list(known_adjustments(declaration, on=on, known_at=known_at))
    payments = [_payment(row) for row in known_payments(declaration, on=on, known_at=known_at)]
    keys = _keys(declaration, known_at=known_at)
    payments = [_keyed(payment, keys) for payment in payments]
    return facts.MoneyFacts(
        on=on,
        starts_on=declaration.starts_on,
        ends_on=declaration.ends_on,
        declared_fen=declaration.budget_year_fen,
        adjusted_fen=declaration.budget_year_fen + sum(change_fen(one) for one in adjustments),
        lines=_lines(declaration, adjustments),
        payments=tuple(payments),
        contracts=tuple(_contracts(declaration, on=on, known_at=known_at)),
        uses=tuple(
            facts.Use(use.line_id, use.payee, use.category)
            for use in ApprovedUse.objects.filter(
                declaration=declaration, decision="APPROVED", decided_at__lte=known_at
            )
        ),
        invoices_elsewhere=_invoices_elsewhere(declaration, payments, on=on, known_at=known_at),
        output=_output(declaration, on=on, known_at=known_at),
    )


def known_adjustments(
    declaration: Declaration, *, on: date, known_at: datetime
) -> QuerySet[BudgetAdjustment]:
    """Return the adjustments in effect on the day and approved by the instant, oldest first."""
    return (
        BudgetAdjustment.objects.filter(
            declaration=declaration,
            decision="APPROVED",
            effective_on__lte=on,
            decided_at__lte=known_at,
        )
        .select_related("line", "from_line", "by", "decided_by")
        .order_by("effective_on", "pk")
    )


def known_payments(declaration: Declaration, *, on: date, known_at: datetime) -> QuerySet[Payment]:
    """Return the payments made by the day and recorded by the instant, with their newest allocation."""
    allocations = (
        PaymentAllocation.objects.filter(at__lte=known_at)
        .select_related("line", "contract", "by")
        .order_by("at", "pk")
    )
    return (
        Payment.objects.filter(declaration=declaration, paid_on__lte=on, at__lte=known_at)
        .prefetch_related(Prefetch("allocations", allocations))
        .order_by("paid_on", "pk")
    )


def change_fen(adjustment: BudgetAdjustment) -> int:
    """Return what an adjustment adds to the whole budget; a transfer adds nothing."""
    if adjustment.kind == AdjustmentKind.TRANSFER:
        return 0
    sign = -1 if adjustment.kind == AdjustmentKind.DECREASE else 1
    return sign * adjustment.amount_fen


def _lines(
    declaration: Declaration, adjustments: Sequence[BudgetAdjustment]
) -> tuple[facts.Line, ...]:
    lines = list(declaration.subprojects.order_by("position"))
    moved = {line.pk: 0 for line in lines}
    for one in adjustments:
        if one.line_id is not None:
            moved[one.line_id] += (
                one.amount_fen if one.kind == AdjustmentKind.TRANSFER else change_fen(one)
            )
        if one.from_line_id is not None:
            moved[one.from_line_id] -= one.amount_fen
    return tuple(
        facts.Line(line.pk, line.name, line.amount_fen, line.amount_fen + moved[line.pk])
        for line in lines
    )


def _payment(row: Payment) -> facts.Payment:
    allocated = list(row.allocations.all())
    last = allocated[-1] if allocated else None
    return facts.Payment(
        key=row.pk,
        project_key=row.project_key,
        is_keyed=False,
        line=last.line_id if last else row.line_id,
        contract=last.contract_id if last else row.contract_id,
        payee=row.payee,
        category=last.category if last else row.category,
        paid_on=row.paid_on,
        amount_fen=row.amount_fen,
        voucher=row.voucher,
        invoice=row.invoice,
        reverses=row.reverses_id,
    )


def _keys(declaration: Declaration, *, known_at: datetime) -> frozenset[str]:
    if declaration.status != DeclarationStatus.APPROVED:
        return frozenset()
    registered = ProjectKey.objects.filter(project=declaration.project_id, at__lte=known_at)
    return frozenset({declaration.project.number, *registered.values_list("key", flat=True)})


def _keyed(payment: facts.Payment, keys: frozenset[str]) -> facts.Payment:
    return replace(payment, is_keyed=payment.project_key in keys)


def _contracts(
    declaration: Declaration, *, on: date, known_at: datetime
) -> Iterable[facts.Contract]:
    accepted = Acceptance.objects.filter(accepted_on__lte=on, at__lte=known_at)
    rows = (
        Contract.objects.filter(declaration=declaration, signed_on__lte=on, at__lte=known_at)
        .prefetch_related("items", Prefetch("acceptances", accepted.order_by("accepted_on", "pk")))
        .order_by("signed_on", "pk")
    )
    for row in rows:
        yield facts.Contract(
            key=row.pk,
            number=row.number,
            title=row.title,
            payee=row.payee,
            amount_fen=row.amount_fen,
            signed_on=row.signed_on,
            prepay_fen=row.prepay_fen,
            pay_within_days=row.pay_within_days,
            is_procured=row.is_procured,
            items=tuple(
                facts.Item(item.name, item.unit_price_fen, item.standard_fen)
                for item in row.items.all()
            ),
            acceptances=tuple(
                facts.Acceptance(one.pk, one.accepted_on, one.claimed_fen, one.evidenced_fen)
                for one in row.acceptances.all()
            ),
        )


def _invoices_elsewhere(
    declaration: Declaration,
    payments: Sequence[facts.Payment],
    *,
    on: date,
    known_at: datetime,
) -> tuple[tuple[str, str], ...]:
    invoices = {payment.invoice for payment in payments if payment.invoice}
    if not invoices:
        return ()
    undone = Q(reversal__isnull=False, reversal__at__lte=known_at, reversal__paid_on__lte=on)
    rows = (
        Payment.objects.filter(
            invoice__in=invoices, reverses__isnull=True, paid_on__lte=on, at__lte=known_at
        )
        .exclude(declaration=declaration)
        .exclude(undone)
        .select_related("declaration__project")
        .order_by("paid_on", "pk")
    )
    return tuple(
        (row.invoice, f"{row.declaration.project.name}：{_payment_label(row)}") for row in rows
    )


def _payment_label(row: Payment) -> str:
    return f"{row.paid_on} 凭证 {row.voucher} 付{row.payee}"


def _output(declaration: Declaration, *, on: date, known_at: datetime) -> facts.Output:
    rows = declaration.indicators.filter(withdrawn_at=None, level1__startswith=OUTPUT)
    newest = (
        StoredReading.objects.filter(indicator__in=rows, on__lte=on, taken_at__lte=known_at)
        .order_by("indicator_id", "-on", "-taken_at")
        .distinct("indicator_id")
        .values_list("status", flat=True)
    )
    met = sum(status == TargetStatus.MET for status in newest)
    return facts.Output(met, rows.count())
