"""Pages of linkage, register and till: who sees what, files, and a form that arrives twice."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.prepaid.businesses import TRADES
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.vocabulary import KINDS
from shangwu.prepaid.forms.till import new_key
from shangwu.prepaid.models import LinkageStep, Operator, Publicity, TillAct, TillCard
from shangwu.prepaid.operations import marks
from shangwu.prepaid.queries.plate import plate
from shangwu.prepaid.queries.register import HEADER, outlet_chart
from shangwu.prepaid.rules.lines import subsectors
from shangwu.prepaid.views import cases, inspections, service, shared
from shangwu.prepaid.vocabulary import Agency, Sector
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.applicants import NOW, TODAY, clerk, connected, registered, reviewer
from tests.prepaid.factories import HUANGPU, XUHUI, operator, shopkeeper, supervisor, uscc
from tests.prepaid.governance import PNG
from tests.prepaid.shops import plan, small_shop, sold

pytestmark = pytest.mark.django_db
LINKAGE = "/office/prepaid/linkage/"


@pytest.fixture(autouse=True)
def unscanned_papers(settings):
    settings.UNSCANNED_FILES_ACCEPTED = True


def signed_in(account):
    with_app(account)
    return signed_in_client(account)


def text(answer):
    return answer.getvalue().decode()


class TestOffice:
    def test_each_unit_lists_exports_and_opens_its_own(self):
        here = operator(sector=Sector.SPORTS, district=HUANGPU)
        there = operator(sector=Sector.SPORTS, district=XUHUI)
        client = signed_in(
            supervisor("xu.hui", Role.PREPAID_OFFICER, agency=Agency.SPORTS, district=XUHUI)
        )
        page = text(client.get(LINKAGE))
        assert there.name in page and here.name not in page
        table = client.get(LINKAGE, {"format": "csv"}).getvalue().decode("utf-8-sig")
        assert there.number in table and here.number not in table
        assert client.get(f"{LINKAGE}{there.number}/").status_code == 200
        assert client.get(f"{LINKAGE}{here.number}/").status_code == 404

    def test_what_waits_is_counted_and_filtered(self):
        by, other = clerk(), reviewer()
        business, _ = connected(by, other)
        waiting = registered(by, name="上海尚未申请餐饮有限公司")
        client = signed_in(other)
        page = text(client.get(LINKAGE, {"waiting": "mark"}))
        assert business.name in page and waiting.name not in page

    def test_the_workbench_says_what_waits_for_whom(self):
        by, other = clerk(), reviewer()
        connected(by, other)
        assert "对接标识待核发" in text(signed_in(other).get("/office/"))
        assert "对接标识待核发" not in text(signed_in(by).get("/office/"))

    def test_without_the_database_registration_goes_on(self, settings):
        settings.REGISTRY_ADDRESS = "http://127.0.0.1:1"
        client = signed_in(clerk())
        page = text(client.get(f"{LINKAGE}new/", {"uscc": uscc(99_000_001)}))
        assert "暂时没有应答" in page
        assert "同一品牌特许经营体系内兑付的预付凭证" in page
        assert "供电、供水、供气等公用事业单位的卡" in page

    def test_who_is_registered_is_told_before_anything_is_typed(self):
        by = clerk()
        known = registered(by)
        page = text(signed_in(by).get(f"{LINKAGE}new/", {"uscc": known.uscc}))
        assert f"{known.name}（{known.number}）已经登记" in page and "住所" not in page

    def test_a_leader_reads_and_does_not_act(self):
        business = registered(clerk())
        client = signed_in(supervisor("ling.dao", Role.LEADER))
        assert "重新比对" not in text(client.get(f"{LINKAGE}{business.number}/"))
        assert client.post(f"{LINKAGE}{business.number}/connect/").status_code == 403

    def test_a_correction_by_form_keeps_what_was_not_touched(self):
        by = clerk()
        business = registered(by)
        client = signed_in(by)
        page = client.get(f"{LINKAGE}{business.number}/edit/")
        given = {
            name: ("" if value is None else value)
            for name, value in page.context["form"].initial.items()
            if value is not False
        }
        answer = client.post(
            f"{LINKAGE}{business.number}/edit/", given | {"brand": "新品牌", "reason": "填报有误"}
        )
        assert answer.status_code == 302
        changed = Operator.objects.get(pk=business.pk)
        assert (changed.brand, changed.capital_fen) == ("新品牌", business.capital_fen)
        assert LinkageStep.objects.filter(sentence="更正品牌：填报有误").exists()

    def test_a_finer_line_belongs_to_its_sector_and_older_words_stay(self):
        by = clerk()
        business = registered(by)
        Operator.objects.filter(pk=business.pk).update(subsector="火锅")
        client, address = signed_in(by), f"{LINKAGE}{business.number}/edit/"
        form = client.get(address).context["form"]
        offered = [
            name
            for value, label in form.fields["subsector"].choices
            for name in ([one for one, _ in label] if isinstance(label, list) else [value])
        ]
        assert {"火锅", "餐饮服务", "健身场馆"} <= set(offered)
        assert len(offered) == len(set(offered))
        given = {
            name: ("" if value is None else value)
            for name, value in form.initial.items()
            if value is not False
        }
        wrong = client.post(address, given | {"subsector": "健身场馆", "reason": "填报有误"})
        assert "“健身场馆”不是餐饮的细分行业" in text(wrong)
        unknown = client.post(address, given | {"subsector": "烧烤", "reason": "填报有误"})
        assert unknown.status_code == 200
        kept = client.post(address, given | {"brand": "火锅王", "reason": "填报有误"})
        assert kept.status_code == 302
        right = client.post(address, given | {"subsector": "饮品烘焙", "reason": "填报有误"})
        assert right.status_code == 302
        assert Operator.objects.get(pk=business.pk).subsector == "饮品烘焙"

    def test_every_sector_has_finer_lines_and_the_made_up_city_uses_them(self):
        lines = subsectors(TODAY)
        assert lines.keys() == set(Sector.values) - {Sector.GENERAL}
        for sector, trade in TRADES.items():
            assert trade.subsector in lines[sector]


class TestPublic:
    def test_the_register_is_searched_and_downloaded_without_an_account(self, client):
        found = operator(name="上海云味餐饮有限公司", brand="云味")
        operator(name="上海其他餐饮有限公司", brand="其他", district=XUHUI)
        operator(name="上海云味未对接有限公司", status="APPLIED", connected_on=None)
        for words in ("云味", found.uscc, found.uscc.lower(), found.number):
            page = text(client.get("/prepaid/register/", {"words": words}))
            assert found.name in page and "其他餐饮" not in page and "未对接有限公司" not in page
        listed = json.loads(
            text(client.get("/prepaid/register/operators.json", {"district": HUANGPU}))
        )
        assert [one["名称"] for one in listed["operators"]] == [found.name]
        table = client.get("/prepaid/register/operators.csv").getvalue().decode("utf-8-sig")
        assert table.splitlines()[0] == ",".join(HEADER) and len(table.splitlines()) == 3
        assert client.get("/prepaid/register/operators.exe").status_code == 404
        assert "没有找到" in text(client.get("/prepaid/register/", {"words": "%' OR 1=1"}))

    def test_shops_are_counted_by_district_in_the_database(self):
        here, there = operator(district=HUANGPU), operator(district=XUHUI)
        for number, (business, district) in enumerate(
            ((here, XUHUI), (here, HUANGPU), (here, XUHUI), (there, XUHUI))
        ):
            business.outlets.create(
                number=f"B000{number}",
                name="分店",
                district=district,
                longitude="121.4",
                latitude="31.2",
                opened_on=TODAY,
            )
        here.outlets.filter(number="B0002").update(closed_on=TODAY)
        shown = Operator.objects.filter(pk__in=[here.pk, there.pk])
        with CaptureQueriesContext(connection) as asked:
            chart = outlet_chart(shown, on=TODAY)
        assert chart.rows == [("黄浦区", "2"), ("徐汇区", "3")], "with the one that each has"
        assert any("GROUP BY" in one["sql"] for one in asked.captured_queries), (
            "no row of a shop is read to count it"
        )

    def test_a_mark_is_read_however_it_is_typed(self, client):
        by, other = clerk(), reviewer()
        business, _ = connected(by, other)
        code = marks.issue_mark(operator=business.pk, by=other, at=NOW).code
        answer = client.get("/prepaid/marks/", {"code": f" {code[:4]} {code[4:].lower()}"})
        assert answer.headers["Location"] == reverse("prepaid:mark", args=[code])
        page = text(client.get(answer.headers["Location"]))
        assert "标识有效" in page and business.representative not in page
        assert f'href="/prepaid/operators/{business.number}/"' in page
        assert (
            client.get("/prepaid/marks/", {"code": "../etc"})
            .headers["Location"]
            .endswith("/register/")
        )
        assert client.get("/prepaid/marks/ZZZZZZZZZZZZ/").status_code == 404
        body = plate(
            business.marks.get(), business, link="https://example.cn/prepaid/marks/x/", on=TODAY
        )
        assert body.startswith(b"%PDF")


class TestShop:
    def test_a_shop_without_business_reads_why(self):
        client = signed_in(supervisor("wu.dian", Role.PREPAID_SHOP))
        assert "没有关联经营者" in text(client.get("/shop/"))

    def test_no_plate_before_the_mark_and_no_till_before_the_choice(self):
        business = registered(clerk())
        client = signed_in(shopkeeper(business))
        assert client.get("/shop/mark.pdf").status_code == 404
        assert "收银系统只对" in text(client.get("/shop/till/"))
        assert "申请同意以后" in text(client.get("/shop/linkage/"))


class TestTill:
    def test_a_sale_that_arrives_twice_shows_the_same_slip_and_counts_once(self):
        business, keeper = small_shop()
        plan(business, keeper)
        client = signed_in(keeper)
        given = {"key": new_key(), "plan": "1", "outlet": "A0001", "buyer": "individual"}
        refused = text(client.post("/shop/till/issue/", given))
        assert "登记购卡人身份" in refused and "law/" not in refused
        given |= {"is_identified": "on"}
        pages = [client.post("/shop/till/issue/", given) for _ in range(2)]
        assert [page.status_code for page in pages] == [200, 200]
        slips = {page.context["slip"].scanned for page in pages}
        assert len(slips) == 1 and TillCard.objects.count() == 1
        slip = text(pages[0])
        assert "/prepaid/card/" in slip and business.number in slip, "the slip says where to ask"
        assert "查询密码" in slip and "密钥" not in slip, "as the page of look-ups calls it"

    def test_a_redemption_that_arrives_twice_counts_once_and_a_new_page_again(self):
        business, keeper = small_shop()
        code = sold(business, keeper, plan(business, keeper))
        client = signed_in(keeper)
        for key in (new_key(),) * 2 + (new_key(),):
            given = {"key": key, "code": code, "amount": "10", "outlet": "A0001"}
            assert client.post("/shop/till/redeem/", given).status_code == 200
        assert TillAct.objects.filter(kind="REDEEM").count() == 2
        assert TillCard.objects.get().used_units == 2_000

    def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(self):
        _, keeper = small_shop()
        client = signed_in(keeper)
        given = {"key": new_key(), "code": "123", "outlet": "A0001"}
        answer = client.post("/shop/till/redeem/", given)
        assert answer.status_code == 422 and "只填一项" in text(answer)
        assert 'value="123"' in text(answer)
        answer = client.post("/shop/till/redeem/", given | {"amount": "1"})
        assert answer.status_code == 409 and "合计 28 位，现有 3 位" in text(answer)

    def test_whoever_opens_the_address_of_a_card_again_is_asked_for_the_card(self):
        _, keeper = small_shop()
        answer = signed_in(keeper).get("/shop/till/card/")
        assert answer.headers["Location"] == "/shop/till/redeem/"

    def test_the_days_acts_are_a_file(self):
        business, keeper = small_shop()
        sold(business, keeper, plan(business, keeper))
        client = signed_in(keeper)
        table = client.get("/shop/till/day/acts.csv", {"day": str(TODAY)}).content.decode(
            "utf-8-sig"
        )
        assert "千元卡,1000.00" in table
        assert "没有业务" in text(client.get("/shop/till/day/", {"day": "2019-09-05"}))
        assert client.get("/shop/till/day/", {"day": "nonsense"}).status_code == 200


def test_only_kinds_of_files_that_exist_are_asked_for():
    asked = {
        views.__name__: kinds
        for views in (cases, inspections, service, shared)
        for name, kinds in vars(views).items()
        if name.endswith("_KINDS")
    }
    assert len(asked) == 4
    for name, kinds in asked.items():
        assert kinds <= set(KINDS), name


def test_a_publicity_record_sent_twice_is_one_and_keeps_no_second_picture():
    client = signed_in(clerk())
    said = {
        "channel": "WECHAT",
        "title": "买卡先查",
        "published_on": "2019-07-01",
        "place": "公众号",
    }
    address = reverse("prepaid:publicity")
    for status in (302, 409):
        picture = SimpleUploadedFile("截图.png", PNG)
        assert client.post(address, {**said, "file": picture}).status_code == status
    assert Publicity.objects.count() == StoredFile.objects.count() == 1
