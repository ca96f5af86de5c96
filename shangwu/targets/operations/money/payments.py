"""Payments by hand, with a second person's approval; reversals; allocations; answers to the negative list."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import (
    Contract,
    Declaration,
    HitResponse,
    Payment,
    PaymentAllocation,
    PaymentProposal,
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
from shangwu.targets.queries import money
from shangwu.targets.rules.money.statement.rows import StatementRow, fingerprints
from shangwu.targets.vocabulary import Decision, PaymentSource

FACTS = (
    "declaration_id",
    "project_key",
    "line_id",
    "contract_id",
    "account",
    "voucher",
    "paid_on",
    "amount_fen",
    "payee",
    "category",
    "purpose",
    "invoice",
)


@dataclass(frozen=True)
class PaymentContent:
    """What a voucher states. Unit: fen."""

    voucher: str
    paid_on: date
    amount_fen: int
    payee: str
    line: int | None = None
    contract: int | None = None
    account: str = ""
    category: str = ""
    purpose: str = ""
    invoice: str = ""


def propose_payment(
    *, declaration: int, content: PaymentContent, reason: str, by: Account, at: datetime
) -> PaymentProposal:
    """Enter a payment by hand; it counts once another person approved it.

    Raises: Refused MONEY-NOT-APPROVED, MONEY-LINE, MONEY-CONTRACT, MONEY-AMOUNT, MONEY-FUTURE, MONEY-REASON,
    MONEY-TWICE, PERIOD-LOCKED.
    """
    require_positive(content.amount_fen)
    require_past(content.paid_on, at=at, what="支付日期")
    with transaction.atomic():
        found = locked_declaration(declaration)
        require_open_days(declaration, [content.paid_on], what="支付日期")
        stated = {
            "declaration": found,
            "project_key": found.project.number,
            "line": own_line(found, content.line),
            "contract": own_contract(found, content.contract),
            "account": content.account.strip(),
            "voucher": require_reason(content.voucher, what="凭证号"),
            "paid_on": content.paid_on,
            "amount_fen": content.amount_fen,
            "payee": require_reason(content.payee, what="收款人"),
            "category": content.category.strip(),
            "purpose": content.purpose.strip(),
            "invoice": content.invoice.strip(),
            "reason": require_reason(reason, what="人工登记的理由"),
        }
        require_new(PaymentProposal.objects.filter(**stated, decision=Decision.PENDING))
        proposal = PaymentProposal.objects.create(**stated, by=by, at=at)
        _record_proposal(found, proposal, by, at)
    return proposal


def propose_reversal(
    *, payment: int, returned_on: date | None, reason: str, by: Account, at: datetime
) -> PaymentProposal:
    """Propose to take a payment back: as of its own day for an error, of `returned_on` for money returned.

    Raises: Refused PAYMENT-REVERSED, MONEY-FUTURE, MONEY-REASON, PAYMENT-RETURNED-EARLY, PERIOD-LOCKED.
    """
    with transaction.atomic():
        original = Payment.objects.get(pk=payment)
        declaration = locked_declaration(original.declaration_id)
        day = returned_on or original.paid_on
        require_past(day, at=at, what="退回日期")
        if day < original.paid_on:
            raise Refused("退回日期不能早于支付日期，请核对。", code="PAYMENT-RETURNED-EARLY")
        require_open_days(declaration.pk, [day], what="退回日期" if returned_on else "支付日期")
        _require_standing(original)
        values = {name: getattr(original, name) for name in FACTS}
        try:
            with transaction.atomic():
                proposal = PaymentProposal.objects.create(
                    **{**values, "paid_on": day, "amount_fen": -original.amount_fen},
                    reverses=original,
                    reason=require_reason(reason, what="冲正理由"),
                    by=by,
                    at=at,
                )
        except IntegrityError:
            raise Refused(
                "这笔支付已有冲正申请等待审批，没有重复提出。", code="PAYMENT-REVERSED"
            ) from None
        _record_proposal(declaration, proposal, by, at)
    return proposal


def decide_payment(
    *, proposal: int, approve: bool, note: str, by: Account, at: datetime
) -> PaymentProposal:
    """Approve or refuse a proposed payment or reversal; approval makes it a payment on record.

    Raises: Refused as `decide`; PAYMENT-TWICE when a statement entered the same payment meanwhile;
    PERIOD-LOCKED.
    """
    with transaction.atomic():
        pending = PaymentProposal.objects.get(pk=proposal)
        declaration = locked_declaration(pending.declaration_id)
        found = decide(PaymentProposal.objects, proposal, approve=approve, note=note, by=by, at=at)
        if approve:
            require_open_days(declaration.pk, [found.paid_on], what="支付日期")
            _enter(found, by=by, at=at)
        record(
            "targets.decide_payment",
            declaration,
            by,
            at,
            proposal=found.pk,
            decision=Decision(found.decision).value,
            amount_fen=found.amount_fen,
        )
        what = _named(found)
        tell_of_money(declaration, what, proposer=found.by, approved=approve, at=at)
    return found


def allocate_payment(
    *,
    payment: int,
    line: int | None,
    contract: int | None,
    category: str,
    reason: str,
    by: Account,
    at: datetime,
) -> PaymentAllocation:
    """Say to which sub-project, contract and category a payment belongs; the voucher's words stay.

    Raises: Refused MONEY-LINE, MONEY-CONTRACT, MONEY-REASON.
    """
    with transaction.atomic():
        found = Payment.objects.get(pk=payment)
        declaration = locked_declaration(found.declaration_id)
        allocation = PaymentAllocation.objects.create(
            payment=found,
            line=own_line(declaration, line),
            contract=own_contract(declaration, contract),
            category=category.strip(),
            reason=require_reason(reason, what="归集理由"),
            by=by,
            at=at,
        )
        record("targets.allocate_payment", declaration, by, at, payment=found.pk, line=line)
    return allocation


def respond_to_hit(
    *,
    declaration: int,
    digest: str,
    kind: str,
    text: str,
    file: StoredFile | None,
    on: date,
    by: Account,
    at: datetime,
) -> HitResponse:
    """Answer a hit of the negative list as it stands; another person decides whether it is cleared.

    Raises: Refused HIT-GONE when no hit has this digest any more, HIT-ANSWERED, MONEY-REASON.
    """
    with transaction.atomic():
        found = locked_declaration(declaration)
        states = money.hits(found, on=on, known_at=at)
        state = next((one for one in states if one.hit.digest == digest), None)
        if state is None:
            raise Refused(
                "这个问题的数据已经变化或已不存在，请刷新页面后重新核对。", code="HIT-GONE"
            )
        if state.response is not None and state.response.decision != Decision.REFUSED:
            raise Refused("这个问题已有答复，没有重复提交。", code="HIT-ANSWERED")
        response = HitResponse.objects.create(
            declaration=found,
            rule=state.hit.rule,
            subject=state.hit.subject,
            digest=digest,
            sentence=state.hit.sentence,
            kind=kind,
            text=require_reason(text, what="说明或整改情况"),
            file=file,
            by=by,
            at=at,
        )
        record(
            "targets.respond_to_hit",
            found,
            by,
            at,
            rule=response.rule,
            subject=response.subject,
            digest=digest,
        )
        ask_about_money(found, f"负面清单 {response.rule} 的答复", by=by, at=at)
    return response


def decide_hit(
    *, response: int, approve: bool, note: str, by: Account, at: datetime
) -> HitResponse:
    """Clear a hit, or send its answer back; by another person than the one who answered.

    Raises: Refused as `decide`.
    """
    with transaction.atomic():
        declaration = locked_declaration(HitResponse.objects.get(pk=response).declaration_id)
        found = decide(HitResponse.objects, response, approve=approve, note=note, by=by, at=at)
        record(
            "targets.decide_hit",
            declaration,
            by,
            at,
            response=found.pk,
            rule=found.rule,
            decision=Decision(found.decision).value,
        )
        what = f"负面清单 {found.rule} 的答复"
        tell_of_money(declaration, what, proposer=found.by, approved=approve, at=at)
    return found


def own_contract(declaration: Declaration, contract: int | None) -> Contract | None:
    """Return the declaration's contract; None stays None.

    Raises: Refused MONEY-CONTRACT for a contract of another declaration.
    """
    if contract is None:
        return None
    found = Contract.objects.filter(declaration=declaration, pk=contract).first()
    if found is None:
        raise Refused("所选合同不属于这份申报表，请重新选择。", code="MONEY-CONTRACT")
    return found


def _enter(proposal: PaymentProposal, *, by: Account, at: datetime) -> Payment:
    if proposal.reverses is not None:
        _require_standing(proposal.reverses)
    values = {name: getattr(proposal, name) for name in FACTS}
    row = StatementRow(
        number=0,
        paid_on=proposal.paid_on,
        amount_fen=proposal.amount_fen,
        payee=proposal.payee,
        voucher=proposal.voucher,
        account=proposal.account,
    )
    [fingerprint] = fingerprints([row])
    if proposal.reverses is not None:
        fingerprint = f"reversal-{proposal.reverses_id}"
    try:
        with transaction.atomic():
            return Payment.objects.create(
                **values,
                fingerprint=fingerprint,
                source=PaymentSource.HAND,
                proposal=proposal,
                reverses=proposal.reverses,
                by=by,
                at=at,
            )
    except IntegrityError:
        raise Refused(
            "账号、凭证号、日期、金额、收款人相同的支付已经登记，没有重复登记。"
            "如确为两笔，请核对凭证号。",
            code="PAYMENT-TWICE",
        ) from None


def _require_standing(payment: Payment) -> None:
    if payment.reverses_id or Payment.objects.filter(reverses=payment).exists():
        raise Refused("这笔支付已经冲正，没有重复办理。", code="PAYMENT-REVERSED")


def _record_proposal(
    declaration: Declaration, proposal: PaymentProposal, by: Account, at: datetime
) -> None:
    record(
        "targets.propose_payment",
        declaration,
        by,
        at,
        proposal=proposal.pk,
        voucher=proposal.voucher,
        amount_fen=proposal.amount_fen,
        reverses=proposal.reverses_id,
    )
    ask_about_money(declaration, _named(proposal), by=by, at=at)


def _named(proposal: PaymentProposal) -> str:
    kind = "冲正" if proposal.reverses_id else "支付登记"
    return f"{kind}（凭证 {proposal.voucher}）"
