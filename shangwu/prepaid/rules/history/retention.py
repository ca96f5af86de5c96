"""How long card-days stay in the database after their day was archived."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class RetentionLaw:
    """The months for which the database keeps card-days; the files keep them longer."""

    LAW: ClassVar[str] = "retention"

    hot: Annotated[Value[int], At("prepaid_hot_card_days", "month")]


def kept_from(today: date) -> date:
    """Return the first day of the oldest month whose card-days the database still keeps.

    Unit: months, beside the current one.
    Source: law/retention.toml#prepaid_hot_card_days
    """
    months = law.read(RetentionLaw, on=today).hot.value
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, 1)
