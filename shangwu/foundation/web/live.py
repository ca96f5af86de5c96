"""What open pages and the process of live events agree on: channel, topics, and the token at the door."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connection

CHANNEL = "shangwu_live"
ACCOUNT_TOPIC = "account"
PATH = "/live/events"
TOKEN_SECONDS = 60
_SALT = "shangwu.live"


def tell_account(account: Any) -> None:
    """Tell the account's open pages, once this transaction commits, that something came for it.

    For acts of people, which are rare: notifying serialises commits, so mass intake never does it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{ACCOUNT_TOPIC}:{account.number}"])


def door(account: Any) -> dict[str, str]:
    """Return where live events are, with a token that opens them to the account for a minute."""
    token = signing.dumps(str(account.number), salt=_SALT)
    return {"address": f"{settings.LIVE_ADDRESS or ''}{PATH}", "token": token}


def account_of(token: str) -> str:
    """Return the number of the account a token was issued to, or nothing for a false or stale one."""
    try:
        return str(signing.loads(token, salt=_SALT, max_age=TOKEN_SECONDS))
    except signing.BadSignature:
        return ""
