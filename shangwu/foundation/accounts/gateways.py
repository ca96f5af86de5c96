"""The adapters through which allauth and axes know our accounts."""

import time
from base64 import urlsafe_b64encode
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law.refused import Refused
from shangwu.foundation.web.addresses import source_address
from shangwu.foundation.web.entry import refusal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: the system administrator creates accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the audit names."""
        return source_address(request)

    def is_reauthentication_required(self, *, app: str, **more: object) -> bool:
        """Ask again before a sensitive act, unless the person has signed in just now."""
        signed_in_at = self.request.session.get("signed_in_at", 0)
        is_fresh = time.time() - signed_in_at < app_settings.REAUTHENTICATION_TIMEOUT
        return not is_fresh and bool(super().is_reauthentication_required(app=app, **more))

    def set_password(self, user: Account, password: str) -> None:
        """Store a password that the person chose; a one-time password has served."""
        user.set_password(password)
        user.must_change_password = False
        # allauth calls this from its view and offers no clock.
        user.password_changed_at = timezone.now()  # noqa: TID251
        user.save(update_fields=["password", "must_change_password", "password_changed_at"])


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors lie encrypted in the database."""

    def encrypt(self, text: str) -> str:
        """Return the text under the installation's key."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text. Raises: ImproperlyConfigured when the installation's key was changed."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "the secret of a second factor does not open with this SHANGWU_SECRET_KEY"
            ) from error

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the platform to the passkey's keeper."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "商务"}


def login_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """Return the case-folded login name that somebody tried, for counting failures (axes)."""
    given = credentials or {}
    name = given.get("username") or given.get("login") or request.POST.get("login")
    return str(name).casefold()[:255] if name else None


def locked_out(request: HttpRequest, *context: object) -> HttpResponse:
    """Return the page for a locked login name (axes)."""
    refused = Refused(
        "这个登录名连续输错密码，已暂时锁定，半小时后自动解除；如需立即解除，请联系系统管理员重置密码。"
        "锁定情况已记入审计。",
        code="sign_in_locked",
    )
    return refusal(request, refused, status=429)


def _cipher() -> Fernet:
    key = salted_hmac("accounts.mfa", "secret", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))
