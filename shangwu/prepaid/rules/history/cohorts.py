"""How long money stays on cards: those first issued in a month, and what became of it month by month."""

import ibis
from ibis import _


def survival(operator_days: ibis.Table, card_days: ibis.Table) -> ibis.Table:
    """Return, by sector and month of first issue, what was issued and redeemed by each month of age.

    Age 0 is the month of issue. `redeemed_part` over `redeemed_whole` is the share of all that was put on these cards so
    far which has been redeemed. A card whose issue was never reported belongs to no month and is left out.

    Unit: cards, fen, months.
    """
    first = (
        card_days.filter(_.issued_fen > 0)
        .group_by("operator_id", "card")
        .agg(first_day=_.day.min())
        .mutate(cohort=_.first_day.truncate("M"))
        .drop("first_day")
    )
    sectors = operator_days.group_by("operator_id").agg(sector=_.sector.argmax(_.day))
    cards = first.join(sectors, "operator_id")
    size = cards.group_by("sector", "cohort").agg(cards=_.count())
    moved = card_days.join(cards, ["operator_id", "card"]).mutate(
        age=((_.day.year() - _.cohort.year()) * 12 + _.day.month() - _.cohort.month())
    )
    by_age = (
        # What is older than its issue was reported before it; it is no part of this money.
        moved.filter(_.age >= 0)
        .group_by("sector", "cohort", "age")
        .agg(
            issued_fen=_.issued_fen.sum(),
            redeemed_fen=_.redeemed_fen.sum(),
            refunded_fen=_.refunded_fen.sum(),
        )
    )
    so_far = ibis.cumulative_window(group_by=["sector", "cohort"], order_by="age")
    return (
        by_age.mutate(
            redeemed_part=_.redeemed_fen.sum().over(so_far),
            redeemed_whole=_.issued_fen.sum().over(so_far),
            refunded_part=_.refunded_fen.sum().over(so_far),
        )
        .join(size, ["sector", "cohort"])
        .select(
            "sector", "cohort", "age", "cards", "redeemed_part", "redeemed_whole", "refunded_part"
        )
    )
