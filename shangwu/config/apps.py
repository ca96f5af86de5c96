"""Registration of the package that joins all others."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings, addresses, wiring, and the checks before start."""

    name = "shangwu.config"
    verbose_name = "配置"

    def ready(self) -> None:
        """Register the start-up checks; a demonstration may tell a rehearsed time."""
        from django.conf import settings

        from shangwu.config import checks  # noqa: F401
        from shangwu.config.rehearsal import start_rehearsal

        if settings.DEMONSTRATION and settings.REHEARSAL_CLOCK:
            start_rehearsal(settings.REHEARSAL_CLOCK)
