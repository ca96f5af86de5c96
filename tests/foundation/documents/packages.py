"""Office packages written by hand, so that tests can say exactly what is inside."""

import zipfile
from io import BytesIO

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def word_file(body: str, *, prolog: str = "", kind: str = _WORD, **parts: bytes | str) -> bytes:
    """Return a .docx whose body is this XML; `parts` are further entries, __ for /, _dot_ for a dot."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    )
    document = f'<?xml version="1.0"?>{prolog}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>'
    entries: dict[str, bytes | str] = {"[Content_Types].xml": types, "word/document.xml": document}
    entries |= {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    return zipped(entries)


def zipped(entries: dict[str, bytes | str]) -> bytes:
    """Return a deflated archive of the entries."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def paragraph(inner: str) -> str:
    """Return a paragraph around runs."""
    return f"<w:p>{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    """Return a run of text."""
    marks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{marks}<w:t xml:space="preserve">{text}</w:t></w:r>'


def cell(inner: str, properties: str = "") -> str:
    """Return a table cell around paragraphs."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: str) -> str:
    """Return a table of rows, each the text of its cells."""
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
