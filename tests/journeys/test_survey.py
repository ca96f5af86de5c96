"""A survey from the questionnaire to its results: made at a desk, answered on a phone without an account, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shangwu.foundation.accounts.roles import Role
from shangwu.targets.models import Survey, SurveyAnswer
from tests.journeys.conftest import PHONE
from tests.journeys.steps import (
    another_tab,
    follow,
    press,
    press_by_keyboard,
    require_good,
    require_quiet,
    words,
)

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]


def make(officer, declaration):
    today = timezone.localdate()
    officer.goto("/office/targets/surveys/")
    follow(officer, declaration.project.name)
    officer.fill("[name=text-1]", "您对窗口服务是否满意？")
    officer.fill("[name=title]", "窗口服务满意度调查")
    officer.fill("[name=opens_on]", str(today))
    officer.fill("[name=closes_on]", str(today + timedelta(days=7)))
    officer.fill("[name=stratum_title]", "所在区")
    officer.fill("[name=quotas]", "黄浦区 三十")
    press(officer, "建立调查")
    assert "第 1 行“黄浦区 三十”应写成：组名 份数。" in words(officer)
    assert officer.input_value("[name=text-1]") == "您对窗口服务是否满意？", "nothing typed is lost"
    officer.fill("[name=quotas]", "黄浦区 30\n崇明区 10")
    press_by_keyboard(officer, "建立调查", start="[name=quotas]")


def answer(phone, path, rank):
    phone.goto(path)
    send(phone, rank)


def send(phone, rank):
    phone.locator("select").select_option("黄浦区")
    phone.locator("input[type=radio]").nth(rank).tap()
    phone.get_by_role("button", name="提交").tap()
    phone.wait_for_url("**/thanks/")


def test_asked_at_a_desk_and_answered_on_a_phone_once(enter, visitors, declaration):
    officer = enter("zhang.san", Role.TARGETS_EDITOR)
    make(officer, declaration)
    assert "发布以后才能作答" in words(officer)
    press(officer, "发布")
    assert officer.get_by_alt_text("调查二维码").is_visible()
    path = officer.locator("#survey-link").inner_text().partition("//")[2].partition("/")[2]
    survey = Survey.objects.get()
    assert path == f"targets/surveys/{survey.number}/"

    phone = visitors(PHONE, touch=True)
    phone.goto(f"/{path}")
    require_good(phone)
    phone.get_by_role("button", name="提交").tap()
    assert SurveyAnswer.objects.count() == 0, "an empty form is not an answer"
    left_open = another_tab(phone)
    left_open.goto(f"/{path}")
    answer(phone, f"/{path}", 0)
    assert "您的答卷已经收到" in words(phone)
    require_good(phone)
    phone.go_back()
    phone.wait_for_url("**/thanks/")
    send(left_open, 4)
    assert SurveyAnswer.objects.count() == 1, (
        "a form left open in another tab is not a second answer"
    )
    for rank in (0, 1, 4):
        answer(visitors(PHONE, touch=True), f"/{path}", rank)

    officer.reload()
    result = officer.locator("tr", has_text="前两档占比")
    assert "75.00%" in result.inner_text()
    assert result.locator("td").nth(2).inner_text() == "3 / 4"
    assert "%" in result.locator("td").nth(1).inner_text(), "four answers leave a wide interval"
    require_good(officer)
    press(officer, "结束调查")
    phone.goto(f"/{path}results/")
    assert "75.00%" in words(phone)
    require_good(phone)
    require_quiet(officer, phone, left_open)
