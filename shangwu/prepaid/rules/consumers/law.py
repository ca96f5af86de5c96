"""The periods and limits of what consumers ask and send.

Source: law/prepaid.toml#setting
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, ClassVar

from shangwu.foundation import law, workdays
from shangwu.foundation.law import At, Value
from shangwu.foundation.workdays import Deadline, Moment
from shangwu.prepaid.rules.deadlines import row_due
from shangwu.prepaid.vocabulary import RequestKind

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ConsumerLaw:
    """How soon requests are answered, and how often one source may ask."""

    LAW: ClassVar[str] = "prepaid"
    complaint_answer: Annotated[Value[int], At("setting.complaint_answer", "workday")]
    question_answer: Annotated[Value[int], At("setting.question_answer", "workday")]
    lookup_window: Annotated[Value[int], At("setting.lookup_window", "second")]
    lookups_per_source: Annotated[Value[int], At("setting.lookups_per_source", "count")]
    misses_per_source: Annotated[Value[int], At("setting.misses_per_source", "count")]
    misses_per_operator: Annotated[Value[int], At("setting.misses_per_operator", "count")]
    requests_per_source: Annotated[Value[int], At("setting.requests_per_source", "count")]


@lru_cache(maxsize=64)
def consumer_law(on: date) -> ConsumerLaw:
    """Return the periods and limits in force on a day."""
    return law.read(ConsumerLaw, on=on)


def answer_period(kind: str, *, on: date) -> Value[int]:
    """Return within how many working days a request of that kind is answered."""
    periods = consumer_law(on)
    return periods.question_answer if kind == RequestKind.QUESTION else periods.complaint_answer


def answer_due(kind: str, *, received_at: datetime) -> Deadline:
    """Return until when a request must be answered, with every day counted.

    Unit: working days; the day of receipt does not count.
    Source: law/prepaid.toml#setting.complaint_answer
    """
    on, _ = workdays.local(received_at)
    return workdays.due(
        workdays.load_calendar(),
        start=received_at,
        count=answer_period(kind, on=on).value,
        day_zero=workdays.DayZero.CALENDAR_DATE,
    )


@lru_cache(maxsize=1024)
def is_overdue(last_day: date, on: date) -> bool:
    """Return whether the rows of the day after the last one reported should have arrived already.

    Source: law/prepaid.toml#setting.A11
    """
    return row_due(last_day + ONE_DAY, calendar=workdays.load_calendar()).due < on


def days_taken(received: Moment, answered: Moment) -> int:
    """Return in how many working days a request was answered; 0 on the day of receipt. Unit: working days."""
    on, _ = workdays.local(answered)
    return workdays.elapsed(
        workdays.load_calendar(),
        start=received,
        on=on,
        day_zero=workdays.DayZero.CALENDAR_DATE,
    )


def window_of(at: datetime, seconds: int) -> datetime:
    """Return the beginning of the window of so many seconds that an instant lies in."""
    return at - timedelta(seconds=at.timestamp() % seconds)
