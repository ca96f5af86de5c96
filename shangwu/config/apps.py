"""Registration of the package that joins all others."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Settings, addresses, wiring, and the checks before start."""

    name = "shangwu.config"
    verbose_name = "配置"

    def ready(self) -> None:
        """Register the start-up checks."""
        from shangwu.config import checks  # noqa: F401
