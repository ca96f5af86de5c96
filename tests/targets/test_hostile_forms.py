"""Forms as Word users really send them: the same declaration must come out of every costume."""

import re
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from shangwu.foundation.documents import read_document
from shangwu.targets.rules.form import read_form
from tests.targets.forms import demo, printed

WORD14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
BOXES = {
    "Wingdings": '<w:r {w}><w:sym w:font="Wingdings" w:char="{sign}"/></w:r>',
    "control": "<w:sdt {w} {w14}><w:sdtPr><w14:checkbox>"
    '<w14:checked w14:val="{bit}"/></w14:checkbox></w:sdtPr>'
    "<w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt>",
    "field": '<w:r {w}><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>'
    '<w:default w:val="{bit}"/></w:checkBox></w:ffData></w:fldChar></w:r>',
}


def boxes(kind: str) -> Callable:
    """Return what replaces every printed box by one that Word draws."""

    def change(body) -> None:
        for text in list(body.iter(qn("w:t"))):
            run, pieces = text.getparent(), re.split("([☐☑])", text.text or "")
            if len(pieces) == 1:
                continue
            for piece in filter(None, pieces):
                new = deepcopy(run)
                new.findall(qn("w:t"))[0].text = piece
                if piece in "☐☑":
                    ticked = piece == "☑"
                    markup = BOXES[kind].format(
                        w=nsdecls("w"),
                        w14=WORD14,
                        sign="F0FE" if ticked else "F0A8",
                        bit=int(ticked),
                    )
                    new = parse_xml(markup)
                run.addprevious(new)
            run.getparent().remove(run)

    return change


def split(at: int) -> Callable:
    """Return what ends the table after so many rows and goes on in a second one."""

    def change(body) -> None:
        table = body.find(qn("w:tbl"))
        rest = deepcopy(table)
        for row in table.findall(qn("w:tr"))[at:]:
            table.remove(row)
        for row in rest.findall(qn("w:tr"))[:at]:
            rest.remove(row)
        table.addnext(parse_xml(f"<w:p {nsdecls('w')}/>"))
        table.getnext().addnext(rest)

    return change


def nested(body) -> None:
    """Put the whole form into the one cell of a frame."""
    table = body.find(qn("w:tbl"))
    frame = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>"
        "<w:tr><w:tc><w:tcPr/><w:p/></w:tc></w:tr></w:tbl>"
    )
    table.addprevious(frame)
    frame.find(".//" + qn("w:tc")).append(table)


def blank_rows(body) -> None:
    """Leave an empty row after every third."""
    for row in list(body.iter(qn("w:tr")))[::3]:
        empty = deepcopy(row)
        for text in empty.iter(qn("w:t")):
            text.text = ""
        for merge in list(empty.iter(qn("w:vMerge"))):
            merge.getparent().remove(merge)
        row.addnext(empty)


def header_again(body) -> None:
    """Print the header of 分解目标 once more in the middle of its rows, through every merge."""
    rows = list(body.iter(qn("w:tr")))
    words = ["".join(text.text or "" for text in row.iter(qn("w:t"))) for row in rows]
    place = next(n for n, text in enumerate(words) if "指标目标值" in text)
    rows[(place + len(rows)) // 2].addprevious(deepcopy(rows[place]))


def broken_runs(body) -> None:
    """Cut every run in two, as spelling marks do."""
    for text in list(body.iter(qn("w:t"))):
        run, middle = text.getparent(), len(text.text or "") // 2
        if len(run.findall(qn("w:t"))) > 1:
            continue  # a line break stands inside
        second = deepcopy(run)
        second.find(qn("w:t")).text = text.text[middle:]
        text.text = text.text[:middle]
        run.addnext(second)


COSTUMES: dict[str, Callable] = {
    **{f"boxes drawn as {kind}": boxes(kind) for kind in BOXES},
    **{f"table split after row {at}": split(at) for at in (6, 12, 18)},
    "inside a frame": nested,
    "blank rows": blank_rows,
    "header again": header_again,
    "broken runs": broken_runs,
}


def read(content: bytes):
    """Return what the importer understood, without the cells' addresses."""
    (form,) = read_form(read_document(content, name="申报表.docx"))
    found = form.content().to_json()
    found.pop("printed")
    return found


@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("costume", COSTUMES)
def test_the_same_declaration_comes_out_of_every_costume(costume, number):
    plain = printed(demo(number))
    document = docx.Document(BytesIO(plain))
    COSTUMES[costume](document.element.body)
    dressed = BytesIO()
    document.save(dressed)
    assert dressed.getvalue() != plain
    assert read(dressed.getvalue()) == read(plain)
