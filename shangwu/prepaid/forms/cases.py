"""What people type about supervision cases, their papers and on-site checks."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.web.fields import DayField
from shangwu.prepaid.forms.fields import MoneyField
from shangwu.prepaid.models import Case, Observation, Operator, Outlet
from shangwu.prepaid.queries.finding import LONGEST_QUERY
from shangwu.prepaid.rules.cases import FineOffer
from shangwu.prepaid.rules.governance import CheckItem, clock
from shangwu.prepaid.rules.supervision import LONGEST_PERIOD, TO_BODY, breaches_with_fines
from shangwu.prepaid.vocabulary import (
    Breach,
    CaseAct,
    CaseOrigin,
    CheckAnswer,
    Delivery,
    Gravity,
    LetterKind,
)
from shangwu.targets.forms.acts import EvidenceField

if TYPE_CHECKING:
    _PersonField = forms.ModelChoiceField[Account]
    _ObservationField = forms.ModelMultipleChoiceField[Observation]
else:
    _PersonField, _ObservationField = forms.ModelChoiceField, forms.ModelMultipleChoiceField

PICTURES = "image/jpeg,image/png"


class UploadsField(EvidenceField):
    """Any number of files, none included; the cleaned value is a list of uploads."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Leave out the empty control."""
        return [file for file in super().clean(data, initial) if file]


class PeopleField(_PersonField):
    """A choice among people by the names that others know them by."""

    def label_from_instance(self, obj: Account) -> str:
        """Return the person's name."""
        return obj.display_name


class ObservationsField(_ObservationField):
    """The anomalies of one operator, each in its own words."""

    def label_from_instance(self, obj: Observation) -> str:
        """Return day, kind and sentence."""
        return f"{obj.day} {obj.get_kind_display()}：{obj.sentence}"


class OperatorForm(forms.Form):
    """Which operator, by what people call it or by a code."""

    operator = forms.CharField(
        label="经营者",
        help_text="名称、品牌、平台编号或者统一社会信用代码，写一部分也可以。",
        max_length=LONGEST_QUERY,
    )


class OpenCaseForm(forms.Form):
    """Why a case is opened."""

    observations = ObservationsField(
        Observation.objects.none(),
        label="待处理的异常",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="选中的异常连同当日日账、存管核算固定为证据。",
    )
    origin = forms.ChoiceField(label="来源", choices=CaseOrigin.choices)
    reference = forms.CharField(
        label="来源编号", max_length=40, required=False, help_text="预警、投诉的编号。"
    )
    breach = forms.ChoiceField(
        label="涉嫌违法行为", required=False, help_text="只列有罚则的；不选时按所选异常判断。"
    )
    summary = forms.CharField(
        label="案由",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="不填时采用所选异常的说明。",
    )
    inspection = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, operator: Operator, on: date, seen: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        observations, breach = self.fields["observations"], self.fields["breach"]
        assert isinstance(observations, forms.ModelMultipleChoiceField)
        assert isinstance(breach, forms.ChoiceField)
        observations.queryset = seen
        named = breaches_with_fines(on=on, sector=operator.sector)
        breach.choices = [("", "按异常判断"), *((one, Breach(one).label) for one in named)]


class VersionForm(forms.Form):
    """The state of a record as the person saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ActForm(VersionForm):
    """An act in a case; which fields it asks for depends on the act."""

    text = forms.CharField(label="事实和理由", max_length=1500, widget=forms.Textarea({"rows": 4}))
    days = forms.IntegerField(
        label="改正期限（工作日）", min_value=1, max_value=LONGEST_PERIOD, required=False
    )
    met_on = DayField(label="约谈日期", required=False)
    place = forms.CharField(label="约谈地点", max_length=100, required=False)
    said = forms.CharField(
        label="告知的事实和要求",
        max_length=1500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    answer = forms.CharField(
        label="当事人意见", max_length=1500, required=False, widget=forms.Textarea({"rows": 3})
    )
    refused = forms.BooleanField(label="当事人拒不改正（不待期限届满即移送）", required=False)

    ASKED: ClassVar[dict[str, set[str]]] = {
        CaseAct.WARN: {"text", "days"},
        CaseAct.INTERVIEW: {"text", "days", "met_on", "place", "said", "answer"},
        CaseAct.HAND_OVER: {"text", "refused"},
        CaseAct.CONFIRM: {"text"},
        CaseAct.STOP_SALES: {"text"},
        CaseAct.RESUME_SALES: {"text"},
        CaseAct.CLOSE: {"text"},
    }

    def __init__(self, *args: Any, act: str, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {*self.ASKED[CaseAct(act)], "version"}
        self.fields = {name: field for name, field in self.fields.items() if name in asked}
        for name, field in self.fields.items():
            # Several acts stand on one page; each has controls of its own.
            field.widget.attrs["id"] = f"id_{act}_{name}"
        if "days" in self.fields:
            usual = clock("rectify", on=on).workdays
            self.fields["days"].initial = usual
            self.fields["days"].help_text = f"本平台建议 {usual} 个工作日，自签发次日起算。"

    def content(self) -> dict[str, Any]:
        """Return what the act keeps, as plain JSON."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if said.get("met_on"):
            said["met_on"] = said["met_on"].isoformat()
        return said


class ReturnForm(VersionForm):
    """Why a draft goes back."""

    reason = forms.CharField(label="退回理由", max_length=300)


class EvidenceForm(forms.Form):
    """What is proved, and the files that prove it."""

    sentence = forms.CharField(label="证明什么", max_length=480, widget=forms.Textarea({"rows": 2}))
    evidence = UploadsField()


