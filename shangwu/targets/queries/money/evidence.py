"""The records behind money figures, as evidence rows; amounts in yuan, exact to the fen."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse

from shangwu.targets.measure import EvidenceRow
from shangwu.targets.models import Declaration, FundReceipt, MoneyPlan, Payment
from shangwu.targets.queries.money.known import change_fen, known_adjustments, known_payments

ZERO = Decimal(0)


def yuan(fen: int) -> Decimal:
    """Return the amount in yuan, exact."""
    return Decimal(fen).scaleb(-2)


def record_link(key: str) -> str:
    """Return the address of the page that shows the record of this key; blank where it has none."""
    kind, _, number = key.partition(":")
    if kind not in {"payment", "contract"}:
        return ""
    return reverse(f"targets:money-{kind}", args=[int(number)])


def payment_rows(
    declaration: Declaration,
    *,
    on: date,
    known_at: datetime,
    denominator: Callable[[Payment], Decimal] = lambda payment: ZERO,
    numerator: Callable[[Payment], Decimal] = lambda payment: yuan(payment.amount_fen),
) -> list[EvidenceRow]:
    """Return one row for each payment and reversal."""
    return [
        EvidenceRow(
            key=f"payment:{row.pk}",
            happened_on=row.paid_on,
            recorded_at=row.at,
            summary=_payment_words(row),
            numerator=numerator(row),
            denominator=denominator(row),
            link=record_link(f"payment:{row.pk}"),
        )
        for row in known_payments(declaration, on=on, known_at=known_at)
    ]


def budget_rows(declaration: Declaration, *, on: date, known_at: datetime) -> list[EvidenceRow]:
    """Return the declared budget and each adjustment that adds to it; they add up to the denominator."""
    rows = [
        EvidenceRow(
            key=f"declaration:{declaration.pk}",
            happened_on=declaration.starts_on,
            recorded_at=declaration.decided_at or declaration.created_at,
            summary="申报表批复的当年预算",
            denominator=yuan(declaration.budget_year_fen),
        )
    ]
    for one in known_adjustments(declaration, on=on, known_at=known_at):
        document = f"（{one.document}）" if one.document else ""
        rows.append(
            EvidenceRow(
                key=f"adjustment:{one.pk}",
                happened_on=one.effective_on,
                recorded_at=one.decided_at or one.at,
                summary=f"预算调整：{one.get_kind_display()}{document}，{one.reason}",
                denominator=yuan(change_fen(one)),
            )
        )
    return rows


def plan_rows(
    declaration: Declaration, *, kind: str, on: date, known_at: datetime
) -> list[EvidenceRow]:
    """Return the planned amounts that were due by the day."""
    rows = MoneyPlan.objects.filter(
        declaration=declaration, kind=kind, at__lte=known_at, due_on__lte=on
    ).exclude(withdrawn_at__lte=known_at)
    return [
        EvidenceRow(
            key=f"plan:{row.pk}",
            happened_on=row.due_on,
            recorded_at=row.at,
            summary=str(row.get_kind_display()),
            denominator=yuan(row.amount_fen),
        )
        for row in rows.order_by("due_on")
    ]


def receipt_rows(declaration: Declaration, *, on: date, known_at: datetime) -> list[EvidenceRow]:
    """Return one row for each arrival of money."""
    rows = FundReceipt.objects.filter(
        declaration=declaration, received_on__lte=on, at__lte=known_at
    )
    return [
        EvidenceRow(
            key=f"receipt:{row.pk}",
            happened_on=row.received_on,
            recorded_at=row.at,
            summary=f"{row.origin}到位，凭证 {row.voucher}",
            numerator=yuan(row.amount_fen),
        )
        for row in rows.order_by("received_on", "pk")
    ]


def _payment_words(row: Payment) -> str:
    kind = "冲正：" if row.reverses_id else ""
    purpose = f"，{row.purpose}" if row.purpose else ""
    return f"{kind}凭证 {row.voucher}，付{row.payee}{purpose}"
