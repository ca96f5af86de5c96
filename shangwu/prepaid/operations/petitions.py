"""Objections to an entry of the list and requests for repair, by the clocks of the credit ordinance."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law import Refused
from shangwu.foundation.web.notifications import notify
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import CreditListing, CreditPetition
from shangwu.prepaid.operations.exchange import tell_platform
from shangwu.prepaid.operations.written import Written, require_received
from shangwu.prepaid.queries.governance import supervisors_of
from shangwu.prepaid.rules.amounts import add_months
from shangwu.prepaid.rules.deadlines import credit_due
from shangwu.prepaid.rules.governance import term
from shangwu.prepaid.rules.supervision import period, require_impersonal
from shangwu.prepaid.vocabulary import (
    CreditMessageKind,
    ListingState,
    PetitionKind,
    PetitionState,
)

OPEN = (PetitionState.RECEIVED, PetitionState.MARKED, PetitionState.FORWARDED)


def file_petition(
    *,
    listing: int,
    kind: str,
    text: str,
    written: Written | None = None,
    by: Account,
    at: datetime,
) -> CreditPetition:
    """Take in an objection, or a request for repair once the entry is old enough; the clocks start on receipt.

    That is today, or the day on which a paper of a party without an account came; `by` then only records it.

    Source: law/prepaid.toml#pack.SH-CRED17-36
    Raises: Refused PREPAID-PETITION-TEXT, -STATE, -EARLY, -TWICE; PREPAID-PERSONAL; PREPAID-WRITTEN-… for a paper.
    """
    if not text.strip():
        raise Refused("请写明事实和理由。", code="PREPAID-PETITION-TEXT")
    require_impersonal(text)
    today, calendar = timezone.localtime(at).date(), load_calendar()
    with transaction.atomic():
        entry = CreditListing.objects.select_for_update(of=("self",)).get(pk=listing)
        if entry.state != ListingState.LISTED:
            raise Refused(
                f"名单记录“{entry.get_state_display()}”，不需要提出异议或者修复。",
                code="PREPAID-PETITION-STATE",
            )
        received = today
        if written is not None:
            require_received(written, since=entry.decided_on, today=today)
            received = written.received_on
        dues: dict[str, date] = {}
        if kind == PetitionKind.OBJECTION:
            for name in ("mark", "forward"):
                due = credit_due(f"objection_{name}", received, calendar=calendar).due
                dues[f"{name}_due"] = due
            decide = credit_due("objection_decision", received, calendar=calendar).due
        else:
            _require_old_enough(entry, received)
            decide = period("review", received, calendar=calendar).due
        try:
            with transaction.atomic():
                found = CreditPetition.objects.create(
                    listing=entry,
                    kind=PetitionKind(kind),
                    state=PetitionState.RECEIVED,
                    text=text.strip(),
                    received_on=received,
                    submitted_by=by,
                    handed_in_by=written.handed_in_by if written else "",
                    paper=written.paper if written else None,
                    decide_due=decide,
                    **dues,
                )
        except IntegrityError:
            raise Refused(
                f"已有一份{PetitionKind(kind).label}正在办理，请等待处理。",
                code="PREPAID-PETITION-TWICE",
            ) from None
        act = "prepaid.record_petition" if written else "prepaid.file_petition"
        _record(act, found, by, at, kind=kind, **(written.facts if written else {}))
        for role in (Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER):
            for account in supervisors_of(entry.operator, role, on=today):
                told = f"{entry.number}收到{found.get_kind_display()}申请，应于 {decide} 前处理。"
                link = reverse("prepaid:listing", args=[entry.number])
                notify(account=account, sentence=told, link=link, at=at)
    return found


def mark_petition(*, petition: int, by: Account, at: datetime) -> CreditPetition:
    """Mark the entry as objected to, in public and with the city's platform.

    Raises: Refused PREPAID-PETITION-STATE.
    """
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = _locked(petition, PetitionState.RECEIVED, act="标注")
        if found.kind != PetitionKind.OBJECTION:
            raise Refused("只有异议需要标注。", code="PREPAID-PETITION-STATE")
        found.state, found.marked_on = PetitionState.MARKED, today
        found.save(update_fields=["state", "marked_on"])
        _record("prepaid.mark_petition", found, by, at)
        content = {"entry": found.listing.number, "on": today.isoformat()}
        tell_platform(found.listing.operator, CreditMessageKind.MARKED, content, at=at)
    return found


def forward_petition(*, petition: int, to: str, by: Account, at: datetime) -> CreditPetition:
    """Send an objection on to who provided the information; it decides within its own period from today.

    Source: law/prepaid.toml#pack.SH-CRED17-36
    Raises: Refused PREPAID-PETITION-STATE, -TEXT.
    """
    if not to.strip():
        raise Refused("请写明信息提供单位。", code="PREPAID-PETITION-TEXT")
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = _locked(petition, PetitionState.MARKED, act="转交")
        found.state, found.forwarded_on = PetitionState.FORWARDED, today
        found.forwarded_to = to.strip()
        found.decide_due = credit_due("forwarded_decision", today, calendar=load_calendar()).due
        found.save(update_fields=["state", "forwarded_on", "forwarded_to", "decide_due"])
        _record("prepaid.forward_petition", found, by, at, to=found.forwarded_to)
    return found


def decide_petition(
    *, petition: int, uphold: bool, answer: str, by: Account, at: datetime
) -> CreditPetition:
    """Answer the party; what is upheld must be deleted within some working days of today.

    An objection is marked before it is decided. Source of the clock: law/prepaid.toml, pack SH-CRED17-37.
    Raises: Refused PREPAID-PETITION-STATE, -TEXT, -ROLE; -OWN for who recorded the party's paper.
    """
    if not answer.strip():
        raise Refused("请写明处理意见。", code="PREPAID-PETITION-TEXT")
    today = timezone.localtime(at).date()
    if not by.has_role(Role.PREPAID_REVIEWER, on=today):
        raise Refused("只有预付卡复核岗可以处理异议和修复申请。", code="PREPAID-PETITION-ROLE")
    with transaction.atomic():
        found = _locked(petition, *OPEN, act="处理")
        if found.submitted_by_id == by.pk:
            raise Refused("代为登记的书面申请须由另一位复核人员处理。", code="PREPAID-PETITION-OWN")
        if found.kind == PetitionKind.OBJECTION and found.marked_on is None:
            raise Refused("请先标注异议，再作处理。", code="PREPAID-PETITION-STATE")
        found.state = PetitionState.UPHELD if uphold else PetitionState.DISMISSED
        found.decided_by, found.decided_on, found.answer = by, today, answer.strip()
        if uphold:
            due = credit_due("repair_deletion", today, calendar=load_calendar())
            found.delete_due = due.due
        found.save(update_fields=["state", "decided_by", "decided_on", "answer", "delete_due"])
        _record("prepaid.decide_petition", found, by, at, upheld=uphold)
        _tell_answer(found, at=at)
    return found


def _tell_answer(found: CreditPetition, *, at: datetime) -> None:
    """Tell the party; where it wrote on paper, tell who recorded that an answer on paper is due."""
    asked, answer = f"{found.get_kind_display()}申请", found.get_state_display()
    told = f"您对{found.listing.number}的{asked}：{answer}。"
    link = reverse("prepaid:shop-credit")
    if found.handed_in_by:
        told = f"{found.listing.number}的书面{asked}：{answer}。请书面答复当事人。"
        link = reverse("prepaid:listing", args=[found.listing.number])
    notify(account=found.submitted_by, sentence=told, link=link, at=at)


def _require_old_enough(entry: CreditListing, today: date) -> None:
    wait = term("earliest_repair", on=today)
    first = add_months(entry.decided_on, wait.count) if entry.decided_on else today
    if today < first:
        raise Refused(
            f"{entry.decided_on} 列入，{first} 起可以申请信用修复。{wait.text}",
            code="PREPAID-PETITION-EARLY",
        )


def _locked(petition: int, *states: PetitionState, act: str) -> CreditPetition:
    found = (
        CreditPetition.objects.select_for_update(of=("self",))
        .select_related("listing__operator", "submitted_by")
        .get(pk=petition)
    )
    if found.state not in states:
        raise Refused(
            f"申请“{found.get_state_display()}”时不能{act}，请刷新页面。",
            code="PREPAID-PETITION-STATE",
        )
    return found


def _record(act: str, found: CreditPetition, by: Account, at: datetime, **after: object) -> None:
    audit.record(
        act=act,
        by=by.actor,
        at=at,
        subject=f"listing:{found.listing.number}",
        after={"petition": found.pk, **after},
    )
