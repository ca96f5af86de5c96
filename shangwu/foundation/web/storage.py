"""How static files are published: hashed names for ever-lasting caches, compressed once."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class PublishedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashes names and rewrites addresses inside style sheets.

    Source maps are not published (a map is three times the size of its file), so references to them
    are left alone instead of being resolved, which would fail. What is published stays as it is while a process
    runs, so each address is worked out once: a page names a dozen.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """Return the address of a file."""
        if name is None or force:
            return str(super().url(name, force))
        if (known := self._addresses.get(name)) is None:
            known = self._addresses[name] = str(super().url(name))
        return known

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\((?P<quote>['"]{0,1})\s*(?P<url>.*?)(?P=quote)\))""",
                (
                    r"""(?P<matched>@import\s*(?P<quote>['"])\s*(?P<url>.*?)(?P=quote))""",
                    """@import url("%(url)s")""",
                ),
            ),
        ),
    )
