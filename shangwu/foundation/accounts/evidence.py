"""What allauth, axes and Django report about signing in becomes rows of the audit.

These libraries announce by signal and offer no other door; `apps.py` connects the functions below.
"""

import time
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.gateways import login_name
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.web.addresses import source_address

ANONYMOUS = audit.Actor("anonymous", "", "未登录访客")


def signed_in(*, request: HttpRequest, user: Account, **more: Any) -> None:
    """Record a completed sign-in."""
    # Real time, as foundation/web/middleware/sessions.py counts it.
    request.session["signed_in_at"] = request.session["seen_at"] = int(time.time())
    _record("accounts.sign_in", request, user)


def signed_out(*, request: HttpRequest | None, user: Account | None, **more: Any) -> None:
    """Record the end of a session, by the person or by expiry."""
    if user is not None:
        _record("accounts.sign_out", request, user)


def sign_in_failed(
    *, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any
) -> None:
    """Record a wrong password."""
    if request is not None and not getattr(request, "axes_locked_out", False):
        _record("accounts.fail_sign_in", request, None, login=login_name(request, credentials))


def locked(*, request: HttpRequest, username: str | None, **more: Any) -> None:
    """Record an attempt on a login name that is, or now becomes, locked."""
    _record("accounts.lock_sign_in", request, None, login=username)


def second_factor_failed(*, request: HttpRequest, user: Account, **more: Any) -> None:
    """Record a wrong code or key."""
    _record("accounts.fail_second_factor", request, user)


def second_factor_added(
    *, request: HttpRequest, user: Account, authenticator: Any, **more: Any
) -> None:
    """Record an enrolled passkey, authenticator app or set of recovery codes."""
    _record("accounts.add_second_factor", request, user, kind=authenticator.type)


def second_factor_removed(
    *, request: HttpRequest, user: Account, authenticator: Any, **more: Any
) -> None:
    """Record a removed one."""
    _record("accounts.remove_second_factor", request, user, kind=authenticator.type)


def second_factor_renewed(
    *, request: HttpRequest, user: Account, authenticator: Any, **more: Any
) -> None:
    """Record new recovery codes."""
    _record("accounts.renew_second_factor", request, user, kind=authenticator.type)


def password_changed(*, request: HttpRequest, user: Account, **more: Any) -> None:
    """Record that the person chose a new password."""
    _record("accounts.change_password", request, user)


def _record(act: str, request: HttpRequest | None, user: Account | None, **facts: Any) -> None:
    with transaction.atomic():
        audit.record(
            act=act,
            by=user.actor if user else ANONYMOUS,
            at=_now(),
            subject=f"account:{user.number}" if user else f"login:{facts.get('login') or ''}",
            after=facts or None,
            source_address=source_address(request) if request else "",
        )


def _now() -> datetime:
    # A signal carries no time; what it reports happens now.
    return timezone.now()  # noqa: TID251
