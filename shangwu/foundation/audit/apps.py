"""Registration of the audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only, chained record of acts."""

    name = "shangwu.foundation.audit"
    verbose_name = "审计"
