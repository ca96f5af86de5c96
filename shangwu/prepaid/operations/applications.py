"""An application for linkage, from the applicant's draft to the connection: two persons of the office see to it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.queries import holders
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.queries import is_open
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import (
    ApplicationDocument,
    LinkageApplication,
    Operator,
    OperatorYear,
    Outlet,
)
from shangwu.prepaid.operations.standings import ask_to_restate
from shangwu.prepaid.operations.steps import kind_of_own, locked_operator, required, take_step, tell
from shangwu.prepaid.queries.onboarding import application_facts, connection_gaps, shop_people
from shangwu.prepaid.queries.precheck import as_json, precheck
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.rules.onboarding import missing
from shangwu.prepaid.vocabulary import (
    ApplicationState,
    BusinessSystem,
    DocumentKind,
    LinkageStepKind,
    OperatorStatus,
    StandingCause,
)

EDITABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)
SHOP_PAGE = "/shop/"


@dataclass(frozen=True)
class NewOutlet:
    """A shop to be added; coordinates in degrees, both or none."""

    number: str
    name: str
    district: str
    place: str
    opened_on: date
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    lease_until: date | None = None


def describe_business(
    *,
    operator: int,
    system: str,
    trade_name: str,
    brand: str,
    group_head: str,
    franchise_head: str,
    by: Account,
    at: datetime,
) -> LinkageApplication:
    """Let the applicant state what the database does not know. Raises: Refused APPLICATION-STATE."""
    with transaction.atomic():
        found = locked_operator(operator)
        application = _editable(found)
        application.system = BusinessSystem(system)
        application.save(update_fields=["system"])
        found.trade_name, found.brand = trade_name.strip(), brand.strip()
        found.group_head, found.franchise_head = group_head, franchise_head
        found.save(update_fields=["trade_name", "brand", "group_head", "franchise_head"])
        take_step(
            "prepaid.describe_business",
            found,
            LinkageStepKind.FILLED_IN,
            f"申请人填写经营情况，选择{BusinessSystem(system).label}。",
            by=by,
            at=at,
            system=system,
        )
    return application


def attach_document(
    *, operator: int, kind: str, file: StoredFile, by: Account, at: datetime
) -> ApplicationDocument:
    """Add a file to the open application. Raises: Refused APPLICATION-STATE or DOCUMENT-UNCHECKED."""
    if not is_open(file):
        raise Refused("文件尚未通过安全检查，请稍后再试。", code="DOCUMENT-UNCHECKED")
    with transaction.atomic():
        found = locked_operator(operator)
        made = ApplicationDocument.objects.create(
            application=_editable(found),
            kind=DocumentKind(kind),
            file=file,
            provided_by=by,
            provided_at=at,
        )
        take_step(
            "prepaid.attach_document",
            found,
            LinkageStepKind.FILLED_IN,
            f"提供{DocumentKind(kind).label}：{file.name}。",
            by=by,
            at=at,
            document=kind,
            sha256=file.sha256,
        )
    return made


def state_revenue(
    *,
    operator: int,
    year: int,
    revenue_fen: Fen,
    statement: StoredFile | None,
    by: Account,
    at: datetime,
) -> OperatorYear:
    """State a past year's main revenue, with the statement; a correction is a further row.

    The deposit is worked out anew from today on; the days before stay as they were known.

    Raises: Refused REVENUE-YEAR for a year that has not ended, REVENUE-AMOUNT below zero.
    """
    today = timezone.localtime(at).date()
    if year >= today.year:
        raise Refused(f"{year} 年尚未结束，请填报上年度收入。", code="REVENUE-YEAR")
    if revenue_fen < 0:
        raise Refused("收入不得为负数，请核对。", code="REVENUE-AMOUNT")
    with transaction.atomic():
        found = locked_operator(operator)
        made = OperatorYear.objects.create(
            operator=found, year=year, revenue_fen=revenue_fen, statement=statement, provided_at=at
        )
        take_step(
            "prepaid.state_revenue",
            found,
            kind_of_own(found),
            f"填报 {year} 年主营业务收入{'，附财务报表' if statement else ''}。",
            by=by,
            at=at,
            year=year,
            revenue_fen=revenue_fen,
        )
        ask_to_restate([found.pk], day=today, cause=StandingCause.REVENUE)
    return made


def add_outlet(*, operator: int, given: NewOutlet, by: Account, at: datetime) -> Outlet:
    """Add a shop. Raises: Refused OUTLET-TWICE for a number in use, OUTLET-PLACE for half a coordinate."""
    if (given.longitude is None) != (given.latitude is None):
        raise Refused("经度和纬度请一起填写，或者都不填。", code="OUTLET-PLACE")
    with transaction.atomic():
        found = locked_operator(operator)
        if found.outlets.filter(number=given.number).exists():
            raise Refused(f"门店编号 {given.number} 已经使用，请换一个。", code="OUTLET-TWICE")
        made = Outlet.objects.create(operator=found, **vars(given))
        take_step(
            "prepaid.add_outlet",
            found,
            kind_of_own(found),
            f"登记门店 {made.number} {made.name}。",
            by=by,
            at=at,
            outlet=made.number,
            district=made.district,
        )
    return made


def submit_application(*, operator: int, by: Account, at: datetime) -> LinkageApplication:
    """Hand the application in. Raises: Refused APPLICATION-INCOMPLETE naming everything that is missing."""
    on = timezone.localtime(at).date()
    with transaction.atomic():
        found = locked_operator(operator)
        application = _editable(found)
        if gaps := missing(application_facts(application, on=on), on=on):
            raise Refused("申请还缺：" + "".join(gaps), code="APPLICATION-INCOMPLETE")
        application.state = ApplicationState.SUBMITTED
        application.submitted_by, application.submitted_at = by, at
        application.save(update_fields=["state", "submitted_by", "submitted_at"])
        take_step(
            "prepaid.submit_application",
            found,
            LinkageStepKind.SUBMITTED,
            "提交对接申请，等待经办审核。",
            by=by,
            at=at,
        )
        _tell_office(found, Role.PREPAID_LINKAGE, f"{found.name}提交了对接申请。", at=at)
    return application


def return_application(
    *, operator: int, opinion: str, by: Account, at: datetime
) -> LinkageApplication:
    """Send the application back to be completed. Raises: Refused APPLICATION-STATE or PREPAID-TEXT."""
    with transaction.atomic():
        found = locked_operator(operator)
        states = (ApplicationState.SUBMITTED, ApplicationState.RECOMMENDED)
        application = _in_state(found, *states, act="退回")
        application.state, application.opinion = (
            ApplicationState.RETURNED,
            required(opinion, "需要补正的内容"),
        )
        application.save(update_fields=["state", "opinion"])
        take_step(
            "prepaid.return_application",
            found,
            LinkageStepKind.RETURNED,
            application.opinion,
            by=by,
            at=at,
        )
        people = shop_people(found, on=timezone.localtime(at).date())
        tell(people, "对接申请被退回补正，请按意见修改后再提交。", link=SHOP_PAGE, at=at)
    return application


def recommend_application(
    *, operator: int, opinion: str, by: Account, at: datetime
) -> LinkageApplication:
    """Recommend the application after the pre-check, whose answers are kept with it.

    Raises: Refused APPLICATION-STATE or PREPAID-TEXT.
    """
    on = timezone.localtime(at).date()
    with transaction.atomic():
        found = locked_operator(operator)
        application = _in_state(found, ApplicationState.SUBMITTED, act="提出经办意见")
        checks = precheck(found, on=on)
        application.state = ApplicationState.RECOMMENDED
        application.opinion = required(opinion, "经办意见")
        application.handled_by, application.handled_at = by, at
        application.precheck = as_json(checks)
        application.save(update_fields=["state", "opinion", "handled_by", "handled_at", "precheck"])
        doubts = "、".join(one.label for one in checks if one.is_clear is not True)
        take_step(
            "prepaid.recommend_application",
            found,
            LinkageStepKind.RECOMMENDED,
            f"{application.opinion}（事前核查{f'须注意：{doubts}' if doubts else '没有疑点'}）",
            by=by,
            at=at,
            doubts=[one.name for one in checks if one.is_clear is not True],
        )
        _tell_office(found, Role.PREPAID_REVIEWER, f"{found.name}的对接申请等您复核。", at=at)
    return application


def decide_application(
    *, operator: int, approve: bool, reason: str, by: Account, at: datetime
) -> LinkageApplication:
    """Approve or refuse a recommended application, by another person than its clerk.

    Raises: Refused APPLICATION-STATE, APPLICATION-OWN or PREPAID-TEXT.
    """
    with transaction.atomic():
        found = locked_operator(operator)
        application = _in_state(found, ApplicationState.RECOMMENDED, act="复核")
        if application.handled_by_id == by.pk:
            raise Refused(
                "经办与复核不能是同一人，请由另一位复核人员办理。", code="APPLICATION-OWN"
            )
        application.reason = required(reason, "复核意见")
        application.state = ApplicationState.APPROVED if approve else ApplicationState.REFUSED
        application.decided_by, application.decided_at = by, at
        application.save(update_fields=["state", "reason", "decided_by", "decided_at"])
        if approve:
            found.status = OperatorStatus.ONBOARDING
            found.save(update_fields=["status"])
        take_step(
            "prepaid.decide_application",
            found,
            LinkageStepKind.APPROVED if approve else LinkageStepKind.REFUSED,
            application.reason,
            by=by,
            at=at,
            approved=approve,
        )
        if not approve:
            told = "对接申请没有同意，请查看理由。"
        elif application.system == BusinessSystem.PUBLIC_BASE:
            told = "对接申请已经同意，不用技术对接，等待平台确认完成对接。"
        else:
            told = "对接申请已经同意，请进行技术对接。"
        tell(shop_people(found, on=timezone.localtime(at).date()), told, link=SHOP_PAGE, at=at)
    return application


def connect_operator(*, operator: int, by: Account, at: datetime) -> Operator:
    """Declare the technical onboarding done; from that day on the operator reports, and its mark is due.

    Raises: Refused CONNECT-STATE, or CONNECT-GAPS naming what is missing.
    """
    on = timezone.localtime(at).date()
    with transaction.atomic():
        found = locked_operator(operator)
        if found.status != OperatorStatus.ONBOARDING:
            raise Refused(
                f"经营者当前为“{found.get_status_display()}”，不能确认完成对接。",
                code="CONNECT-STATE",
            )
        if gaps := connection_gaps(found):
            raise Refused("还不能确认完成对接：" + "".join(gaps), code="CONNECT-GAPS")
        found.status, found.connected_on = OperatorStatus.CONNECTED, on
        found.save(update_fields=["status", "connected_on"])
        take_step(
            "prepaid.connect_operator",
            found,
            LinkageStepKind.CONNECTED,
            f"{on} 完成对接，自次日起逐日报送。",
            by=by,
            at=at,
        )
        _tell_office(found, Role.PREPAID_REVIEWER, f"{found.name}已完成对接，请核发标识。", at=at)
        tell(shop_people(found, on=on), "已完成对接，对接标识即将核发。", link=SHOP_PAGE, at=at)
    return found


def _editable(operator: Operator) -> LinkageApplication:
    return _in_state(operator, *EDITABLE, act="修改申请")


def _in_state(operator: Operator, *allowed: str, act: str) -> LinkageApplication:
    found = operator.applications.order_by("-pk").first()
    if found is None or found.state not in allowed:
        label = found.get_state_display() if found else "没有申请"
        raise Refused(
            f"对接申请当前为“{label}”，不能{act}。请刷新页面，按当前状态办理。",
            code="APPLICATION-STATE",
        )
    return found


def _tell_office(operator: Operator, role: Role, sentence: str, *, at: datetime) -> None:
    """Tell those holders of the role who supervise the operator."""
    on = timezone.localtime(at).date()
    people = [
        one
        for one in holders(role, on=on)
        if operators_of(one, on=on).filter(pk=operator.pk).exists()
    ]
    tell(people, sentence, link=f"/office/prepaid/linkage/{operator.number}/", at=at)
