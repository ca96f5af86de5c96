from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "shangwu.foundation.audit"
    verbose_name = "审计"
