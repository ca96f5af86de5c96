"""Registration of the targets app."""

from django.apps import AppConfig


class TargetsConfig(AppConfig):
    """绩效目标: declarations, typed targets, measures, readings."""

    name = "shangwu.targets"
    verbose_name = "绩效目标"
