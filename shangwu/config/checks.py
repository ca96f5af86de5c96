"""What must hold before the platform starts: the law files are sound, and the calendar reaches far enough."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register

from shangwu.config import rehearsal
from shangwu.config.counting import CountingLaw
from shangwu.foundation import law, workdays
from shangwu.prepaid.rules import governance, packs, service
from shangwu.prepaid.rules import law as prepaid
from shangwu.prepaid.rules.consumers.law import ConsumerLaw
from shangwu.prepaid.rules.history.retention import RetentionLaw
from shangwu.prepaid.rules.lines import LineLaw
from shangwu.prepaid.rules.onboarding import ScopeLaw
from shangwu.prepaid.rules.reconciling import ReconcilingLaw
from shangwu.targets.rules.evaluation.law import SHAPES as EVALUATION_SHAPES
from shangwu.targets.rules.forecast.law import ForecastLaw
from shangwu.targets.rules.lexicon import GrammarLaw, TargetWordsLaw
from shangwu.targets.rules.monitoring.law import MonitoringLaw
from shangwu.targets.rules.review import ReviewLaw
from shangwu.targets.rules.survey.law import SurveyLaw

# Every shape that some package fills from law/; each is held against its file at start-up.
LAW_SHAPES: tuple[type, ...] = (
    *EVALUATION_SHAPES,
    CountingLaw,
    ForecastLaw,
    GrammarLaw,
    MonitoringLaw,
    RetentionLaw,
    ReviewLaw,
    SurveyLaw,
    TargetWordsLaw,
    *prepaid.LAW_SHAPES,
    *service.LAW_SHAPES,
    ConsumerLaw,
    LineLaw,
    ReconcilingLaw,
    ScopeLaw,
    *governance.LAW_SHAPES,
)


@register(Tags.compatibility)
def check_law(**kwargs: Any) -> list[CheckMessage]:
    """Refuse to start on a defective law file, naming file and key."""
    problems = [*(law.check(LAW_SHAPES) or packs.check()), *workdays.check_calendar()]
    return [Error(str(problem), id=f"law.{problem.code}") for problem in problems]


@register(Tags.compatibility)
def check_calendar_reaches(**kwargs: Any) -> list[CheckMessage]:
    """Say from 1 December on that next year's holiday notice has not been entered: no defect of this start."""
    # A check runs as the process starts: like a command, it may read the clock.
    return calendar_reminders(datetime.now(workdays.SHANGHAI))


@register(Tags.compatibility)
def check_clock(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a rehearsed time outside the demonstration, and a clock that cannot be read."""
    sentence = rehearsal.objection(settings.REHEARSAL_CLOCK, demonstration=settings.DEMONSTRATION)
    return [Error(sentence, id="config.E001")] if sentence else []


def calendar_reminders(at: datetime) -> list[CheckMessage]:
    """Return the reminder that is due at that instant, if any."""
    year = workdays.missing_year(workdays.local(at)[0])
    if year is None:
        return []
    return [
        Info(
            f"law/calendar/{year}.toml 尚未录入，{year} 年的到期日只能暂定。",
            hint="请按国务院办公厅当年的放假通知录入，格式照上一年的文件。",
            id="law.calendar_missing",
        )
    ]
