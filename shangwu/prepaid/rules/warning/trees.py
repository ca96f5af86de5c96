"""Boosted trees as plain arrays: what was fitted elsewhere is only walked here, without a machine-learning library."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shangwu.prepaid.rules.warning.feeds import Floats, Whole
from shangwu.prepaid.rules.warning.weights import Rows


@dataclass(frozen=True)
class Trees:
    """All trees in one row of nodes: a leaf has feature -1; a row goes left up to and including the threshold.

    `starts` holds the first node of each tree. Children lie behind their parents.
    """

    starts: Whole
    feature: Whole
    threshold: NDArray[np.float32]
    left: Whole
    right: Whole
    value: Floats

    def logit(self, rows: Rows) -> Floats:
        """Return the sum of the leaves in which each row ends."""
        total = np.zeros(len(rows))
        everyone = np.arange(len(rows))
        for start in self.starts:
            at = np.full(len(rows), start)
            going = everyone[self.feature[at] >= 0]
            while len(going):
                node = at[going]
                goes_left = rows[going, self.feature[node]] <= self.threshold[node]
                at[going] = np.where(goes_left, self.left[node], self.right[node])
                going = going[self.feature[at[going]] >= 0]
            total += self.value[at]
        return total


def defect(trees: Trees, features: int) -> str:
    """Return what is wrong with the trees, or nothing: every path must end, every feature must exist."""
    count = len(trees.feature)
    columns: Sequence[NDArray[np.generic]] = (
        *(trees.threshold, trees.left, trees.right, trees.value),
    )
    if any(len(column) != count for column in columns):
        return "各列节点数不同"
    if not (np.isfinite(trees.value).all() and np.isfinite(trees.threshold).all()):
        return "含有不是数字的值"
    if (trees.feature >= features).any() or (trees.feature < -1).any():
        return "用到了不存在的信号"
    inner = np.flatnonzero(trees.feature >= 0)
    children = np.concatenate([trees.left[inner], trees.right[inner]])
    if (children <= np.concatenate([inner, inner])).any() or (children >= count).any():
        return "分支没有指向后面的节点"
    if (trees.starts < 0).any() or (trees.starts >= count).any():
        return "起始节点越界"
    return ""
