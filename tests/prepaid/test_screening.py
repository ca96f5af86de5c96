"""Personal data in free text: the bar of example 8 on seeds that nobody tuned by, and each way of writing."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.prepaid.operations.closing import require_no_person
from shangwu.prepaid.rules.batch.records import personal_data
from shangwu.prepaid.rules.numbers import is_identity_number
from shangwu.prepaid.rules.screening import KINDS, find
from tests.prepaid.texts import identity_number, mobile, rows

# Seeds 1 to 3 were looked at while the detector was written; these were not.
HELD_OUT = (90_001, 90_002, 90_003)


@pytest.mark.parametrize("seed", HELD_OUT)
def test_198_of_200_are_found_and_at_most_ten_of_9800_are_wrong(seed):
    made = rows(seed)
    assert (len(made), sum(marked for _, marked in made)) == (10_000, 200)
    missed = [text for text, marked in made if marked and not find(text)]
    wrong = [text for text, marked in made if not marked and find(text)]
    assert len(missed) <= 2, missed
    assert len(wrong) <= 10, wrong


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("13812345678", {"mobile"}),
        ("电话138 1234 5678", {"mobile"}),
        ("tel13812345678", {"mobile"}),
        ("1-3-8-1-2-3-4-5-6-7-8", {"mobile"}),
        ("138\u200b1234\u200b5678", {"mobile"}),
        ("一三八一二三四五六七八", {"mobile"}),
        ("壹叁捌壹贰叁肆伍陆柒捌", {"mobile"}),
        ("1\ufe0f\u20e33\ufe0f\u20e38\ufe0f\u20e312345678", {"mobile"}),
        ("138\u31641234\u34645678".replace("\u3464", "\u034f"), {"mobile"}),
        ("❶❸❽❶❷❸❹❺❻❼❽", {"mobile"}),
        ("١٣٨١٢٣٤٥٦٧٨", {"mobile"}),
        ("见 MTM4MTIzNDU2Nzg=", {"mobile"}),
        ("备注5aeT5ZCN77ya5qyn6Ziz5aic5aic", {"name"}),
        ("3133383132333435363738", {"mobile"}),
        ("11010519491231002X", {"id_number"}),
        ("11010519491231002x", {"id_number"}),
        ("110105-19491231-002X", {"id_number"}),
        ("身份证：110105491231002", {"id_number"}),
        ("li.na@mail.example", {"email"}),
        ("li.na(at)mail.example", {"email"}),
        ("姓名：欧阳娜娜", {"name"}),
        ("联系人：王 芳", {"name"}),
        ("会员王小明要求退卡，13812345678", {"name", "mobile"}),
        ("已与王小明先生沟通", {"name"}),
        ("王芳女士来店办理", {"name"}),
        ("代充：李娜", {"name"}),
        ("卡主：马超", {"name"}),
        ("联系人：阮玲玉", {"name"}),
        ("顾客 阮小七 充值", {"name"}),
        ("给孩子刘梓涵报名", {"name"}),
        ("张三丰 先生 办卡", {"name"}),
        ("刘梓涵", {"name"}),
        ("王小明的卡", {"name"}),
        ("为李雷补卡", {"name"}),
        ("张伟充值 500", {"name"}),
        ("李强13800138000", {"name", "mobile"}),
        ("021-12345678", {"landline"}),
        ("(021)62345678", {"landline"}),
        ("\uff08\uff10\uff12\uff11\uff096234 5678", {"landline"}),
        ("电话02162345678", {"landline"}),
        ("我家座机：0512-6234567转8", {"landline"}),
        ("+86-21-62345678", {"landline"}),
        ("不是门店的，是我的 021-61234567", {"landline"}),
        ("6222021234567890128", {"bank_card"}),
        ("6228 4812 3456 7890 128", {"bank_card"}),
        ("请退到银行卡 4111-1111-1111-1111", {"bank_card"}),
        ("护照号 E12345678", {"travel_document"}),
        ("passport ea1234567", {"travel_document"}),
        ("回乡证 H12345678", {"travel_document"}),
        ("港澳居民来往内地通行证：M1234567890", {"travel_document"}),
        ("台胞证号 01234567", {"travel_document"}),
        ("微信号 wx13812345678", {"mobile"}),
        ("weixin: abc13812345678", {"mobile"}),
    ],
)
def test_what_is_personal_is_found(text, kinds):
    assert find(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "110105194912310021",  # The check digit is wrong.
        "11010519490231002X",  # There is no 31 February.
        "12812345678",  # No carrier has this prefix.
        "138123456789",
        "a13812345678f",
        "91310115MA1TEAT03N",
        "门店电话 021-62345678",
        "客服：(021)62345678",
        "021-20190901",
        "设备编号 021-345-6789",
        "JG2019-021-12345678",
        "订单 6222021234567890127",  # The check digit is wrong.
        "订单号 4111111111111111",  # Not told as a bank's, nor of UnionPay.
        "913101150000000123",
        "护照办理 20190901",
        "车辆通行证 12345678",
        "400-820-8820",
        "2025-09-30 至 2025-10-08",
        "王先生牛肉面馆",
        "会员余额 1,380.01 元",
        "会员于本月到期",
        "客户关系维护",
        "李宁专卖店",
        "李宁 换季",
        "孩子王专柜",
        "会员高兴续卡",
        "会员安心课",
        "会员范围内",
        "白玉兰 活动",
        "张江店 充值活动",
        "周大福 专柜",
        "张亮麻辣烫",
        "王府井 满减",
    ],
)
def test_what_only_looks_personal_is_not(text):
    assert find(text) == frozenset()


def test_a_shop_may_be_called_after_somebody_and_still_hides_nobody():
    assert personal_data({"trade_name": "杨国福"}) == frozenset()
    assert personal_data({"remark": "杨国福"}) == {"name"}
    assert personal_data({"trade_name": "联系人：杨国福"}) == {"name"}


def test_a_shop_tells_its_own_telephone_in_charter_and_notice():
    assert personal_data({"text": "联系电话：021-62345678"}) == frozenset()
    assert personal_data({"remark": "联系电话：021-62345678"}) == {"landline"}
    require_no_person("咨询 0512-6234567")


@given(seed=st.integers(0, 2**32), position=st.integers(0, 17), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_breaks_an_identity_number(seed, position, digit):
    number = identity_number(random.Random(seed))
    assert is_identity_number(number)
    other = number[:position] + digit + number[position + 1 :]
    assert is_identity_number(other) is (other == number)


@given(seed=st.integers(0, 2**32), gaps=st.sampled_from(["", " ", "-", ".", "·", "－"]))
def test_a_mobile_number_is_found_however_evenly_it_is_spread(seed, gaps):
    assert find(f"备注：{gaps.join(mobile(random.Random(seed)))}。") == {"mobile"}


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    assert find(text) <= KINDS.keys()


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "1 ",
        "1-",
        "a.a-",
        "a@",
        "86 ",
        "021-",
        "(0",
        "护照a",
        "微信a",
        "会员王",
        "王小明先生",
    ],
)
def test_a_text_made_to_be_slow_is_not(unit):
    started = time.process_time()
    find(unit * (20_000 // len(unit)))
    assert time.process_time() - started < 1
