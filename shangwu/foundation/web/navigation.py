"""What the menus show: one explicit list in `config/wiring`, filtered by who is looking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from shangwu.foundation.web.audiences import Audience


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One line of a menu; `address` is a route name without arguments."""

    label: str
    address: str
    icon: str
    allow: Audience
    place: Literal["office", "public"] = "office"
    group: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class NavLink:
    """One line of a menu as shown to somebody on a page."""

    label: str
    href: str
    icon: str
    group: str
    sentence: str
    current: bool


def entries() -> Sequence[NavEntry]:
    """Return the list that the deployment wires."""
    found: Sequence[NavEntry] = import_string(settings.NAVIGATION)
    return found


def links(*, user: Any, path: str, place: str) -> list[NavLink]:
    """Return the lines of a menu that this person may follow, the one in use marked."""
    shown = [e for e in entries() if e.place == place and e.allow.admits(user)]
    hrefs = [reverse(e.address) for e in shown]
    # The longest address that leads to this page is the section in use; a front page leads nowhere.
    fronts = {reverse("web:portal"), reverse("web:office")}
    fitting = [h for h in hrefs if path == h or (h not in fronts and path.startswith(h))]
    current = max(fitting, key=len, default="")
    return [
        NavLink(e.label, href, e.icon, e.group, e.sentence, href == current)
        for e, href in zip(shown, hrefs, strict=True)
    ]
