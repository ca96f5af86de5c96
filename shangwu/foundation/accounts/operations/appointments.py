"""Who holds which role, by appointment and by delegation."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import (
    Account,
    Appointment,
    Cover,
    Delegation,
    Organisation,
    Post,
)
from shangwu.foundation.accounts.operations.accounts import (
    locked,
    require_reason,
    require_role,
    subject,
)
from shangwu.foundation.accounts.roles import ADMINISTRATORS, Role
from shangwu.foundation.law.refused import Refused

# 委托 is for absence; whoever is away longer needs another appointment.
DELEGATION_DAYS = 92


def appoint(
    *,
    account: UUID,
    organisation: str,
    post: str,
    role: Role,
    from_on: date,
    until_on: date | None = None,
    cover: Cover = Cover.MAIN,
    reason: str,
    by: Account,
    at: datetime,
) -> Appointment:
    """Appoint a person to a role in a post for [from_on, until_on) and return the appointment.

    Raises: Refused unless `by` is a security administrator and appoints another; for an empty term;
    for a role held already; for an administrator's role beside any other in the same time.
    """
    require_role(by, Role.SECURITY_ADMIN, at=at)
    if account == by.number:
        raise Refused("不能任命自己，请由另一位安全管理员办理。", code="own_appointment")
    require_reason(reason)
    with transaction.atomic():
        person = locked(account)
        found = store_appointment(
            person,
            organisation=organisation,
            post=post,
            role=role,
            term=(from_on, until_on),
            cover=cover,
            reason=reason,
            by=by,
            at=at,
        )
        _record("accounts.appoint", found, by=by.actor, at=at)
    return found


def end_appointment(
    *, appointment: UUID, until_on: date, reason: str, by: Account, at: datetime
) -> Appointment:
    """End an appointment; `until_on` is the first day without the role, and return it.

    Raises: Refused unless `by` is a security administrator, or for a day outside the term or past.
    """
    require_role(by, Role.SECURITY_ADMIN, at=at)
    require_reason(reason)
    with transaction.atomic():
        found = Appointment.objects.select_for_update().filter(number=appointment).first()
        if found is None:
            raise Refused("没有这项任命。", code="appointment_unknown")
        if until_on < max(found.from_on, timezone.localtime(at).date()):
            raise Refused("终止日期不能早于今天，也不能早于任命开始日期。", code="end_in_the_past")
        if found.until_on is not None and found.until_on <= until_on:
            raise Refused("这项任命在该日之前已经终止。", code="appointment_ended")
        before = found.until_on
        found.until_on, found.ended_by, found.ended_at = until_on, by, at
        found.save(update_fields=["until_on", "ended_by", "ended_at"])
        audit.record(
            act="accounts.end_appointment",
            by=by.actor,
            at=at,
            subject=f"appointment:{found.number}",
            before={"until_on": before},
            after={"until_on": until_on, "reason": reason},
        )
    return found


def delegate_role(
    *,
    receiver: UUID,
    role: Role,
    from_on: date,
    until_on: date,
    reason: str,
    by: Account,
    at: datetime,
) -> Delegation:
    """Lend one of one's own roles to another for [from_on, until_on) and return the delegation.

    Raises: Refused for an administrator's role or receiver, a role not held by appointment, an empty
    term or one beyond DELEGATION_DAYS, or oneself.
    """
    require_reason(reason)
    if role in ADMINISTRATORS:
        raise Refused("管理员的权限不能委托。", code="administrator_not_lent")
    if receiver == by.number:
        raise Refused("不能委托给自己。", code="own_delegation")
    today = timezone.localtime(at).date()
    if not (today <= from_on < until_on <= from_on + timedelta(days=DELEGATION_DAYS)):
        raise Refused(
            f"委托期限须从今天或以后开始，至少一天，最长 {DELEGATION_DAYS} 天。",
            code="delegation_term",
        )
    if not Appointment.objects.filter(account=by, role=role).in_force(on=today).exists():
        raise Refused(f"您没有被任命为{role.label}，不能委托这个角色。", code="role_not_own")
    with transaction.atomic():
        person = locked(receiver)
        _require_separation(person, role, from_on, until_on)
        found = Delegation.objects.create(
            giver=by,
            receiver=person,
            role=role,
            from_on=from_on,
            until_on=until_on,
            reason=reason.strip(),
            given_at=at,
        )
        audit.record(
            act="accounts.delegate_role",
            by=by.actor,
            at=at,
            subject=f"delegation:{found.number}",
            after={
                "receiver": str(person.number),
                "role": role,
                "from_on": from_on,
                "until_on": until_on,
                "reason": reason,
            },
        )
    return found


def revoke_delegation(*, delegation: UUID, by: Account, at: datetime) -> Delegation:
    """Take a lent role back as of today and return the delegation. Raises: Refused for another's."""
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = Delegation.objects.select_for_update().filter(number=delegation, giver=by).first()
        if found is None or found.until_on <= today:
            raise Refused("没有可以收回的委托。", code="delegation_unknown")
        before = found.until_on
        found.until_on, found.revoked_at = max(found.from_on, today), at
        found.save(update_fields=["until_on", "revoked_at"])
        audit.record(
            act="accounts.revoke_delegation",
            by=by.actor,
            at=at,
            subject=f"delegation:{found.number}",
            before={"until_on": before},
            after={"until_on": found.until_on},
        )
    return found


