"""Registration of the files app."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Uploads: streamed, sniffed, quarantined until clean, kept by content."""

    name = "shangwu.foundation.files"
    verbose_name = "文件"
