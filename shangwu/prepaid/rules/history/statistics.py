"""What a sector of a district did in a month."""

import ibis
from ibis import _


def monthly(operator_days: ibis.Table, card_days: ibis.Table) -> ibis.Table:
    """Return the figures of each sector, district and month, named by its first day.

    `operators` reported in the month, `holding` of them still held money at its end; `balance_fen` is the last balance
    that each reported; `active_cards` are cards that moved. `days` are reported operator-days, `late_days` came late.

    Unit: fen, operators, cards, operator-days.
    """
    cards = (
        card_days.mutate(month=_.day.truncate("M"))
        .group_by("operator_id", "month")
        .agg(active_cards=_.card.nunique())
    )
    operators = (
        operator_days.mutate(month=_.day.truncate("M"))
        .group_by("operator_id", "month")
        .agg(
            # An operator that moved within the month counts where it was at the end.
            sector=_.sector.argmax(_.day),
            district=_.district.argmax(_.day),
            days=_.count(),
            late_days=_.is_late.ifelse(1, 0).sum(),
            rows=_.rows.sum(),
            issued_fen=_.issued_fen.sum(),
            redeemed_fen=_.redeemed_fen.sum(),
            refunded_fen=_.refunded_fen.sum(),
            balance_fen=_.balance_fen.argmax(_.day),
        )
    )
    joined = operators.left_join(cards, ["operator_id", "month"]).drop(
        "operator_id_right", "month_right"
    )
    return joined.group_by("month", "sector", "district").agg(
        operators=_.count(),
        holding=(_.balance_fen > 0).ifelse(1, 0).sum(),
        days=_.days.sum(),
        late_days=_.late_days.sum(),
        rows=_.rows.sum(),
        active_cards=_.active_cards.fill_null(0).sum(),
        issued_fen=_.issued_fen.sum(),
        redeemed_fen=_.redeemed_fen.sum(),
        refunded_fen=_.refunded_fen.sum(),
        balance_fen=_.balance_fen.sum(),
    )
