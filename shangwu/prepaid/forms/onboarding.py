"""What the office and an applicant type on the way to linkage."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from shangwu.foundation.accounts.models import LOGIN_PATTERN
from shangwu.foundation.web.fields import DayField
from shangwu.prepaid.forms.fields import CreditCodeField, MoneyField, district_field, file_field
from shangwu.prepaid.models import Operator
from shangwu.prepaid.operations.onboarding import Registration
from shangwu.prepaid.queries.register import sector_choices
from shangwu.prepaid.rules.lines import subsectors
from shangwu.prepaid.rules.places import BOUNDS, DEGREE_PLACES
from shangwu.prepaid.vocabulary import BusinessSystem, DocumentKind, OperatorForm

_TEXT = forms.Textarea({"rows": 3})
# As they stand on a business licence, then the platform's own.
FACTS = (
    *("uscc", "name", "form", "district", "place", "representative", "established_on"),
    "sells_since",
    *("capital_fen", "sector", "subsector", "trade_name", "brand", "group_head"),
    *("franchise_head", "has_tenant_cards", "reason"),
)


def head_fields(on: date) -> dict[str, forms.Field]:
    """Return the fields for the heads of group and franchise; whom a member names is a head."""
    hints = {
        "group_head": (
            "集团母公司代码",
            "单用途卡在集团内通用的填写，没有的不填；母公司不必已经登记。本单位就是母公司的，填本单位代码。",
        ),
        "franchise_head": (
            "特许人代码",
            "单用途卡在同一品牌的特许经营体系内通用的填写，没有的不填；特许人不必已经登记。"
            "本单位就是特许人的，填本单位代码。",
        ),
    }
    return {
        name: CreditCodeField(label=label, on=on, required=False, help_text=hint)
        for name, (label, hint) in hints.items()
    }


class CodeForm(forms.Form):
    """The code under which the legal-entity database is asked."""

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uscc"] = CreditCodeField(
            label="统一社会信用代码", on=on, help_text="18 位。填写后从法人库带出登记信息。"
        )

    def clean_uscc(self) -> str:
        """Return the code; one that is registered is told before anything is typed."""
        code: str = self.cleaned_data["uscc"]
        known = Operator.objects.filter(uscc=code).first()
        if known is not None:
            raise forms.ValidationError(
                f"{known.name}（{known.number}）已经登记。请在对接名单中查找，不要重复登记。",
                code="OPERATOR-TWICE",
            )
        return code


class OperatorFactsForm(forms.Form):
    """What is known of an operator, without its code."""

    name = forms.CharField(label="名称", max_length=120)
    trade_name = forms.CharField(label="字号", max_length=60, required=False)
    brand = forms.CharField(label="品牌", max_length=60, required=False)
    sector = forms.ChoiceField(label="行业")
    subsector = forms.ChoiceField(
        label="细分行业", required=False, help_text="属于所选行业的一项；没有合适的不选。"
    )
    form = forms.ChoiceField(label="经营形式", choices=OperatorForm.choices)
    place = forms.CharField(label="住所", max_length=200)
    representative = forms.CharField(label="法定代表人或者负责人", max_length=50, required=False)
    capital_fen = MoneyField(label="注册资本（元）", required=False)
    has_tenant_cards = forms.BooleanField(
        label="发行场内商户通用卡（管理规定第二十九条）", required=False
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sector = self.fields["sector"]
        assert isinstance(sector, forms.ChoiceField)
        sector.choices = [("", "请选择"), *sector_choices()]
        self._lines = subsectors(on)
        self._kept = str(self.initial.get("subsector") or "")
        subsector = self.fields["subsector"]
        assert isinstance(subsector, forms.ChoiceField)
        subsector.choices = self._subsector_choices()
        self.fields["district"] = district_field(on)
        self.fields["established_on"] = DayField(label="成立日期", required=False)
        self.fields["sells_since"] = DayField(
            label="开始发行单用途卡日期",
            required=False,
            help_text="已经发卡的填写，完成对接的期限由此确定。还没有发卡或者不清楚的不填。",
        )
        self.fields |= head_fields(on)
        self.order_fields(FACTS)

    def clean(self) -> dict[str, Any]:
        """Hold the finer line of business against the sector; words registered before the table may stay."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        sector, line = cleaned.get("sector", ""), cleaned.get("subsector", "")
        if sector and line and line not in (*self._lines.get(sector, ()), self._kept):
            label = dict(sector_choices())[sector]
            self.add_error(
                "subsector",
                forms.ValidationError(
                    f"“{line}”不是{label}的细分行业，请重新选择。", code="OPERATOR-SUBSECTOR"
                ),
            )
        return cleaned

    def _subsector_choices(self) -> list[Any]:
        """The finer lines by sector; what is registered and stands in no table comes first."""
        groups = [
            (label, [(name, name) for name in self._lines.get(code, ())])
            for code, label in sector_choices()
        ]
        known = {name for names in self._lines.values() for name in names}
        kept = [(self._kept, self._kept)] if self._kept and self._kept not in known else []
        return [("", "不选"), *kept, *(group for group in groups if group[1])]


