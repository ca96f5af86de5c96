"""The pages of governance through their addresses: who may enter, what they say, what a form does, every paper."""

import io
import zipfile
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.audit.models import Act
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.law import Refused
from shangwu.foundation.web import table_files, tables
from shangwu.prepaid.models import Case, Inspection
from shangwu.prepaid.operations import inspections as checks
from shangwu.prepaid.operations.cases import open_case
from shangwu.prepaid.operations.listings import notice_listing, propose_listing
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.vocabulary import Agency, CaseAct, CaseState, Sector
from tests.foundation.accounts import factories
from tests.prepaid.factories import HUANGPU, operator, shopkeeper
from tests.prepaid.governance import PNG, anomaly, officer, opened, reviewer, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return officer()


@pytest.fixture
def signer():
    return reviewer()


def signed_in_client(account):
    """Return the browser of a person who has enrolled a second factor, as the office must."""
    if not Authenticator.objects.filter(user=account).exists():
        factories.with_app(account)
    return factories.signed_in_client(account)


def now():
    return timezone.localtime()


def get(client, name, *args, status=200, **query):
    answer = client.get(reverse(f"prepaid:{name}", args=args), query)
    assert answer.status_code == status
    return answer


def text_of(answer):
    return answer.getvalue().decode()


class TestCasePages:
    def test_from_the_anomaly_to_the_signed_letter_on_the_pages(self, by, signer):
        business = operator()
        seen = anomaly(business, day=now().date() - timedelta(days=3))
        desk, second = signed_in_client(by), signed_in_client(signer)
        page = desk.get(reverse("prepaid:case-new"), {"operator": business.number})
        assert seen.sentence in text_of(page)
        answer = desk.post(
            f"{reverse('prepaid:case-new')}?operator={business.number}",
            {"observations": [seen.pk], "origin": "OBSERVATION"},
        )
        case = Case.objects.get()
        assert answer.url == reverse("prepaid:case", args=[case.number])
        act = reverse("prepaid:case-act", args=[case.number, CaseAct.WARN])
        desk.post(act, {"text": "存管不足，请补足", "days": 10, "version": case.version})
        draft = case.steps.get()
        assert "须由拟稿人以外的预付卡复核岗签发" in text_of(get(desk, "case", case.number))
        sheet = get(second, "case-draft-file", case.number, draft.pk, "pdf")
        assert sheet.content.startswith(b"%PDF")
        case.refresh_from_db()
        sign = reverse("prepaid:case-sign", args=[case.number, draft.pk])
        assert desk.post(sign, {"version": case.version}).status_code == 403
        second.post(sign, {"version": case.version})
        case.refresh_from_db()
        assert case.state == CaseState.WARNED
        shown = text_of(get(desk, "case", case.number))
        assert case.letters.get().number in shown
        assert "改正期限" in shown

    @pytest.mark.parametrize("name", ["case-new", "inspection-new"])
    def test_the_operator_is_chosen_by_what_people_call_it(self, by, name):
        one, other = operator(brand="跃动健身"), operator(brand="跃动少儿")
        client = signed_in_client(by)
        for asked in (one.number, one.uscc.lower(), "跃动健", one.name):
            assert one.number in text_of(get(client, name, operator=asked))
        several = text_of(get(client, name, operator="跃动", origin="ALERT"))
        assert all(f"origin=ALERT&amp;operator={x.number}" in several for x in (one, other))
        assert "没有找到" in text_of(get(client, name, operator="别处"))
        assert "请选择一家" not in text_of(get(client, name))

    def test_a_stale_page_is_answered_kindly(self, by):
        case = opened(by, at=now(), day=now().date())
        act = reverse("prepaid:case-act", args=[case.number, CaseAct.WARN])
        answer = signed_in_client(by).post(act, {"text": "x", "days": 5, "version": 99})
        assert answer.status_code == 409
        assert "请看过最新情况再办理" in text_of(answer)

    def test_another_agency_and_a_shop_do_not_get_in(self, by):
        business = operator(sector=Sector.CATERING)
        case = opened(by, business)
        sports = officer("ti.yu", agency=Agency.SPORTS, district=HUANGPU)
        get(signed_in_client(sports), "case", case.number, status=404)
        get(signed_in_client(shopkeeper(business)), "case", case.number, status=403)

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_the_board_is_exported(self, by, kind):
        case = opened(by)
        answer = get(signed_in_client(by), "cases", view="all", format=kind)
        assert answer["Content-Disposition"].startswith("attachment")
        body = answer.getvalue()
        assert kind != "csv" or case.number in body.decode("utf-8-sig")

    def test_a_workbook_that_would_leave_rows_out_is_refused_and_not_offered(self, by, monkeypatch):
        for module in (tables, table_files):
            monkeypatch.setattr(module, "SHEET_ROWS", 1)
        client, address = signed_in_client(by), reverse("prepaid:cases")
        opened(by)
        assert "format=xlsx" in text_of(client.get(address, {"view": "all"}))
        opened(by)
        page = text_of(client.get(address, {"view": "all"}))
        assert "format=xlsx" not in page and "Excel 最多 1 条，请用 CSV 或者先筛选" in page
        refused = client.get(address, {"view": "all", "format": "xlsx"})
        assert refused.status_code == 400 and "请导出 CSV（不限条数）" in text_of(refused)
        whole = text_of(client.get(address, {"view": "all", "format": "csv"}))
        assert len(whole.splitlines()) == 3
        (act,) = Act.objects.filter(act="prepaid.export_list")
        assert act.after == {"rows": 2, "asked": "view=all&format=csv"}
        assert (act.subject, act.actor_number) == ("list:监管案件", str(by.number))

    def test_an_empty_board_says_what_to_do(self, by):
        assert "在“立案”中按经营者选择" in text_of(get(signed_in_client(by), "cases"))

    def test_evidence_with_a_file(self, by):
        case = opened(by, at=now(), day=now().date())
        address = reverse("prepaid:case-evidence", args=[case.number])
        photo = SimpleUploadedFile("门面.png", PNG)
        signed_in_client(by).post(address, {"sentence": "门店关闭", "evidence": [photo]})
        assert case.evidence.get(kind="FILE").file.name == "门面.png"


