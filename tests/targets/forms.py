"""Declaration forms in our own words, printed in every format, for tests that read them back."""

from dataclasses import replace
from pathlib import Path

from city import forms as printer
from city.forms import Form, Print
from shangwu.foundation.documents import Document, read_document
from shangwu.targets.rules.form import ReadDeclaration, read_form

FOLDER = Path(__file__).resolve().parents[2] / "city" / "declarations"
NAMES = ("1-investment", "2-filing", "3-prepaid", "4-market", "5-hall")
FORMATS = ("docx", "xlsx", "html", "txt")


def demo(number: int, **changes: object) -> Form:
    """Return one of the five demonstration forms, changed as asked."""
    return replace(printer.load_form(FOLDER / f"{NAMES[number - 1]}.toml"), **changes)


def printed(*forms: Form, kind: str = "docx", how: Print | None = None) -> bytes:
    """Return the forms in one file of this format."""
    sheets = [printer.lay_out(form, how or printer.usual_print(form)) for form in forms]
    if kind == "docx":
        return printer.as_docx(*sheets)
    if kind == "xlsx":
        return printer.as_xlsx(*sheets)
    return (printer.as_html(*sheets) if kind == "html" else printer.as_text(*sheets)).encode()


def opened(*forms: Form, kind: str = "docx", how: Print | None = None) -> Document:
    """Return the printed forms as the reader opens them."""
    return read_document(printed(*forms, kind=kind, how=how), name=f"申报表.{kind}")


def read(form: Form, *, kind: str = "docx", how: Print | None = None) -> ReadDeclaration:
    """Return what the importer reads from one printed form."""
    (found,) = read_form(opened(form, kind=kind, how=how))
    return found


def codes(found: ReadDeclaration) -> list[str]:
    """Return the codes of all doubts, in order."""
    return [doubt.code for doubt in found.doubts]


def assert_nothing_lost(document: Document, forms: tuple[ReadDeclaration, ...]) -> None:
    """Every text in the document is a cell of a form, with a role, or listed as unread."""
    kept = {(cell.cell, cell.raw) for form in forms for cell in form.cells}
    kept |= {(text.cell, text.raw) for form in forms for text in form.unread}
    assert set(document.texts()) == kept
