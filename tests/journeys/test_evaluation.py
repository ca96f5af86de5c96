"""A self-evaluation from the draft to the public: drafted, weighed by another, explained, signed, published, printed."""

import json

import pytest

from shangwu.foundation.accounts.roles import Role
from shangwu.targets.models import Evaluation, EvaluationPublication, EvaluationSignature
from tests.journeys.conftest import PHONE
from tests.journeys.steps import (
    another_tab,
    downloaded,
    follow,
    press,
    press_by_keyboard,
    read,
    require_good,
    require_quiet,
    unfold,
    words,
)

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]


def draft(officer):
    officer.goto("/office/targets/evaluations/")
    officer.locator("summary", has_text="建立").first.click()
    officer.locator("[name=as_of]").first.fill("2019-12-31")
    press(officer, "按读数建立")
    return officer.url


def weigh(reviewer, desk):
    """Sign for weights: at first they do not add up to a hundred."""
    reviewer.goto(desk)
    unfold(reviewer, "核对并签认权重")
    form = reviewer.locator("form[action$='/weights/']")
    fields = form.locator("input[type=number]")
    for number in range(fields.count()):
        fields.nth(number).fill("10")
    press(reviewer, "签认权重")
    assert "应为 100 分" in words(reviewer)
    reviewer.get_by_role("link", name="返回上一页").click()
    count = fields.count()
    assert {fields.nth(number).input_value() for number in range(count)} == {"10"}
    for number in range(count):
        share = 90 // count
        fields.nth(number).fill(str(share if number else 90 - share * (count - 1)))
    press(reviewer, "签认权重")
    assert "权重已签认" in words(reviewer)


def explain(officer, desk):
    """Give a cause and a remedy wherever one is asked for."""
    officer.goto(desk)
    asked = officer.locator("details[open] form[action$='/cause/']")
    actions = [form.get_attribute("action") for form in asked.all()]
    for action in actions:
        form = officer.locator(f"form[action='{action}']")
        form.locator("[name=cause]").select_option("制度保障")
        form.locator("[name=detail]").fill("方案年中才批准。")
        form.locator("[name=remedy]").fill("下年提前两个月报批。")
        with officer.expect_navigation():
            form.locator("button").click()
    return len(actions)


def test_from_the_draft_to_the_public(enter, visitors, declaration, project):
    officer = enter("zhang.san", Role.TARGETS_EDITOR)
    read(officer, project, "用餐满意率", on="2019-12-31")
    read(officer, project, "完成窗口改造", on="2019-12-31")
    reviewer = enter("li.si", Role.TARGETS_REVIEWER)
    desk = draft(officer)
    assert "权重签认前不计分" in words(officer)
    press(officer, "签署并锁定")
    assert "权重尚未签认" in words(officer)
    weigh(reviewer, desk)
    assert explain(officer, desk) > 0
    require_good(officer)
    other_tab = another_tab(officer)
    other_tab.goto(desk)
    press(officer, "签署并锁定")
    press(other_tab, "签署并锁定")
    assert "内容已锁定" in words(other_tab)
    assert EvaluationSignature.objects.count() == 1
    name, paper = downloaded(officer, "导出 PDF")
    assert paper.startswith(b"%PDF") and name.endswith(".pdf")
    officer.emulate_media(media="print")
    assert not officer.get_by_role("button", name="打印").is_visible(), "paper has no buttons"
    officer.emulate_media(media="screen")

    public = f"/targets/{declaration.project.number}/{declaration.year}/evaluation/"
    citizen = visitors(PHONE)
    assert citizen.goto(public).status == 404, "what is not published is not there"
    citizen.complaints.clear()
    reviewer.goto(desk)
    require_good(reviewer)
    press_by_keyboard(reviewer, "公开", start="main a >> nth=0")
    assert EvaluationPublication.objects.count() == 1
    assert Evaluation.objects.get().status == "PUBLISHED"

    citizen.goto(f"/targets/{declaration.project.number}/{declaration.year}/")
    follow(citizen, "单位自评")
    assert citizen.url.endswith(public)
    assert "下年提前两个月报批。" in words(citizen)
    signed = EvaluationSignature.objects.get()
    assert signed.content["total"] in words(citizen)
    require_good(citizen)
    _, rows = downloaded(citizen, "下载 CSV")
    assert "用餐满意率" in rows.decode("utf-8-sig")
    _, document = downloaded(citizen, "下载 JSON")
    assert signed.content["total"] in json.dumps(json.loads(document), ensure_ascii=False)
    _, sheet = downloaded(citizen, "下载自评表")
    assert sheet.startswith(b"%PDF")
    require_quiet(officer, reviewer, other_tab, citizen)
