"""How long and how far sales, terms and late reports have lain above an operator's own usual weeks."""

from collections.abc import Mapping

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Flags, Floats, Words
from shangwu.prepaid.rules.warning.links import codes
from shangwu.prepaid.rules.warning.memory import Course
from shangwu.prepaid.rules.warning.peers import medians
from shangwu.prepaid.rules.warning.sums import Climb

OF = ("issued", "discount", "long", "late")
# Added to the distance at which single weeks usually lie, so that a trifle is none.
EASES = {"discount": 1.0, "long": 3.0}


class Climbs:
    """One sum for each operator and figure of `OF`; what a whole line of business sees is no sign."""

    def __init__(self, sector: Words) -> None:
        line = codes(sector)
        self._line = line - line.min(initial=0)
        self.of = {name: Climb(len(sector)) for name in OF}

    def add(self, told: Mapping[str, Floats], course: Mapping[str, Course], sends: Flags) -> None:
        """Take in what one week's batches told, before it counts as a part of what is usual."""
        usual, apart = course["issued"].usual, course["issued"].apart
        with np.errstate(invalid="ignore", divide="ignore"):
            ease = 0.1 * usual + 1
            sold = np.log((told["issued"] + ease) / (usual + ease))
            sold = sold - medians(sold, np.where(sends, self._line, -1))
            self.of["issued"].add(sold / (0.15 + apart / (usual + 1)))
            for name, least in EASES.items():
                above = told[name] - course[name].usual
                self.of[name].add(above / (course[name].apart + least))
            late = told["late"] + 2 * told["missed"]
            often = course["late"].usual + 2 * course["missed"].usual
            self.of["late"].add((late - often) / np.sqrt(often + 0.3))