class TestPapers:
    def test_a_refusal_can_be_stated_before_the_period_is_over(self, by, signer):
        case = opened(by, at=now(), day=now().date())
        step(case, CaseAct.WARN, by, signer, now(), days=5)
        page = get(signed_in_client(by), "case", case.number).content.decode()
        assert reverse("prepaid:case-act", args=[case.number, "hand_over"]) in page

    @pytest.mark.parametrize("kind", ["pdf", "docx"])
    def test_every_paper_of_a_case_prints(self, by, signer, kind):
        case = opened(by, at=now(), day=now().date())
        step(case, CaseAct.WARN, by, signer, now(), days=1)
        step(
            case,
            CaseAct.INTERVIEW,
            by,
            signer,
            now(),
            place="会议室",
            said="要求补足",
            answer="同意",
        )
        step(case, CaseAct.HAND_OVER, by, signer, now(), refused=True)
        desk = signed_in_client(by)
        letters = list(case.letters.order_by("pk"))
        assert [one.kind for one in letters] == [
            "WARNING",
            "INTERVIEW",
            "RECTIFICATION",
            "HAND_OVER",
        ]
        for letter in letters:
            body = get(desk, "letter-file", letter.pk, kind).content
            if kind == "docx":
                with zipfile.ZipFile(io.BytesIO(body)) as packed:
                    text = packed.read("word/document.xml").decode()
                assert letter.number in text
                assert letter.content["operator"]["uscc"] in text
            assert len(body) > 5_000

    def test_the_same_letter_prints_the_same_bytes(self, by, signer):
        case = opened(by)
        step(case, CaseAct.WARN, by, signer, now())
        desk, letter = signed_in_client(by), case.letters.get()
        first, second = (get(desk, "letter-file", letter.pk, "pdf").content for _ in range(2))
        assert first == second

    def test_the_papers_of_the_list_print(self, by):
        found = propose_listing(
            operator=operator().pk, ground="harm", reasons="侵害消费者", by=by, at=now()
        )
        notice_listing(listing=found.pk, version=1, by=by, at=now())
        assert get(signed_in_client(by), "listing-file", found.number, "pdf").content[:4] == b"%PDF"


