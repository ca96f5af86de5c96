"""Card plans: opened within the limits of the law, stopped, never changed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import CardPlan
from shangwu.prepaid.operations.steps import locked_operator, required
from shangwu.prepaid.operations.till.acting import record
from shangwu.prepaid.operations.till.gates import clean_remark, require_sale, require_till
from shangwu.prepaid.rules.counter import sale
from shangwu.prepaid.rules.till import LONGEST_NAME, Plan, require_sound_plan

LONGEST_TERMS = 1000


def open_plan(
    *,
    operator: int,
    name: str,
    plan: Plan,
    scope: str,
    fund_use: str,
    refund_terms: str,
    by: Account,
    at: datetime,
) -> CardPlan:
    """Offer a card with its charter; a plan that no sale could keep within the law is refused now.

    Source: law/prepaid.toml#pack.SH-REG18-13
    Raises: Refused TILL-PLAN, TILL-LIMIT, TILL-STOPPED, TILL-NONE or PREPAID-TEXT.
    """
    require_sound_plan(plan)
    with transaction.atomic():
        found = locked_operator(operator)
        require_till(found)
        on = timezone.localtime(at).date()
        # What depends on the buyer is asked at the counter; here a buyer meets every demand.
        require_sale(found, sale(plan, is_identified=True, is_by_transfer=True), on=on)
        number = found.card_plans.aggregate(last=Max("number"))["last"] or 0
        made = CardPlan.objects.create(
            operator=found,
            number=number + 1,
            name=clean_remark(required(name, "方案名称", longest=LONGEST_NAME)),
            kind=plan.kind,
            card_kind=plan.card,
            price_fen=plan.price,
            units=plan.units,
            unit_price_fen=plan.unit_price,
            months=plan.months,
            scope=required(scope, "使用范围", longest=LONGEST_TERMS),
            fund_use=required(fund_use, "预收资金的用途和管理方式", longest=LONGEST_TERMS),
            refund_terms=required(refund_terms, "退款方式", longest=LONGEST_TERMS),
            made_by=by,
            made_at=at,
        )
        record("prepaid.open_plan", found, by, at, plan=made.number, price_fen=made.price_fen)
    return made


def stop_plan(*, operator: int, number: int, by: Account, at: datetime) -> CardPlan:
    """Stop selling a plan; its cards stay good. Raises: Refused TILL-PLAN-GONE."""
    with transaction.atomic():
        found = locked_operator(operator)
        plan = found.card_plans.select_for_update().filter(number=number, stopped_at=None).first()
        if plan is None:
            raise Refused("这个方案已经停售。", code="TILL-PLAN-GONE")
        plan.stopped_at = at
        plan.save(update_fields=["stopped_at"])
        record("prepaid.stop_plan", found, by, at, plan=plan.number)
    return plan
