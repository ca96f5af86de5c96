"""PDF/A through Typst: fixed fonts, repeatable bytes, user text only ever passed as data."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from shangwu.foundation.documents.paper import EPOCH, Paper, Sheet, printable, shown
from shangwu.foundation.law.refused import Refused

TEMPLATES = Path(__file__).resolve().parent / "templates" / "typst"
FONTS = Path(__file__).resolve().parents[3] / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
_FACES = ("400Regular", "700Bold")


class MissingFont(RuntimeError):
    """The Chinese font is not installed; no paper is written rather than one full of empty boxes."""


class Unprintable(Refused):
    """A text holds characters that the font cannot show."""


def write_pdf(
    template: Path,
    data: Mapping[str, Any],
    *,
    at: datetime | None = None,
    pictures: Sequence[bytes] = (),
) -> bytes:
    """Return the PDF/A-2b that a Typst template makes of the data; equal input gives equal bytes.

    The template reads the data with `json(bytes(sys.inputs.data))`; no text becomes source code.
    `at` is the creation time in the file's properties; the template finds `pictures` (PNG) by `picture_name`.
    Raises: MissingFont when the font package is not installed; Unprintable naming what it cannot show.
    """
    try:
        with _beside(template, pictures) as placed:
            made = _compiler(placed, data).compile(
                format="pdf",
                pdf_standards="a-2b",
                timestamp=_fixed(at or EPOCH.replace(tzinfo=UTC)),
            )
    except typst.TypstError as error:
        raise _explain(error) from error
    assert isinstance(made, bytes)
    return made


def picture_name(place: int) -> str:
    """Return under which name a template finds a picture, by its place from 0."""
    return f"picture-{place}.png"


@contextmanager
def _beside(template: Path, pictures: Sequence[bytes]) -> Iterator[Path]:
    """Give the template in a folder in which the pictures lie too; it reads nothing outside its folder."""
    if not any(pictures):
        yield template
        return
    with TemporaryDirectory() as folder:
        for place, content in enumerate(pictures):
            (Path(folder) / picture_name(place)).write_bytes(content)
        yield Path(shutil.copy(template, folder))


def _fixed(at: datetime) -> datetime:
    """Return the same instant at the same local time, to the second, its zone a plain offset."""
    offset = at.utcoffset()
    assert offset is not None, "a time carries its zone"
    return at.astimezone(timezone(offset)).replace(microsecond=0)


def draw_pages(template: Path, data: Mapping[str, Any], *, ppi: float = 96) -> list[bytes]:
    """Return the same pages as PNG images, for a preview on screen."""
    made = _compiler(template, data).compile(format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made or [])


def write_report(paper: Paper, *, at: datetime | None = None) -> bytes:
    """Return the PDF of a paper in the general layout: facts, tables, notes, page x / y.

    Raises: MissingFont, Unprintable; ValueError for a table whose rows do not fit its columns.
    """
    return write_pdf(TEMPLATES / "report.typ", report_data(paper), at=at)


def report_data(paper: Paper) -> dict[str, Any]:
    """Return a paper as the plain data that `report.typ` reads."""
    return {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "facts": [[label, value] for label, value in paper.facts],
        "sections": [
            {
                "heading": section.heading,
                "paragraphs": list(section.paragraphs),
                "table": _table(section.sheet) if section.sheet else None,
            }
            for section in paper.sections
        ],
        "notes": list(paper.notes),
        "foot": paper.foot,
    }


def _table(sheet: Sheet) -> dict[str, Any]:
    sheet.check()
    cells = []
    for y, line in enumerate(sheet.lines()):
        for x, value in enumerate(line):
            block = next((b for b in sheet.merged if b.covers(y, x)), None)
            if block and (block.row, block.column) != (y, x):
                continue
            cells.append(
                {
                    "x": x,
                    "y": y,
                    "text": shown(value),
                    "rowspan": block.rows if block else 1,
                    "colspan": block.columns if block else 1,
                }
            )
    return {
        "title": sheet.title,
        "widths": [column.width for column in sheet.columns],
        "numeric": [column.numeric for column in sheet.columns],
        "cells": cells,
        "notes": list(sheet.notes),
    }


def _compiler(template: Path, data: Mapping[str, Any]) -> typst.Compiler:
    return typst.Compiler(
        str(template),
        root=str(template.parent),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_clean(data), ensure_ascii=False, sort_keys=True)},
    )


def _fonts() -> typst.Fonts:
    folders = [FONTS / face for face in _FACES]
    missing = [folder.name for folder in folders if not any(folder.glob("*.ttf"))]
    if missing:
        raise MissingFont(
            f"缺少中文字体 Noto Sans SC（{'、'.join(missing)}），不能生成 PDF；"
            "请在项目目录执行 npm ci --ignore-scripts 后重试。"
        )
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {str(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _explain(error: typst.TypstError) -> Exception:
    """Turn Typst's complaint about a glyph into a refusal; anything else is our template's fault."""
    text = f"{error.message} {error.diagnostic}"
    if "could not be displayed" not in text:
        return error
    found = re.search(r'the text `?"(.+?)"`? could not', text, re.DOTALL)
    what = re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), found[1] if found else "")
    named = "、".join(f"{c}（U+{ord(c):04X}）" for c in dict.fromkeys(what) if not c.isspace())
    sentence = f"文字中有字库没有的字符 {named}，不能生成 PDF；请改用通用汉字或删去后重试。"
    return Unprintable(sentence, code="DOCUMENT-GLYPH")
