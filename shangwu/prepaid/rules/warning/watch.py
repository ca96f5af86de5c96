"""The watcher: takes in one week after another and names, within the budget, who is likely to fail.

Source: 0017
"""

from dataclasses import dataclass

import numpy as np

from shangwu.prepaid.rules.warning.budget import Budget
from shangwu.prepaid.rules.warning.bunching import Bunching, bunching
from shangwu.prepaid.rules.warning.feeds import Feeds, Floats, Roster
from shangwu.prepaid.rules.warning.model import Model, require_names
from shangwu.prepaid.rules.warning.reasons import reasons
from shangwu.prepaid.rules.warning.sight import Sight, Week

# Weights choose whom the trees look at: so many at least, or this part of all.
FEWEST, A_PART = 400, 20


def budget_of(model: Model, operators: int) -> Budget:
    """Return the budget that a model's policy gives so many operators."""
    policy = model.policy
    return Budget(
        operators,
        operators_an_alert=policy.operators_an_alert,
        starts_week=policy.starts_week,
        pause_weeks=policy.pause_weeks,
    )


@dataclass(frozen=True)
class Alert:
    """One operator named in one week. `score` lies in (0, 1) and orders alerts; it is no probability."""

    week: int
    operator: str
    score: float
    reasons: tuple[str, ...]


class Watcher:
    """Watches one world. Each week's alerts rest on that week's files and on earlier ones, on nothing else."""

    def __init__(self, roster: Roster, model: Model) -> None:
        self.roster, self.model = roster, model
        self.sight = Sight(roster)
        self.budget = budget_of(model, len(roster))

    def add(self, number: int, feeds: Feeds) -> list[Alert]:
        """Take in one week's files and return its alerts, highest score first."""
        return self.decide(self.see(number, feeds))

    def see(self, number: int, feeds: Feeds) -> Week:
        """Take in one week's files and return what is seen."""
        week = self.sight.add(number, feeds)
        require_names(self.model, self.sight.names)
        return week

    def decide(self, week: Week) -> list[Alert]:
        """Return the alerts of the week just seen, and count them against the budget."""
        if not self.budget.allowed(week.number) or not week.here.any():
            return []
        scores = self._scores(week)
        chosen = self.budget.spend(week.number, scores, week.here)
        return [self._alert(week, int(who), float(scores[who])) for who in chosen]

    def crowding(self) -> tuple[Bunching, ...]:
        """Return, for each threshold, whether balances crowd under it today."""
        record = self.sight.record
        balance = np.where(record.here, record.balance, np.nan)
        return tuple(bunching(balance / line.above - 1) for line in self.sight.lines)

    def _scores(self, week: Week) -> Floats:
        """Score those whom the weights alone put foremost; the rest cannot come into question."""
        policy = self.model.policy
        stake = np.log(np.maximum(week.stake, 1))
        extra = policy.stake_weight * (stake - np.median(stake[week.here]))
        extra = extra - policy.repeat_cost * self.budget.before
        first = self.model.weights.logit(week.features) + extra
        able = np.flatnonzero(week.here & self.budget.may(week.number))
        foremost = able[np.argsort(-first[able], kind="stable")[: max(FEWEST, len(able) // A_PART)]]
        scores = np.full(len(first), -np.inf)
        scores[foremost] = self.model.logit(week.features[foremost]) + extra[foremost]
        return scores

    def _alert(self, week: Week, who: int, score: float) -> Alert:
        told = reasons(
            week,
            who,
            names=self.model.names,
            logit=self.model.logit,
            ids=self.roster.ids,
        )
        likely = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
        return Alert(week.number, str(self.roster.ids[who]), round(float(likely), 6), told)
