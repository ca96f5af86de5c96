"""Photographs as they are printed: small, upright, of a size that a page can hold."""

import struct
from pathlib import Path
from typing import BinaryIO

import typst

# Beyond these pixels a photograph is not drawn: decoded it would take more memory than a page is worth.
MOST_PIXELS = 64_000_000
PPI = 150
_FORMATS = {"jpeg": "jpg", "png": "png"}
_TEMPLATE = b"""
#set page(width: 70mm, height: auto, margin: 0pt)
#image(sys.inputs.name, format: sys.inputs.format, width: 100%)
"""
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# Of the frames of a JPEG that give its size, C4, C8 and CC are none.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})


def small_picture(path: Path, *, kind: str) -> bytes:
    """Return a photograph as a small PNG; empty for what is none, is damaged, or has too many pixels."""
    if kind not in _FORMATS or not 0 < pixels(path) <= MOST_PIXELS:
        return b""
    compiler = typst.Compiler(
        _TEMPLATE,
        root=str(path.parent),
        sys_inputs={"name": f"/{path.name}", "format": _FORMATS[kind]},
    )
    try:
        made = compiler.compile(format="png", ppi=PPI)
    except typst.TypstError:
        return b""
    return made if isinstance(made, bytes) else b""


def pixels(path: Path) -> int:
    """Return how many pixels a PNG or JPEG says that it has; 0 where it does not say."""
    with path.open("rb") as file:
        head = file.read(24)
        if head.startswith(_PNG_HEAD) and len(head) == 24:
            width, height = struct.unpack(">II", head[16:24])
            return int(width * height)
        return _jpeg_pixels(file) if head.startswith(b"\xff\xd8") else 0


def _jpeg_pixels(file: BinaryIO) -> int:
    file.seek(2)
    while (mark := file.read(2)) and len(mark) == 2 and mark[0] == 0xFF:
        if mark[1] == 0xFF:
            file.seek(-1, 1)
            continue
        if mark[1] in _ALONE:
            continue
        head = file.read(7)
        if len(head) < 7:
            return 0
        if mark[1] in _FRAMES:
            height, width = struct.unpack(">HH", head[3:7])
            return int(width * height)
        file.seek(struct.unpack(">H", head[:2])[0] - 7, 1)
    return 0
