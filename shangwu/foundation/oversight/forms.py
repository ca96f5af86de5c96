"""What the audit administrator asks for."""

from django import forms

from shangwu.foundation.web.fields import DayField


class DaysForm(forms.Form):
    """From which day to which; both may be left open."""

    first = DayField(label="自", required=False)
    last = DayField(label="至", required=False)
