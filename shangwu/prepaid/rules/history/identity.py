"""The balance identity over history: money in, less redeemed, less refunded, day after day to the fen."""

import ibis
from ibis import _


def breaks(operator_days: ibis.Table, card_days: ibis.Table) -> ibis.Table:
    """Return the operator-days on which an identity does not hold; a whole history gives no row.

    Two are tried: the day's sums are those of its card rows, and its balance is that of the day before plus what was
    issued, less redeemed and refunded. `gap_fen` is how much is missing (positive) or too much, `row_gap` how many rows.

    Unit: fen, rows.
    """
    rows = card_days.group_by("operator_id", "day").agg(
        card_rows=_.count(),
        card_fen=(_.issued_fen - _.redeemed_fen - _.refunded_fen).sum(),
    )
    before = ibis.window(group_by="operator_id", order_by="day")
    days = operator_days.mutate(
        moved_fen=_.issued_fen - _.redeemed_fen - _.refunded_fen,
        before_fen=_.balance_fen.lag().over(before),
    )
    joined = days.left_join(rows, ["operator_id", "day"]).drop("operator_id_right", "day_right")
    found = joined.select(
        "operator_id",
        "day",
        row_gap=_.rows - _.card_rows.fill_null(0),
        movement_gap_fen=_.card_fen.fill_null(0) - _.moved_fen,
        # Where history begins, the balance that an operator brought along is not known.
        gap_fen=(_.before_fen + _.moved_fen - _.balance_fen).fill_null(0),
    )
    return found.filter((_.row_gap != 0) | (_.movement_gap_fen != 0) | (_.gap_fen != 0))
