"""What the audit administrator asks for."""

from django import forms

_DATE = forms.DateInput({"type": "date"}, "%Y-%m-%d")


class DaysForm(forms.Form):
    """From which day to which; both may be left open."""

    first = forms.DateField(label="自", required=False, widget=_DATE)
    last = forms.DateField(label="至", required=False, widget=_DATE)
