"""Supervision cases against the real database: the flow, two persons, two clerks, frozen packets, the second penalty."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from shangwu.foundation.audit.models import Act
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import Case, CaseEvidence, CaseLetter, CaseStep, CreditListing
from shangwu.prepaid.operations import cases as acts
from shangwu.prepaid.operations import letters
from shangwu.prepaid.operations.evidence import add_evidence
from shangwu.prepaid.queries.cases import board, case_page, cases_of
from shangwu.prepaid.queries.letters import offers
from shangwu.prepaid.rules.supervision import digest
from shangwu.prepaid.vocabulary import (
    Agency,
    CaseAct,
    CaseState,
    LetterKind,
    ListingState,
    ObservationKind,
    OperatorForm,
    Sector,
)
from tests.prepaid.factories import HUANGPU, XUHUI, operator, shopkeeper
from tests.prepaid.governance import (
    NOW,
    TODAY,
    anomaly,
    handed_over,
    officer,
    on,
    opened,
    penalised,
    reviewer,
    step,
)

pytestmark = pytest.mark.django_db


def refused(code, act_, *args, **arguments):
    with pytest.raises(Refused) as raised, transaction.atomic():
        act_(*args, **arguments)
    assert raised.value.code == code
    return raised.value.sentence


@pytest.fixture
def two():
    return officer(), reviewer()


class TestExampleTen:
    """Anomaly, warning letter, missed date, packet, fine on the matching article only, list proposed."""

    def test_from_anomaly_to_packet(self, two):
        by, signer = two
        case = opened(by)
        assert (case.state, case.breach) == (CaseState.FLAGGED, "risk_measure")
        step(case, CaseAct.WARN, by, signer, NOW, days=10)
        # Ten working days after 2 September 2019; the 13th was the Mid-Autumn holiday.
        assert case.state == CaseState.WARNED
        assert case.rectify_by == date(2019, 9, 17)
        early = refused(
            "PREPAID-CASE-EARLY", step, case, CaseAct.HAND_OVER, by, signer, on(case.rectify_by)
        )
        assert "2019-09-17" in early
        step(case, CaseAct.HAND_OVER, by, signer, on(date(2019, 9, 18)))
        assert case.state == CaseState.HANDED_OVER
        packet = case.letters.get(kind=LetterKind.HAND_OVER).content
        assert packet["to"] == "黄浦区市场监管部门"
        assert packet["missed_since"] == "2019-09-18"
        assert [row["kind"] for row in packet["evidence"]] == ["异常记录"]
        assert [row["number"] for row in packet["letters"]] == ["沪黄浦商预警〔2019〕1号"]
        assert packet["fines"] == [
            "上海市单用途预付消费卡管理规定 第二十六条第二款：逾期不改正的，20,000.00 元以上 200,000.00 元以下"
        ]

    @pytest.mark.parametrize(
        ("kind", "basis", "bands"),
        [
            (
                ObservationKind.MISSING_DAY,
                "SH-REG18-26-1",
                [(200_000, 2_000_000), (2_000_000, 5_000_000)],
            ),
            (ObservationKind.UNDER_SECURED, "SH-REG18-26-2", [(2_000_000, 20_000_000)]),
        ],
    )
    def test_bands_are_offered_on_the_matching_article_only(self, two, kind, basis, bands):
        case = opened(two[0], kind=kind)
        found = offers(case, on=TODAY)
        assert [one.basis for one in found] == [basis]
        assert [(b.at_least_fen, b.at_most_fen) for b in found[0].bands] == bands

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"basis": "SH-REG18-26-1"}, "PREPAID-CASE-BASIS"),
            ({"basis": "CN-O9-balance"}, "PREPAID-CASE-BASIS"),
            ({"gravity": "serious"}, "PREPAID-CASE-BAND"),
            ({"fine": 1_999_999}, "PREPAID-CASE-BAND"),
            ({"fine": 20_000_001}, "PREPAID-CASE-BAND"),
        ],
    )
    def test_a_fine_of_another_article_or_outside_its_band_is_refused(self, two, given, code):
        case = handed_over(*two)
        refused(code, penalised, case, two[0], case.rectify_by + timedelta(days=9), **given)
        case.refresh_from_db()
        assert (case.state, case.penalties.count()) == (CaseState.HANDED_OVER, 0)

    @pytest.mark.parametrize("fine", [2_000_000, 20_000_000])
    def test_both_ends_of_the_band_belong_to_it(self, two, fine):
        case = handed_over(*two)
        penalty = penalised(case, two[0], case.rectify_by + timedelta(days=9), fine=fine)
        assert penalty.article.endswith("第二十六条第二款")

    def test_the_second_penalty_inside_a_year_proposes_and_a_person_decides(self, two):
        by, signer = two
        business = operator()
        first = handed_over(by, signer, business)
        penalised(first, by, date(2019, 10, 15))
        assert not CreditListing.objects.exists()
        second = handed_over(by, signer, business, at=on(date(2020, 6, 1)))
        penalised(second, by, date(2020, 10, 14), "沪市监罚〔2020〕2号")
        listing = CreditListing.objects.get()
        assert (listing.state, listing.ground) == (ListingState.PROPOSED, "penalties")
        assert listing.proposed_by is None
        assert "由人决定" in listing.reasons

    def test_the_anniversary_itself_is_no_longer_inside_the_year(self, two):
        by, signer = two
        business = operator()
        penalised(handed_over(by, signer, business), by, date(2019, 10, 15))
        second = handed_over(by, signer, business, at=on(date(2020, 6, 1)))
        penalised(second, by, date(2020, 10, 15), "沪市监罚〔2020〕2号")
        assert not CreditListing.objects.exists()

    @pytest.mark.parametrize("other_law_first", [True, False])
    def test_a_penalty_on_another_law_is_none_of_the_two(self, two, other_law_first):
        by, signer = two
        business = operator()
        bases = {
            "CN-CPR24-50": ObservationKind.SOLD_WHILE_STOPPED,
            "SH-REG18-26-2": ObservationKind.UNDER_SECURED,
        }
        order = sorted(bases, reverse=not other_law_first)
        for month, basis in enumerate(order, 2):
            case = handed_over(
                by, signer, business, at=on(date(2025, month, 10)), kind=bases[basis]
            )
            penalised(
                case, by, date(2025, month + 3, 10), f"沪市监罚〔2025〕{month}号", basis=basis
            )
        assert business.penalties.count() == 2
        assert not CreditListing.objects.exists()
        third = handed_over(by, signer, business, at=on(date(2025, 8, 1)))
        penalised(third, by, date(2025, 10, 15), "沪市监罚〔2025〕9号")
        assert CreditListing.objects.get().ground == "penalties"

    def test_refusal_to_rectify_needs_no_waiting(self, two):
        case = opened(two[0])
        step(case, CaseAct.WARN, *two, NOW)
        step(case, CaseAct.HAND_OVER, *two, NOW + timedelta(days=1), refused=True)
        assert case.state == CaseState.HANDED_OVER


class TestExampleNine:
    """Each operator goes to its agency, penalty body and district; education depends on the day."""

    @pytest.mark.parametrize(
        ("facts", "agency", "body"),
        [
            ({"sector": Sector.CATERING}, "商务部门", "市场监管部门"),
            ({"sector": Sector.EDUCATION}, "教育部门", "市场监管部门"),
            ({"sector": Sector.SPORTS}, "体育部门", "文化执法机构"),
            ({"sector": Sector.TOURISM}, "文化旅游部门", "文化执法机构"),
            ({"sector": Sector.CULTURE}, "文化旅游部门", "文化执法机构"),
            ({"sector": Sector.TRANSPORT}, "交通部门", "交通部门"),
            ({"sector": Sector.MALL}, "商务部门", "市场监管部门"),
            (
                {"sector": Sector.CATERING, "form": OperatorForm.LONE_TRADER},
                "商务部门",
                "市场监管部门",
            ),
        ],
    )
    def test_a_case_goes_to_the_right_bodies(self, two, facts, agency, body):
        case = opened(two[0], operator(district=XUHUI, **facts))
        page = case_page(case, today=TODAY)
        assert (page.agency, page.penalty_body) == (f"徐汇区{agency}", f"徐汇区{body}")

    def test_education_changes_with_the_day(self, two):
        business = operator(sector=Sector.EDUCATION)
        day = date(2024, 6, 3)
        case = opened(two[0], business, at=on(day), day=date(2024, 5, 31))
        assert (case.agency, case.penalty_body) == (Agency.EDUCATION, Agency.EDUCATION)


class TestTwoPersons:
    def test_the_drafter_does_not_sign(self, two):
        both = reviewer("liang.zhi")
        case = opened(both)
        draft = acts.draft_step(
            case=case.pk, act=CaseAct.WARN, content={"text": "x"}, version=1, by=both, at=NOW
        )
        sentence = refused(
            "PREPAID-CASE-SIGN", acts.sign_step, step=draft.pk, version=2, by=both, at=NOW
        )
        assert "拟稿人" in sentence

    def test_an_officer_does_not_sign(self, two):
        case = opened(two[0])
        draft = acts.draft_step(
            case=case.pk, act=CaseAct.WARN, content={"text": "x"}, version=1, by=two[0], at=NOW
        )
        another = officer("ling.wai")
        refused("PREPAID-CASE-SIGN", acts.sign_step, step=draft.pk, version=2, by=another, at=NOW)

    def test_the_database_refuses_it_too(self, two):
        case = opened(two[0])
        step(case, CaseAct.WARN, *two, NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseStep.objects.filter(case=case).update(signed_by=two[0])

    def test_a_returned_draft_changes_nothing_and_another_may_follow(self, two):
        by, signer = two
        case = opened(by)
        step(case, CaseAct.WARN, by, None, NOW)
        [draft] = case.steps.all()
        refused("PREPAID-CASE-DRAFT", step, case, CaseAct.INTERVIEW, by, None, NOW)
        acts.return_step(step=draft.pk, reason="事实不清", version=case.version, by=signer, at=NOW)
        case.refresh_from_db()
        assert (case.state, case.letters.count()) == (CaseState.FLAGGED, 0)
        step(case, CaseAct.INTERVIEW, by, signer, NOW, place="会议室", said="说明", answer="接受")
        assert [one.kind for one in case.letters.order_by("pk")] == ["INTERVIEW", "RECTIFICATION"]


class TestTwoClerks:
    def test_the_later_of_two_is_told(self, two):
        case = opened(two[0])
        seen = case.version
        step(case, CaseAct.WARN, two[0], None, NOW)
        sentence = refused(
            "PREPAID-CASE-CHANGED",
            acts.draft_step,
            case=case.pk,
            act=CaseAct.INTERVIEW,
            content={"text": "x"},
            version=seen,
            by=two[0],
            at=NOW,
        )
        assert "没有执行" in sentence


@pytest.mark.django_db(transaction=True)
class TestParallel:
    def test_of_ten_signatures_at_once_one_counts(self):
        by, signer = officer(), reviewer()
        case = opened(by)
        step(case, CaseAct.WARN, by, None, NOW)
        draft = case.steps.get()
        codes, barrier = [], threading.Barrier(10)

        def sign():
            barrier.wait()
            try:
                acts.sign_step(step=draft.pk, version=case.version, by=signer, at=NOW)
                codes.append("done")
            except Refused as told:
                codes.append(told.code)
            finally:
                connection.close()

        threads = [threading.Thread(target=sign) for _ in range(10)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(codes) == ["PREPAID-CASE-CHANGED"] * 9 + ["done"]
        assert list(CaseLetter.objects.values_list("number", flat=True)) == [
            "沪黄浦商预警〔2019〕1号"
        ]

    def test_cases_opened_at_once_are_numbered_without_gap(self):
        by = officer()
        shops = [operator() for _ in range(6)]

        def open_one(shop):
            try:
                acts.open_case(operator=shop.pk, summary="日常检查发现", by=by, at=NOW)
            finally:
                connection.close()

        threads = [threading.Thread(target=open_one, args=(shop,)) for shop in shops]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        numbers = sorted(Case.objects.values_list("number", flat=True))
        assert numbers == [f"AJ2019{n:06d}" for n in range(1, 7)]


class TestFrozen:
    def test_a_letter_keeps_its_words_when_the_world_changes(self, two):
        business = operator()
        case = opened(two[0], business)
        step(case, CaseAct.WARN, *two, NOW)
        letter = case.letters.get()
        assert letter.content_sha256 == digest(letter.content)
        business.name = "改名有限公司"
        business.save()
        letter.refresh_from_db()
        assert letter.content["operator"]["name"].startswith("虚构餐饮")

    @pytest.mark.parametrize("change", [{"content": {}}, {"number": "沪1号"}])
    def test_the_database_keeps_letters(self, two, change):
        case = opened(two[0])
        step(case, CaseAct.WARN, *two, NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            CaseLetter.objects.update(**change)

    def test_the_database_keeps_evidence(self, two):
        case = opened(two[0])
        with pytest.raises(DatabaseError), transaction.atomic():
            CaseEvidence.objects.filter(case=case).update(sentence="别的")
        with pytest.raises(DatabaseError), transaction.atomic():
            CaseEvidence.objects.filter(case=case).delete()

    def test_an_anomaly_is_in_one_case_only(self, two):
        business = operator()
        seen = anomaly(business)
        acts.open_case(operator=business.pk, observations=[seen.pk], by=two[0], at=NOW)
        refused(
            "PREPAID-CASE-OBSERVATION",
            acts.open_case,
            operator=business.pk,
            observations=[seen.pk],
            by=two[0],
            at=NOW,
        )
        assert Case.objects.count() == 1

    def test_an_anomaly_of_another_operator_is_refused(self, two):
        seen = anomaly(operator())
        refused(
            "PREPAID-CASE-OBSERVATION",
            acts.open_case,
            operator=operator().pk,
            observations=[seen.pk],
            by=two[0],
            at=NOW,
        )


class TestLetters:
    def test_the_shop_reads_answers_and_the_answer_is_evidence(self, two):
        business = operator()
        shop = shopkeeper(business)
        case = opened(two[0], business)
        step(case, CaseAct.WARN, *two, NOW)
        letter = case.letters.get()
        assert shop.notifications.count() == 1
        letters.read_letter(letter=letter.pk, by=shop, at=NOW + timedelta(hours=5))
        letter.refresh_from_db()
        assert (letter.delivery, letter.delivered_on) == ("PLATFORM", TODAY)
        refused(
            "PREPAID-CASE-EVIDENCE",
            step,
            case,
            CaseAct.CONFIRM,
            two[0],
            None,
            NOW + timedelta(days=1),
        )
        letters.reply_to_letter(
            letter=letter.pk, text="已补足存管", files=[], by=shop, at=NOW + timedelta(days=2)
        )
        case.refresh_from_db()
        assert case.evidence.filter(kind="REPLY").count() == 1
        assert case.act_by == date(2019, 9, 11)
        step(case, CaseAct.CONFIRM, two[0], None, NOW + timedelta(days=3))
        assert (case.state, case.rectified_on) == (CaseState.RECTIFIED, date(2019, 9, 5))
        step(case, CaseAct.CLOSE, *two, NOW + timedelta(days=4))
        assert case.evidence.get(kind="OBSERVATION").observation.state == "SETTLED"
        refused(
            "PREPAID-CASE-CLOSED",
            letters.reply_to_letter,
            letter=letter.pk,
            text="再说",
            files=[],
            by=shop,
            at=NOW + timedelta(days=5),
        )

    def test_delivery_is_recorded_once_and_never_before_the_letter(self, two):
        case = opened(two[0])
        step(case, CaseAct.WARN, *two, NOW)
        letter = case.letters.get()
        given = {"letter": letter.pk, "mode": "POST", "note": "", "by": two[0], "at": NOW}
        refused("PREPAID-LETTER-DAY", letters.deliver_letter, on=TODAY - timedelta(days=1), **given)
        letters.deliver_letter(on=TODAY, **given)
        refused("PREPAID-LETTER-DELIVERED", letters.deliver_letter, on=TODAY, **given)

    def test_evidence_added_twice_is_one_piece(self, two):
        case = opened(two[0])
        for _ in range(2):
            add_evidence(case=case.pk, sentence="现场照片为证", files=[], by=two[0], at=NOW)
        assert case.evidence.filter(kind="STATEMENT").count() == 1


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # The seven days of October 2019, with the worked Sundays 29 September and Saturday 12 October.
        (date(2019, 9, 27), 5, date(2019, 10, 10)),
        # 2025: 28 September worked, 1 to 8 October off.
        (date(2025, 9, 26), 5, date(2025, 10, 10)),
    ],
)
def test_the_period_to_rectify_skips_the_holidays(two, start, days, due):
    case = opened(two[0], at=on(start), day=start - timedelta(days=1))
    step(case, CaseAct.WARN, *two, on(start), days=days)
    assert case.rectify_by == due
    page = case_page(case, today=start)
    assert sum(day.counted for day in page.rectify.trace) == days


class TestScope:
    def test_each_sees_the_cases_of_its_sectors_and_district(self, two):
        ours = opened(two[0], operator(sector=Sector.SPORTS, district=HUANGPU))
        opened(two[0], operator(sector=Sector.SPORTS, district=XUHUI))
        opened(two[0], operator(sector=Sector.CATERING, district=HUANGPU))
        sports = officer("ti.yu", agency=Agency.SPORTS, district=HUANGPU)
        assert list(cases_of(sports, on=TODAY)) == [ours]
        assert cases_of(two[0], on=TODAY).count() == 3

    def test_the_board_counts_mine_due_and_overdue(self, two):
        case = opened(two[0])
        other = opened(officer("bie.ren"))
        assert case.act_by == date(2019, 9, 9)
        rows, views = board(two[0], view="mine", today=TODAY)
        assert list(rows) == [case]
        counts = {view.key: view.count for view in views}
        assert counts == {"open": 2, "mine": 1, "draft": 0, "due": 0, "overdue": 0, "all": 2}
        late = board(two[0], view="overdue", today=date(2019, 9, 10))[0]
        assert set(late) == {case, other}


def test_every_act_is_on_the_record(two):
    case = handed_over(*two)
    penalised(case, two[0], case.rectify_by + timedelta(days=9))
    acts_of = Act.objects.filter(subject=f"case:{case.number}").values_list("act", flat=True)
    assert {
        "prepaid.open_case",
        "prepaid.take_evidence",
        "prepaid.draft_step",
        "prepaid.sign_step",
        "prepaid.issue_letter",
        "prepaid.record_penalty",
    } <= set(acts_of)
