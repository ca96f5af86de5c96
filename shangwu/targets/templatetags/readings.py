"""How a reading's value and a forecast are written."""

from django import template

from shangwu.targets.models import Outlook, StoredReading
from shangwu.targets.queries.monitoring.report import expected_words
from shangwu.targets.queries.pages import shown_value
from shangwu.targets.rules.forecast.facts import Forecast, NoForecast, Reference

register = template.Library()


@register.filter
def reading_value(reading: StoredReading) -> str:
    """Write the value as people read it; no data is a dash."""
    return shown_value(reading)


@register.filter
def forecast(found: Outlook | Forecast | Reference | NoForecast | None, unit: str) -> str:
    """Write median and interval in the unit of the reading; without a forecast a dash."""
    if isinstance(found, NoForecast):
        return "—"
    return expected_words(found, unit)
