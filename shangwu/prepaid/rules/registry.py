"""What the legal-entity database says of a business beside what was entered: where they differ, and how."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.vocabulary import Risk

# The platform's fields that the database knows too, with what people read.
COMPARED: Mapping[str, str] = {
    "name": "名称",
    "representative": "法定代表人或者负责人",
    "place": "住所",
    "district": "所在区",
    "established_on": "成立日期",
    "capital_fen": "注册资本",
}
# What the database says of a business -> the risk that it is under the law.
WARNINGS: Mapping[str, Risk] = {
    "abnormal": Risk.ABNORMAL_LIST,
    "defaulter": Risk.JUDGMENT_DEFAULTER,
    "dishonest": Risk.SERIOUS_DISHONESTY,
    "deregistering": Risk.DEREGISTERING,
}
_NO_LETTERS = re.compile(r"[^0-9A-Z一-鿿]")


@dataclass(frozen=True)
class RegisteredFacts:
    """A business as the legal-entity database has it; `warnings` are keys of WARNINGS."""

    uscc: str
    name: str
    representative: str = ""
    place: str = ""
    district: str = ""
    established_on: date | None = None
    capital_fen: Fen | None = None
    is_active: bool = True
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """One field that was entered otherwise than it is registered, both as people read them."""

    field: str
    label: str
    entered: str
    registered: str

    @property
    def sentence(self) -> str:
        """The difference in words."""
        return f"{self.label}：填报“{self.entered or '（空）'}”，登记“{self.registered}”"


def from_answer(answer: Mapping[str, object]) -> RegisteredFacts:
    """Return the facts of a database's answer; fields that the platform does not know are left out.

    Raises: ValueError or TypeError for an answer that is not of the agreed form.
    """
    known = {one.name for one in fields(RegisteredFacts)}
    given = {name: value for name, value in answer.items() if name in known and value is not None}
    for name in ("uscc", "name"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise ValueError(f"the answer has no {name}")
    if day := given.get("established_on"):
        given["established_on"] = date.fromisoformat(str(day))
    if not isinstance(given.get("capital_fen", 0), int):
        raise TypeError("capital_fen is a whole number of fen")
    warnings = given.get("warnings", ())
    if not isinstance(warnings, list | tuple):
        raise TypeError("warnings are a list")
    given["warnings"] = tuple(str(one) for one in warnings if one in WARNINGS)
    return RegisteredFacts(**given)  # type: ignore[arg-type]  # checked above


def as_json(facts: RegisteredFacts) -> dict[str, object]:
    """Return the facts as plain data, the form in which an answer comes and an extract is kept."""
    found = {one.name: getattr(facts, one.name) for one in fields(RegisteredFacts)}
    day = facts.established_on
    return {
        **found,
        "established_on": day.isoformat() if day else None,
        "warnings": list(facts.warnings),
    }


def differences(entered: Mapping[str, object], facts: RegisteredFacts) -> tuple[Difference, ...]:
    """Return where what was entered differs from what is registered; what is not registered is silent."""
    return tuple(
        Difference(name, label, _shown(name, entered.get(name)), _shown(name, registered))
        for name, label in COMPARED.items()
        if (registered := getattr(facts, name)) not in (None, "")
        and _plain(entered.get(name)) != _plain(registered)
    )


def address_key(place: str) -> str:
    """Return the key under which equal addresses are equal, however they are written."""
    return hashlib.sha256(_plain(place).encode()).hexdigest()


def _plain(value: object) -> str:
    """The value without what people write differently: width, spaces, punctuation, small letters."""
    text = unicodedata.normalize("NFKC", str(value if value is not None else "")).upper()
    return _NO_LETTERS.sub("", text)


def _shown(name: str, value: object) -> str:
    if value in (None, ""):
        return ""
    return yuan(value) if name == "capital_fen" and isinstance(value, int) else str(value)
