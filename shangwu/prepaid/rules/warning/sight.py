"""What the watcher sees in a week: signals and features of every operator, and who fell silent."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shangwu.prepaid.rules.warning.failures import Failures
from shangwu.prepaid.rules.warning.features import Features
from shangwu.prepaid.rules.warning.feeds import Feeds, Flags, Floats, Roster
from shangwu.prepaid.rules.warning.links import Links, codes, links
from shangwu.prepaid.rules.warning.peers import groups
from shangwu.prepaid.rules.warning.record import Record
from shangwu.prepaid.rules.warning.seen import Seen, View
from shangwu.prepaid.rules.warning.signals import signals
from shangwu.prepaid.rules.warning.thresholds import lines


@dataclass(frozen=True)
class Week:
    """One week as seen: `features` has a row for each operator, `stake` what customers could lose, in fen."""

    number: int
    seen: dict[str, Seen]
    features: NDArray[np.float32]
    since: NDArray[np.int16]
    here: Flags
    stake: Floats
    links: Links


class Sight:
    """Takes in the weeks of a world in order and returns what is seen in each."""

    def __init__(self, roster: Roster) -> None:
        self.record = Record(roster)
        self.failures = Failures(len(roster))
        self.lines = lines(roster)
        self._marks = (codes(roster.brand), codes(roster.address))
        self.features: Features | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the features, in order; none before the first week."""
        return self.features.names if self.features else ()

    def add(self, week: int, feeds: Feeds) -> Week:
        """Take in one week's files and return what is seen."""
        record = self.record
        record.add(week, feeds)
        self.failures.add(record)
        here = record.here
        tied = links(
            self._marks, failed=self.failures.failed, since=self.failures.since, began=record.first
        )
        stake = self._stake(here)
        sector = codes(record.roster.sector)
        line = np.where(here, sector - sector.min(initial=0), -1)
        group = groups(record.roster.sector, stake, here)
        view = View(record, group, line, tied, self.lines)
        seen = signals(view)
        if self.features is None:
            self.features = Features(len(record.roster), tuple(seen))
        rows = self.features.add(week, seen, here)
        return Week(
            number=week,
            seen=seen,
            features=rows,
            since=self.features.since,
            here=here,
            stake=stake,
            links=tied,
        )

    def _stake(self, here: Flags) -> Floats:
        """The balance reported; where none is, what its peers' median would be for its custody or revenue."""
        record = self.record
        stake = np.where(record.balance > 0, record.balance, np.nan)
        for other in (record.course["custody"].last, record.roster.revenue):
            both = here & np.isfinite(stake) & (other > 0)
            share = np.median(stake[both] / other[both]) if both.any() else 0.3
            stake = np.where(np.isfinite(stake) | ~(other > 0), stake, other * share)
        known = here & np.isfinite(stake)
        return np.where(np.isfinite(stake), stake, np.median(stake[known]) if known.any() else 1.0)
