"""From a Word file to a public promise, at a desk and on a phone.

A clerk signs in with a second factor, sends a form, corrects and confirms what was read; a colleague
approves; the clerk proves a judgement and proposes another target, the colleague agrees to it; a
citizen sees promise and actual without an account.
"""

import pytest

from shangwu.foundation.accounts.roles import Role
from shangwu.targets.models import Declaration, Rating, TargetVersion
from tests.foundation.accounts.factories import person, with_app
from tests.journeys.axe import violations
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.steps import press, sign_in
from tests.targets.forms import demo, printed

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def propose_change(clerk, project):
    clerk.goto(project)
    clerk.get_by_role("link", name="服务对象投诉率").click()
    clerk.locator("summary", has_text="提出年中调整").click()
    change = clerk.locator("form[action$='/change/']")
    change.locator("[name=raw]").fill("低于十万分之五")
    change.locator("[name=effective_on]").fill("2019-07-01")
    change.locator("[name=reason]").fill("上半年投诉明显减少，提高要求。")
    change.locator("button[type=submit]").click()
    clerk.wait_for_load_state()
    assert TargetVersion.objects.filter(raw="低于万分之一").exists(), "the old promise is kept"
    assert TargetVersion.objects.get(raw="低于十万分之五").approved_at is None


def agree_to_change(colleague):
    """From the workbench to the proposed change; old and new promise stand beside each other."""
    colleague.goto("/office/notifications/")
    assert "“上海市商务委员会办事大厅管理项目”2019 年度申报表已提交" in colleague.content()
    colleague.goto("/office/")
    colleague.get_by_role("link", name="待审批的目标调整").click()
    colleague.get_by_role("main").get_by_role("link", name="服务对象投诉率").click()
    colleague.fill("form[action*='/change/'] [name=note]", "同意。")
    press(colleague, "批准第 2 版")
    shown = colleague.locator("main").inner_text()
    assert "严格低于 0.00005" in shown
    assert "第 1 版 低于万分之一" in shown
    assert TargetVersion.objects.get(raw="低于十万分之五").approved_at is not None


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_from_the_word_file_to_the_public_promise(visitors, width):
    clerk_secret = with_app(person("zhang.san", Role.TARGETS_EDITOR))
    colleague_secret = with_app(person("li.si", Role.TARGETS_REVIEWER))
    clerk, colleague, citizen = visitors(width), visitors(width), visitors(width)

    sign_in(clerk, "zhang.san", clerk_secret)
    clerk.goto("/office/targets/imports/new/")
    clerk.set_input_files(
        "[name=file]",
        {"name": "申报表.docx", "mimeType": WORD, "buffer": printed(demo(5))},
    )
    press(clerk, "读取文件")
    assert "核对导入" in clerk.title()
    assert clerk.get_by_role("region", name="逐格读取结果").is_visible()
    clerk.fill("[name=organisation]", "某市商务委员会办公室")
    press(clerk, "确认无误")
    project = clerk.url
    assert Declaration.objects.get().project.organisation == "某市商务委员会办公室"
    press(clerk, "提交审核")

    sign_in(colleague, "li.si", colleague_secret)
    colleague.goto(project)
    colleague.fill("[name=note]", "经审核，同意。")
    press(colleague, "批复")
    assert Declaration.objects.get().status == "APPROVED"

    clerk.goto(project)
    press(clerk, "立即读数")
    clerk.get_by_role("link", name="项目制度健全性").click()
    clerk.locator("summary", has_text="登记评定").click()
    rating = clerk.locator("form[action$='/rate/']")
    rating.locator("[name=level]").select_option("健全")
    rating.locator("[name=reason]").fill("八项制度全部发布，现行有效。")
    rating.locator("[name=rated_on]").fill("2019-03-01")
    rating.locator("[name=evidence]").set_input_files(
        {"name": "制度清单.txt", "mimeType": "text/plain", "buffer": "制度清单：八项".encode()}
    )
    rating.locator("button[type=submit]").click()
    clerk.wait_for_load_state()
    assert Rating.objects.get().evidence.count() == 1
    assert clerk.locator(".status", has_text="已达成").count() > 0

    clerk.locator("a[data-drawer]").first.click()
    clerk.locator("dialog#drawer[open] h1, dialog#drawer[open] h2").first.wait_for()
    with clerk.expect_download() as download:
        clerk.locator("dialog#drawer[open] a", has_text="导出 CSV").click()
    assert "八项制度" in download.value.path().read_text("utf-8-sig")
    clerk.keyboard.press("Escape")

    propose_change(clerk, project)
    agree_to_change(colleague)
    clerk.goto("/office/targets/")
    citizen.goto("/")
    citizen.goto("/targets/")
    citizen.get_by_role("link", name="办事大厅").first.click()
    assert "低于十万分之五" in citizen.content()
    assert "没有可以计算的记录" in citizen.content(), "what is not counted is not called reached"
    for page in (clerk, colleague, citizen):
        assert page.complaints == []
        assert violations(page) == []


def test_the_menu_of_a_phone_by_keyboard(visitors):
    """The menu opens, leads on and closes without a pointer, also where it is folded away."""
    secret = with_app(person("zhang.san", Role.TARGETS_EDITOR))
    page = visitors(PHONE)
    sign_in(page, "zhang.san", secret)
    page.get_by_role("button", name="打开导航").focus()
    page.keyboard.press("Enter")
    entry = page.locator("#side").get_by_role("link", name="申报表导入")
    entry.wait_for()
    page.keyboard.press("Escape")
    entry.wait_for(state="hidden")
    page.keyboard.press("Enter")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "申报表导入":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/targets/imports/")


def test_with_the_keyboard_alone(visitors):
    """Skip link, menu and upload form are reached and worked without a mouse."""
    secret = with_app(person("zhang.san", Role.TARGETS_EDITOR))
    page = visitors(DESKTOP)
    sign_in(page, "zhang.san", secret)
    page.goto("/office/targets/imports/new/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "file":
            break
    assert page.evaluate("document.activeElement.name") == "file"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "读取文件"
    shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert shown != "none", "whoever uses the keyboard sees where they are"
