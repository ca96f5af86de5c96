"""What each operator's weeks and days look like: the facts from which risk is judged.

Shares are given as pairs of whole numbers (`…_part`, `…_whole`); a whole of 0 means that there is no share.
"""

import ibis
from ibis import _

from shangwu.prepaid.rules.warning.feeds import LONG_CARD_DAYS

# Days of the windows that end with a week's Monday: the last four weeks, and the last twenty-six.
FOUR_WEEKS, HALF_YEAR = 3 * 7, 25 * 7
LARGEST_CARDS = 10
# How many weeks stand against how many in the comparison with an operator's own norm.
RECENT, BEFORE = 4, 22


def daily(operator_days: ibis.Table) -> ibis.Table:
    """Return each operator's day with the change of its balance and the days since its last report.

    Unit: fen, days. The first day of an operator has no change and no distance.
    """
    before = ibis.window(group_by="operator_id", order_by="day")
    return operator_days.select(
        "operator_id",
        "day",
        "issued_fen",
        "redeemed_fen",
        "refunded_fen",
        "balance_fen",
        active_cards=_.cards,
        change_fen=_.balance_fen - _.balance_fen.lag().over(before),
        days_since_report=_.day.delta(_.day.lag().over(before), unit="day"),
    )


def weekly(operator_days: ibis.Table, card_days: ibis.Table) -> ibis.Table:
    """Return each operator's week, named by its Monday, with its windows and shares.

    `pace_4w` and `pace_26w` are what was redeemed in the last four and twenty-six weeks, to be set against the balance;
    `growth` compares what was issued in a week of the last four with one of the twenty-two before.

    Unit: fen, cards, days.
    """
    found = _sums(operator_days).left_join(_cards(card_days), ["operator_id", "week"])
    found = found.drop("operator_id_right", "week_right").mutate(
        {name: _[name].fill_null(0) for name in _CARD_FIGURES}
    )
    found = found.mutate(week_number=_day_number(found.week))
    four, half = (
        ibis.range_window(
            preceding=days, following=0, group_by="operator_id", order_by="week_number"
        )
        for days in (FOUR_WEEKS, HALF_YEAR)
    )
    found = found.mutate(
        redeemed_4w_fen=_.redeemed_fen.sum().over(four),
        redeemed_26w_fen=_.redeemed_fen.sum().over(half),
        issued_4w_fen=_.issued_fen.sum().over(four),
        issued_26w_fen=_.issued_fen.sum().over(half),
    )
    return found.mutate(
        mean_card_part=_.issued_fen,
        mean_card_whole=_.issuing_cards,
        long_card_part=_.long_issued_fen,
        long_card_whole=_.issued_fen,
        concentration_part=_.largest_issued_fen,
        concentration_whole=_.issued_fen,
        growth_part=_.issued_4w_fen * BEFORE,
        growth_whole=(_.issued_26w_fen - _.issued_4w_fen) * RECENT,
    ).drop("week_number", "long_issued_fen", "largest_issued_fen")


_CARD_FIGURES = ("active_cards", "issuing_cards", "long_issued_fen", "largest_issued_fen")


def _sums(operator_days: ibis.Table) -> ibis.Table:
    return (
        operator_days.mutate(week=_.day.truncate("W"))
        .group_by("operator_id", "week")
        .agg(
            days=_.count(),
            late_days=_.is_late.ifelse(1, 0).sum(),
            issued_fen=_.issued_fen.sum(),
            redeemed_fen=_.redeemed_fen.sum(),
            refunded_fen=_.refunded_fen.sum(),
            balance_fen=_.balance_fen.argmax(_.day),
        )
    )


def _cards(card_days: ibis.Table) -> ibis.Table:
    """Per operator and week: how many cards moved, and how its issuing spreads over them."""
    rows = card_days.mutate(
        week=_.day.truncate("W"),
        is_long=_.valid_to.isnull() | (_.valid_to.delta(_.day, unit="day") > LONG_CARD_DAYS),
    )
    cards = rows.group_by("operator_id", "week", "card").agg(
        issued_fen=_.issued_fen.sum(),
        long_issued_fen=_.is_long.ifelse(_.issued_fen, 0).sum(),
    )
    # Which of two equal cards comes first does not change the sum of the largest.
    ranked = cards.mutate(
        place=ibis.row_number().over(
            ibis.window(
                group_by=["operator_id", "week"], order_by=[ibis.desc("issued_fen"), "card"]
            )
        )
    )
    return ranked.group_by("operator_id", "week").agg(
        active_cards=_.count(),
        issuing_cards=(_.issued_fen > 0).ifelse(1, 0).sum(),
        long_issued_fen=_.long_issued_fen.sum(),
        largest_issued_fen=(_.place < LARGEST_CARDS).ifelse(_.issued_fen, 0).sum(),
    )


def _day_number(day: ibis.Value) -> ibis.Value:
    """Return the day as a number, on which a window of days can be laid in every engine."""
    return day.delta(ibis.date("1970-01-01"), unit="day")
