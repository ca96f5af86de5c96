"""Links between operators that failed and others: the same address, the same brand, opened after the failure.

A phoenix (换壳经营) leaves its debts behind and opens anew next door; a mall or a franchise shares a mark as well,
so a link weighs less the more operators share it.
"""

from dataclasses import dataclass

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Flags, Floats, Whole, Words


@dataclass(frozen=True)
class Links:
    """How strongly each operator is tied to failed ones, and to which of them (-1: to none)."""

    strength: Floats
    to: Whole


def codes(words: Words) -> Whole:
    """Return a number for each different word; -1 for a blank one, which ties nobody."""
    _, of = np.unique(words.astype(str), return_inverse=True)
    return np.where(words.astype(str) == "", -1, of).astype(np.int64)


def links(marks: tuple[Whole, ...], *, failed: Flags, since: Whole, began: Whole) -> Links:
    """Return the ties of operators that began after a failed one of the same mark; earlier ones count a third.

    `marks` are numbers of brand, address or representative, -1 where unknown; `since` is the week in which an
    operator was found to have failed, `began` the first week in which one was seen.
    """
    strength = np.zeros(len(failed))
    to = np.full(len(failed), -1)
    for mark in marks:
        size = int(mark.max(initial=-1)) + 1
        gone = np.flatnonzero(failed & (mark >= 0))
        if not size or not len(gone):
            continue
        latest = np.full(size, -1)
        order = gone[np.argsort(since[gone], kind="stable")]
        latest[mark[order]] = order
        held = np.flatnonzero((mark >= 0) & ~failed)
        held = held[latest[mark[held]] >= 0]
        other = latest[mark[held]]
        sharing = np.bincount(mark[mark >= 0], minlength=size)[mark[held]]
        fallen = np.bincount(mark[gone], minlength=size)[mark[held]]
        weight = fallen / np.maximum(sharing - 1, 1)
        weight = weight * np.where(began[held] >= since[other] - 1, 1.0, 1 / 3)
        strength[held] += weight
        to[held] = np.where(weight > 0, other, to[held])
    return Links(strength, to)
