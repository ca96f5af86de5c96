"""The words of the open interface: what institutions send, what a notice is about."""

from django.db.models import TextChoices


class FeedKind(TextChoices):
    """What banks and insurers send."""

    CUSTODY_DAY = "custody_day", "存管日余额报送"
    BOND = "bond", "履约保证报送"


class NoticeEvent(TextChoices):
    """Why holders are told: what will keep them from using their cards (REG18 Art. 17)."""

    CLOSING = "closing", "停业"
    SUSPENSION = "suspension", "歇业"
    MOVING = "moving", "迁移"
