"""The words of taking over what the platform's predecessor had."""

from django.db.models import TextChoices


class IntakeState(TextChoices):
    """Where a list of operators stands."""

    PROPOSED = "PROPOSED", "待复核"
    ACCEPTED = "ACCEPTED", "已迁入"
    REFUSED = "REFUSED", "已退回"
