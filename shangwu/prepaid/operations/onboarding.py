"""Registering an operator, comparing it with the legal-entity database, and opening its people's accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from shangwu.foundation import codes
from shangwu.foundation.accounts.models import Account, Organisation
from shangwu.foundation.accounts.operations.accounts import one_time_password, store_account
from shangwu.foundation.accounts.operations.appointments import store_appointment
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import (
    LinkageApplication,
    Operator,
    Outlet,
    RegistryExtract,
)
from shangwu.prepaid.operations.steps import locked_operator, take_step
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.rules.registry import RegisteredFacts, address_key, as_json, differences
from shangwu.prepaid.rules.routing import route
from shangwu.prepaid.vocabulary import (
    ApplicationState,
    LinkageStepKind,
    OperatorForm,
    OperatorStatus,
    Sector,
)

POST_NAME = "预付卡经办"
FIRST_OUTLET = "A0001"
LABELS = {field.name: str(field.verbose_name) for field in Operator._meta.local_fields}


@dataclass(frozen=True)
class Registration:
    """What a clerk enters of an operator; capital in fen."""

    uscc: str
    name: str
    sector: str
    district: str
    place: str
    trade_name: str = ""
    brand: str = ""
    subsector: str = ""
    form: str = OperatorForm.ENTERPRISE
    representative: str = ""
    established_on: date | None = None
    sells_since: date | None = None
    capital_fen: Fen | None = None
    group_head: str = ""
    franchise_head: str = ""
    has_tenant_cards: bool = False


def register_operator(
    *,
    given: Registration,
    extract: RegisteredFacts | None,
    source: str = "",
    by: Account,
    at: datetime,
) -> Operator:
    """Register an operator with its first outlet and an empty application, and return it.

    `extract` is what the legal-entity database answered just now, None where it did not.
    Raises: Refused for a code that fails its check, is registered already, or lies outside the clerk's unit;
    OPERATOR-SELLS-SINCE for a first card in the future.
    """
    on = timezone.localtime(at).date()
    uscc = _sound_code(given.uscc, "统一社会信用代码", on)
    heads = {
        name: _sound_code(value, label, on) if value else ""
        for name, label, value in (
            ("group_head", "集团母公司代码", given.group_head),
            ("franchise_head", "特许人代码", given.franchise_head),
        )
    }
    _require_past(given.sells_since, on)
    competent = route(sector=given.sector, district=given.district, on=on, form=given.form)
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = Operator.objects.create(
                    **{**vars(given), **heads, "uscc": uscc},
                    number=next_numbers(on, 1)[0],
                    address_key=address_key(given.place),
                    status=OperatorStatus.APPLIED,
                    registered_at=at,
                )
        except IntegrityError:
            raise Refused(
                f"{uscc} 已经登记。请在对接名单中查找，不要重复登记。", code="OPERATOR-TWICE"
            ) from None
        if not operators_of(by, on=on).filter(pk=made.pk).exists():
            raise Refused(
                f"{Sector(given.sector).label}行业的经营者由{competent.district}的主管部门登记，"
                "不在您单位的监管范围内。",
                code="OPERATOR-SCOPE",
            )
        Outlet.objects.create(
            operator=made,
            number=FIRST_OUTLET,
            name=given.trade_name or given.name,
            district=given.district,
            place=given.place,
            opened_on=given.established_on or on,
        )
        LinkageApplication.objects.create(operator=made, state=ApplicationState.DRAFT, made_at=at)
        take_step(
            "prepaid.register_operator",
            made,
            LinkageStepKind.REGISTERED,
            f"登记为{Sector(made.sector).label}行业经营者。{competent.sentence}",
            by=by,
            at=at,
            uscc=uscc,
            sector=made.sector,
            district=made.district,
        )
        if extract is not None:
            _keep(made, extract, source, by=by, at=at)
    return made


def next_numbers(on: date, count: int) -> list[str]:
    """Return so many fresh platform numbers of operators."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('prepaid_operator_number') FROM generate_series(1, %s)", [count]
        )
        return [f"YF{on.year}{number:07d}" for (number,) in cursor.fetchall()]


def compare_operator(
    *, operator: int, extract: RegisteredFacts | None, source: str, by: Account, at: datetime
) -> Operator:
    """Keep what the legal-entity database answers about an operator now.

    Raises: Refused REGISTRY-UNKNOWN when it knows no such business.
    """
    if extract is None:
        raise Refused(
            f"{source}没有这个统一社会信用代码。请核对代码，或者请经营者先办理登记。",
            code="REGISTRY-UNKNOWN",
        )
    with transaction.atomic():
        found = locked_operator(operator)
        _keep(found, extract, source, by=by, at=at)
    return found


