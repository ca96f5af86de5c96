"""The shell: pages that belong to no business, and the components of all others."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Web."""

    name = "shangwu.foundation.web"
    label = "web"
    verbose_name = "界面"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks of a deployment."""
        from shangwu.foundation.web import checks  # noqa: F401 - importing registers
