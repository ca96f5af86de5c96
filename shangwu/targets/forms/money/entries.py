"""What clerks enter about the money of a declaration; amounts in yuan, kept as whole fen."""

from collections.abc import Mapping
from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField, YuanField
from shangwu.targets.forms.acts import ACCEPTED_EVIDENCE, LARGEST_FILE
from shangwu.targets.models import Declaration, MoneyPlan
from shangwu.targets.operations.money.contracts import ContractContent
from shangwu.targets.operations.money.payments import PaymentContent
from shangwu.targets.rules.money.facts import Item
from shangwu.targets.rules.money.law import money_law
from shangwu.targets.rules.money.rates import Planned
from shangwu.targets.vocabulary import AdjustmentKind

PLAN_ROWS, MOST_PLAN_ROWS, ITEM_ROWS = 12, 200, 5
_CATEGORY = {"invalid": "请填写三位或五位的经济分类编码，例如 302 或 30227。"}


def _text(label: str, longest: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, **options)


def _reason(label: str, hint: str = "") -> forms.CharField:
    widget = forms.Textarea({"rows": 3})
    return forms.CharField(label=label, max_length=1000, widget=widget, help_text=hint)


def _category() -> forms.RegexField:
    return forms.RegexField(
        r"\d{3}(?:\d{2})?",
        label="经济分类",
        required=False,
        error_messages=_CATEGORY,
        help_text="部门预算支出经济分类编码，例如 30227。",
    )


def evidence_file() -> forms.FileField:
    """Return the field for one optional file of evidence."""
    return forms.FileField(
        label="佐证材料",
        required=False,
        help_text="支持 PDF、Word、Excel、图片和文本，不超过 20 MB。",
        widget=forms.ClearableFileInput({"accept": ACCEPTED_EVIDENCE, **LARGEST_FILE}),
    )


class EntryForm(forms.Form):
    """A form about one declaration; it knows its sub-projects and contracts."""

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declaration = declaration

    def arguments(self) -> Mapping[str, Any]:
        """Return what the operation takes."""
        return self.cleaned_data

    def _offer_lines(self, name: str, label: str, nothing: str) -> None:
        lines = self.declaration.subprojects.order_by("position")
        self._offer(name, label, nothing, [(line.pk, line.name) for line in lines])

    def _offer_contracts(self) -> None:
        contracts = self.declaration.contracts.order_by("number")
        shown = [(one.pk, f"{one.number} {one.payee}") for one in contracts]
        self._offer("contract", "合同", "没有合同", shown)

    def _offer(self, name: str, label: str, nothing: str, rows: list[tuple[int, str]]) -> None:
        self.fields[name] = forms.TypedChoiceField(
            label=label,
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", nothing), *rows],
        )


