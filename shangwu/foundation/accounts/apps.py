"""Registration of the accounts app."""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, posts, roles, sign-in and second factor."""

    name = "shangwu.foundation.accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        """Connect the reports of the sign-in libraries to the audit."""
        from allauth.account import signals as account_signals
        from allauth.mfa import signals as mfa_signals
        from django.contrib.auth import signals as auth_signals

        from shangwu.foundation.accounts import evidence

        _connect(auth_signals.user_logged_in, evidence.signed_in)
        _connect(auth_signals.user_logged_out, evidence.signed_out)
        # Before axes marks the request: the failure that locks is a failure too.
        _connect(auth_signals.user_login_failed, evidence.sign_in_failed)
        from axes import signals as axes_signals

        _connect(axes_signals.user_locked_out, evidence.locked)
        _connect(account_signals.password_changed, evidence.password_changed)
        _connect(mfa_signals.authentication_failed, evidence.second_factor_failed)
        _connect(mfa_signals.authenticator_added, evidence.second_factor_added)
        _connect(mfa_signals.authenticator_removed, evidence.second_factor_removed)
        _connect(mfa_signals.authenticator_reset, evidence.second_factor_renewed)


def _connect(signal: Any, receiver: Callable[..., None]) -> None:
    signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")
