"""PDF/A of official papers through the Typst template `official.typ`."""

from datetime import datetime
from typing import Any

from shangwu.foundation.documents.official import Grid, Official, Text, is_long
from shangwu.foundation.documents.pdf import TEMPLATES, picture_name, write_pdf

OFFICIAL = TEMPLATES / "official.typ"


def write_official_pdf(paper: Official, *, at: datetime | None = None) -> bytes:
    """Return the PDF of the paper; equal input gives equal bytes.

    Raises: MissingFont, Unprintable; ValueError for a grid that is not whole.
    """
    return write_pdf(
        OFFICIAL,
        official_data(paper),
        at=at,
        pictures=[picture.content for picture in paper.pictures],
    )


def official_data(paper: Official) -> dict[str, Any]:
    """Return a paper as the plain data that `official.typ` reads."""
    paper.check()
    return {
        "title": paper.title,
        "under_title": paper.under_title,
        "before": list(paper.before),
        "parts": [_part(part) for part in paper.parts],
        "signature": list(paper.signature),
        "notes": list(paper.notes),
        "pictures": [
            {"file": picture_name(place) if picture.content else "", "caption": picture.caption}
            for place, picture in enumerate(paper.pictures)
        ],
        "foot": paper.foot,
        "mark": paper.mark,
        "landscape": paper.is_landscape,
    }


def _part(part: Text | Grid) -> dict[str, Any]:
    if isinstance(part, Text):
        kind = "heading" if part.is_heading else "text"
        return {"kind": kind, "text": part.text, "starts_page": part.starts_page}
    long = {box.row for box in part.boxes if is_long(box)}
    return {
        "kind": "grid",
        "widths": list(part.widths),
        "heads": part.heads,
        "cells": [
            {
                "x": box.column,
                "y": box.row,
                "rowspan": box.rows,
                "colspan": box.columns,
                "text": box.text,
                "align": box.align,
                "label": box.is_label,
                "breakable": box.row in long or box.rows > 1,
            }
            for box in part.boxes
        ],
    }
