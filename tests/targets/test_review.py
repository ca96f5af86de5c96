"""The review of targets before approval: what a reviewer is pointed to, and what is left in peace."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.targets.queries.review import review_of
from shangwu.targets.rules.facts import Facts
from shangwu.targets.rules.grammar import parse
from shangwu.targets.rules.review import EarlierResult, ReviewedTarget, review
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.targets.factories import drafted

AT = datetime(2019, 2, 1, 2, 0, tzinfo=UTC)


def asked(row, name, raw, *earlier, budget_fen=None):
    target = parse(raw, name=name, year=2019, budget_fen=budget_fen)
    return ReviewedTarget(row, name, target, earlier)


def rate(year, percent):
    return EarlierResult(year, Facts(Decimal(percent), Decimal(100), unit="ratio"))


def codes(*targets):
    return [note.code for note in review(targets, year=2019)]


def test_a_clear_target_is_left_in_peace():
    assert codes(asked(1, "办结率", "≥95%")) == []


def test_a_text_that_cannot_be_measured_is_pointed_to():
    [note] = review([asked(1, "社会影响", "正面支撑")], year=2019)
    assert (note.code, note.rows) == ("TEXT", (1,))


def test_two_rows_with_the_same_promise_are_named_together():
    found = review([asked(1, "办结率", "≥95%"), asked(3, "办结 率", "≥95%")], year=2019)
    assert [(note.code, note.rows) for note in found] == [("TWICE", (1, 3))]
    assert codes(asked(1, "办结率", "≥95%"), asked(3, "办结率", "≥90%")) == []


def test_a_target_that_only_repeats_the_budget_is_pointed_to():
    assert codes(asked(1, "项目支出", "<1681680元", budget_fen=168168000)) == ["BUDGET"]


def test_three_full_years_are_no_challenge():
    full = (rate(2016, 100), rate(2017, 100), rate(2018, 100))
    assert codes(asked(1, "办结率", "≥95%", *full)) == ["ALWAYS-FULL", "EARLIER"]
    assert codes(asked(1, "办结率", "≥95%", *full[1:])) == ["EARLIER"]
    gap = (rate(2015, 100), rate(2017, 100), rate(2018, 100))
    assert "ALWAYS-FULL" not in codes(asked(1, "办结率", "≥95%", *gap))


def test_earlier_results_say_how_hard_the_target_is():
    earlier = (rate(2013, 99), rate(2014, 90), rate(2017, 95), rate(2018, 97))
    [note] = review([asked(1, "办结率", "≥95%", *earlier)], year=2019)
    assert note.sentence == "“办结率”过去 5 年有 3 年的结果，其中 2 年能达到现在的目标。"


def test_years_without_data_do_not_count():
    assert codes(asked(1, "办结率", "≥95%", EarlierResult(2018, Facts()))) == []


def test_dates_of_this_year_do_not_make_earlier_years_miss():
    earlier = EarlierResult(2018, Facts(Decimal(160), Decimal(1), unit="家"))
    [note] = review([asked(1, "2019年6月底，新建网点", "150家", earlier)], year=2019)
    assert "其中 1 年能达到" in note.sentence


@pytest.mark.django_db
def test_the_page_shows_it_until_the_declaration_is_approved(editor):
    draft = drafted(editor, ("社会影响", "正面支撑"), at=AT)
    assert [note.code for note in review_of(draft)] == ["TEXT"]
    account = person("clerk", Role.TARGETS_EDITOR)
    with_app(account)
    page = reverse("targets:project", args=[draft.project.number, date(2019, 1, 1).year])
    assert "审核提示" in signed_in_client(account).get(page).content.decode()
