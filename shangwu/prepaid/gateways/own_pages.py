"""The platform's own public pages, asked over the network the way a consumer's telephone asks."""

import httpx
from django.conf import settings
from django.urls import reverse

# Who waits longer than this has no answer.
TIMEOUT = httpx.Timeout(10.0)


def has_address() -> bool:
    """Tell whether the deployment says where its own pages are found."""
    return bool(settings.OWN_ADDRESS)


def answers_search(query: str) -> bool:
    """Ask the public search of operators; tells whether the page came.

    A query of its own each time: a page that was kept proves nothing about the database.
    """
    address = settings.OWN_ADDRESS.rstrip("/") + reverse("prepaid:search")
    try:
        answer = httpx.get(address, params={"q": query}, timeout=TIMEOUT, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return answer.status_code == httpx.codes.OK
