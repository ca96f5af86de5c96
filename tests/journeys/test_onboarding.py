"""An operator's way to the linkage mark: registered at a desk, applied for on a phone, tested, verified by anybody."""

import re
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from city.registry import Registry, companies
from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import Operator
from tests.foundation.accounts.factories import PASSWORD, with_app
from tests.journeys.conftest import PHONE
from tests.journeys.pictures import keep_picture
from tests.journeys.steps import follow, press, require_good, require_quiet, sign_in, words
from tests.prepaid.applicants import Signer, played, sample
from tests.prepaid.factories import supervisor

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
]
PDF = {"name": "章程.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}


@pytest.fixture
def company(settings):
    """An old caterer of Huangpu in the city's legal-entity database, which answers on loopback."""
    settings.UNSCANNED_FILES_ACCEPTED = True
    found = next(
        one
        for one in companies(2019, 500)
        if one["district"] == "310101" and one["established_on"] < "2018" and one["is_active"]
    )
    server = Registry(0, {found["uscc"]: found})
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.REGISTRY_ADDRESS = f"http://127.0.0.1:{server.server_address[1]}"
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def office(visitors):
    """Let a person of commerce at city level sign in."""

    def enter(login, role):
        secret = with_app(supervisor(login, role))
        page = visitors()
        sign_in(page, login, secret)
        return page

    return enter


def register(clerk, company):
    clerk.goto("/office/prepaid/linkage/")
    follow(clerk, "登记经营者")
    clerk.fill("[name=uscc]", company["uscc"][:-1])
    press(clerk, "查询登记信息")
    assert "17 位" in words(clerk), "a code that lacks a character is refused kindly"
    clerk.fill("[name=uscc]", company["uscc"])
    press(clerk, "查询登记信息")
    assert clerk.input_value("[name=name]") == company["name"], "prefilled"
    clerk.select_option("[name=sector]", "catering")
    clerk.fill("[name=representative]", "赵改写")
    require_good(clerk)
    keep_picture(clerk, "linkage-new")
    press(clerk, "登记")
    assert f"填报“赵改写”，登记“{company['representative']}”" in words(clerk)
    clerk.fill("[name=login]", "shop.one")
    clerk.fill("[name=display_name]", "钱经办")
    press(clerk, "开立账号")
    return clerk.locator("#password").inner_text()


def first_sign_in(shop, password):
    shop.goto("/account/login/?next=/office/")
    shop.fill("[name=login]", "shop.one")
    shop.fill("[name=password]", password)
    shop.click("form[action='/account/login/'] button[type=submit]")
    shop.wait_for_url("**/account/password/change/**")
    shop.fill("[name=oldpassword]", password)
    shop.fill("[name=password1]", f"{PASSWORD}-new")
    shop.fill("[name=password2]", f"{PASSWORD}-new")
    with shop.expect_navigation():
        shop.locator("main button[type=submit]").first.click()


def apply(shop):
    shop.goto("/shop/")
    require_good(shop)
    keep_picture(shop, "shop-home-phone")
    follow(shop, "填写申请")
    shop.check("[name=system][value=OWN]")
    press(shop, "保存")
    for kind in ("CHARTER", "CONTRACT"):
        shop.select_option("[name=kind]", kind)
        shop.set_input_files("[name=file]", PDF)
        press(shop, "上传")
    shop.fill("[name=revenue_fen]", "8,000,000.00")
    shop.set_input_files("[name=statement]", PDF)
    press(shop, "提供")
    require_good(shop)
    keep_picture(shop, "shop-application-phone")
    press(shop, "提交申请")
    assert "申请正在审核" in words(shop)


def connect(shop, operator):
    signer = Signer()
    shop.goto("/shop/linkage/")
    shop.fill("[name=text]", signer.pem)
    press(shop, "登记")
    yesterday = timezone.localdate() - timedelta(days=1)
    for content, told in (
        (sample(operator.uscc, of_day=yesterday, closing_fen=1), "未全部通过"),
        (sample(operator.uscc, of_day=yesterday), "全部通过"),
    ):
        file = {"name": "day.ndjson", "mimeType": "text/plain", "buffer": content}
        shop.set_input_files("[name=file]", file)
        shop.fill("[name=signature]", signer.sign(content))
        press(shop, "检查")
        assert told in words(shop)
    played(operator, at=timezone.now())
    shop.fill("[name=text]", Signer().base64)
    shop.select_option("[name=use]", "production")
    press(shop, "登记")
    require_good(shop)
    keep_picture(shop, "shop-linkage-phone")


def test_from_registration_to_a_mark_that_anybody_verifies(office, visitors, company):
    clerk = office("jing.ban", Role.PREPAID_LINKAGE)
    password = register(clerk, company)
    operator = Operator.objects.get()
    dossier = f"/office/prepaid/linkage/{operator.number}/"

    shop = visitors(PHONE, touch=True)
    first_sign_in(shop, password)
    apply(shop)

    clerk.goto(dossier)
    clerk.fill("[name=text]", "材料齐全，登记差异已经核实。")
    press(clerk, "同意，报复核")
    assert "同意对接" not in words(clerk), "who handled it does not decide it"

    reviewer = office("fu.he", Role.PREPAID_REVIEWER)
    reviewer.goto(dossier)
    require_good(reviewer)
    keep_picture(reviewer, "linkage-page")
    reviewer.fill("[name=text]", "同意。")
    press(reviewer, "同意对接")

    connect(shop, operator)
    clerk.goto(dossier)
    press(clerk, "确认完成对接")
    reviewer.goto(dossier)
    press(reviewer, "核发标识")
    reviewer.goto("/office/prepaid/linkage/")
    require_good(reviewer)
    keep_picture(reviewer, "linkage-list")

    shop.goto("/shop/")
    answer = shop.request.get("/shop/mark.pdf")
    assert answer.body().startswith(b"%PDF"), "the plate is there to print"

    visitor = visitors(PHONE)
    visitor.goto("/prepaid/register/")
    visitor.fill("[name=words]", company["name"][2:6])
    press(visitor, "查找")
    assert company["name"] in words(visitor)
    require_good(visitor)
    keep_picture(visitor, "register-phone")
    code = operator.marks.get().code
    visitor.fill("[name=code]", f"{code[:4]}-{code[4:8]}-{code[8:]}".lower())
    press(visitor, "核验")
    assert re.search("有效.*标识有效", words(visitor), re.DOTALL)
    require_good(visitor)
    keep_picture(visitor, "mark-phone")
    visitor.goto("/prepaid/marks/000000000000/")
    assert "没有这个标识" in words(visitor)
    visitor.complaints = [one for one in visitor.complaints if "404" not in one]
    require_quiet(clerk, reviewer, shop, visitor)
