"""Small forms at the foot of a page: what is wrong with one is said on the page that comes next."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest

from shangwu.foundation.law.refused import Refused
from shangwu.foundation.web import typed


def is_filled_in(request: HttpRequest, form: Form, *, about: str = "") -> bool:
    """Tell whether a form is valid; otherwise say on the next page which field is wrong, and `about` what.

    The next page shows what was typed again where the form carries the mark of `{% keeps_typed %}`.
    """
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, "：".join(str(part) for part in (about, label, errors[0]) if part))
    if not form.is_valid():
        typed.keep(request)
    return form.is_valid()


def tell_refusal(request: HttpRequest, refused: Refused) -> None:
    """Say on the next page why an act was refused, with its code; what was typed stands there again."""
    messages.error(request, f"{refused.sentence}（编号：{refused.code}）")
    typed.keep(request, why=refused.sentence)
