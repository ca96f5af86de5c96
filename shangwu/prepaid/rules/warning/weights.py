"""A logistic model as plain numbers: one weight for each feature.

Source: 0017
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shangwu.prepaid.rules.warning.feeds import Floats

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """What a model gives each feature."""

    intercept: float
    of: Floats

    def logit(self, rows: Rows) -> Floats:
        """Return the weighed sum of each row."""
        return np.asarray(rows @ self.of.astype(np.float32) + self.intercept, dtype=np.float64)
