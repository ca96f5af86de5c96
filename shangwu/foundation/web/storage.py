"""How static files are published: hashed names for ever-lasting caches, compressed once."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class PublishedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashes names and rewrites addresses inside style sheets.

    Source maps are not published (a map is three times the size of its file), so references to them
    are left alone instead of being resolved, which would fail.
    """

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
