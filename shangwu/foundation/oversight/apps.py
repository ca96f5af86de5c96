"""Registration."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The audit administrator's pages over the record of acts."""

    name = "shangwu.foundation.oversight"
    verbose_name = "审计监督"
