"""The record of a world as it unfolds: each week's files taken in once, in order, and then forgotten."""

import numpy as np

from shangwu.prepaid.rules.warning.bills import Bills
from shangwu.prepaid.rules.warning.climbs import Climbs
from shangwu.prepaid.rules.warning.feeds import FEEDS, Columns, Feeds, Flags, Floats, Roster
from shangwu.prepaid.rules.warning.memory import Average, Course, spread
from shangwu.prepaid.rules.warning.rhythm import FLOWS, Rhythm
from shangwu.prepaid.rules.warning.scales import Scale
from shangwu.prepaid.rules.warning.sums import Rising
from shangwu.prepaid.rules.warning.words import CLOSING, MEANINGS, OTHER, Dictionary, grave

STATES = ("balance", "long", "discount", "late", "custody", "kept", "gap")
COUNTS = ("complaints", "grave", "lookups", "mismatches", "missed")
# A mark of something that happened fades by half in a quarter of a year.
FADES = 0.5 ** (1 / 13)
YEAR_THIRD = 17.0
NEVER = -1
# Added to the share kept at the bank, so that who keeps nothing there does not seem to keep less when it grows.
EASE = 0.01
# Mismatches beyond the city's own error, and complaints against what is usual, that tell a change.
RAISED_MISMATCH, RAISED_COMPLAINTS = 0.15, 3.0
# So much of what is complained of is taken to be grave at least, that a few such weeks do not count for all.
LEAST_GRAVE = 0.05
# Who has always traded and now reports nothing but zeros for so long is as good as silent.
IDLE_WEEKS, BUSY = 2, 0.8


