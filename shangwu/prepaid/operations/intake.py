"""Taking over from the platform's predecessor: connected operators by list, banks and insurers, whose is what."""

import hashlib
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit, codes
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import (
    Institution,
    IntakeList,
    LinkageMark,
    LinkageStep,
    Operator,
    OperatorKey,
    OperatorYear,
    Outlet,
)
from shangwu.prepaid.operations.closing import new_number
from shangwu.prepaid.operations.marks import new_code
from shangwu.prepaid.operations.onboarding import FIRST_OUTLET, next_numbers
from shangwu.prepaid.operations.standings import ask_to_restate
from shangwu.prepaid.rules.deadlines import mark_due
from shangwu.prepaid.rules.intake import IntakeRow, read_intake
from shangwu.prepaid.rules.keys import fingerprint, read_public_key
from shangwu.prepaid.rules.registry import address_key
from shangwu.prepaid.vocabulary import (
    InstitutionKind,
    IntakeState,
    LinkageStepKind,
    OperatorStatus,
    StandingCause,
)

_CHUNK = 2000


def propose_intake(*, text: str, file_name: str, by: Account, at: datetime) -> IntakeList:
    """Keep a list of connected operators for a second person to accept.

    Raises: Refused INTAKE-… naming the wrong lines, or INTAKE-TWICE for a file that was handed in before.
    """
    rows = read_intake(text, on=timezone.localtime(at).date())
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        if IntakeList.objects.filter(digest=digest).exists():
            raise Refused("同一份名单已经提交过。", code="INTAKE-TWICE")
        found = IntakeList.objects.create(
            number=new_number("QR", at.year),
            state=IntakeState.PROPOSED,
            file_name=file_name[:120],
            digest=digest,
            rows=[asdict(row) for row in rows],
            made_by=by,
            made_at=at,
        )
        _record("prepaid.propose_intake", found, by, at, operators=len(rows), digest=digest)
    return found


def accept_intake(*, intake: int, by: Account, at: datetime) -> int:
    """Register every operator of a list as connected, with key and mark, and return how many.

    All or none: an operator that is registered already stops the list and is named.
    Raises: Refused INTAKE-STATE, INTAKE-SAME or INTAKE-KNOWN.
    """
    with transaction.atomic():
        found = _proposed(intake, by)
        rows = [IntakeRow(**row) for row in found.rows]
        known = Operator.objects.filter(uscc__in=[row.uscc for row in rows]).order_by("uscc")
        if names := list(known.values_list("name", flat=True)[:5]):
            raise Refused(f"这些经营者已经登记：{'、'.join(names)}。", code="INTAKE-KNOWN")
        today = timezone.localtime(at).date()
        operators = _operators(rows, at=at, today=today)
        _outlets_years_keys(operators, rows, at=at)
        _marks_steps(operators, by=by, at=at, today=today)
        found.state, found.decided_by, found.decided_at = IntakeState.ACCEPTED, by, at
        found.save(update_fields=["state", "decided_by", "decided_at"])
        _record("prepaid.accept_intake", found, by, at, operators=len(operators))
        ask_to_restate([one.pk for one in operators], day=today, cause=StandingCause.IDENTITY)
    return len(operators)


def refuse_intake(*, intake: int, reason: str, by: Account, at: datetime) -> IntakeList:
    """Send a list back. Raises: Refused INTAKE-STATE, INTAKE-SAME or INTAKE-REASON."""
    if not reason.strip():
        raise Refused("请写明退回理由。", code="INTAKE-REASON")
    with transaction.atomic():
        found = _proposed(intake, by)
        found.state, found.reason = IntakeState.REFUSED, reason.strip()[:200]
        found.decided_by, found.decided_at = by, at
        found.save(update_fields=["state", "reason", "decided_by", "decided_at"])
        _record("prepaid.refuse_intake", found, by, at, reason=found.reason)
    return found


