"""How a version of the model was tested: the verdicts of `python -m benchmarks.early_warning`, kept beside the model.

The files are that program's output as it was printed, one for the worlds of each author. A new model needs new ones:
until they come, pages say so.

Source: 0017
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shangwu.foundation.law import Refused

FOLDER = Path(__file__).parent
AUTHORS = ("sixth", "fifth", "fourth", "third", "second", "first")
FILES = tuple(FOLDER / f"tested_{author}.json" for author in AUTHORS)
CODE = "WATCH-TESTED"


@dataclass(frozen=True)
class Verdict:
    """Shares from 0 to 1 by method and by method and kind; false alerts a year for each thousand that did not fail."""

    author: str
    model: str
    worlds: int
    operators: int
    weeks: int
    methods: Mapping[str, Mapping[str, float]]
    by_kind: Mapping[str, Mapping[str, float]]
    false_by_sector: Mapping[str, float]
    false_by_size: Mapping[str, float]


def verdicts() -> tuple[Verdict, ...]:
    """Return the verdict on the worlds of each author, the stricter test first.

    Raises: Refused for a file that is broken.
    """
    return tuple(verdict(file) for file in FILES)


@cache
def verdict(file: Path) -> Verdict:
    """Return the verdict of a file.

    Raises: Refused with a sentence that names the file and what it lacks.
    """
    try:
        said: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
        return Verdict(
            author=said["author"],
            model=said["model"],
            worlds=said["worlds"],
            operators=said["operators"],
            weeks=said["weeks"],
            methods=said["methods"],
            by_kind=said["recall_4_by_kind"],
            false_by_sector=said["false_alerts_per_1000_and_year_by_sector"],
            false_by_size=said["false_alerts_per_1000_and_year_by_size"],
        )
    except (OSError, ValueError) as error:
        raise Refused(f"测试记录 {file.name} 不能读取或不是合格的 JSON。", code=CODE) from error
    except KeyError as error:
        raise Refused(f"测试记录 {file.name} 缺少 {error.args[0]}。", code=CODE) from error
