"""Documents: reading forms that people send, writing papers that the office issues."""

from shangwu.foundation.documents.document import (
    Cell,
    Document,
    Note,
    Paragraph,
    Table,
    table_texts,
)
from shangwu.foundation.documents.reading import read_document

__all__ = ["Cell", "Document", "Note", "Paragraph", "Table", "read_document", "table_texts"]