class TestShop:
    def test_the_shop_reads_answers_and_sees_only_its_own(self, by, signer):
        business, other = operator(), operator()
        case = opened(by, business, at=now(), day=now().date())
        step(case, CaseAct.WARN, by, signer, now())
        letter = case.letters.get()
        mine = signed_in_client(shopkeeper(business))
        theirs = signed_in_client(shopkeeper(other, "bie.dian"))
        get(theirs, "shop-letter", letter.pk, status=404)
        assert "没有监管文书" in text_of(get(theirs, "shop-letters"))
        assert letter.number in text_of(get(mine, "shop-letters"))
        assert "前改正并答复" in text_of(get(mine, "shop-letter", letter.pk))
        letter.refresh_from_db()
        assert letter.read_at is not None
        answer = mine.post(reverse("prepaid:shop-letter", args=[letter.pk]), {"text": "已补足"})
        assert answer.status_code == 302
        assert "已补足" in text_of(get(signed_in_client(by), "case", case.number))
        assert get(mine, "shop-letter-file", letter.pk, "pdf").content.startswith(b"%PDF")

    def test_a_hand_over_is_no_letter_to_the_shop(self, by, signer):
        business = operator()
        case = opened(by, business)
        step(case, CaseAct.WARN, by, signer, now())
        step(case, CaseAct.HAND_OVER, by, signer, now(), refused=True)
        packet = case.letters.get(kind="HAND_OVER")
        get(signed_in_client(shopkeeper(business)), "shop-letter", packet.pk, status=404)

    def test_its_credit_with_statement(self, by):
        business = operator()
        client = signed_in_client(shopkeeper(business))
        assert "A 级" in text_of(get(client, "shop-credit"))
        found = propose_listing(
            operator=business.pk, ground="harm", reasons="侵害消费者", by=by, at=now()
        )
        notice_listing(listing=found.pk, version=1, by=by, at=now())
        client.post(reverse("prepaid:shop-statement"), {"text": "情况不实"})
        found.refresh_from_db()
        assert found.statement == "情况不实"


class TestPublicList:
    def test_an_empty_list_and_the_terms(self, client):
        shown = text_of(get(client, "dishonest"))
        assert "目前没有列入名单的经营者" in shown
        assert "申请信用修复" in shown

    def test_a_proposal_is_not_public(self, client, by):
        found = propose_listing(
            operator=operator().pk, ground="harm", reasons="侵害消费者", by=by, at=now()
        )
        get(client, "dishonest-entry", found.number, status=404)


class TestDesks:
    def test_credit_precheck_and_exchange(self, by):
        business = operator()
        desk = signed_in_client(by)
        get(desk, "operator-credit", business.number)
        desk.post(reverse("prepaid:operator-precheck", args=[business.number]))
        assert "没有答复" in text_of(get(desk, "operator-credit", business.number))
        assert "还没有接通公共信用信息平台" in text_of(get(desk, "credit-exchange"))
        assert "平台自动提出建议" in text_of(get(desk, "listings"))

    def test_the_workbench_says_what_waits(self, by, signer):
        step(opened(by, at=now(), day=now().date()), CaseAct.WARN, by, None, now())
        assert "待签发的文稿" in text_of(signed_in_client(signer).get(reverse("web:office")))


@pytest.fixture
def plan(by, signer):
    return checks.plan_inspection(
        operator=operator().pk,
        outlet=None,
        case=None,
        reason="日常检查",
        planned_on=now().date(),
        first=by,
        second=signer,
        by=by,
        at=now(),
    )


