"""Every expression by its name: what is compiled, compared between engines and measured."""

from collections.abc import Callable, Mapping

import ibis

from shangwu.prepaid.rules.history import cohorts, features, identity, statistics

Expression = Callable[[ibis.Table, ibis.Table], ibis.Table]


def _daily(operator_days: ibis.Table, card_days: ibis.Table) -> ibis.Table:
    return features.daily(operator_days)


# Name -> (the expression over operator-days and card-days, the columns that make its rows unique).
EXPRESSIONS: Mapping[str, tuple[Expression, tuple[str, ...]]] = {
    "daily_features": (_daily, ("operator_id", "day")),
    "weekly_features": (features.weekly, ("operator_id", "week")),
    "monthly_statistics": (statistics.monthly, ("month", "sector", "district")),
    "cohort_survival": (cohorts.survival, ("sector", "cohort", "age")),
    "identity_breaks": (identity.breaks, ("operator_id", "day")),
}
