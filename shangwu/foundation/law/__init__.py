"""Official numbers and words: dated, sourced, replaceable without a change of code.

`law/*.toml` holds them; a package that needs some declares a frozen dataclass and asks

    law.read(ClockLaw, on=day)

See law/README.md for the shape of the files.
"""

from collections.abc import Iterable
from pathlib import Path

from shangwu.foundation.law.dated import (
    JURISDICTIONS,
    SOURCE_STATUSES,
    STATUSES,
    UNITS,
    At,
    DatedValue,
    Entry,
    LawError,
    Problem,
    Value,
    places,
)
from shangwu.foundation.law.loading import (
    LAW_FOLDER,
    LawFile,
    check_files,
    digests,
    load,
    load_file,
    version,
)
from shangwu.foundation.law.reading import NotInForce, check_shape, convert, read
from shangwu.foundation.law.refused import Refused

__all__ = [
    "JURISDICTIONS",
    "LAW_FOLDER",
    "SOURCE_STATUSES",
    "STATUSES",
    "UNITS",
    "At",
    "DatedValue",
    "Entry",
    "LawError",
    "LawFile",
    "NotInForce",
    "Problem",
    "Refused",
    "Value",
    "check",
    "check_shape",
    "convert",
    "digests",
    "load",
    "load_file",
    "places",
    "read",
    "version",
]


def check(shapes: Iterable[type] = (), *, folder: Path = LAW_FOLDER) -> list[Problem]:
    """Return everything wrong with the law files, and with what the shapes expect of them."""
    problems = check_files(folder)
    if not problems:
        problems = [problem for shape in shapes for problem in check_shape(shape, folder=folder)]
    return problems
