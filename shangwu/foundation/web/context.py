"""What the shell asks about a request."""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from shangwu.foundation.web.navigation import NavLink, links
from shangwu.foundation.web.notifications import unread_count

CAUGHT_UP = timedelta(minutes=1)


class Shell:
    """What the shell asks about a request; each answer is computed only when a template wants it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def is_demonstration(self) -> bool:
        """Whether the data on the screen are simulated."""
        return bool(settings.DEMONSTRATION)

    @property
    def rehearsed_on(self) -> date | None:
        """The day that a rehearsal plays; None when the time is real, or has been caught up with."""
        if not settings.REHEARSAL_CLOCK:
            return None
        # The banner, like a view, reads the clock; what it compares with is the machine's.
        rehearsed, real = timezone.localtime(), datetime.now(UTC)
        return rehearsed.date() if abs(rehearsed - real) > CAUGHT_UP else None

    @property
    def language(self) -> str:
        """The language that the page is written in, as HTML names it."""
        return "en" if get_language() == "en" else "zh-Hans"

    @property
    def has_live_events(self) -> bool:
        """Whether a process of live events runs beside the site."""
        return settings.LIVE_ADDRESS is not None

    def office(self) -> list[NavLink]:
        """Return the menu of the workbench."""
        return links(user=self.request.user, path=self.request.path, place="office")

    def public(self) -> list[NavLink]:
        """Return the menu of the portal."""
        return links(user=self.request.user, path=self.request.path, place="public")

    def public_doors(self) -> list[NavLink]:
        """Return the lines of the portal's menu that say what lies behind them."""
        return [link for link in self.public() if link.sentence]

    def office_doors(self) -> list[NavLink]:
        """Return the lines of the workbench's menu that say what lies behind them."""
        return [link for link in self.office() if link.sentence]

    def section(self) -> NavLink | None:
        """Return the section that this page belongs to, unless the page is that section."""
        for link in self.office():
            if link.current:
                return link if link.href != self.request.path else None
        return None

    def unread(self) -> int:
        """Return how many notifications wait for the person."""
        user = self.request.user
        return unread_count(user) if user.is_authenticated else 0


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Offer `shell` to every template (context processor)."""
    return {"shell": Shell(request)}
