"""The words of early warning: what becomes of an alert."""

from django.db.models import TextChoices


class WarningState(TextChoices):
    """What was done about an alert."""

    OPEN = "OPEN", "待核查"
    IN_CASE = "IN_CASE", "已立案"
    DISMISSED = "DISMISSED", "不予跟进"
