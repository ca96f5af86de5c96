"""What a signal is, and the two ways to hold it against something: one's own past, and peers."""

from dataclasses import dataclass

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Floats, Whole
from shangwu.prepaid.rules.warning.links import Links
from shangwu.prepaid.rules.warning.peers import medians
from shangwu.prepaid.rules.warning.record import Record
from shangwu.prepaid.rules.warning.thresholds import Line

OWN, PEERS, FACT = "own", "peers", "fact"


@dataclass(frozen=True)
class Seen:
    """One signal this week: how bad (`raw`), the figure that people read, and what it is held against."""

    raw: Floats
    now: Floats
    norm: Floats
    against: str


@dataclass(frozen=True)
class View:
    """What signals are computed from: `group` is sector and size, `line` the sector alone; -1 for who is not here."""

    record: Record
    group: Whole
    line: Whole
    links: Links
    lines: tuple[Line, ...]


def ratio(upper: Floats, lower: Floats, ease: Floats) -> Floats:
    """Return the logarithm of a ratio, drawn towards 0 where both are small beside `ease`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log((upper + ease) / (lower + ease)))


def beside(view: View, raw: Floats, now: Floats) -> Seen:
    """A signal that is held against peers: how far above their median."""
    return Seen(raw - medians(raw, view.group), now, medians(now, view.group), PEERS)


def less_peers(view: View, raw: Floats) -> Floats:
    """Return a change beyond what the whole line of business sees this week: seasons and shocks hit all."""
    return np.asarray(raw - medians(raw, view.line))
