"""The user manual: Chinese Markdown pages below docs/manual/, shown with HTML switched off."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page; its title is the first heading of the file."""

    slug: str
    title: str
    body: SafeString


@lru_cache(maxsize=1)
def pages() -> tuple[ManualPage, ...]:
    """Return the pages in the order of their numbered file names; read once per process."""
    folder = Path(settings.BASE_DIR) / "docs" / "manual"
    return tuple(_read(path) for path in sorted(folder.glob("[0-9]*.md")))


def _read(path: Path) -> ManualPage:
    first, _, rest = path.read_text("utf-8").partition("\n")
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    html = renderer.render(rest)
    # A wide table scrolls in its own region, which a keyboard must be able to reach.
    region = '<div class="table-responsive" tabindex="0" role="region" aria-label="表格">'
    html = html.replace("<table>", f'{region}<table class="table">')
    html = html.replace("</table>", "</table></div>")
    slug = path.stem.partition("-")[2]
    # The pages are part of the release and their HTML is switched off.
    return ManualPage(slug, first.lstrip("# ").strip(), mark_safe(html))  # noqa: S308
