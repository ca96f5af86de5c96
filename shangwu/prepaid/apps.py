"""Registration of the prepaid app."""

from django.apps import AppConfig


class PrepaidConfig(AppConfig):
    """单用途预付卡: operators, their card-days, custody, supervision, credit, consumers' questions."""

    name = "shangwu.prepaid"
    verbose_name = "单用途预付卡"
