"""Documents: reading forms that people send, writing papers that the office issues."""

from shangwu.foundation.documents.document import (
    Cell,
    Document,
    Note,
    Paragraph,
    Table,
    table_texts,
)
from shangwu.foundation.documents.docx import write_docx
from shangwu.foundation.documents.paper import Column, Merge, Paper, Section, Sheet
from shangwu.foundation.documents.pdf import MissingFont, Unprintable, write_pdf, write_report
from shangwu.foundation.documents.reading import read_document
from shangwu.foundation.documents.xlsx import write_csv, write_xlsx

__all__ = [
    "Cell",
    "Column",
    "Document",
    "Merge",
    "MissingFont",
    "Note",
    "Paper",
    "Paragraph",
    "Section",
    "Sheet",
    "Table",
    "Unprintable",
    "read_document",
    "table_texts",
    "write_csv",
    "write_docx",
    "write_pdf",
    "write_report",
    "write_xlsx",
]
