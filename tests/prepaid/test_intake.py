"""Taking over: a list is read line by line, accepted whole by another person, or not at all."""

import base64
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shangwu.foundation.accounts.models import Organisation
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import (
    Institution,
    IntakeList,
    LinkageMark,
    Operator,
    OperatorKey,
    OperatorYear,
    SupervisingUnit,
)
from shangwu.prepaid.operations import intake
from shangwu.prepaid.queries.register import outlet_chart
from shangwu.prepaid.queries.scope import operators_of, units_seen
from shangwu.prepaid.rules.intake import COLUMNS, read_intake
from shangwu.prepaid.vocabulary import IntakeState, OperatorStatus
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.prepaid.factories import HUANGPU, operator, supervisor, uscc

AT, ON = datetime(2019, 9, 2, 2, 0, tzinfo=UTC), date(2019, 9, 2)


def line(number, **changes):
    """Return one good line of a list, or one with changes."""
    key = base64.b64encode(number.to_bytes(32, "big")).decode()
    given = {
        "uscc": uscc(number),
        "name": f"虚构{number}有限公司",
        "trade_name": f"虚构{number}",
        "brand": "",
        "sector": "catering",
        "subsector": "餐饮服务",
        "form": "enterprise",
        "district": HUANGPU,
        "place": f"虚构路{number}号",
        "established_on": "2015-01-01",
        "connected_on": "2019-06-03",
        "revenue_year": "2018",
        "revenue_yuan": "8000000.00",
        "public_key": key,
        "longitude": "",
        "latitude": "",
    }
    return ",".join((given | changes)[name] for name in COLUMNS)


def listed(*lines):
    return "\n".join((",".join(COLUMNS), *lines)) + "\n"


class TestReading:
    def test_a_good_list_is_read_in_order_with_money_in_fen(self):
        rows = read_intake("\ufeff" + listed(line(1), line(2)), on=ON)
        assert [row.uscc for row in rows] == [uscc(1), uscc(2)]
        assert rows[0].revenue_fen == 800_000_000
        assert len(bytes.fromhex(rows[0].public_key)) == 32

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"uscc": "91310000MA1FL00000"}, "uscc"),
            ({"district": "999999"}, "district"),
            ({"sector": "general"}, "sector"),
            ({"form": "shop"}, "form"),
            ({"name": ""}, "name"),
            ({"connected_on": "2019-09-03"}, "connected_on 不能晚于今天"),
            ({"established_on": "2015年"}, "established_on 须为日期"),
            ({"revenue_yuan": "-1"}, "revenue_yuan 不得为负"),
            ({"revenue_year": "去年"}, "revenue_year"),
            ({"public_key": "abc"}, "公钥"),
            ({"longitude": "121.479"}, "longitude 和 latitude 须一起填写"),
            ({"longitude": "31.224", "latitude": "121.479"}, "longitude 须为 70 至 140"),
            ({"longitude": "121.4790001", "latitude": "31.224"}, "小数最多 6 位"),
            ({"longitude": "NaN", "latitude": "31.224"}, "longitude 须为"),
        ],
    )
    def test_a_wrong_line_is_named(self, changes, said):
        with pytest.raises(Refused) as refused:
            read_intake(listed(line(1), line(2, **changes)), on=ON)
        assert refused.value.code == "INTAKE-ROWS"
        assert "第 3 行" in refused.value.sentence
        assert said in refused.value.sentence

    def test_a_list_without_positions_is_read_as_before(self):
        names = [name for name in COLUMNS if name not in ("longitude", "latitude")]
        old = "\n".join((",".join(names), line(1).removesuffix(",,"))) + "\n"
        assert read_intake(old, on=ON) == read_intake(listed(line(1)), on=ON)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("uscc,name\n", "INTAKE-COLUMNS"),
            (listed(), "INTAKE-LENGTH"),
            (listed(line(1), line(1)), "INTAKE-ROWS"),
        ],
    )
    def test_a_list_that_is_none_is_refused(self, text, code):
        with pytest.raises(Refused) as refused:
            read_intake(text, on=ON)
        assert refused.value.code == code


