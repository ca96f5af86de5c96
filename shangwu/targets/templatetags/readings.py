"""How a reading's value is written."""

from django import template

from shangwu.targets.models import StoredReading
from shangwu.targets.queries.pages import shown_value

register = template.Library()


@register.filter
def reading_value(reading: StoredReading) -> str:
    """Write the value as people read it; no data is a dash."""
    return shown_value(reading)
