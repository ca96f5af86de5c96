"""Every route of the site, with what it declared and an address to ask for."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

NOBODY = UUID("00000000-0000-4000-8000-000000000000")


class Route(NamedTuple):
    """One route: its pattern, its view, and an address that matches it."""

    pattern: str
    view: Any
    address: str

    @property
    def entry(self) -> Any:
        """What the view declared, or None."""
        return getattr(self.view, "entry", None)


def routes(urlconf: str | None = None) -> list[Route]:
    """Return all routes of the URL map."""
    return list(_walk(get_resolver(urlconf).url_patterns, "", ""))


def _walk(patterns: list[Any], prefix: str, address: str) -> Iterator[Route]:
    for pattern in patterns:
        here, there = prefix + str(pattern.pattern), address + _address(pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, there)
        else:
            yield Route(here, pattern.callback, "/" + there)


def _address(pattern: URLPattern | URLResolver) -> str:
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        sample: Any = "x"
        if isinstance(converter, IntConverter):
            sample = 2019
        elif isinstance(converter, UUIDConverter):
            sample = NOBODY
        start = route.index("<")
        end = route.index(">") + 1
        assert name in route[start:end]
        route = route[:start] + str(sample) + route[end:]
    return route