class AssignCaseForm(VersionForm):
    """Who handles the case."""

    officer = PeopleField(Account.objects.none(), label="经办人", empty_label="请选择")

    def __init__(self, *args: Any, people: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Account.objects.filter(pk__in=[one.pk for one in people])


class DeliveryForm(forms.Form):
    """How and when a paper was delivered."""

    DONE: ClassVar[str] = "送达"
    HEADING: ClassVar[str] = "登记送达"
    mode = forms.ChoiceField(
        label="送达方式",
        choices=[one for one in Delivery.choices if one[0] != Delivery.PLATFORM],
    )
    on = DayField(label="送达日期")
    note = forms.CharField(
        label="说明",
        max_length=200,
        required=False,
        help_text="快递单号、签收情况等；不要写个人电话。",
    )


class ReceiptForm(DeliveryForm):
    """How and when another authority took over a case, and by which receipt (接收回执)."""

    DONE, HEADING = "接收", "登记接收回执"
    note = forms.CharField(
        label="接收回执",
        max_length=200,
        help_text="接收单位、回执文号或者签收情况；不要写个人电话。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mode = self.fields["mode"]
        assert isinstance(mode, forms.ChoiceField)
        mode.label, self.fields["on"].label = "移交方式", "接收日期"
        mode.choices = [(one, Delivery(one).label) for one in TO_BODY]


DELIVERIES = {LetterKind.HAND_OVER.value: ReceiptForm}


class PenaltyForm(VersionForm):
    """What the decision of the penalty body says; only bands of the matching article are offered."""

    decision_number = forms.CharField(label="处罚决定书文号", max_length=60)
    decided_on = DayField(label="决定日期")
    band = forms.ChoiceField(label="依据和情节")
    fine = MoneyField(label="罚款金额（元）", max_length=30)

    def __init__(self, *args: Any, offers: Sequence[FineOffer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["band"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (
                f"{offer.basis}|{band.gravity}",
                f"{offer.citation.article} {Gravity(band.gravity).label}",
            )
            for offer in offers
            for band in offer.bands
        ]

    def basis_and_gravity(self) -> tuple[str, str]:
        """Return the pack to cite and the gravity."""
        basis, _, gravity = str(self.cleaned_data["band"]).partition("|")
        return basis, gravity


class ReplyForm(forms.Form):
    """What an operator answers to a paper."""

    text = forms.CharField(
        label="答复内容",
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text="请写明怎样改正、何时完成。不要填写消费者的姓名、电话和证件号码。",
    )
    evidence = UploadsField()


class PlanForm(forms.Form):
    """A check to be made by two inspectors."""

    outlet: "forms.ModelChoiceField[Outlet]" = forms.ModelChoiceField(
        Outlet.objects.none(), label="门店", required=False, empty_label="住所"
    )
    case: "forms.ModelChoiceField[Case]" = forms.ModelChoiceField(
        Case.objects.none(), label="所属案件", required=False, empty_label="没有立案"
    )
    planned_on = DayField(label="计划检查日")
    first = PeopleField(Account.objects.none(), label="检查人员一", empty_label="请选择")
    second = PeopleField(Account.objects.none(), label="检查人员二", empty_label="请选择")
    reason = forms.CharField(label="检查事由", max_length=200)

    def __init__(
        self, *args: Any, operator: Operator, people: Sequence[Account], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = {
            "outlet": operator.outlets.filter(closed_on=None).order_by("number"),
            "case": operator.cases.filter(closed_on=None).order_by("number"),
        }
        able = Account.objects.filter(pk__in=[one.pk for one in people]).order_by("login")
        for name, queryset in {**rows, "first": able, "second": able}.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queryset


class CheckForm(forms.Form):
    """The result of a check: one answer, remark and photographs for each item, and the two names."""

    checked_on = DayField(label="检查日期")
    conclusion = forms.CharField(
        label="检查意见", max_length=500, widget=forms.Textarea({"rows": 3})
    )
    latitude = forms.DecimalField(
        label="纬度", required=False, max_digits=8, decimal_places=6, min_value=-90, max_value=90
    )
    longitude = forms.DecimalField(
        label="经度", required=False, max_digits=9, decimal_places=6, min_value=-180, max_value=180
    )
    first_signature = forms.CharField(label="检查人员一签名", max_length=50)
    second_signature = forms.CharField(label="检查人员二签名", max_length=50)

    def __init__(self, *args: Any, items: Sequence[CheckItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"{item.key}_answer"] = forms.ChoiceField(
                label=item.text, choices=CheckAnswer.choices, widget=forms.RadioSelect
            )
            self.fields[f"{item.key}_remark"] = forms.CharField(
                label="说明", max_length=200, required=False
            )
            photos = UploadsField()
            photos.label, photos.help_text = "照片", ""
            photos.widget.attrs |= {"accept": PICTURES, "capture": "environment"}
            self.fields[f"{item.key}_photos"] = photos

    def rows(self) -> list[tuple[CheckItem, Any, Any, Any]]:
        """Return each item with its bound answer, remark and photographs."""
        return [
            (
                item,
                self[f"{item.key}_answer"],
                self[f"{item.key}_remark"],
                self[f"{item.key}_photos"],
            )
            for item in self.items
        ]

    def answers(self) -> dict[str, tuple[str, str]]:
        """Return answer and remark by item."""
        said = self.cleaned_data
        return {
            item.key: (said[f"{item.key}_answer"], said[f"{item.key}_remark"])
            for item in self.items
        }

    def photos(self) -> list[tuple[str, Any]]:
        """Return each photograph with its item."""
        return [
            (item.key, file)
            for item in self.items
            for file in self.cleaned_data[f"{item.key}_photos"]
        ]