class Record:
    """What is known of every operator up to and including `week`."""

    def __init__(self, roster: Roster) -> None:
        count = len(roster)
        self.roster = roster
        self.week = 0
        self.course = {name: Course(count) for name in (*FLOWS, *STATES, *COUNTS)}
        self.marks = {name: np.zeros(count) for name in (*MEANINGS, "bond_gone")}
        self.looked, self.wrong = Average(count, YEAR_THIRD), Average(count, YEAR_THIRD)
        self.bills = Bills(count)
        self.bond = np.zeros(count)
        self.rhythm = Rhythm(count)
        self.silent = np.zeros(count, np.int64)
        self.idle = np.zeros(count, np.int64)
        self.busy = Average(count, YEAR_THIRD)
        self.mismatch_sum, self.complaint_sum = Rising(count), Rising(count)
        self.grave_sum = Rising(count)
        self.climbs = Climbs(roster.sector)
        self._words = Dictionary()
        self._tells_grave = False
        self._scales = {"discount": Scale(may_be_left=True), "long": Scale(may_be_left=False)}
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

        Who sends every few weeks is here between two batches. Where batches never came, all who were seen at the bank; where nothing tells, everyone.
        """
        if not self.read["batches"] and not self.read["custody"]:
            return np.ones(len(self.roster), bool)
        return np.asarray((self.silent <= self.rhythm.rest) & (self.first != NEVER))

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
            self.rhythm.skip()
            return
        sent = self._rows(columns)
        self._see(sent)
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
        for name, scale in self._scales.items():
            # Who sold nothing offered nothing.
            told[name] = np.where(told["issued"] == 0, np.nan, scale.read(told[name]))
        for name in FLOWS:
            # A sum below nothing takes back what an earlier one had too much: this week's own is not known.
            told[name] = np.where(told[name] < 0, np.nan, told[name])
        self._silence(sent, told)
        moved = told["issued"] - told["redeemed"] - np.nan_to_num(told["refunded"])
        with np.errstate(invalid="ignore", divide="ignore"):
            gap = np.abs(told["balance"] - before - moved) / np.maximum(before, 1)
            kept = np.log(self.course["custody"].last / (told["balance"] + 1) + EASE)
        told["gap"] = np.where(self.silent == 0, np.minimum(gap, 2), np.nan)
        told["kept"] = kept if self.read["custody"] else np.full(len(sent), np.nan)
        late = ~sent & (self.silent > self.rhythm.rest)
        told["missed"] = np.where(self.first == NEVER, np.nan, late.astype(float))
        moves = sent & self._moves(told)
        told |= self.rhythm.spread(sent, moves, told, self.course["redeemed"].usual)
        self.climbs.add(told, self.course, self.silent == 0)
        for name, values in told.items():
            self.course[name].add(values)

    def _silence(self, sent: Flags, told: dict[str, Floats]) -> None:
        """Count the weeks without a batch, or with nothing but zeros of who has always traded."""
        moves = self._moves(told)
        self.idle = np.where(sent, np.where(moves, 0, self.idle + 1), self.idle)
        busy = np.nan_to_num(self.busy.mean(8)) > BUSY
        gone = sent & (self.idle >= IDLE_WEEKS) & busy
        self.busy.add(np.where(sent & ~gone, moves.astype(float), np.nan))
        self.silent = np.where(sent & ~gone, 0, self.silent + 1)

    @staticmethod
    def _moves(told: dict[str, Floats]) -> Flags:
        sums = [told[name] for name in ("issued", "redeemed", "refunded")]
        return np.asarray(np.nansum(sums, axis=0) > 0)

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
            if columns is not None and feed == "complaints":
                self._grave(columns)
            if columns is not None:
                self._sums(feed)

    def _grave(self, columns: Columns) -> None:
        """Count the complaints about money kept, doors shut and balances apart; unknown where no word says so."""
        words: list[str] = [str(word) for word in columns["kind"]]
        of = {word: grave(word) for word in set(words)}
        self._tells_grave |= any(of.values())
        bad = np.array([of[word] for word in words], bool)
        found = spread(len(self.roster), columns["who"][bad], columns["count"][bad], 0.0)
        known = np.isfinite(self.course["complaints"].last) & self._tells_grave
        self.course["grave"].add(np.where(known, found, np.nan))

    def _sums(self, feed: str) -> None:
        """Let sums of rare events grow by what this week brought."""
        of = self.course
        if feed == "lookups":
            looked, wrong = of["lookups"].last, of["mismatches"].last
            total = np.nansum(self.looked.mean())
            rate = np.clip(np.nansum(self.wrong.mean()) / max(total, 1e-9), 0.002, 0.5)
            self.mismatch_sum.add(wrong, rate * looked, (rate + RAISED_MISMATCH) * looked)
        else:
            heard, worse = of["complaints"], of["grave"].last
            city, grave_city = _mean(heard.last), _mean(worse)
            usual = 0.8 * np.nan_to_num(heard.usual, nan=city) + 0.2 * city + 0.005
            self.complaint_sum.add(heard.last, usual, RAISED_COMPLAINTS * usual)
            usual = min(max(grave_city / max(city, 1e-9), LEAST_GRAVE), 1.0) * usual
            self.grave_sum.add(worse, usual, RAISED_COMPLAINTS * usual)

    def _arrears(self, columns: Columns | None) -> None:
        if columns is None:
            return
        kinds: list[str] = columns["kind"].tolist()
        self.bills.add(self.week, columns["who"], kinds, columns["weeks"])

    def _changes(self, columns: Columns | None) -> None:
        for name in MEANINGS:
            self.marks[name] *= FADES
        if columns is None:
            return
        words: list[str] = columns["what"].tolist()
        self._words.add(self.week, words, columns["who"])
        about = np.array([self._words.of[word] for word in words], dtype=object)
        for name in MEANINGS:
            np.add.at(self.marks[name], columns["who"][about == name], 1.0)
        self.notice[columns["who"][about == CLOSING]] = self.week
        issued = self.course["issued"]
        with np.errstate(invalid="ignore", divide="ignore"):
            sells = issued.fast / (issued.usual + 1)
        for week, who in self._words.learn(self.week, sells, self.here):
            faded = FADES ** (self.week - week)
            self.marks[OTHER][who] = max(self.marks[OTHER][who] - faded, 0.0)
            self.marks[CLOSING][who] += faded
            self.notice[who] = max(self.notice[who], week)


def _mean(counts: Floats) -> float:
    """Return the mean of what is known, 0 where nothing is."""
    return float(np.nansum(counts)) / max(int(np.isfinite(counts).sum()), 1)
