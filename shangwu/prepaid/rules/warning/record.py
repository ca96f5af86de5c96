"""The record of a world as it unfolds: each week's files taken in once, in order, and then forgotten."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shangwu.prepaid.rules.warning.feeds import FEEDS, Columns, Feeds, Flags, Floats, Roster
from shangwu.prepaid.rules.warning.memory import Average, Course, spread
from shangwu.prepaid.rules.warning.words import meanings

FLOWS = ("issued", "redeemed", "refunded", "cards")
STATES = ("balance", "long", "discount", "late", "custody", "kept", "gap")
COUNTS = ("complaints", "lookups", "mismatches", "missed")
# A mark of something that happened fades by half in a quarter of a year.
FADES = 0.5 ** (1 / 13)
YEAR_THIRD = 17.0
NEVER = -1


class Record:
    """What is known of every operator up to and including `week`."""

    def __init__(self, roster: Roster) -> None:
        count = len(roster)
        self.roster = roster
        self.week = 0
        self.course = {name: Course(count) for name in (*FLOWS, *STATES, *COUNTS)}
        self.marks = {
            name: np.zeros(count) for name in ("person", "place", "other", "closing", "bond_gone")
        }
        self.looked, self.wrong = Average(count, YEAR_THIRD), Average(count, YEAR_THIRD)
        self.owed = np.zeros(count)
        self.owing = Average(count, 6.0)
        self.owed_kinds = np.zeros(count)
        self.bond = np.zeros(count)
        self.silent = np.zeros(count, np.int64)
        self.first = np.full(count, NEVER)
        self.notice = np.full(count, NEVER)
        self.read = dict.fromkeys(FEEDS, 0)

    def add(self, week: int, feeds: Feeds) -> None:
        """Take in the files of one week; what is not in `feeds` did not come."""
        self.week = week
        for feed in feeds:
            self.read[feed] += 1
        self._custody(feeds.get("custody"))
        self._bonds(feeds.get("bonds"))
        self._batches(feeds.get("batches"))
        self._counts(feeds)
        self._arrears(feeds.get("arrears"))
        self._changes(feeds.get("changes"))

    @property
    def here(self) -> Flags:
        """Who still sends: in the last week for which batches came at all.

        Where batches never came, all who were seen at the bank; where nothing tells, everyone.
        """
        if not self.read["batches"] and not self.read["custody"]:
            return np.ones(len(self.roster), bool)
        return np.asarray((self.silent == 0) & (self.first != NEVER))

    @property
    def balance(self) -> Floats:
        """The last balance reported; NaN if none ever was."""
        last: Floats = self.course["balance"].last
        return last

    @property
    def cover(self) -> Floats:
        """Custody and bonds; bonds alone where custody is unknown."""
        return np.asarray(np.nan_to_num(self.course["custody"].last) + self.bond)

    def _all(self, columns: Columns, name: str, empty: float) -> Floats:
        return spread(len(self.roster), columns["who"], columns[name], empty)

    def _rows(self, columns: Columns) -> Flags:
        found = np.zeros(len(self.roster), bool)
        found[columns["who"]] = True
        return found

    def _batches(self, columns: Columns | None) -> None:
        if columns is None:
            return
        sent = self._rows(columns)
        self._see(sent)
        self.silent = np.where(sent, 0, self.silent + 1)
        before = self.course["balance"].last
        told = {
            name: self._all(columns, column, np.nan)
            for name, column in {
                "issued": "issued_fen",
                "redeemed": "redeemed_fen",
                "refunded": "refunded_fen",
                "cards": "issued_cards",
                "balance": "reported_balance_fen",
                "long": "long_card_share",
                "discount": "discount_pct",
                "late": "late_batches",
            }.items()
        }
        moved = told["issued"] - told["redeemed"] - np.nan_to_num(told["refunded"])
        with np.errstate(invalid="ignore", divide="ignore"):
            gap = np.abs(told["balance"] - before - moved) / np.maximum(before, 1)
            kept = np.log((self.course["custody"].last + 1) / (told["balance"] + 1))
        told["gap"] = np.where(self.silent == 0, np.minimum(gap, 2), np.nan)
        told["kept"] = kept if self.read["custody"] else np.full(len(sent), np.nan)
        told["missed"] = np.where(self.first == NEVER, np.nan, (~sent).astype(float))
        for name, values in told.items():
            self.course[name].add(values)

    def _see(self, who: Flags) -> None:
        self.first = np.where((self.first == NEVER) & who, self.week, self.first)

    def _custody(self, columns: Columns | None) -> None:
        if columns is not None:
            held = self._all(columns, "custody_fen", np.nan)
            self.course["custody"].add(held)
            if not self.read["batches"]:
                self._see(np.isfinite(held))

    def _bonds(self, columns: Columns | None) -> None:
        self.marks["bond_gone"] *= FADES
        if columns is not None:
            bond = self._all(columns, "bond_fen", 0.0)
            fell = (self.bond > 0) & (bond < self.bond / 2)
            self.marks["bond_gone"][fell] = 1
            self.bond = bond

    def _counts(self, feeds: Feeds) -> None:
        """Counts of the week; nobody who has not been seen yet has a count of 0."""
        for feed, names in (
            ("complaints", {"complaints": "count"}),
            ("lookups", {"lookups": "lookups", "mismatches": "mismatches"}),
        ):
            columns = feeds.get(feed)
            for name, column in names.items() if columns is not None else ():
                found = self._all(columns or {}, column, 0.0)
                seen = (self.first != NEVER) | (not self.read["batches"])
                told = np.where(seen, found, np.nan)
                self.course[name].add(told)
                if feed == "lookups":
                    (self.looked if name == "lookups" else self.wrong).add(told)

    def _arrears(self, columns: Columns | None) -> None:
        if columns is None:
            return
        count = len(self.roster)
        longest = np.zeros(count)
        np.maximum.at(longest, columns["who"], np.nan_to_num(columns["weeks"], nan=1.0))
        # Where arrears are told only now and then, the last word fades instead of vanishing.
        self.owed = np.maximum(longest, self.owed * 0.85)
        kinds = np.bincount(columns["who"], minlength=count).astype(float)
        self.owed_kinds = np.maximum(kinds, self.owed_kinds * 0.85)
        self.owing.add((longest > 0).astype(float))

    def _changes(self, columns: Columns | None) -> None:
        for name in ("person", "place", "other", "closing"):
            self.marks[name] *= FADES
        if columns is None:
            return
        words: NDArray[Any] = columns["what"]
        known = meanings(words.tolist())
        about = np.array([known[word] for word in words.tolist()], dtype=object)
        for name in ("person", "place", "other", "closing"):
            np.add.at(self.marks[name], columns["who"][about == name], 1.0)
        self.notice[columns["who"][about == "closing"]] = self.week
