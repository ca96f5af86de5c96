"""The normal form of a typed target: exact, printable, and able to survive storage unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

# Field names that are Python keywords, as the normal form spells them.
_SPELT = {"from_": "from", "to_": "to"}


@dataclass(frozen=True)
class Warning:
    """Something a person should look at; nothing was repaired because of it."""

    code: str
    message: str


@dataclass(frozen=True)
class Part:
    """One condition of a target. Values are decimal strings, or "n/d" where no decimal is exact.

    `kind` is one of quant duration deadline period trend ordinal flag ref bands text. `cmp` is one of
    ge gt le lt eq approx range. `dim` is ratio, count, money or a physical dimension; `by` is the day on
    which a milestone or deadline falls due; `from_` and `to_` are the events of a duration or the days of a
    period; `share` is the part of all items that must hold.
    """

    kind: str
    cmp: str = ""
    value: str = ""
    upper: str = ""
    dim: str = ""
    unit: str = ""
    per: str = ""
    by: str = ""
    from_: str = ""
    to_: str = ""
    event: str = ""
    base: str = ""
    every: str = ""
    share: str = ""
    scale: str = ""
    level: str = ""
    bands: tuple[tuple[str, str], ...] = ()
    contains: tuple[str, ...] = ()
    qualifier: str = ""
    polarity: str = ""
    cmp_source: str = ""
    unit_source: str = ""
    raw: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the normal form; empty keys are left out."""
        found: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value:
                plain = [list(item) for item in value] if field.name == "bands" else value
                found[_SPELT.get(field.name, field.name)] = (
                    list(plain) if isinstance(plain, tuple) else plain
                )
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Part":
        """Return the part that `to_json` wrote."""
        back = {spelt: name for name, spelt in _SPELT.items()}
        values = {back.get(name, name): value for name, value in found.items()}
        if "bands" in values:
            values["bands"] = tuple((str(a), str(b)) for a, b in values["bands"])
        if "contains" in values:
            values["contains"] = tuple(values["contains"])
        return cls(**values)


@dataclass(frozen=True)
class ParsedTarget:
    """A target as typed: all parts must hold. `raw` is the text byte for byte."""

    raw: str
    parts: tuple[Part, ...]
    warnings: tuple[Warning, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return {"raw", "parts", "warnings"}."""
        return {
            "raw": self.raw,
            "parts": [part.to_json() for part in self.parts],
            "warnings": [{"code": w.code, "message": w.message} for w in self.warnings],
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "ParsedTarget":
        """Return the target that `to_json` wrote."""
        return cls(
            raw=found["raw"],
            parts=tuple(Part.from_json(part) for part in found["parts"]),
            warnings=tuple(Warning(**warning) for warning in found["warnings"]),
        )
