"""Accounts: creating, closing, passwords and second factors."""

import re
import secrets
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset as forget_failures
from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import LOGIN_PATTERN, Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law.refused import Refused

# Without the letters and digits that look alike on paper.
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # noqa: S105


def create_account(
    *, login: str, display_name: str, by: Account, at: datetime
) -> tuple[Account, str]:
    """Create an account without any role and return it with its one-time password.

    Raises: Refused when the login name is malformed or taken, or `by` is no system administrator.
    """
    require_role(by, Role.SYSTEM_ADMIN, at=at)
    password = one_time_password()
    with transaction.atomic():
        account = store_account(login=login, display_name=display_name, password=password, at=at)
        audit.record(
            act="accounts.create_account",
            by=by.actor,
            at=at,
            subject=subject(account),
            after={"login": account.login},
        )
    return account, password


def deactivate_account(*, account: UUID, reason: str, by: Account, at: datetime) -> Account:
    """Close an account and end its sessions. Raises: Refused for one's own, or without a reason."""
    require_role(by, Role.SYSTEM_ADMIN, at=at)
    _require_other(account, by)
    return _set_active(account, active=False, reason=reason, by=by, at=at)


def activate_account(*, account: UUID, reason: str, by: Account, at: datetime) -> Account:
    """Open a closed account again. Raises: Refused for one's own, or without a reason."""
    require_role(by, Role.SYSTEM_ADMIN, at=at)
    _require_other(account, by)
    return _set_active(account, active=True, reason=reason, by=by, at=at)


def issue_password(*, account: UUID, reason: str, by: Account, at: datetime) -> str:
    """Replace a forgotten password by a one-time password, lift a lock, and return the password.

    The second factor stays: the system administrator alone cannot become somebody else.
    Raises: Refused for one's own account, or without a reason.
    """
    require_role(by, Role.SYSTEM_ADMIN, at=at)
    _require_other(account, by)
    require_reason(reason)
    password = one_time_password()
    with transaction.atomic():
        found = locked(account)
        found.set_password(password)
        found.must_change_password = True
        found.save(update_fields=["password", "must_change_password"])
        forget_failures(username=found.login)
        _end_sessions(found)
        audit.record(
            act="accounts.issue_password",
            by=by.actor,
            at=at,
            subject=subject(found),
            after={"reason": reason},
        )
    return password


def reset_second_factor(*, account: UUID, reason: str, by: Account, at: datetime) -> int:
    """Remove a person's second factors and return how many there were; they must enrol anew.

    Raises: Refused unless `by` is a security administrator and the account another's, or without a
    reason.
    """
    require_role(by, Role.SECURITY_ADMIN, at=at)
    _require_other(account, by)
    require_reason(reason)
    with transaction.atomic():
        found = locked(account)
        kinds = list(Authenticator.objects.filter(user=found).values_list("type", flat=True))
        Authenticator.objects.filter(user=found).delete()
        _end_sessions(found)
        audit.record(
            act="accounts.reset_second_factor",
            by=by.actor,
            at=at,
            subject=subject(found),
            before={"kinds": kinds},
            after={"reason": reason},
        )
    return len(kinds)


def end_other_sessions(*, keep: str, by: Account, at: datetime) -> int:
    """End all sessions of `by` but the one with the key `keep`, and return how many ended."""
    with transaction.atomic():
        ended = _end_sessions(by, keep=keep)
        audit.record(
            act="accounts.end_other_sessions",
            by=by.actor,
            at=at,
            subject=subject(by),
            after={"ended": ended},
        )
    return ended


def store_account(
    *,
    login: str,
    display_name: str,
    password: str,
    at: datetime,
    must_change_password: bool = True,
    is_demonstration: bool = False,
) -> Account:
    """Store an account and return it; the caller records the act in the same transaction.

    Raises: Refused when the login name is malformed or taken, or the name is empty.
    """
    folded = login.strip().casefold()
    name = display_name.strip()
    if not re.fullmatch(LOGIN_PATTERN, folded):
        raise Refused(
            "登录名须为 2 到 40 位小写字母、数字、点、横线或下划线，并以字母或数字开头。",
            code="login_malformed",
        )
    if not name:
        raise Refused("请填写姓名。", code="display_name_missing")
    account = Account(
        login=folded,
        display_name=name,
        created_at=at,
        must_change_password=must_change_password,
        is_demonstration=is_demonstration,
    )
    account.set_password(password)
    # Two at once: the unique index decides, and the second is told.
    stored = Account.objects.bulk_create([account], ignore_conflicts=True)
    found = Account.objects.filter(number=stored[0].number).first()
    if found is None:
        raise Refused(f"登录名“{folded}”已被使用，请换一个。", code="login_taken")
    return found


def one_time_password() -> str:
    """Return a password that serves once: 16 characters, about 92 bits."""
    return "".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(16))


def locked(account: UUID) -> Account:
    """Return the account, locked until the transaction ends. Raises: Refused when there is none."""
    found = Account.objects.select_for_update().filter(number=account).first()
    if found is None:
        raise Refused("没有这个账号，可能已经被删除。", code="account_unknown")
    return found


def subject(account: Account) -> str:
    """Return how the audit names the account."""
    return f"account:{account.number}"


def require_role(by: Account, role: Role, *, at: datetime) -> None:
    """Raises: Refused unless `by` holds the role on the day of `at`."""
    if not by.is_active or not by.has_role(role, on=timezone.localtime(at).date()):
        raise Refused(f"这件事只能由{role.label}办理。", code="role_missing")


def require_reason(reason: str) -> None:
    """Raises: Refused without a reason."""
    if not reason.strip():
        raise Refused("请写明理由，理由会记入审计。", code="reason_missing")


def _require_other(account: UUID, by: Account) -> None:
    if account == by.number:
        raise Refused("不能对自己的账号办理这件事，请由另一位管理员办理。", code="own_account")


def _set_active(account: UUID, *, active: bool, reason: str, by: Account, at: datetime) -> Account:
    require_reason(reason)
    with transaction.atomic():
        found = locked(account)
        before = found.is_active
        if before == active:
            raise Refused(
                "账号已经是启用状态。" if active else "账号已经停用。", code="account_unchanged"
            )
        found.is_active = active
        found.save(update_fields=["is_active"])
        if not active:
            _end_sessions(found)
        audit.record(
            act="accounts.activate_account" if active else "accounts.deactivate_account",
            by=by.actor,
            at=at,
            subject=subject(found),
            before={"is_active": before},
            after={"is_active": active, "reason": reason},
        )
    return found


def _end_sessions(account: Account, *, keep: str = "") -> int:
    sessions = list(UserSession.objects.filter(user=account).exclude(session_key=keep))
    for session in sessions:
        session.end()
    return len(sessions)
