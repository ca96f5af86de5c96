"""What a person typed into a form that was refused: kept in the session, and shown in the form again.

Only a form that carries the mark of `{% keeps_typed %}` is kept, and never the fields that are SECRETS. The mark
names, under a key, for whom the page was made: where the session is lost, what was typed is kept for that account, and
shown to nobody else who signs in with the same browser; a form that names nobody leaves nothing behind. Where the form is no longer on its page, since a colleague was quicker, the page shows the text to be copied. No browser sends
a file again by itself: the page says that it has to be chosen anew.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.signing import BadSignature, Signer
from django.forms import FileField, Form
from django.http import HttpRequest, QueryDict

from shangwu.foundation.web.addresses import page_before

MARK, FOR = "typed-into", "typed-for"
MOST_FORMS = 3
MOST_CHARACTERS = 100_000
# Of a form that comes without a session, however truly it is marked.
MOST_UNSIGNED = 5_000
KEPT_SECONDS = 3600
# A shorter entry is quickly typed again.
SHORTEST_SHOWN = 6
# Names of fields that no session may hold, and of the one that tells an act from every other.
SECRETS = frozenset({"code", "other_cards", "secret", "card_number", "password"})
ACT_KEY = "key"
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
FILE_LOST = "浏览器不能保留选过的文件，请重新选择。"
_KEPT, _SHOWN, _SIGNED_OUT = "typed", "shangwu.typed_shown", "shangwu.signed_out"


class Sheet(Protocol):
    """What one button sends, where that is more than one form."""

    @property
    def is_bound(self) -> bool:
        """Tell whether it holds what was sent."""

    def take(self, data: QueryDict) -> None:
        """Hold what was typed, as if it were sent now."""


class Together:
    """Forms that one button sends, each with its prefix."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._forms = forms

    @property
    def is_bound(self) -> bool:
        """Tell whether they hold what was sent."""
        return any(form.is_bound for form in self._forms)

    def take(self, data: QueryDict) -> None:
        """Hold what was typed into each of them."""
        for form in self._forms:
            _bind(form, _as_shown(form, data))


@dataclass(frozen=True)
class Refilled:
    """What stands in a form again: texts or choices, or only the place of a file."""

    has_texts: bool
    had_files: bool
    why: str


def keep(request: HttpRequest, *, why: str = "") -> bool:
    """Keep what was typed into the form of this refused request, and why it was; tell whether it is kept.

    It is kept for the account for which the page was made, also where the session is lost.
    """
    mark, who, sender = _mark(request), _typist(request), _sender(request)
    if not mark or who is None:
        return False
    most = MOST_CHARACTERS if sender else MOST_UNSIGNED
    values = {name: texts for name, texts in request.POST.lists() if name not in _OWN | SECRETS}
    if sum(len(text) for texts in values.values() for text in texts) > most:
        return False
    others = [one for one in _fresh(request) if one["form"] != mark and one["who"] == who]
    found = {
        "form": mark,
        "page": page_before(request),
        "who": who,
        "at": int(time.time()),
        "values": values,
        "files": sorted(request.FILES),
        "why": why,
    }
    request.session[_KEPT] = [*others[1 - MOST_FORMS :], found]
    return _has_texts(values)


def forget(request: HttpRequest) -> None:
    """Drop what was kept for the form that is sent now; a refusal keeps it anew."""
    if (mark := _mark(request)) and request.session.get(_KEPT):
        request.session[_KEPT] = [one for one in _fresh(request) if one["form"] != mark]


def let_go(content: dict[str, Any]) -> bool:
    """Take out of a session's content what was kept for its time; tell whether there was any."""
    kept = content.get(_KEPT, [])
    since = time.time() - KEPT_SECONDS
    left = [one for one in kept if one["at"] >= since]
    if len(left) == len(kept):
        return False
    content[_KEPT] = left
    return True


