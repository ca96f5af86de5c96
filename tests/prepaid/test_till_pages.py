"""Pages of the till for gyms and training: what is asked there and nowhere else, and cards for a term."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shangwu.foundation.web.typed import SECRETS
from shangwu.prepaid.forms.till import new_key
from shangwu.prepaid.models import CardPlan, TillAct, TillCard
from shangwu.prepaid.vocabulary import SaleKind, Sector
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.shops import TERMS, lessons, small_shop

pytestmark = pytest.mark.django_db
BLIND = "没有扫描的卡、顾客在别家的卡都看不到"


@pytest.fixture(autouse=True)
def unscanned_papers(settings):
    settings.UNSCANNED_FILES_ACCEPTED = True


def opened(sector):
    business, keeper = small_shop(sector=sector, name="上海虚构体育有限公司")
    with_app(keeper)
    return business, keeper, signed_in_client(keeper)


def text(answer):
    return answer.getvalue().decode()


def sale(**facts):
    return {
        "key": new_key(),
        "outlet": "A0001",
        "buyer": "individual",
        "is_identified": "on",
        **facts,
    }


def scanned(answer):
    assert answer.status_code == 200, text(answer)
    return answer.context["slip"].scanned


def test_a_gym_sells_a_term_lets_its_holder_in_and_refunds_it():
    _, _, client = opened(Sector.SPORTS)
    form = {"name": "季卡", "kind": "membership", "card": "registered", "price": "900", **TERMS}
    assert "须填写有效期" in text(client.post("/shop/till/plans/new/", form))
    answer = client.post("/shop/till/plans/new/", form | {"months": "3"})
    assert answer.status_code == 302
    made = CardPlan.objects.get()
    assert (made.kind, made.units, made.months) == (SaleKind.MEMBERSHIP, 3, 3)
    assert "900.00 元 得 3 个月内不限次使用" in text(client.get("/shop/till/plans/"))
    today = timezone.localdate()
    page = text(client.get("/shop/till/issue/"))
    assert "启用日期" in page and BLIND in page
    later = str(today + timedelta(days=7))
    code = scanned(client.post("/shop/till/issue/", sale(plan="1", starts_on=later)))
    visit = {"key": new_key(), "code": code, "outlet": "A0001"}
    refused = client.post("/shop/till/redeem/", visit)
    assert refused.status_code == 409 and f"从 {later} 起才能使用" in text(refused)
    slip = client.post("/shop/till/issue/", sale(plan="1", other_cards=f"{code}\n\n"))
    assert "已并入计算顾客在本店的另外 1 张卡：未兑付 900.00 元" in text(slip)
    assert f"<dd>{today}</dd>" in "".join(text(slip).split()), "it begins today"
    code = scanned(slip)
    told = text(client.post("/shop/till/redeem/", visit | {"key": new_key(), "code": code}))
    days = TillCard.objects.latest("pk").units
    assert "可以入场" in told and f"{days} 天" in told
    assert f"{days} 天" in text(client.post("/shop/till/card/", {"code": code}))
    given = {**visit, "key": new_key(), "code": code, "fault": "consumer"}
    counted = text(client.post("/shop/till/refund/", given))
    assert "剩余" in counted and "应从停止之日起算" in counted
    paid = client.post("/shop/till/refund/pay/", given | {"expected_fen": 90_000})
    assert "第二十二条" in text(paid) and TillAct.objects.latest("pk").refunded_fen == 90_000


def test_training_asks_for_the_first_day_and_for_no_other_card():
    business, keeper, client = opened(Sector.EDUCATION)
    lessons(business, keeper, months=3)
    page = text(client.get("/shop/till/issue/"))
    assert "开课日期" in page and BLIND not in page
    assert client.post("/shop/till/issue/", sale(plan="1")).status_code == 422
    today = timezone.localdate()
    early = client.post("/shop/till/issue/", sale(plan="1", starts_on=today + timedelta(days=40)))
    assert early.status_code == 409 and "提前收费 2 个月" in text(early)
    code = scanned(client.post("/shop/till/issue/", sale(plan="1", starts_on=today)))
    top_up = sale(code=code, starts_on=today)
    assert client.post("/shop/till/top-up/", sale(code=code)).status_code == 422
    assert client.post("/shop/till/top-up/", top_up).status_code == 200


def test_a_canteen_is_asked_neither():
    business, keeper, client = opened(Sector.CATERING)
    lessons(business, keeper)
    for address in ("/shop/till/issue/", "/shop/till/top-up/"):
        page = text(client.get(address))
        assert 'name="starts_on"' not in page and 'name="other_cards"' not in page
    assert "期限卡只登记入场" not in text(client.get("/shop/till/redeem/"))


def test_other_cards_are_secrets_that_no_session_keeps():
    assert "other_cards" in SECRETS
