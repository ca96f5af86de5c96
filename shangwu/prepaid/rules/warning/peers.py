"""Compared with whom: peers are operators of the same line of business and a similar size, in the same week."""

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Flags, Floats, Whole, Words

FEWEST = 20
SIZES = 3
MOST = 4.0
MIDDLE = float(-np.log10(0.5))


def groups(sector: Words, size: Floats, here: Flags) -> Whole:
    """Return a group number for each: sector and third of size; -1 for those who are not here."""
    _, of = np.unique(sector.astype(str), return_inverse=True)
    third = np.zeros(len(sector), np.int64)
    known = here & np.isfinite(size)
    if known.any():
        cuts = np.quantile(size[known], [1 / SIZES, 2 / SIZES])
        third[known] = np.searchsorted(cuts, size[known])
    return np.where(here, of * SIZES + third, -1)


def medians(values: Floats, group: Whole) -> Floats:
    """Return for each place the median of its group; of all, where fewer than twenty are comparable."""
    known = np.isfinite(values) & (group >= 0)
    if not known.any():
        return np.full(len(values), np.nan)
    # Sorted by value, then by group with ties left in place; small whole numbers sort fastest.
    few = np.int16 if int(group.max()) <= np.iinfo(np.int16).max else np.int64
    order = np.argsort(values[known])
    order = order[np.argsort(group[known][order].astype(few), kind="stable")]
    found, of = values[known][order], group[known][order]
    names, first, size = np.unique(of, return_index=True, return_counts=True)
    middle = (found[first + (size - 1) // 2] + found[first + size // 2]) / 2
    table = np.full(int(group.max()) + 1, np.median(found))
    table[names] = np.where(size >= FEWEST, middle, table[names])
    return np.where(group >= 0, table[np.maximum(group, 0)], np.nan)


def surprise(values: Floats, here: Flags) -> Floats:
    """Return how rare so high a value is among all who are here: -log10 of the share at or above, beyond the median.

    Ties share the middle of their ranks; unknown values and the lower half are 0. Any rising scale gives the same.
    """
    found = np.zeros(len(values))
    known = np.flatnonzero(here & np.isfinite(values))
    if not len(known):
        return found
    order = known[np.argsort(values[known])]
    ordered, count = values[order], len(order)
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    below = np.repeat(first, np.diff(first, append=count))
    up_to = np.repeat(np.append(first[1:], count), np.diff(first, append=count))
    above = (count - (below + up_to) / 2) / count
    found[order] = np.clip(-np.log10(above) - MIDDLE, 0, MOST)
    return found
