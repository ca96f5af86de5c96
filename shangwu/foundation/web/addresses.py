"""Where a request came from."""

from django.conf import settings
from django.http import HttpRequest


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
