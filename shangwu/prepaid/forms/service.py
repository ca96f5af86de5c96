"""What people type about publicity."""

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.prepaid.vocabulary import PublicityChannel


class PublicityForm(forms.Form):
    """One time that the platform was made known."""

    channel = forms.ChoiceField(label="渠道", choices=PublicityChannel)
    title = forms.CharField(label="标题", max_length=120)
    published_on = DayField(label="发布日期")
    place = forms.CharField(
        label="发布处", max_length=200, help_text="网址、公众号名称、报刊版面或者活动地点。"
    )
    file = forms.FileField(label="截图或者样张", required=False)
