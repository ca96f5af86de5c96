"""Registration of the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, posts, roles, sign-in and second factor."""

    name = "shangwu.foundation.accounts"
    verbose_name = "账号"
