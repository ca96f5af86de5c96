"""What a measure found, and what it amounts to: the two values between measuring and judging."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Facts:
    """What a measure found. Denominator None or 0 means no data; `level` is a person's rating."""

    numerator: Decimal | None = None
    denominator: Decimal | None = None
    unit: str = ""
    level: str = ""
    done_on: date | None = None
    series: tuple[tuple[date, Decimal], ...] = ()
    period_ends_on: date | None = None
    may_rise: bool = False

    @property
    def value(self) -> Fraction | None:
        """The exact quotient; None without data."""
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator) / Fraction(self.denominator)


@dataclass(frozen=True)
class Judgement:
    """A status, the Chinese sentence that explains it, and how far the target is reached (exact)."""

    status: str
    why: str
    ratio: Fraction | None = None
