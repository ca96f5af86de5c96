"""Where a request came from."""

import ipaddress
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def source_address(request: HttpRequest) -> str:
    """Return the address of the client, believing only as many proxies as the deployment has.

    Each proxy appends the address that it saw, so what stands further left is the client's own claim.
    """
    nearest = str(request.META.get("REMOTE_ADDR") or "")
    proxies: int = settings.TRUSTED_PROXIES
    if not proxies:
        return nearest
    claimed = [a.strip() for a in request.headers.get("X-Forwarded-For", "").split(",")]
    return claimed[-proxies] if len(claimed) >= proxies and claimed[-proxies] else nearest


def page_before(request: HttpRequest) -> str:
    """Return the path of the page that the request came from, if it was one of ours, else "/"."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(referrer)
    # A path that begins with two slashes would be read as another host.
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


def network_of(address: str) -> str:
    """Return what counts as one source: an IPv4 address, or the /64 that one line is given of IPv6.

    Whoever has one line has all of its addresses, and a port behind an address is none of its own.
    """
    bare = _PORT.sub(r"\1\2", address.strip())
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), 64), strict=False))


# 203.0.113.7:4711 and [2001:db8::1]:4711, as some proxies write them.
_PORT = re.compile(r"^(?:(\d+\.\d+\.\d+\.\d+):\d+|\[([0-9A-Fa-f:.]+)\](?::\d+)?)$")
