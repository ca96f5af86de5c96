"""Documents: reading forms that people send, writing papers that the office issues."""

from shangwu.foundation.documents.document import (
    EMPTY_BOX,
    TICKED_BOX,
    Cell,
    Document,
    Note,
    Paragraph,
    Table,
    table_texts,
)
from shangwu.foundation.documents.docx import write_docx
from shangwu.foundation.documents.official import Box, Grid, Official, Picture, Text
from shangwu.foundation.documents.official_docx import write_official_docx
from shangwu.foundation.documents.official_pdf import write_official_pdf
from shangwu.foundation.documents.official_xlsx import write_official_xlsx
from shangwu.foundation.documents.paper import Column, Merge, Paper, Section, Sheet, Value, shown
from shangwu.foundation.documents.pdf import MissingFont, Unprintable, write_pdf, write_report
from shangwu.foundation.documents.photographs import small_picture
from shangwu.foundation.documents.reading import read_document
from shangwu.foundation.documents.xlsx import write_csv, write_csv_rows, write_xlsx

__all__ = [
    "EMPTY_BOX",
    "TICKED_BOX",
    "Box",
    "Cell",
    "Column",
    "Document",
    "Grid",
    "Merge",
    "MissingFont",
    "Note",
    "Official",
    "Paper",
    "Paragraph",
    "Picture",
    "Section",
    "Sheet",
    "Table",
    "Text",
    "Unprintable",
    "Value",
    "read_document",
    "shown",
    "small_picture",
    "table_texts",
    "write_csv",
    "write_csv_rows",
    "write_docx",
    "write_official_docx",
    "write_official_pdf",
    "write_official_xlsx",
    "write_pdf",
    "write_report",
    "write_xlsx",
]
