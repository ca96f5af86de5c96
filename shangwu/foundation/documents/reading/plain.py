"""Plain text with tab-separated tables, the shape in which forms are pasted from a viewer."""

import re

from shangwu.foundation.documents.document import Document, Paragraph, Table
from shangwu.foundation.documents.reading.boxes import box, visible
from shangwu.foundation.documents.reading.grid import LooseCell, LooseRow, lay_out

_INPUT = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?checkbox\b[^<>]*>", re.IGNORECASE)
_CHECKED = re.compile(r"\bchecked\b", re.IGNORECASE)
_BREAK = re.compile(r"\s*(?:<p>|</p>|<br\s*/?>)\s*", re.IGNORECASE)


def read_plain(text: str, *, name: str) -> Document:
    """Return lines with tabs as tables and the others as paragraphs; an empty line ends a table.

    Check boxes and paragraph marks written as HTML are understood, any other mark-up stays text.
    """
    blocks: list[Paragraph | Table] = []
    for lines in _runs(text):
        if any("\t" in line for line in lines):
            rows = [LooseRow([LooseCell(_paragraphs(cell)) for cell in _split(x)]) for x in lines]
            place = f"表{1 + sum(isinstance(block, Table) for block in blocks)}"
            blocks.append(lay_out(rows, place=place, knows_merges=False))
        else:
            count = 1 + sum(isinstance(block, Paragraph) for block in blocks)
            blocks.extend(
                Paragraph("\n".join(_paragraphs(line)), f"正文第{number}段")
                for number, line in enumerate(lines, start=count)
            )
    return Document(name=name, format="txt", blocks=tuple(blocks))


def _runs(text: str) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for line in re.split(r"[\n\f]", text):
        if line.strip(" \t\u3000"):
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _split(line: str) -> list[str]:
    # A tab after the last cell prints nothing; cutting it keeps ragged rows in step.
    return line.rstrip(" \t").split("\t")


def _paragraphs(cell: str) -> list[str]:
    shown = _INPUT.sub(lambda found: box(ticked=bool(_CHECKED.search(found[0]))), visible(cell))
    return [part for part in _BREAK.split(shown) if part.strip()]
