"""A day in a form: what is taken, and what is certainly a slip of the hand."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from shangwu.foundation.web.fields import DayField


@pytest.mark.parametrize("day", ["1900-01-01", "2019-02-28", "2199-12-31"])
def test_a_day_is_taken(day):
    assert DayField().clean(day) == date.fromisoformat(day)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_year_out_of_reach_is_refused_in_words(day):
    with pytest.raises(ValidationError, match="年份须在1900年至2199年之间") as refused:
        DayField().clean(day)
    assert refused.value.code == "DAY-OUT-OF-REACH"


def test_a_day_may_be_left_out():
    assert DayField(required=False).clean("") is None


def test_the_browser_knows_the_reach():
    assert 'min="1900-01-01"' in DayField().widget.render("day", None)
