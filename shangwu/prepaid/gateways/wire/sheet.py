"""From named fields of many rows to columns; what does not fit is named row by row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np

from shangwu.prepaid.rules.batch.columns import (
    EPOCH,
    EPOCH_MOMENT,
    KINDS,
    MICROSECOND,
    NO_DAY,
    TOKEN_BYTES,
    Bytes,
    Columns,
    Flags,
    Numbers,
)
from shangwu.prepaid.rules.batch.errors import FORM, SENDER, RowError
from shangwu.prepaid.rules.batch.fields import GREATEST_COUNT, GREATEST_FEN, LONGEST_TEXT
from shangwu.prepaid.rules.batch.reading import typed
from shangwu.prepaid.rules.batch.records import RECORDS, field_defects, personal_data
from shangwu.prepaid.rules.bilingual import Bilingual, filled
from shangwu.prepaid.rules.screening import labels
from shangwu.prepaid.vocabulary import BatchCode

RECORD = "card_day"
FIELDS = tuple(one.name for one in RECORDS[RECORD])
REQUIRED = tuple(one.name for one in RECORDS[RECORD] if one.is_required)
AMOUNTS = ("issued_fen", "redeemed_fen", "refunded_fen", "closing_fen")
NUMBERS = ("sequence", *AMOUNTS, "reverses_sequence")
TEXTS = tuple(name for name in FIELDS if name not in NUMBERS)
ILL_FORMED = -(2**62)
_HEXADECIMAL = np.zeros(256, dtype=np.bool_)
_HEXADECIMAL[list(b"0123456789abcdef")] = True
_ZEROS = "0" * (2 * TOKEN_BYTES)
_EARLIEST = (datetime.min.replace(tzinfo=UTC) - EPOCH_MOMENT) // MICROSECOND
_LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH_MOMENT) // MICROSECOND
_DIFFERENT_DAY = Bilingual(
    "一批只报一个业务日期，本批为 {day}", "a batch speaks of one business day, this one of {day}"
)
_HALF_REVERSAL = Bilingual(
    "被冲正记录的日期和序号须同时填写",
    "reverses_day and reverses_sequence stand together or not at all",
)


@dataclass(frozen=True)
class Sheet:
    """Fields of consecutive rows: texts as they were sent, None for none; numbers ILL_FORMED where they are none.

    `row` gives a row again by name and value, for the rare case that something is to be said of it.
    """

    texts: Mapping[str, Sequence[str | None]]
    numbers: Mapping[str, Numbers]
    row: Callable[[int], Mapping[str, object]]
    positions: Numbers


@dataclass(frozen=True)
class Piece:
    """Consecutive rows of a batch: the well-formed ones as columns, and what is wrong with the others."""

    columns: Columns | None
    errors: list[RowError] = field(default_factory=list)
    rows: int = 0


class _Days(dict[str | None, int]):
    """Days since 1970 of texts, each read once; ILL_FORMED for what is no day."""

    def __missing__(self, text: str | None) -> int:
        value = typed(RECORD, {"day": text})["day"]
        days = (value - EPOCH).days if isinstance(value, date) else ILL_FORMED
        return self.setdefault(text, NO_DAY if text is None else days)


class _Moments(dict[str | None, int]):
    """Microseconds since 1970 of texts, each read once as long as they are few."""

    _MOST = 100_000

    def __missing__(self, text: str | None) -> int:
        value = typed(RECORD, {"sent_at": text})["sent_at"]
        found = ILL_FORMED
        if isinstance(value, datetime) and value.tzinfo is not None:
            # The first and the last moments of the calendar have no neighbours in other zones.
            found = min(max((value - EPOCH_MOMENT) // MICROSECOND, _EARLIEST), _LATEST)
        if len(self) >= self._MOST:
            self.clear()
        return self.setdefault(text, found)


class _Outlets(dict[str | None, int]):
    """Places of outlets in `names`, where each stands once; -1 for what is no number of an outlet."""

    def __init__(self, on: date) -> None:
        super().__init__()
        self._on = on
        self.names: list[str] = []

    def __missing__(self, text: str | None) -> int:
        wrong = field_defects(RECORD, {"outlet": text}, on=self._on)
        if text is None or any(one.field == "outlet" for one in wrong):
            return -1
        self.names.append(text)
        return self.setdefault(text, len(self.names) - 1)


class _Kinds(dict[str | None, int]):
    """Places of the kinds of cards; -1 for any other word."""

    def __missing__(self, text: str | None) -> int:
        return -1


@dataclass
class Assembler:
    """Makes pieces of one batch; `day` is that of the first well-formed row, unless it is said before."""

    operator: str
    on: date
    day: date | None = None
    rows: int = 0
    _outlets: "_Outlets" = field(init=False)
    _days: _Days = field(default_factory=_Days)
    _moments: _Moments = field(default_factory=_Moments)

    def __post_init__(self) -> None:
        self._outlets = _Outlets(self.on)

    def number(self, count: int) -> Numbers:
        """Return the places of the next rows in what was sent, from 1."""
        self.rows += count
        return np.arange(self.rows - count + 1, self.rows + 1, dtype=np.int64)

    def piece(self, sheet: Sheet) -> Piece:
        """Return the rows as columns, without those whose form is wrong, which are named."""
        count = len(sheet.positions)
        card, good = tokens(sheet.texts["card"])
        good &= _are_numbers(sheet.numbers)
        days = _places(sheet.texts["day"], self._days)
        valid_to = _places(sheet.texts["valid_to"], self._days)
        reverses_day = _places(sheet.texts["reverses_day"], self._days)
        sent_at = _places(sheet.texts["sent_at"], self._moments)
        for array in (days, valid_to, reverses_day, sent_at):
            good &= array != ILL_FORMED
        good &= days != NO_DAY
        good &= (reverses_day != NO_DAY) == (sheet.numbers["reverses_sequence"] > 0)
        kind = _places(sheet.texts["kind"], _KIND_PLACES)
        outlet = _places(sheet.texts["outlet"], self._outlets)
        good &= (kind >= 0) & (outlet >= 0)
        operators = sheet.texts["operator"]
        if set(operators) != {self.operator}:
            good &= np.array([one == self.operator for one in operators], dtype=np.bool_)
        remarks = self._remarks(sheet, good)
        if self.day is None and good.any():
            self.day = date.fromordinal(EPOCH.toordinal() + int(days[good.argmax()]))
        if self.day is not None:
            good &= days == (self.day - EPOCH).days
        errors = [
            error for at in np.flatnonzero(~good).tolist() for error in self._wrong(sheet, at)
        ]
        if self.day is None:
            return Piece(None, errors, count)
        columns = Columns(
            operator=self.operator,
            day=self.day,
            outlets=self._outlets.names,
            remarks=remarks,
            card=card,
            position=sheet.positions,
            kind=kind,
            outlet=outlet,
            valid_to=valid_to,
            sent_at=sent_at,
            reverses_day=reverses_day,
            **{_COLUMN.get(name, name): sheet.numbers[name] for name in NUMBERS},
        )
        return Piece(columns if good.all() else columns.take(good), errors, count)

    @staticmethod
    def _remarks(sheet: Sheet, good: Flags) -> dict[int, str]:
        found: dict[int, str] = {}
        texts = sheet.texts["remark"]
        if not any(texts):
            return found
        for at, text in enumerate(texts):
            if text:
                found[int(sheet.positions[at])] = text
                good[at] &= len(text) <= LONGEST_TEXT and "\0" not in text
        return found

    def _wrong(self, sheet: Sheet, at: int) -> list[RowError]:
        return self.wrong(sheet.row(at), int(sheet.positions[at]))

    def wrong(self, sent: Mapping[str, object], position: int) -> list[RowError]:
        """Return what is wrong with a row whose form does not fit; nothing of its content is repeated."""
        row = typed(RECORD, sent)
        number = row.get("sequence")
        sequence = number if isinstance(number, int) and 0 < number <= GREATEST_COUNT else None
        if kinds := personal_data(sent):
            return [RowError(position, BatchCode.E06, "", sequence, labels(kinds))]
        found = [
            RowError(position, FORM, one.field, sequence, one.said)
            for one in field_defects(RECORD, row, on=self.on)
        ]
        if not found and row["operator"] != self.operator:
            found.append(RowError(position, SENDER, "operator", sequence))
        elif not found and (row.get("reverses_day") is None) != (
            row.get("reverses_sequence") is None
        ):
            found.append(RowError(position, FORM, "reverses_sequence", sequence, _HALF_REVERSAL))
        elif not found:
            told = filled(_DIFFERENT_DAY, day=self.day)
            found.append(RowError(position, FORM, "day", sequence, told))
        return found


_KIND_PLACES = _Kinds((kind, at) for at, kind in enumerate(KINDS))
_COLUMN = {name: name.removesuffix("_fen") for name in AMOUNTS}


def tokens(cards: Sequence[str | None]) -> tuple[Bytes, Flags]:
    """Return the cards' 32 bytes, and which of the texts are 64 small hexadecimal letters."""
    texts = [card for card in cards if card is not None and len(card) == len(_ZEROS)]
    joined = "".join(texts)
    sound = np.ones(len(cards), dtype=np.bool_)
    if len(texts) < len(cards) or not joined.isascii():
        fits = [card is not None and len(card) == len(_ZEROS) and card.isascii() for card in cards]
        sound = np.array(fits, dtype=np.bool_)
        joined = "".join(
            card if good and card is not None else _ZEROS
            for card, good in zip(cards, fits, strict=True)
        )
    letters = np.frombuffer(joined.encode("ascii"), dtype=np.uint8).reshape(-1, len(_ZEROS))
    if not _HEXADECIMAL[letters].all():
        sound &= _HEXADECIMAL[letters].all(axis=1)
        joined = np.where(sound[:, None], letters, ord("0")).tobytes().decode("ascii")
    plain = bytes.fromhex(joined)
    return np.frombuffer(plain, dtype=np.uint8).reshape(-1, TOKEN_BYTES), sound


def _places(texts: Sequence[str | None], known: Mapping[str | None, int]) -> Numbers:
    """Return the number of each text; a field often says the same in every row."""
    if len(several := set(texts)) == 1:
        return np.full(len(texts), known[several.pop()], dtype=np.int64)
    return np.fromiter(map(known.__getitem__, texts), dtype=np.int64, count=len(texts))


def _are_numbers(numbers: Mapping[str, Numbers]) -> Flags:
    sequence, reverses = numbers["sequence"], numbers["reverses_sequence"]
    good: Flags = (sequence >= 1) & (sequence <= GREATEST_COUNT)
    good &= (reverses >= 0) & (reverses <= GREATEST_COUNT)
    for name in AMOUNTS:
        good &= np.abs(numbers[name]) <= GREATEST_FEN
    return good
