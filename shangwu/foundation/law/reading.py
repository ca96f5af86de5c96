"""Fill a shape, declared by the package that needs the values, with what is in force on a day."""

import dataclasses
import types
import typing
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

from shangwu.foundation.law.dated import (
    JURISDICTIONS,
    At,
    DatedValue,
    Entry,
    LawError,
    Problem,
    Value,
)
from shangwu.foundation.law.loading import LAW_FOLDER, load_file
from shangwu.foundation.law.refused import Refused

S = TypeVar("S")


class NotInForce(Refused):
    """A rule was asked for on a day on which none of its values holds."""


@dataclass(frozen=True)
class _Slot:
    """One field of a shape: where its value stands and what it must become."""

    name: str
    key: str
    unit: str
    wanted: Any
    optional: bool


def read(
    shape: type[S], *, on: date, jurisdiction: str = "shanghai", folder: Path = LAW_FOLDER
) -> S:
    """Return the shape filled with the values in force on the day, each with unit and source.

    A shape is a frozen dataclass. `LAW: ClassVar[str]` names the file; each field is
    `Annotated[Value[kind], At("key", unit="…")]`, or `Value[kind] | None` where a rule may be absent.
    A value of the jurisdiction goes before the nation's.

    Raises: NotInForce when a field has no value on that day; LawError when the files are defective.
    """
    filled: S = _read(cast(Hashable, shape), on, jurisdiction, folder)
    return filled


def check_shape(shape: type, *, folder: Path = LAW_FOLDER) -> list[Problem]:
    """Return where the shape and its law file disagree: absent key, other unit, other kind of value."""
    file = load_file(str(shape.LAW), folder)  # type: ignore[attr-defined]
    problems = []
    for slot in _slots(cast(Hashable, shape)):
        entry = file.entries.get(slot.key)
        if entry is None:
            problems.append(
                _problem(shape, slot, "missing_key", f"{shape.__qualname__} 需要的键不存在")
            )
        elif slot.unit and entry.unit != slot.unit:
            problems.append(
                _problem(shape, slot, "wrong_unit", f"单位应为 {slot.unit}，实为 {entry.unit}")
            )
        else:
            problems.extend(_conversion_problems(shape, slot, entry))
    return problems


def convert(value: object, wanted: Any) -> object:
    """Return the TOML value as the type the shape asks for.

    Raises: TypeError or ValueError when it is something else.
    """
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted is object:
        return value
    if origin in (types.UnionType, typing.Union):
        inner = [argument for argument in arguments if argument is not types.NoneType]
        return convert(value, inner[0])
    if origin is tuple:
        return tuple(convert(item, arguments[0]) for item in _expect(value, tuple))
    if origin in (dict, Mapping) or wanted is Mapping:
        items = _expect(value, Mapping).items()
        return types.MappingProxyType({str(k): convert(v, arguments[1]) for k, v in items})
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        return _structure(_expect(value, Mapping), wanted)
    if wanted is Decimal:
        return Decimal(_expect(value, str))
    if wanted is time:
        return time.fromisoformat(_expect(value, str))
    if isinstance(value, bool) and wanted is not bool:
        raise TypeError("true/false where something else is wanted")
    return _expect(value, wanted)


@lru_cache(maxsize=512)
def _read(shape: Any, on: date, jurisdiction: str, folder: Path) -> Any:
    if jurisdiction not in JURISDICTIONS:
        raise ValueError(f"unknown jurisdiction {jurisdiction!r}")
    file = load_file(shape.LAW, folder)
    if file.problems:
        raise LawError(list(file.problems))
    filled: dict[str, object] = {}
    for slot in _slots(shape):
        entry = file.entries.get(slot.key)
        if entry is None or (slot.unit and entry.unit != slot.unit):
            raise LawError(check_shape(shape, folder=folder))
        found = entry.in_force(on=on, jurisdiction=jurisdiction)
        if found is None and not slot.optional:
            raise NotInForce(
                f"{on.isoformat()} 没有生效的“{entry.label}”规定，无法按该日计算。请核对日期。",
                code="LAW-NOT-IN-FORCE",
                source=entry.reference,
            )
        filled[slot.name] = found and _value(slot, entry, found)
    return shape(**filled)


def _value(slot: _Slot, entry: Entry, found: DatedValue) -> Value[Any]:
    return Value(
        value=convert(found.value, slot.wanted),
        unit=entry.unit,
        label=entry.label,
        reference=entry.reference,
        source=found.source,
        source_status=found.source_status,
        checked_on=found.checked_on,
        starts_on=found.starts_on,
        until=found.until,
        jurisdiction=found.jurisdiction,
        article=found.article,
    )


@lru_cache(maxsize=128)
def _slots(shape: Any) -> tuple[_Slot, ...]:
    hints = typing.get_type_hints(shape, include_extras=True)
    return tuple(_slot(field.name, hints[field.name]) for field in dataclasses.fields(shape))


def _slot(name: str, hint: Any) -> _Slot:
    at = At(name, unit="")
    if typing.get_origin(hint) is Annotated:
        hint, *notes = typing.get_args(hint)
        at = next((note for note in notes if isinstance(note, At)), at)
    choices: Iterable[Any] = (hint,)
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        choices = typing.get_args(hint)
    wanted = [choice for choice in choices if typing.get_origin(choice) is Value]
    if len(wanted) != 1:
        raise TypeError(f"field {name} of a law shape must be Value[…] or Value[…] | None")
    optional = types.NoneType in tuple(choices)
    return _Slot(name, at.key, at.unit, typing.get_args(wanted[0])[0], optional)


def _structure(table: Mapping[str, object], wanted: type[Any]) -> object:
    hints = typing.get_type_hints(wanted)
    if unknown := table.keys() - hints.keys():
        raise TypeError(f"unknown key {sorted(unknown)[0]}")
    return wanted(**{name: convert(item, hints[name]) for name, item in table.items()})


def _expect(value: object, wanted: Any) -> Any:
    if not isinstance(value, wanted):
        raise TypeError(f"{type(value).__name__} where {wanted.__name__} is wanted")
    return value


def _conversion_problems(shape: type, slot: _Slot, entry: Entry) -> list[Problem]:
    problems = []
    for value in entry.values:
        try:
            convert(value.value, slot.wanted)
        except (TypeError, ValueError, ArithmeticError) as error:
            text = f"自 {value.starts_on} 起的取值类型不对：{error}"
            problems.append(_problem(shape, slot, "wrong_type", text))
    return problems


def _problem(shape: type, slot: _Slot, code: str, message: str) -> Problem:
    return Problem(f"law/{shape.LAW}.toml", slot.key, code, message)  # type: ignore[attr-defined]
