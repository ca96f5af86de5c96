"""Third-party front-end files: the few named here, from the locked npm packages, and nothing else.

Whole packages hold tens of megabytes of sources, demonstrations and readme files that nobody should be
able to fetch, so every served file is listed by name.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, Storage

# Address below /static/ -> file below node_modules/.
VENDOR_FILES = {
    "vendor/tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
    "vendor/echarts.js": "echarts/dist/echarts.esm.min.js",
}


class VendorStorage(FileSystemStorage):
    """The named files, read where npm put them."""

    def path(self, name: str) -> str:
        """Return where the file lies."""
        if name not in VENDOR_FILES:
            raise SuspiciousFileOperation(name)
        return str(Path(settings.BASE_DIR) / "node_modules" / VENDOR_FILES[name])


class VendorFinder(BaseFinder):
    """Offers the named files to `collectstatic` and to the development server."""

    storage = VendorStorage()

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Report files that the installed packages do not have."""
        return [
            Error(
                f"node_modules/{source} is missing.",
                hint="Run `make run` or `npm ci --ignore-scripts`.",
                id="web.E001",
            )
            for name, source in VENDOR_FILES.items()
            if not Path(self.storage.path(name)).is_file()
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where the file lies, or an empty list."""
        if path not in VENDOR_FILES:
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield each served name with the storage that reads it."""
        for name in VENDOR_FILES:
            yield name, self.storage
