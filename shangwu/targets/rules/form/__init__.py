"""Reading the official declaration form out of a document: pure, cell by cell, nothing lost."""

from shangwu.foundation.documents import Document, Table
from shangwu.foundation.law.refused import Refused
from shangwu.targets.rules.form.facts import (
    Check,
    Doubt,
    ReadCell,
    ReadDeclaration,
    ReadIndicator,
    ReadSubProject,
    Tick,
    Unread,
    Value,
)
from shangwu.targets.rules.form.interpret import interpret
from shangwu.targets.rules.form.lines import cut_into_forms, lines_of
from shangwu.targets.rules.form.walker import Walker

__all__ = [
    "Check",
    "Doubt",
    "ReadCell",
    "ReadDeclaration",
    "ReadIndicator",
    "ReadSubProject",
    "Tick",
    "Unread",
    "Value",
    "read_form",
]

# 项目名称 alone stands on many papers; with this many of the form's other labels it is our form.
LABELS_OF_A_FORM = 4


def read_form(document: Document) -> tuple[ReadDeclaration, ...]:
    """Return every declaration form in the document, in order.

    Raises: Refused FORM-NOT-DECLARATION when the document holds none.
    """
    stretches = cut_into_forms(lines_of(document))
    walked = [(lines, Walker().walk(lines)) for lines in stretches]
    forms = [
        (lines, walker)
        for lines, walker in walked
        if "project" in walker.labels
        and len(walker.labels) >= LABELS_OF_A_FORM
        and (walker.has_rows_header or len(walker.labels) >= 2 * LABELS_OF_A_FORM)
    ]
    if not forms:
        raise _no_form(document)
    strays = [line for lines, walker in walked if (lines, walker) not in forms for line in lines]
    found: list[ReadDeclaration] = []
    for position, (lines, walker) in enumerate(forms):
        places = {spot.address for line in lines for spot in line.spots}
        notes = [
            note
            for note in document.notes
            if note.place in places
            or (position == 0 and not any(note.place in _places(other) for other, _ in forms[1:]))
        ]
        # Text before, between and after the forms goes with the first, as unread.
        found.append(interpret([*strays, *lines] if position == 0 else lines, walker, notes))
    return tuple(found)


def _places(lines: object) -> set[str]:
    assert isinstance(lines, list)
    return {spot.address for line in lines for spot in line.spots}


def _no_form(document: Document) -> Refused:
    tables = sum(isinstance(block, Table) for block in document.blocks)
    seen = f"文件里有 {tables} 张表格，但" if tables else "文件里没有表格，"
    return Refused(
        f"这不是绩效目标申报表：{seen}没有同时找到“项目名称”“项目总预算”等栏目和"
        "“指标目标值”一栏的分解目标。请上传《财政支出项目绩效目标申报表》的 "
        "Word（.docx）、Excel（.xlsx）、网页或文本文件。",
        code="FORM-NOT-DECLARATION",
    )
