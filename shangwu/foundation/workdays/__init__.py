"""Working days: the calendar of the State Council's notices, and counting that explains itself."""

from shangwu.foundation.workdays.calendar import (
    CALENDAR_FOLDER,
    WorkdayCalendar,
    check_calendar,
    load_calendar,
    missing_year,
)
from shangwu.foundation.workdays.counting import (
    SHANGHAI,
    DayZero,
    Deadline,
    Moment,
    RollOver,
    Stop,
    TraceDay,
    UncountablePeriod,
    day_zero_of,
    due,
    elapsed,
    local,
    period_end,
    remaining,
)
from shangwu.foundation.workdays.reach import EARLIEST_DAY, LATEST_DAY, within_reach

__all__ = [
    "CALENDAR_FOLDER",
    "EARLIEST_DAY",
    "LATEST_DAY",
    "SHANGHAI",
    "DayZero",
    "Deadline",
    "Moment",
    "RollOver",
    "Stop",
    "TraceDay",
    "UncountablePeriod",
    "WorkdayCalendar",
    "check_calendar",
    "day_zero_of",
    "due",
    "elapsed",
    "load_calendar",
    "local",
    "missing_year",
    "period_end",
    "remaining",
    "within_reach",
]
