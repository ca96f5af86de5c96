"""The words of the platform's own service."""

from django.db.models import TextChoices


class PublicityChannel(TextChoices):
    """Where the platform is made known; the first two are named in the declaration."""

    WEBSITE = "WEBSITE", "网站"
    WECHAT = "WECHAT", "微信公众号"
    PRESS = "PRESS", "报刊"
    BROADCAST = "BROADCAST", "广播电视"
    COMMUNITY = "COMMUNITY", "社区和门店"
    OTHER = "OTHER", "其他"
