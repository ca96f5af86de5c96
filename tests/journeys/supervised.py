"""A city of prepaid cards with something on every page: what operators, holders, banks and supervisors have done."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import (
    CardPlan,
    Case,
    CaseLetter,
    Closing,
    Collapse,
    ConsumerRequest,
    CreditListing,
    Inspection,
    IntakeList,
    LinkageMark,
    Observation,
    Operator,
    RatioTrial,
)
from shangwu.prepaid.operations import (
    applications,
    closing,
    collapse,
    complaints,
    inspections,
    intake,
    listings,
    marks,
    refund_plans,
    service,
    till,
    trials,
)
from shangwu.prepaid.operations.closing import Announcement
from shangwu.prepaid.operations.credit import precheck, restate_credit
from shangwu.prepaid.operations.history.archiving import archive_closed_days
from shangwu.prepaid.operations.history.statistics import ask_for_statistics, compute_statistics
from shangwu.prepaid.operations.standings import restate
from shangwu.prepaid.queries.credit import subject_of
from shangwu.prepaid.queries.quarters import quarters
from shangwu.prepaid.queries.trials import pack_lines
from shangwu.prepaid.vocabulary import BusinessSystem, CaseAct, ClosingKind
from tests.foundation.accounts.factories import person, with_app
from tests.prepaid import chains
from tests.prepaid.applicants import approved, connected, registered
from tests.prepaid.factories import XUHUI, operator, shopkeeper, supervisor
from tests.prepaid.governance import anomaly, opened, step
from tests.prepaid.history import Ledger
from tests.prepaid.shops import asked, plan, sold
from tests.prepaid.test_intake import line, listed
from tests.prepaid.witnesses import bank_tells, earned, insured, moment, reports

LONG = "虚构（上海）健身休闲与青少年体育培训管理服务有限责任公司徐家汇第二分公司"


def supervised():
    """Fill the city; return who looks at it: pairs of a role and an account."""
    at, today = timezone.localtime(), timezone.localdate()
    people = {
        role: supervisor(login, role)
        for role, login in (
            (Role.PREPAID_LINKAGE, "lian.tong"),
            (Role.PREPAID_OFFICER, "jing.guan"),
            (Role.PREPAID_REVIEWER, "fu.shen"),
        )
    }
    linkage, officer, reviewer = people.values()
    keeper = _shops(linkage, reviewer, officer, at)
    watched = _watched(today, at)
    _credit(watched, officer, reviewer, supervisor("jue.ding", Role.PREPAID_REVIEWER), at)
    _requests(watched, at)
    _closings(officer, reviewer, at)
    _chain(officer, reviewer, at)
    _papers(linkage, reviewer, at)
    _history(watched)
    applicant = shopkeeper(registered(linkage, name="虚构待对接咖啡有限公司"), "dai.dui.jie")
    others = [
        (Role.PREPAID_SHOP, keeper),
        (Role.PREPAID_SHOP, applicant),
        (Role.SECURITY_ADMIN, person("an.quan", Role.SECURITY_ADMIN)),
    ]
    for account in (*people.values(), *(one for _, one in others)):
        with_app(account)
    return [*people.items(), *others, (None, None)]


def _shops(linkage, reviewer, officer, at):
    """A small shop with a till, a letter and a grade; and an operator with a system of its own."""
    connected(linkage, reviewer, name="虚构自有系统商贸有限公司")
    business, keeper = approved(
        linkage, reviewer, "xiao.dian", system=BusinessSystem.PUBLIC_BASE, name=LONG
    )
    applications.connect_operator(operator=business.pk, by=linkage, at=at)
    business.refresh_from_db()
    marks.issue_mark(operator=business.pk, by=reviewer, at=at)
    offer = plan(business, keeper, at=at)
    code = sold(business, keeper, offer, at=at)
    till.redeem(code=code, units=5_000, request=asked(business, keeper, at=at))
    case = opened(officer, business, at=at, day=at.date() - timedelta(days=3))
    step(case, CaseAct.WARN, officer, reviewer, at, days=5)
    # Connected for so long that a quarter's report is due.
    Operator.objects.filter(pk=business.pk).update(connected_on=at.date() - timedelta(days=200))
    return keeper


def _watched(today, at):
    """An operator with a balance, custody, a bond, a standing that is short, and anomalies."""
    business = operator(
        name="虚构轻食餐饮管理有限公司", brand="轻食记", representative="法人甲", district=XUHUI
    )
    earned(business, today.year - 1, 800_000_000, at=moment(today - timedelta(days=7)))
    for back in range(6, 0, -1):
        day = today - timedelta(days=back)
        reports(business, day, 150_000_000 - back * 100_003)
        bank_tells(business, day, 20_000_000)
    insured(business, 5_000_000, today - timedelta(days=90), today + timedelta(days=30))
    restate(None, day=today, cause="NIGHTLY", at=at)
    anomaly(business, day=today - timedelta(days=20))
    return business


def _credit(business, officer, reviewer, third, at):
    precheck(subject=subject_of(business), occasion="登记", by=officer, at=at)
    restate_credit(None, day=at.date(), cause="每日评定", at=at)
    found = listings.propose_listing(
        operator=business.pk, ground="harm", reasons="停止退款，涉及三百余人。", by=officer, at=at
    )
    found = listings.notice_listing(listing=found.pk, version=found.version, by=officer, at=at)
    keeper = shopkeeper(business, "qing.shi")
    listings.state_case(listing=found.pk, text="正在筹款，将于下月退还。", by=keeper, at=at)
    found.refresh_from_db()
    listings.decide_listing(
        listing=found.pk,
        list_it=True,
        decision="停止退款且无安排，严重侵害消费者财产权益。",
        answer="未提供退款安排，不予采纳。",
        version=found.version,
        by=third,
        at=at,
    )
    check = inspections.plan_inspection(
        operator=business.pk,
        outlet=None,
        case=None,
        reason="投诉集中，核对标识和记录",
        planned_on=at.date(),
        first=officer,
        second=reviewer,
        by=officer,
        at=at,
    )
    assert check.number


def _requests(business, at):
    given = {"address": "10.0.0.1", "at": at}
    complaints.receive_complaint(
        ticket=str(uuid4()),
        subject="REFUND",
        operator=business,
        text="办卡后门店不退余额，已经多次到店协商。",
        amount=50_000,
        **given,
    )
    complaints.receive_question(
        ticket=str(uuid4()), operator=business, text="换了门店还能用吗？", **given
    )


def _closings(officer, reviewer, at):
    business = operator(name="虚构搬迁书店有限公司")
    chains.card(business, "1", 100_00, day=at.date() - timedelta(days=2))
    said = Announcement(
        ClosingKind.CLOSE,
        at.date() + timedelta(days=40),
        "因租期届满，本店将停业。",
        "凭卡到店退款，或者到徐汇店继续使用。",
    )
    closing.announce_closing(operator=business.pk, said=said, by=officer, at=at, on=at.date())


def _chain(officer, reviewer, at):
    """One chain that is being paid out, and one that is only proposed."""
    day = at.date() - timedelta(days=2)
    first, other = operator(name=f"甲{LONG}"), operator(name="虚构瑜伽有限公司")
    chains.card(first, "1", 98_765_432, day=day)
    chains.card(first, "2", 50_000, day=day)
    chains.secured(first, custody=30_000_000, bond=20_000, day=day, at=at)
    for business, name in ((first, "虚构健身"), (other, "虚构瑜伽")):
        found = collapse.open_collapse(
            name=name,
            operators=[business.pk],
            cause="现场核实人去楼空。",
            advice="请凭卡号和查询密码登记。",
            by=officer,
            at=at,
        )
        if business is first:
            chain = collapse.sign_collapse(collapse=found.pk, by=reviewer, at=at, on=at.date())
    collapse.file_claim(
        ticket="played",
        collapse=chain.pk,
        operator=first.pk,
        card_number="1",
        secret=chains.SECRET,
        claimed=98_765_432,
        address="10.0.0.1",
        at=at,
    )
    collapse.confirm_matching(collapse=chain.pk, by=officer, at=at)
    made = refund_plans.make_plan(collapse=chain.pk, by=officer, at=at, on=at.date())
    refund_plans.sign_plan(plan=made.pk, by=reviewer, at=at)
    collapse.file_claim(
        ticket="played",
        collapse=chain.pk,
        operator=first.pk,
        card_number="9",
        secret=chains.SECRET,
        claimed=70_000,
        address="10.0.0.1",
        at=at,
    )


def _papers(linkage, reviewer, at):
    intake.propose_intake(
        text=listed(line(901), line(902)),
        file_name="原系统已对接经营者名单（第一批，黄浦区、徐汇区）.csv",
        by=linkage,
        at=at,
    )
    service.record_publicity(
        channel="WEBSITE",
        title="买卡先查：单用途预付卡经营者对接和存管情况查询上线",
        published_on=at.date(),
        place="https://example.org/notices/2026/11/prepaid-cards-look-up-before-you-pay.html",
        file=None,
        by=linkage,
        at=at,
        on=at.date(),
    )
    tried = pack_lines(at.date())[0]
    trials.ask_trial(
        pack=tried.pack.id,
        on=at.date(),
        old_ratio=tried.ratios[0],
        new_ratio=Decimal("0.5"),
        by=reviewer,
        at=at,
    )
    trials.run_trial(trial=RatioTrial.objects.get().pk, clock=timezone.now)


def _history(business):
    ledger, today = Ledger(), timezone.localdate()
    ledger.close(today - timedelta(days=40), {business: [(1, 50_000, 0, 0), (2, 9_000, 0, 0)]})
    archive_closed_days(at=timezone.now())
    compute_statistics(run=ask_for_statistics(by=None, at=timezone.now()).pk)


def things():
    """Return, for each part of a route of prepaid cards that names an object, the part with one that exists."""
    listing = CreditListing.objects.get()
    letter, claim = CaseLetter.objects.first(), Collapse.objects.get(name="虚构健身")
    shop = CardPlan.objects.get().operator
    return {
        "linkage/<str:number>": _of("linkage", Operator.objects.get(name=LONG).number),
        "closings/collapses/<str:number>": f"closings/collapses/{claim.number}",
        "collapses/<str:number>": _of("collapses", claim.number),
        "closings/<str:number>": _of("closings", Closing.objects.get().number),
        "operators/<str:number>": _of("operators", listing.operator.number),
        "prepaid/files/<str:number>": _of("prepaid/files", listing.operator.number),
        "requests/<int:pk>": _of("requests", ConsumerRequest.objects.first().pk),
        "observations/<int:pk>": _of("observations", Observation.objects.last().pk),
        "prepaid/what-if/<int:pk>": _of("prepaid/what-if", RatioTrial.objects.get().pk),
        "cases/<str:number>": _of("cases", Case.objects.get().number),
        "letters/<int:pk>": _of("letters", letter.pk),
        "inspections/<str:number>": _of("inspections", Inspection.objects.get().number),
        "listings/<str:number>": _of("listings", listing.number),
        "dishonest/<str:number>": _of("dishonest", listing.number),
        "intake/<str:number>": _of("intake", IntakeList.objects.get().number),
        "marks/<str:code>": _of("marks", LinkageMark.objects.first().code),
        "plans/<int:number>": "plans/1",
        "outlets/<str:number>": _of("outlets", shop.outlets.first().number),
        "quarters/<str:start>": _of("quarters", quarters(shop, on=timezone.localdate())[0].start),
    }


def _of(folder, number):
    return f"{folder}/{number}"
