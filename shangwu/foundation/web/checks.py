"""Name what makes a deployment unsafe: some at every start, all with `check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


@register(Tags.security)
def demonstration_stays_at_home(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn when the demonstration would be reachable under a real name."""
    if not settings.DEMONSTRATION or set(settings.ALLOWED_HOSTS) <= LOOPBACK:
        return []
    return [
        Warning(
            "the demonstration would be reachable under a real name",
            hint="Unset SHANGWU_DEMONSTRATION, or leave SHANGWU_HOSTS at loopback: the"
            " demonstration has known people and no compulsory second factor.",
            id="web.W001",
        )
    ]


@register(Tags.security, deploy=True)
def deployment_is_named_and_keyed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return what is missing from the environment of a real deployment."""
    found: list[CheckMessage] = []
    if settings.SECRET_KEY.startswith("no-data-folder-yet-"):
        found.append(
            Error(
                "no secret key",
                hint="Set SHANGWU_SECRET_KEY, or let the launcher make the data folder.",
                id="web.E002",
            )
        )
    if any("*" in host for host in settings.ALLOWED_HOSTS):
        found.append(
            Error(
                "any host name is answered", hint="Name the hosts in SHANGWU_HOSTS.", id="web.E003"
            )
        )
    return found