def filled(plan, by, signer, **changed):
    items = governance(now().date()).items.value
    said = {f"{item.key}_answer": "COMPLIES" for item in items}
    return said | {
        "checked_on": now().date().isoformat(),
        "conclusion": "基本符合",
        "first_signature": by.display_name,
        "second_signature": signer.display_name,
        **changed,
    }


class TestInspections:
    def test_a_result_sent_again_counts_once(self, plan, by, signer):
        address, phone = reverse("prepaid:inspection", args=[plan.number]), signed_in_client(by)
        given = {"C08_answer": "FAILS", "C08_remark": "没有展示标识"}
        for _ in range(3):
            photo = SimpleUploadedFile("a.png", PNG)
            answer = phone.post(address, filled(plan, by, signer, C08_photos=[photo], **given))
            assert answer.status_code == 302
        plan.refresh_from_db()
        assert plan.submitted_at is not None
        assert (plan.photos.count(), StoredFile.objects.count()) == (1, 1)
        shown = text_of(phone.get(address))
        assert "有 1 项不符合" in shown
        assert get(phone, "inspection-file", plan.number, "pdf").content.startswith(b"%PDF")

    def test_another_result_is_refused(self, plan, by, signer):
        address, phone = reverse("prepaid:inspection", args=[plan.number]), signed_in_client(by)
        phone.post(address, filled(plan, by, signer))
        answer = phone.post(address, filled(plan, by, signer, conclusion="另一意见"))
        assert answer.status_code == 200
        plan.refresh_from_db()
        assert plan.conclusion == "基本符合"

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"second_signature": "别人"}, "签名应依次为"),
            ({"C01_answer": "FAILS"}, "请写明情况"),
            ({"C01_answer": ""}, "这个字段是必填项"),
        ],
    )
    def test_what_is_missing_is_named(self, plan, by, signer, changed, told):
        address = reverse("prepaid:inspection", args=[plan.number])
        answer = signed_in_client(by).post(address, filled(plan, by, signer, **changed))
        assert told in text_of(answer)
        assert Inspection.objects.filter(submitted_at=None).exists()

    def test_only_the_inspectors_submit(self, plan, by, signer):
        with pytest.raises(Refused) as raised:
            checks.submit_inspection(
                key=plan.key,
                found=checks.Found(now().date(), {}, "x", by.display_name, signer.display_name),
                photos=[],
                by=officer("san.wei"),
                at=now(),
            )
        assert raised.value.code == "PREPAID-INSPECTION-PERSON"

    def test_two_inspectors(self, by):
        with pytest.raises(Refused) as raised:
            checks.plan_inspection(
                operator=operator().pk,
                outlet=None,
                case=None,
                reason="x",
                planned_on=now().date(),
                first=by,
                second=by,
                by=by,
                at=now(),
            )
        assert raised.value.code == "PREPAID-INSPECTION-TWO"

    def test_a_failed_item_leads_to_a_case_with_the_record_as_evidence(self, plan, by, signer):
        address, phone = reverse("prepaid:inspection", args=[plan.number]), signed_in_client(by)
        given = {"C03_answer": "FAILS", "C03_remark": "没有系统"}
        phone.post(address, filled(plan, by, signer, **given))
        plan.refresh_from_db()
        query = {"operator": plan.operator.number, "inspection": plan.number}
        page = phone.get(reverse("prepaid:case-new"), query)
        assert "没有系统" in text_of(page)
        case = open_case(
            operator=plan.operator_id,
            origin="INSPECTION",
            reference=plan.number,
            summary="没有业务处理系统",
            breach="reporting",
            inspection=plan.pk,
            by=by,
            at=now(),
        )
        assert case.evidence.get().content["record"] == plan.digest

    def test_a_plan_is_made_on_the_page(self, by, signer):
        business = operator()
        address = f"{reverse('prepaid:inspection-new')}?operator={business.number}"
        answer = signed_in_client(by).post(
            address,
            {
                "planned_on": "2026-11-30",
                "first": by.pk,
                "second": signer.pk,
                "reason": "投诉集中",
            },
        )
        assert answer.status_code == 302
        assert "计划" in text_of(signed_in_client(signer).get(answer.url))
