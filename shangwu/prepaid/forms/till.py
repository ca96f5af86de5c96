"""What a shop types at its till. Every act carries the key that its page made when it was shown."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from shangwu.foundation.money import in_yuan
from shangwu.foundation.web.fields import DayField, YuanField
from shangwu.prepaid.forms.fields import MoneyField
from shangwu.prepaid.models import CardPlan, Operator, QuarterReport
from shangwu.prepaid.operations.till import QuarterFigures
from shangwu.prepaid.queries.quarters import Movements
from shangwu.prepaid.queries.till import offered, rules_plan
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.batch.fields import LONGEST_TEXT
from shangwu.prepaid.rules.counter import asks
from shangwu.prepaid.rules.papers.models import BLANK, CHARTER_FIELDS
from shangwu.prepaid.rules.till import LONGEST_NAME, Plan, shown_offer
from shangwu.prepaid.vocabulary import CardKind, Fault, SaleKind

_TERMS = forms.Textarea({"rows": 6})
KINDS = [
    (SaleKind.STORED_VALUE.value, "储值卡"),
    (SaleKind.LESSONS.value, "次卡（课时卡）"),
    (SaleKind.MEMBERSHIP.value, "期限卡（月卡、季卡、年卡，不限次）"),
]
BUYERS = [("individual", "个人"), ("company", "单位")]


def new_key() -> str:
    """Return a key for the act of a page that is about to be shown."""
    return str(uuid4())


class ActForm(forms.Form):
    """What every act at the till says: in which shop, under which key."""

    key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    outlet = forms.ChoiceField(label="门店")
    remark = forms.CharField(
        label="备注", max_length=100, required=False, help_text="不要写顾客的姓名、电话等个人信息。"
    )

    def __init__(self, *args: Any, operator: Operator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = operator.outlets.filter(closed_on=None).order_by("number")
        outlet = self.fields["outlet"]
        assert isinstance(outlet, forms.ChoiceField)
        outlet.choices = [(one.number, f"{one.number} {one.name}") for one in open_ones]
        if len(outlet.choices) == 1:
            outlet.widget = forms.HiddenInput()
            outlet.initial = open_ones[0].number
        self.fields["key"].initial = new_key()


class _CodeMixin(forms.Form):
    """A card as its slip shows it."""

    code = forms.CharField(
        label="扫码，或者输入卡号和查询密码",
        max_length=60,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "inputmode": "text",
            }
        ),
        help_text="12 位卡号在前，16 位查询密码在后；空格、横线可有可无。",
    )


class SaleForm(ActForm):
    """What the law asks of a sale and of a buyer, stated by the shop; who it is stays off the platform.

    Asked are the first day and the buyer's other cards only where the line of business has such limits.
    """

    starts_on = DayField(label="开课日期", help_text="已经开课的，填今天；续费的，填续的这一期的。")
    other_cards = forms.CharField(
        label="顾客在本店的其他卡",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=(
            "限额按同一顾客合计。请扫描或者输入顾客没用完的其他卡，一行一张。平台不知道持卡人是谁，"
            "没有扫描的卡、顾客在别家的卡都看不到，请向顾客问清。"
        ),
    )
    buyer = forms.ChoiceField(label="购卡人", choices=BUYERS, initial="individual")
    is_identified = forms.BooleanField(
        label="已登记购卡人身份（登记在本店，不录入平台）", required=False
    )
    is_by_transfer = forms.BooleanField(label="以银行转账方式付款", required=False)
    field_order = (
        *("code", "plan", "starts_on", "other_cards", "outlet", "buyer"),
        *("is_identified", "is_by_transfer", "remark", "key"),
    )

    def __init__(self, *args: Any, operator: Operator, on: date, **kwargs: Any) -> None:
        super().__init__(*args, operator=operator, **kwargs)
        asked = asks(operator.sector, on=on)
        if not asked.start:
            del self.fields["starts_on"]
        if not asked.others:
            del self.fields["other_cards"]

    def clean_other_cards(self) -> tuple[str, ...]:
        """Return the cards, one of each line."""
        lines = self.cleaned_data["other_cards"].splitlines()
        return tuple(line.strip() for line in lines if line.strip())


class IssueForm(SaleForm):
    """A card to be sold."""

    plan = forms.ChoiceField(label="方案", widget=forms.RadioSelect)

    def __init__(self, *args: Any, operator: Operator, **kwargs: Any) -> None:
        super().__init__(*args, operator=operator, **kwargs)
        plan = self.fields["plan"]
        assert isinstance(plan, forms.ChoiceField)
        on_sale = list(offered(operator))
        plan.choices = [(str(one.number), _described(one)) for one in on_sale]
        is_term = any(one.kind == SaleKind.MEMBERSHIP for one in on_sale)
        if is_term and "starts_on" not in self.fields:
            self.fields["starts_on"] = DayField(
                label="启用日期", required=False, help_text="期限卡填写，不填的从今天起算。"
            )
            self.order_fields(self.field_order)


class TopUpForm(_CodeMixin, SaleForm):
    """A card to be topped up by its plan."""


class LookForm(_CodeMixin):
    """A card to be looked up."""


class RedeemForm(_CodeMixin, ActForm):
    """A redemption: an amount in yuan on a stored-value card, or a number of visits."""

    amount = MoneyField(label="金额（元），储值卡填写", required=False)
    count = forms.IntegerField(label="次数，次卡填写", required=False, min_value=1, max_value=1000)
    field_order = ("code", "amount", "count", "outlet", "remark", "key")

    def __init__(self, *args: Any, operator: Operator, **kwargs: Any) -> None:
        super().__init__(*args, operator=operator, **kwargs)
        self._has_terms = operator.card_plans.filter(kind=SaleKind.MEMBERSHIP).exists()
        if self._has_terms:
            self.fields["count"].help_text = "期限卡只登记入场，金额和次数都不填。"

    def clean(self) -> dict[str, Any]:
        """Exactly one of amount and count; neither for a card for a term."""
        cleaned = super().clean() or self.cleaned_data
        given = [name for name in ("amount", "count") if cleaned.get(name) is not None]
        if not self.errors and (len(given) > 1 or (not given and not self._has_terms)):
            raise ValidationError("储值卡填金额，次卡填次数，只填一项。", code="TILL-UNITS")
        return cleaned


class RefundForm(_CodeMixin, ActForm):
    """A refund: whose doing it is, said by a person."""

    fault = forms.ChoiceField(
        label="退款原因",
        choices=Fault.choices,
        widget=forms.RadioSelect,
        help_text="由您据实选择，平台不作推断。两种原因的计算不同。",
    )
    field_order = ("code", "fault", "outlet", "remark", "key")


class ConfirmRefundForm(RefundForm):
    """The refund with the sum that was shown."""

    expected_fen = forms.IntegerField(widget=forms.HiddenInput)


class QuarterForm(forms.Form):
    """How a quarter went, and how prepaid money was spent in it."""

    key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    revenue = MoneyField(label="本季度主营业务收入（元）")
    profit = YuanField(
        label="本季度利润（元）", max_length=60, help_text="亏损的填负数，例如 -1200。"
    )
    spent = MoneyField(label="本季度预收资金支出（元）")
    main_uses = forms.CharField(
        label="主要用途",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
        help_text="例如 房租、食材采购、人员工资。不要写顾客的姓名、电话等个人信息。",
    )

    def __init__(
        self, *args: Any, known: Movements, report: QuarterReport | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_key()
        spent = self.fields["spent"]
        spent.help_text = (
            f"收银台记录的兑付和退款合计 {yuan(known.left)}，即本季度从预收资金中转出的金额。"
            "实际支出与此不同的，请据实填写。"
        )
        if report is None:
            spent.initial = str(in_yuan(known.left))
            return
        for name in ("revenue", "profit", "spent"):
            self.fields[name].initial = str(in_yuan(getattr(report, f"{name}_fen")))
        self.fields["main_uses"].initial = report.main_uses

    def figures(self, start: date) -> QuarterFigures:
        """Return what the operation takes."""
        given = self.cleaned_data
        return QuarterFigures(
            quarter_start=start,
            revenue_fen=given["revenue"],
            profit_fen=given["profit"],
            spent_fen=given["spent"],
            main_uses=given["main_uses"].strip(),
        )


class PlanForm(forms.Form):
    """A card to be offered, with its charter."""

    name = forms.CharField(label="方案名称", max_length=LONGEST_NAME)
    kind = forms.ChoiceField(label="怎样计", choices=KINDS, widget=forms.RadioSelect)
    card = forms.ChoiceField(label="是否记名", choices=CardKind.choices)
    price = MoneyField(label="售价（元）")
    value = MoneyField(
        label="面值（元）",
        required=False,
        help_text="储值卡填写；有赠送的，填售价加赠送。不填即与售价相同。",
    )
    lessons = forms.IntegerField(
        label="次数", required=False, min_value=1, max_value=10_000, help_text="次卡填写。"
    )
    unit_price = MoneyField(
        label="单次原价（元）",
        required=False,
        help_text="次卡填写。消费者原因退款时按它计算已消费部分。",
    )
    months = forms.IntegerField(
        label="有效期（月）",
        required=False,
        min_value=1,
        max_value=120,
        help_text="期限卡必填；其他卡不设有效期的不填。零售、餐饮、住宿、居民服务的记名卡不得设有效期。",
    )
    scope = forms.CharField(label="使用范围", max_length=1000, widget=_TERMS)
    fund_use = forms.CharField(label="预收资金的用途和管理方式", max_length=1000, widget=_TERMS)
    refund_terms = forms.CharField(label="退款方式", max_length=1000, widget=_TERMS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CHARTER_FIELDS:
            self.fields[name].help_text = "已按示范章程填好，可以修改；空白处请填写或者删去。"

    def clean(self) -> dict[str, Any]:
        """Refuse a term without months, and a charter with blanks: what holders are not told cannot bind them."""
        given = super().clean() or {}
        if given.get("kind") == SaleKind.MEMBERSHIP and not given.get("months"):
            self.add_error("months", "期限卡须填写有效期（月）。")
        for name in CHARTER_FIELDS:
            if BLANK in given.get(name, ""):
                self.add_error(name, f"还有空白（{BLANK}），请填写，或者删去这一句。")
        return given

    def plan(self) -> Plan:
        """Return the plan as the rules know it."""
        given = self.cleaned_data
        value = given["value"] if given["value"] is not None else given["price"]
        units = {SaleKind.LESSONS: given["lessons"] or 0, SaleKind.MEMBERSHIP: given["months"] or 0}
        return Plan(
            kind=given["kind"],
            card=given["card"],
            price=given["price"],
            units=units.get(given["kind"], value),
            unit_price=given["unit_price"] if given["kind"] == SaleKind.LESSONS else None,
            months=given["months"],
        )


def _described(plan: CardPlan) -> str:
    return f"{plan.name}：{yuan(plan.price_fen)} 得 {shown_offer(rules_plan(plan))}"
