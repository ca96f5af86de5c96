"""Data folders that the database account may enter, wherever the test run itself keeps its files."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder(name: str = "shangwu-test-") -> Iterator[Path]:
    """Give a fresh folder that everybody may enter, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=name))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