def named_for(request: HttpRequest) -> str:
    """Return what a form says of the account for which its page was made; "" for nobody's."""
    return _signer().sign(str(request.user.pk)) if request.user.pk else ""


def note_signed_out(request: HttpRequest) -> None:
    """Note who is about to be signed out, so that what this request carries is kept for that person alone."""
    request.META[_SIGNED_OUT] = request.user.pk


def refill(request: HttpRequest, form: Form | Sheet, mark: str) -> Refilled | None:
    """Fill a form that the page shows empty with what was typed into it; tell what of it stands there again.

    Hidden fields keep what the page says now: whoever sends again has seen what a colleague did meanwhile.
    """
    shown = request.META.setdefault(_SHOWN, {})
    places = shown.setdefault(id(form), [])
    if form.is_bound and not places:
        shown.setdefault(None, []).append(mark)
        return None  # the page answers what was sent by showing it
    if places and isinstance(form, Form):
        # The same form stands on the page once for every row; only one of them was refused.
        _bind(form, None)
        form.auto_id = f"id_{len(places) + 1}_%s"
    places.append(mark)
    found = next((one for one in _own(request) if one["form"] == mark), None)
    if found is None:
        return None
    data, files = QueryDict(mutable=True), found.get("files", ())
    refilled = Refilled(_has_texts(found["values"]), bool(files), found.get("why", ""))
    for name, texts in found["values"].items():
        data.setlist(name, texts)
    if not isinstance(form, Form):
        form.take(data)
        return refilled
    if not form.visible_fields():
        return None
    _bind(form, _as_shown(form, data))
    for name in files:
        if isinstance(form.fields.get(name), FileField):
            form.errors.pop(name, None)
            form.add_error(name, FILE_LOST)
    return refilled


def left_over(request: HttpRequest) -> list[str]:
    """Return the longer texts that were typed on this page into forms that it no longer shows."""
    shown = {mark for places in request.META.get(_SHOWN, {}).values() for mark in places}
    return [
        text
        for one in _own(request)
        if one["page"] == request.get_full_path() and one["form"] not in shown
        for texts in one["values"].values()
        for text in texts
        if len(text) >= SHORTEST_SHOWN
    ]


_OWN = frozenset({MARK, FOR, "csrfmiddlewaretoken"})


def _signer() -> Signer:
    return Signer(salt="shangwu.typed")


def _sender(request: HttpRequest) -> int | None:
    return request.user.pk or request.META.get(_SIGNED_OUT)


def _typist(request: HttpRequest) -> int | None:
    """Whose text it is: theirs for whom the page was made, and nobody's where another one sends it."""
    sender = _sender(request)
    try:
        named = int(_signer().unsign(request.POST[FOR]))
    except (KeyError, BadSignature):
        return sender
    return named if sender in (None, named) else None


def _has_texts(values: dict[str, list[str]]) -> bool:
    return any(text for texts in values.values() for text in texts)


def _mark(request: HttpRequest) -> str:
    if request.method != "POST" or request.content_type not in FORM_TYPES:
        return ""
    return request.POST.get(MARK, "")[:500]


def _own(request: HttpRequest) -> list[dict[str, Any]]:
    if request.user.pk is None:
        return []
    return [one for one in _fresh(request) if one["who"] == request.user.pk]


def _fresh(request: HttpRequest) -> list[dict[str, Any]]:
    since = time.time() - KEPT_SECONDS
    return [one for one in request.session.get(_KEPT, ()) if one["at"] >= since]


def _as_shown(form: Form, data: QueryDict) -> QueryDict:
    """Put what the page says now into the hidden fields."""
    for field in form.hidden_fields():
        if field.name == ACT_KEY and data.get(field.html_name):
            continue  # An answer may have been lost on the way: the act counts once under its first key.
        data[field.html_name] = str(field.initial if field.initial is not None else "")
    return data


def _bind(form: Form, data: QueryDict | None) -> None:
    form.is_bound = data is not None
    form.data = QueryDict() if data is None else data
    form.full_clean()
