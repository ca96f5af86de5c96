"""How a world writes shares and discounts: 20 for 20 % off, 0.2, or 80 for the price left; told by the first full week."""

from dataclasses import dataclass

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Floats

FEWEST = 20
# Few sell at less than half price: figures that lie above are prices left.
HALF_PRICE = 50.0
HUNDRED = 100.0


@dataclass
class Scale:
    """How one column is written, once enough figures have been seen."""

    may_be_left: bool
    decided: bool = False
    factor: float = 1.0
    left: bool = False

    def read(self, values: Floats) -> Floats:
        """Return the column in per cent, a discount as per cent off."""
        told = values[np.isfinite(values) & (values > 0)]
        if not self.decided and len(told) >= FEWEST:
            self.decided = True
            self.factor = HUNDRED if np.quantile(told, 0.95) <= 1 else 1.0
            self.left = self.may_be_left and float(np.median(told)) * self.factor > HALF_PRICE
        percent = values * self.factor
        return HUNDRED - percent if self.left else percent
