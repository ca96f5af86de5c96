"""Background work of early warning."""

from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from shangwu.prepaid.operations.warning import warn_weekly


@app.task(
    name="prepaid.warn_weekly",
    queue="prepaid",
    queueing_lock="prepaid.warn_weekly",
    lock="prepaid.warn_weekly",
)
def weekly() -> dict[str, Any]:
    """Judge the newest week, and return what came of it; safe to run twice."""
    run = warn_weekly(at=timezone.localtime())
    if run is None:
        return {"said": "还没有任何报送，无从预警。"}
    if not run.is_enough:
        return {
            "week": run.week.isoformat(),
            "said": f"只有 {run.weeks} 周数据，满 {run.starts_week} 周才开始预警。",
        }
    return {"week": run.week.isoformat(), "said": f"预警 {run.alerts} 条。"}