def admit_institution(
    *, uscc: str, name: str, kind: str, public_key: str, by: Account, at: datetime
) -> Institution:
    """Admit a custodian bank or an insurer with the key that it signs with.

    Raises: Refused INSTITUTION-CODE or INSTITUTION-TWICE, KEY-FORM or KEY-PRIVATE.
    """
    verdict = codes.check("uscc", uscc.strip(), on=timezone.localtime(at).date())
    if not verdict.ok:
        raise Refused(verdict.message, code="INSTITUTION-CODE")
    key = read_public_key(public_key)
    with transaction.atomic():
        if Institution.objects.filter(uscc=verdict.normalized).exists():
            raise Refused("这家机构已经接入。", code="INSTITUTION-TWICE")
        found = Institution.objects.create(
            uscc=verdict.normalized,
            name=name.strip(),
            kind=kind,
            key_id=f"{'B' if kind == InstitutionKind.BANK else 'I'}-{verdict.normalized}",
            public_key=key,
            admitted_at=at,
        )
        audit.record(
            act="prepaid.admit_institution",
            by=by.actor,
            at=at,
            subject=f"institution:{found.uscc}",
            after={"name": found.name, "kind": kind, "fingerprint": fingerprint(key)},
        )
    return found


def _operators(rows: list[IntakeRow], *, at: datetime, today: date) -> list[Operator]:
    made = [
        Operator(
            number=number,
            uscc=row.uscc,
            name=row.name,
            trade_name=row.trade_name,
            brand=row.brand,
            sector=row.sector,
            subsector=row.subsector,
            form=row.form,
            district=row.district,
            place=row.place,
            address_key=address_key(row.place),
            established_on=date.fromisoformat(row.established_on),
            status=OperatorStatus.CONNECTED,
            registered_at=at,
            connected_on=date.fromisoformat(row.connected_on),
        )
        for number, row in zip(next_numbers(today, len(rows)), rows, strict=True)
    ]
    return Operator.objects.bulk_create(made, batch_size=_CHUNK)


def _outlets_years_keys(operators: list[Operator], rows: list[IntakeRow], *, at: datetime) -> None:
    pairs = list(zip(operators, rows, strict=True))
    Outlet.objects.bulk_create(
        (
            Outlet(
                operator=one,
                number=FIRST_OUTLET,
                name=one.trade_name or one.name,
                district=one.district,
                place=one.place,
                longitude=Decimal(row.longitude) if row.longitude else None,
                latitude=Decimal(row.latitude) if row.latitude else None,
                opened_on=date.fromisoformat(row.established_on),
            )
            for one, row in pairs
        ),
        batch_size=_CHUNK,
    )
    OperatorYear.objects.bulk_create(
        (
            OperatorYear(
                operator=one, year=row.revenue_year, revenue_fen=row.revenue_fen, provided_at=at
            )
            for one, row in pairs
        ),
        batch_size=_CHUNK,
    )
    OperatorKey.objects.bulk_create(
        (
            OperatorKey(
                operator=one,
                key_id=f"M-{one.uscc}",
                public_key=bytes.fromhex(row.public_key),
                made_at=at,
            )
            for one, row in pairs
        ),
        batch_size=_CHUNK,
    )


def _marks_steps(operators: list[Operator], *, by: Account, at: datetime, today: date) -> None:
    calendar = load_calendar()
    due = {
        day: mark_due(day, calendar=calendar).due
        for day in {one.connected_on for one in operators if one.connected_on}
    }
    LinkageMark.objects.bulk_create(
        (
            LinkageMark(
                operator=one,
                code=new_code(),
                due_on=due[one.connected_on],
                issued_on=today,
                issued_by=by,
            )
            for one in operators
            if one.connected_on
        ),
        batch_size=_CHUNK,
    )
    LinkageStep.objects.bulk_create(
        (
            LinkageStep(
                operator=one,
                kind=LinkageStepKind.CONNECTED,
                sentence=f"由原系统迁入，{one.connected_on} 已对接；换发标识。",
                taken_by=by,
                at=at,
            )
            for one in operators
        ),
        batch_size=_CHUNK,
    )


def _proposed(intake: int, by: Account) -> IntakeList:
    found = IntakeList.objects.select_for_update().get(pk=intake)
    if found.state != IntakeState.PROPOSED:
        raise Refused(f"名单 {found.number} {found.get_state_display()}。", code="INTAKE-STATE")
    if found.made_by_id == by.pk:
        raise Refused("提交人和复核人须为两个人，请由另一位同事复核。", code="INTAKE-SAME")
    return found


def _record(act: str, found: IntakeList, by: Account, at: datetime, **after: object) -> None:
    audit.record(act=act, by=by.actor, at=at, subject=f"intake:{found.number}", after=after)