def store_appointment(
    person: Account,
    *,
    organisation: str,
    post: str,
    role: Role,
    term: tuple[date, date | None],
    reason: str,
    by: Account | None,
    at: datetime,
    cover: Cover = Cover.MAIN,
) -> Appointment:
    """Store an appointment and return it; the caller locked the person and records the act.

    Raises: Refused for an empty term, a role held already, or administrators not kept apart.
    """
    from_on, until_on = term
    if until_on is not None and until_on <= from_on:
        raise Refused("终止日期须晚于开始日期；终止当日不再任职。", code="term_empty")
    if not organisation.strip() or not post.strip():
        raise Refused("请填写单位和岗位名称。", code="post_missing")
    _require_separation(person, role, from_on, until_on)
    unit, _ = Organisation.objects.get_or_create(name=organisation.strip())
    place, _ = Post.objects.get_or_create(organisation=unit, name=post.strip())
    return Appointment.objects.create(
        account=person,
        post=place,
        role=role,
        cover=cover,
        from_on=from_on,
        until_on=until_on,
        reason=reason.strip(),
        appointed_by=by,
        appointed_at=at,
    )


def _require_separation(person: Account, role: Role, from_on: date, until_on: date | None) -> None:
    """Raises: Refused when the role is held already, or an administrator would hold two."""
    lasting = Q(until_on=None) | Q(until_on__gt=from_on)
    begun = Q() if until_on is None else Q(from_on__lt=until_on)
    held = {
        *Appointment.objects.filter(lasting, begun, account=person).values_list("role", flat=True),
        *Delegation.objects.filter(begun, receiver=person, until_on__gt=from_on).values_list(
            "role", flat=True
        ),
    }
    if role.value in held:
        raise Refused(
            f"{person.display_name}在这段时间已经是{role.label}。", code="role_held_already"
        )
    administrators = {a.value for a in ADMINISTRATORS}
    if held and (role in ADMINISTRATORS or held & administrators):
        names = "、".join(sorted(str(Role(code).label) for code in held))
        raise Refused(
            f"三员分立：{person.display_name}在这段时间已经是{names}，不能再任{role.label}。"
            "系统管理员、安全管理员、审计管理员须由不同的人担任，也不兼任业务岗位。",
            code="administrators_not_separated",
        )


def _record(act: str, found: Appointment, *, by: audit.Actor, at: datetime) -> None:
    audit.record(
        act=act,
        by=by,
        at=at,
        subject=f"appointment:{found.number}",
        after={
            "account": subject(found.account),
            "role": found.role,
            "post": str(found.post),
            "cover": found.cover,
            "from_on": found.from_on,
            "until_on": found.until_on,
            "reason": found.reason,
        },
    )