class RegistrationForm(OperatorFactsForm):
    """An operator to be registered, its code looked up before."""

    uscc = forms.CharField(max_length=18, widget=forms.HiddenInput)

    def registration(self) -> Registration:
        """Return what the operation takes."""
        return Registration(**self.cleaned_data)


class CorrectionForm(OperatorFactsForm):
    """Corrected facts, with the reason."""

    reason = forms.CharField(label="更正理由", max_length=300, widget=_TEXT)


class AccountForm(forms.Form):
    """The person who acts for the operator."""

    login = forms.RegexField(
        LOGIN_PATTERN,
        label="登录名",
        help_text="2 到 40 位小写字母、数字、点或横线，以字母或数字开头。",
    )
    display_name = forms.CharField(label="经办人姓名", max_length=50)


class OpinionForm(forms.Form):
    """What somebody of the office says."""

    text = forms.CharField(label="意见", max_length=500, widget=_TEXT)

    def __init__(self, *args: Any, label: str = "意见", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class BusinessForm(forms.Form):
    """What the applicant states of the business."""

    system = forms.ChoiceField(
        label="业务处理系统",
        choices=BusinessSystem.choices,
        widget=forms.RadioSelect,
        help_text="自建系统按开放接口逐日报送；公共基础系统由平台提供，手机即可售卡、兑付、退款，自动报送。",
    )
    trade_name = forms.CharField(label="字号", max_length=60, required=False)
    brand = forms.CharField(label="品牌", max_length=60, required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= head_fields(on)


class DocumentForm(forms.Form):
    """One paper of the application."""

    kind = forms.ChoiceField(
        label="材料种类",
        choices=[
            (code, label) for code, label in DocumentKind.choices if code != DocumentKind.STATEMENT
        ],
    )
    file = file_field("文件")


class RevenueForm(forms.Form):
    """A past year's main revenue with its statement."""

    revenue_fen = MoneyField(label="上年度主营业务收入（元）")
    statement = file_field("上年度财务报表")


def degree_field(label: str, name: str) -> forms.DecimalField:
    """Return a field for a longitude or a latitude, by its name in `BOUNDS`."""
    least, greatest = BOUNDS[name]
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=least,
        max_value=greatest,
        decimal_places=DEGREE_PLACES,
    )


class YearForm(RevenueForm):
    """The revenue of one of the years that count, with its statement."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    field_order = ("year", "revenue_fen", "statement")

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = self.fields["year"]
        assert isinstance(year, forms.TypedChoiceField)
        year.choices = [(str(one), f"{one} 年") for one in years]
        self.fields["revenue_fen"].label = "主营业务收入（元）"
        self.fields["statement"].label = "该年度财务报表"


class OutletChangeForm(forms.Form):
    """What is said of a shop and may change."""

    name = forms.CharField(label="门店名称", max_length=100)
    place = forms.CharField(label="地址", max_length=200)
    longitude = degree_field("经度", "longitude")
    latitude = degree_field("纬度", "latitude")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"] = district_field(on)
        self.fields["lease_until"] = DayField(label="租期届满日", required=False)
        self.order_fields(("name", "district", "place", "lease_until"))


class OutletForm(OutletChangeForm):
    """A shop to be added."""

    number = forms.RegexField(
        r"^[A-Z0-9-]{4,20}$",
        label="门店编号",
        help_text="4 到 20 位大写字母、数字或横线，例如 A0002。报送数据时使用这个编号。",
        error_messages={"invalid": "请用 4 到 20 位大写字母、数字或横线。"},
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        self.fields["opened_on"] = DayField(label="开业日期")
        self.order_fields(("number", "name", "district", "place", "opened_on", "lease_until"))


class OutletCloseForm(forms.Form):
    """From which day on a shop is closed."""

    closed_on = DayField(
        label="停业日期", help_text="今天或者以前；不早于最后一笔发卡、兑付、退款的日期。"
    )


class KeyForm(forms.Form):
    """A public key."""

    text = forms.CharField(
        label="公钥（Ed25519）",
        max_length=4000,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text="粘贴 PEM、Base64 或者十六进制。私钥请留在您自己的系统里，不要发给任何人。",
    )
    use = forms.ChoiceField(label="用途", choices=[("sandbox", "测试"), ("production", "正式报送")])


class RevokeForm(forms.Form):
    """Why a key is no longer used."""

    reason = forms.CharField(label="停用理由", max_length=200)


class SampleForm(forms.Form):
    """A signed sample day."""

    file = forms.FileField(
        label="样例文件（NDJSON）",
        widget=forms.ClearableFileInput({"accept": ".ndjson,.jsonl,.txt,.json"}),
    )
    signature = forms.CharField(label="签名（Base64）", max_length=200)
