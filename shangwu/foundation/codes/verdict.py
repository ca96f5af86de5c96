"""What a check answers, and the normalisation that comes before every check."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["ok", "warning", "error"]

_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_INVISIBLE = {"Cf", "Cc"}


@dataclass(frozen=True)
class Verdict:
    """The answer to one check.

    `position` counts the characters of `normalized` from 1; `suggestion` is what should stand there;
    `corrected` is the whole value with the suggestion applied, given only when that value passes every check.
    """

    ok: bool
    level: Level
    normalized: str
    code: str
    position: int | None
    suggestion: str
    message: str
    changes: tuple[str, ...] = ()
    found: str = ""
    expected: str = ""
    corrected: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def accept(normalized: str, message: str, **facts: str) -> Verdict:
    """Return the verdict for a value that passes."""
    return Verdict(True, "ok", normalized, "OK", None, "", message, facts=facts)


def caution(normalized: str, code: str, message: str, **facts: str) -> Verdict:
    """Return the verdict for a value that passes but that a reviewer should look at."""
    return Verdict(True, "warning", normalized, code, None, "", message, facts=facts)


def reject(
    normalized: str,
    code: str,
    message: str,
    *,
    position: int | None = None,
    suggestion: str = "",
    expected: str = "",
    corrected: str = "",
) -> Verdict:
    """Return the verdict for a value that fails; what was found is read off `normalized`."""
    width = max(1, len(suggestion))
    found = normalized[position - 1 : position - 1 + width] if position else ""
    return Verdict(
        False,
        "error",
        normalized,
        code,
        position,
        suggestion,
        message,
        found=found,
        expected=expected or suggestion,
        corrected=corrected,
    )


def normalise(value: str) -> tuple[str, tuple[str, ...]]:
    """Return the canonical spelling and what was changed to reach it, in Chinese.

    Compatibility forms become plain characters, white space and invisible characters go, letters a-z
    become capitals. Applying it twice changes nothing more.
    """
    changes: list[str] = []
    current = value
    while True:
        step = _one_pass(current, changes)
        if step == current:
            return current, tuple(dict.fromkeys(changes))
        current = step


def _one_pass(value: str, changes: list[str]) -> str:
    plain = unicodedata.normalize("NFKC", value)
    if "".join(plain.split()) != "".join(value.split()):
        wide = any("\uff01" <= c <= "\uff5e" for c in value)
        changes.append("全角字符改为半角" if wide else "特殊字形改为普通字符")
    shown = "".join(c for c in plain if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    if shown != plain:
        changes.append("去掉不可见字符")
    tight = "".join(shown.split())
    if tight != shown:
        changes.append("去掉空格")
    upper = tight.translate(_UPPER)
    if upper != tight:
        changes.append("小写字母改为大写")
    return upper
