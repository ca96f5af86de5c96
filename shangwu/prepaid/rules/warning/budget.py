"""How many alerts a week may bring, and who may be named: the budget is never exceeded, in any week."""

import numpy as np

from shangwu.prepaid.rules.warning.feeds import Flags, Floats, Whole

NEVER_NAMED = -10_000


class Budget:
    """One alert for each so many operators and week; a small world saves up for one.

    With fewer operators than that, an alert falls due every so many weeks that the rate is kept.
    """

    def __init__(
        self, operators: int, *, operators_an_alert: int, starts_week: int, pause_weeks: int
    ) -> None:
        self.named = np.full(operators, NEVER_NAMED)
        self._starts, self._pause = starts_week, pause_weeks
        self._each_week = operators // operators_an_alert
        self._every = -(-operators_an_alert // operators)

    def allowed(self, week: int) -> int:
        """Return how many alerts the week may bring."""
        if week < self._starts:
            return 0
        return self._each_week or int((week - self._starts + 1) % self._every == 0)

    def may(self, week: int) -> Flags:
        """Return who has not been named within the pause."""
        return np.asarray(week - self.named >= self._pause)

    @property
    def before(self) -> Flags:
        """Who has been named before."""
        return np.asarray(self.named > NEVER_NAMED)

    def spend(self, week: int, scores: Floats, here: Flags) -> Whole:
        """Return whom to name this week, highest score first, and remember it; equal scores go by place."""
        able = np.flatnonzero(here & self.may(week))
        chosen = able[np.argsort(-scores[able], kind="stable")[: self.allowed(week)]]
        self.named[chosen] = week
        return np.asarray(chosen, dtype=np.int64)