@pytest.mark.django_db
class TestTakingOver:
    @pytest.fixture
    def clerk(self):
        return supervisor("dui.jie", Role.PREPAID_LINKAGE)

    @pytest.fixture
    def chief(self):
        return supervisor("fu.he", Role.PREPAID_REVIEWER)

    def test_another_person_accepts_and_everything_is_there(self, clerk, chief):
        placed = line(1, longitude="121.479", latitude="31.224")
        found = intake.propose_intake(
            text=listed(placed, line(2)), file_name="名单.csv", by=clerk, at=AT
        )
        with pytest.raises(Refused, match="两个人"):
            intake.accept_intake(intake=found.pk, by=clerk, at=AT)
        assert intake.accept_intake(intake=found.pk, by=chief, at=AT) == 2
        taken = Operator.objects.get(uscc=uscc(1))
        assert (taken.status, taken.connected_on) == (OperatorStatus.CONNECTED, date(2019, 6, 3))
        shop = taken.outlets.get()
        assert (shop.number, shop.longitude, shop.latitude) == (
            "A0001",
            Decimal("121.479"),
            Decimal("31.224"),
        )
        chart = outlet_chart(Operator.objects.filter(pk=taken.pk), on=ON)
        assert [one["value"] for one in chart.option["series"][0]["data"]] == [[121.479, 31.224]]
        assert outlet_chart(Operator.objects.filter(uscc=uscc(2)), on=ON) is None
        assert OperatorYear.objects.get(operator=taken).revenue_fen == 800_000_000
        assert OperatorKey.objects.get(operator=taken).key_id == f"M-{taken.uscc}"
        assert LinkageMark.objects.get(operator=taken).due_on == date(2019, 6, 11)
        with pytest.raises(Refused, match="已迁入"):
            intake.accept_intake(intake=found.pk, by=chief, at=AT)

    def test_the_same_file_twice_and_a_known_operator_are_refused(self, clerk, chief):
        text = listed(line(1))
        first = intake.propose_intake(text=text, file_name="一", by=clerk, at=AT)
        with pytest.raises(Refused) as refused:
            intake.propose_intake(text=text, file_name="二", by=clerk, at=AT)
        assert refused.value.code == "INTAKE-TWICE"
        intake.accept_intake(intake=first.pk, by=chief, at=AT)
        second = intake.propose_intake(
            text=listed(line(1), line(3)), file_name="三", by=clerk, at=AT
        )
        with pytest.raises(Refused) as refused:
            intake.accept_intake(intake=second.pk, by=chief, at=AT)
        assert refused.value.code == "INTAKE-KNOWN"
        assert not Operator.objects.filter(uscc=uscc(3)).exists()

    def test_a_list_is_sent_back_with_a_reason(self, clerk, chief):
        found = intake.propose_intake(text=listed(line(1)), file_name="一", by=clerk, at=AT)
        with pytest.raises(Refused, match="退回理由"):
            intake.refuse_intake(intake=found.pk, reason=" ", by=chief, at=AT)
        intake.refuse_intake(intake=found.pk, reason="缺上年收入", by=chief, at=AT)
        found.refresh_from_db()
        assert found.state == IntakeState.REFUSED

    def test_an_institution_is_admitted_once(self, chief):
        key = base64.b64encode(b"\1" * 32).decode()

        def admit():
            return intake.admit_institution(
                uscc=uscc(77), name="虚构银行", kind="BANK", public_key=key, by=chief, at=AT
            )

        assert admit().key_id == f"B-{uscc(77)}"
        with pytest.raises(Refused) as refused:
            admit()
        assert refused.value.code == "INSTITUTION-TWICE"
        assert Institution.objects.count() == 1

    def test_the_pages_from_upload_to_acceptance(self, clerk, chief):
        with_app(clerk)
        with_app(chief)
        first, second = signed_in_client(clerk), signed_in_client(chief)
        file = SimpleUploadedFile("名单.csv", listed(line(1)).encode(), "text/csv")
        answer = first.post(reverse("prepaid:intake"), {"file": file})
        page = answer.headers["Location"]
        assert "虚构1有限公司" in first.get(page).content.decode()
        decide = reverse("prepaid:intake-decide", args=[IntakeList.objects.get().number])
        assert first.post(decide, {"accept": "1"}).status_code == 403
        second.post(decide, {"accept": "1"})
        assert Operator.objects.filter(uscc=uscc(1)).exists()
        assert "存管银行" in second.get(reverse("prepaid:institutions")).content.decode()

    def test_who_supervises_what_is_set_by_the_security_administrator(self):
        unit = Organisation.objects.create(name="某市体育局")
        security = person("an.quan", Role.SECURITY_ADMIN)
        with_app(security)
        client = signed_in_client(security)
        client.post(
            reverse("prepaid:units"),
            {
                "organisation": unit.pk,
                "agency": "sports",
                "district": HUANGPU,
                "seen": units_seen(),
            },
        )
        assert SupervisingUnit.objects.get(organisation=unit).district == HUANGPU
        assert "某市体育局" in client.get(reverse("prepaid:units")).content.decode()
        gym = operator(sector="sports")
        watcher = supervisor("ti.yu", agency="sports", district=HUANGPU)
        assert list(operators_of(watcher, on=ON)) == [gym]

    def test_a_unit_is_taken_back_with_a_reason_and_by_who_saw_it_as_it_is(self):
        watcher = supervisor("ti.yu", agency="sports", district=HUANGPU)
        operator(sector="sports")
        security = person("an.quan", Role.SECURITY_ADMIN)
        with_app(security)
        client = signed_in_client(security)
        page = reverse("prepaid:units")
        seen = re.findall(r'name="seen" value="([^"]+)"', client.get(page).text)
        assert set(seen) == {units_seen()}
        end = reverse("prepaid:unit-end", args=[SupervisingUnit.objects.get().pk])
        client.post(end, {"seen": seen[0], "reason": " "})
        SupervisingUnit.objects.update(district="")
        late = client.post(end, {"seen": seen[0], "reason": "机构改革，职责划出"})
        assert late.status_code == 409 and "另一位同事改过" in late.text
        assert operators_of(watcher, on=ON).exists()
        done = client.post(end, {"seen": units_seen(), "reason": "机构改革，职责划出"}, follow=True)
        assert "的监管范围已撤销" in done.text and "还没有设定监管单位" in done.text
        assert not operators_of(watcher, on=ON).exists()
        act = Act.objects.get(act="prepaid.end_supervision")
        assert act.after == {"reason": "机构改革，职责划出"}
        assert act.before == {"agency": "体育部门", "district": ""}
