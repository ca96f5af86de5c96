"""Small forms at the foot of a page: what is wrong with one is said on the page that comes next."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest


def is_filled_in(request: HttpRequest, form: Form, *, about: str = "") -> bool:
    """Tell whether a form is valid; otherwise say on the next page which field is wrong, and `about` what."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, "：".join(str(part) for part in (about, label, errors[0]) if part))
    return form.is_valid()