class AdjustmentForm(EntryForm):
    """A change of the budget, or last year's carry-over."""

    kind = forms.ChoiceField(label="类型", choices=AdjustmentKind)
    amount_fen = YuanField(label="金额（元）", help_text="填正数，增减由类型决定。")
    effective_on = DayField(label="生效日期")
    document = _text("批准文号", 60, required=False)
    reason = _reason("调整理由", "每一次调整都须单独说明理由。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_lines("line", "子项目（调剂时为调入方）", "不分子项目")
        self._offer_lines("from_line", "调出子项目（仅调剂时选）", "不适用")
        order = ("kind", "amount_fen", "line", "from_line", "effective_on", "document", "reason")
        self.order_fields(order)


class ContractForm(EntryForm):
    """A contract with its unit prices."""

    number = _text("合同编号", 60)
    title = _text("合同名称", 200)
    payee = _text("收款人", 200)
    amount_fen = YuanField(label="合同金额（元）")
    signed_on = DayField(label="签订日期")
    prepay_fen = YuanField(label="约定预付款（元）", help_text="没有约定预付款的填 0。")
    pay_within_days = forms.IntegerField(
        label="验收后几日内付款", min_value=0, max_value=3650, help_text="合同约定的日历日。"
    )
    is_procured = forms.BooleanField(label="已履行政府采购程序", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = money_law(self.declaration.ends_on).payment_days.value
        self.fields["pay_within_days"].initial = days
        self.fields["prepay_fen"].initial = "0"
        self._offer_lines("line", "子项目", "不分子项目")
        for n in range(1, ITEM_ROWS + 1):
            self.fields[f"item-{n}"] = _text(f"第 {n} 项名称", 100, required=False)
            self.fields[f"price-{n}"] = YuanField(label=f"第 {n} 项单价（元）", required=False)
            self.fields[f"standard-{n}"] = YuanField(
                label=f"第 {n} 项申报标准（元）", required=False
            )

    def clean(self) -> None:
        """Refuse a unit price without a name, or a name without a price."""
        for n in range(1, ITEM_ROWS + 1):
            name, price = self.cleaned_data.get(f"item-{n}"), self.cleaned_data.get(f"price-{n}")
            if bool(name) != (price is not None):
                self.add_error(f"item-{n}", f"第 {n} 项的名称和单价须同时填写。")

    def head_fields(self) -> list[forms.BoundField]:
        """Return the fields of the contract itself."""
        return [field for field in self if "-" not in field.name]

    def item_fields(self) -> list[list[forms.BoundField]]:
        """Return the fields of each unit price, for the template."""
        return [
            [self[f"{name}-{n}"] for name in ("item", "price", "standard")]
            for n in range(1, ITEM_ROWS + 1)
        ]

    def arguments(self) -> Mapping[str, Any]:
        """Return the contract with the unit prices that were filled in."""
        data = self.cleaned_data
        head = {name: value for name, value in data.items() if "-" not in name}
        items = tuple(
            Item(data[f"item-{n}"], data[f"price-{n}"], data[f"standard-{n}"])
            for n in range(1, ITEM_ROWS + 1)
            if data[f"item-{n}"]
        )
        return {"content": ContractContent(**head, items=items)}


class AcceptanceForm(forms.Form):
    """What was accepted under a contract."""

    accepted_on = DayField(label="验收日期")
    claimed_fen = YuanField(label="申报完成金额（元）")
    evidenced_fen = YuanField(
        label="有佐证的完成金额（元）", help_text="附上佐证材料；没有佐证的填 0。"
    )
    note = _reason("验收意见")
    file = evidence_file()


class PlanForm(EntryForm):
    """The days and amounts of a plan; saving it replaces the plan that stood."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        standing = self.declaration.money_plans.filter(kind=kind, withdrawn_at=None)
        points = list(standing.order_by("due_on"))
        self.rows = 0
        for point in [*points, *[None] * max(PLAN_ROWS - len(points), 3)]:
            self._add_row(point)

    def full_clean(self) -> None:
        """Clean every row that was sent; the plan that stands now may have fewer."""
        while self.rows < MOST_PLAN_ROWS and f"day-{self.rows + 1}" in self.data:
            self._add_row(None)
        super().full_clean()

    def clean(self) -> None:
        """Refuse half a row, and a plan without any."""
        filled = 0
        for n in range(1, self.rows + 1):
            day, fen = self.cleaned_data.get(f"day-{n}"), self.cleaned_data.get(f"amount-{n}")
            if (day is None) != (fen is None) and not self.errors:
                self.add_error(f"day-{n}", f"第 {n} 笔的日期和金额须同时填写。")
            filled += day is not None
        if not filled and not self.errors:
            raise forms.ValidationError("请至少填写一笔日期和金额。")

    def _add_row(self, point: MoneyPlan | None) -> None:
        self.rows += 1
        n = self.rows
        self.fields[f"day-{n}"] = DayField(
            label=f"第 {n} 笔日期", required=False, initial=point and point.due_on
        )
        self.fields[f"amount-{n}"] = YuanField(
            label=f"第 {n} 笔金额（元）",
            required=False,
            initial=point and f"{point.amount_fen // 100}.{point.amount_fen % 100:02d}",
        )

    def plan_fields(self) -> list[list[forms.BoundField]]:
        """Return the fields row by row, for the template."""
        return [[self[f"day-{n}"], self[f"amount-{n}"]] for n in range(1, self.rows + 1)]

    def arguments(self) -> Mapping[str, Any]:
        """Return the kind of plan and its points."""
        data = self.cleaned_data
        return {
            "kind": self.kind,
            "points": [
                Planned(data[f"day-{n}"], data[f"amount-{n}"])
                for n in range(1, self.rows + 1)
                if data[f"day-{n}"] is not None
            ],
        }


class ReceiptForm(EntryForm):
    """Money that arrived."""

    received_on = DayField(label="到位日期")
    amount_fen = YuanField(label="金额（元）")
    origin = _text("资金来源", 100, help_text="例如：市级财政拨款。")
    voucher = _text("凭证号", 60)


class UseForm(EntryForm):
    """Whom or for what the project's money may be paid."""

    payee = _text("收款人", 200, required=False, help_text="不限收款人的不填。")
    category = _category()
    reason = _reason("依据", "例如：批复文件、采购结果、合同。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_lines("line", "子项目", "全部子项目")
        self.order_fields(("line", "payee", "category", "reason"))


class KeyForm(EntryForm):
    """The key under which bank or treasury know the project."""

    key = _text("财政项目编码", 60, help_text="与对账单“项目编码”栏一致。")


class PaymentForm(EntryForm):
    """A payment by hand, where there is no statement to import."""

    voucher = _text("凭证号", 60)
    paid_on = DayField(label="支付日期")
    amount_fen = YuanField(label="金额（元）")
    payee = _text("收款人", 200)
    account = _text("付款账号", 60, required=False)
    category = _category()
    purpose = _text("用途", 300, required=False)
    invoice = _text("发票号", 60, required=False)
    reason = _reason("人工登记的理由", "说明为何没有对账单可以导入。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_lines("line", "子项目", "暂不归集")
        self._offer_contracts()
        order = ("voucher", "paid_on", "amount_fen", "payee", "line", "contract", "category")
        self.order_fields((*order, "purpose", "invoice", "account", "reason"))

    def arguments(self) -> Mapping[str, Any]:
        """Return what the voucher states, and why it is entered by hand."""
        data = dict(self.cleaned_data)
        return {"reason": data.pop("reason"), "content": PaymentContent(**data)}


class AllocationForm(EntryForm):
    """To which sub-project, contract and category a payment belongs."""

    category = _category()
    reason = _reason("归集理由")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_lines("line", "子项目", "不归集到子项目")
        self._offer_contracts()
        self.order_fields(("line", "contract", "category", "reason"))


class ReversalForm(forms.Form):
    """Why a payment is taken back, and when money came back."""

    returned_on = DayField(
        label="款项退回日期",
        required=False,
        help_text="登记有误的不填，按原支付日期冲正；款项确已退回的填退回日期。",
    )
    reason = _reason("冲正理由")
