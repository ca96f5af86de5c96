"""A holder on a phone: finds the shop, looks up the card, reports a difference, complains in English, reads the answer.

An officer answers at a desk. Nobody signs in on the phone, and neither number nor secret ever stands in an address.
Who reads no Chinese goes the same way, and meets no Chinese word but names.
"""

import re

import pytest
from django.core.cache import caches
from django.utils import timezone

from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import ConsumerRequest, Observation
from tests.foundation.accounts.factories import with_app
from tests.journeys.conftest import PHONE
from tests.journeys.pictures import keep_picture
from tests.journeys.steps import follow, press, require_good, require_quiet, sign_in, words
from tests.prepaid.cards import NUMBER, SECRET, card
from tests.prepaid.factories import operator, supervisor

# The texts on a page in which Chinese stands without being marked as Chinese.
UNMARKED = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (/\p{Script=Han}/u.test(text.data) && !text.parentElement.closest("[lang^=zh]")) found.push(text.data.trim());
  }
  return found;
}"""

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def business(transactional_db):
    caches["pages"].clear()
    found = operator(name="虚构餐饮有限公司", brand="虚构小馆")
    card(found, day=timezone.localdate())
    return found


def seen(page, name):
    require_good(page)
    keep_picture(page, f"consumer-{name}")


def test_from_the_shop_s_name_to_the_answer(visitors, business):
    phone = visitors(PHONE, touch=True)
    phone.goto("/prepaid/")
    seen(phone, "search")
    phone.fill("#q", "虚构小馆")
    press(phone, "查找")
    seen(phone, "found")
    follow(phone, "虚构餐饮有限公司")
    assert "没有存管银行报送的数据" in words(phone)
    seen(phone, "operator")
    follow(phone, "查我在这家的卡")
    assert phone.input_value("[name=operator]") == business.number
    phone.fill("[name=number]", NUMBER)
    phone.fill("[name=secret]", SECRET.lower())
    press(phone, "查询")
    assert "650.00 元" in words(phone)
    assert SECRET not in phone.url and NUMBER not in phone.content()
    seen(phone, "card")
    press(phone, "与我的凭条不一样")
    seen(phone, "difference")
    phone.fill("[name=stated]", "800")
    phone.fill("[name=text]", "请联系会员王小明")
    press(phone, "提交")
    assert "好像有姓名" in words(phone)
    phone.fill("[name=text]", "凭条写着八百元")
    press(phone, "提交")
    assert Observation.objects.get().at_stake_fen == 15_000
    seen(phone, "reported")

    phone.goto(f"/prepaid/complain/?lang=en&operator={business.number}")
    phone.select_option("[name=subject]", "REFUND")
    phone.fill("[name=text]", "The shop refuses to refund the balance.")
    press(phone, "Send")
    seen(phone, "complaint-sent")
    number = phone.locator("#request-number").inner_text()
    code = phone.locator("#request-secret").inner_text()

    clerk = supervisor("jian.guan", Role.PREPAID_OFFICER, district=business.district)
    desk = visitors()
    sign_in(desk, "jian.guan", with_app(clerk))
    desk.goto("/office/prepaid/requests/")
    seen(desk, "desk-requests")
    follow(desk, number)
    desk.fill("#answer_text", "已责成门店退款。")
    press(desk, "保存答复")
    seen(desk, "desk-answered")
    assert ConsumerRequest.objects.get(number=number).state == "ANSWERED"

    follow(phone, "Follow a request")
    phone.fill("[name=number]", number)
    phone.fill("[name=secret]", code)
    press(phone, "Show")
    assert "已责成门店退款。" in words(phone)
    seen(phone, "answer")
    require_quiet(phone, desk)


def test_the_same_way_in_english(visitors, business):
    def require_english():
        require_good(phone)
        assert phone.get_attribute("html", "lang") == "en"
        said = " ".join(phone.evaluate(UNMARKED))
        left = said.replace(business.name, "").replace(business.brand, "").replace("总店", "")
        assert not re.search(r"[\u4e00-\u9fff]", left.replace(business.place, "")), left

    phone = visitors(PHONE, touch=True)
    phone.goto("/prepaid/?lang=en")
    require_english()
    phone.fill("#q", "小馆")
    press(phone, "Search")
    require_english()
    follow(phone, business.name)
    assert "No data from a custodian bank" in words(phone)
    require_english()
    follow(phone, "My card here")
    phone.fill("[name=number]", NUMBER)
    phone.fill("[name=secret]", "7k3m-9q2x-4t6v-8w0a")
    press(phone, "Look up")
    assert "Card not found" in words(phone)
    require_english()
    follow(phone, "Try again")
    phone.fill("[name=number]", NUMBER)
    phone.fill("[name=secret]", SECRET)
    press(phone, "Look up")
    assert "CNY 650.00" in words(phone)
    require_english()
    press(phone, "My slip says otherwise")
    require_english()
    follow(phone, "Complain")
    phone.select_option("[name=subject]", "REFUND")
    phone.fill("[name=operator]", business.number)
    phone.fill("[name=text]", "The shop refuses to refund the balance.")
    press(phone, "Send")
    assert "Answer due" in words(phone)
    require_english()
    assert ConsumerRequest.objects.get().operator == business
    require_quiet(phone)