def correct_operator(
    *, operator: int, changes: Mapping[str, object], reason: str, by: Account, at: datetime
) -> Operator:
    """Correct what is registered of an operator, for a reason; code and number never change.

    Raises: Refused OPERATOR-UNCHANGED without a change, OPERATOR-SELLS-SINCE for a first card in the future, or
    outside the clerk's unit afterwards.
    """
    on = timezone.localtime(at).date()
    with transaction.atomic():
        found = locked_operator(operator)
        before = {name: getattr(found, name) for name in changes}
        changed = {name: value for name, value in changes.items() if before[name] != value}
        if not changed:
            raise Refused("没有改动，不用保存。", code="OPERATOR-UNCHANGED")
        for name, value in changed.items():
            setattr(found, name, value)
        _require_past(found.sells_since, on)
        found.address_key = address_key(found.place)
        found.save(update_fields=[*changed, "address_key"])
        route(sector=found.sector, district=found.district, on=on, form=found.form)
        if not operators_of(by, on=on).filter(pk=found.pk).exists():
            raise Refused("改动后不在您单位的监管范围内，请转有关单位办理。", code="OPERATOR-SCOPE")
        labels = "、".join(LABELS[name] for name in changed)
        take_step(
            "prepaid.correct_operator",
            found,
            LinkageStepKind.COMPARED,
            f"更正{labels}：{reason.strip()}",
            by=by,
            at=at,
            fields=sorted(changed),
        )
    return found


def open_shop_account(
    *, operator: int, login: str, display_name: str, by: Account, at: datetime
) -> tuple[Account, str]:
    """Open an account with which a person acts for the operator, and return it with its one-time password.

    The linkage clerk may give this one role, and in the operator's own organisation only; roles of the office
    stay with the security administrator.
    Raises: Refused when the login name is malformed or taken.
    """
    today = timezone.localtime(at).date()
    password = one_time_password()
    with transaction.atomic():
        found = locked_operator(operator)
        if found.organisation is None:
            found.organisation = _organisation(found)
            found.save(update_fields=["organisation"])
        account = store_account(login=login, display_name=display_name, password=password, at=at)
        store_appointment(
            account,
            organisation=found.organisation.name,
            post=POST_NAME,
            role=Role.PREPAID_SHOP,
            term=(today, None),
            reason=f"{found.number} 对接经办人",
            by=by,
            at=at,
        )
        take_step(
            "prepaid.open_shop_account",
            found,
            LinkageStepKind.ACCOUNT,
            f"为经办人开立账号 {account.login}。",
            by=by,
            at=at,
            login=account.login,
        )
    return account, password


def _require_past(sells_since: date | None, on: date) -> None:
    if sells_since is not None and sells_since > on:
        raise Refused(
            "开始发行单用途卡的日期不能在今天以后；还没有发卡的请不填。",
            code="OPERATOR-SELLS-SINCE",
        )


def _keep(
    operator: Operator, extract: RegisteredFacts, source: str, *, by: Account, at: datetime
) -> None:
    if extract.uscc != operator.uscc:
        raise ValueError("an extract speaks of the operator's own code")
    RegistryExtract.objects.create(
        operator=operator, source=source, facts=as_json(extract), fetched_at=at
    )
    found = differences(vars(operator), extract)
    told = "；".join(one.sentence for one in found) if found else "与填报一致"
    take_step(
        "prepaid.compare_operator",
        operator,
        LinkageStepKind.COMPARED,
        f"与{source}比对：{told}。",
        by=by,
        at=at,
        differences=[one.field for one in found],
    )


def _organisation(operator: Operator) -> Organisation:
    """The operator's own organisation: two businesses of one name are told apart by the number."""
    made, is_new = Organisation.objects.get_or_create(name=operator.name[:100])
    if is_new:
        return made
    return Organisation.objects.create(name=f"{operator.name[:85]}（{operator.number}）")


def _sound_code(value: str, label: str, on: date) -> str:
    verdict = codes.check("uscc", value, on=on)
    if not verdict.ok:
        raise Refused(f"{label}：{verdict.message}", code=verdict.code)
    return verdict.normalized
