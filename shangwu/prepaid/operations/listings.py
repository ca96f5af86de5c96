"""The list of seriously dishonest operators: proposed, noticed, heard, decided by a second person, ended."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation import audit, workdays
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.law import Refused
from shangwu.foundation.web.notifications import notify
from shangwu.foundation.workdays import DayZero, load_calendar
from shangwu.prepaid.models import Case, CreditListing, Operator
from shangwu.prepaid.operations.credit import ask_to_restate_credit
from shangwu.prepaid.operations.exchange import tell_platform
from shangwu.prepaid.operations.numbers import next_serial
from shangwu.prepaid.operations.written import Written, require_received
from shangwu.prepaid.queries.governance import shop_accounts, supervisors_of
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import MONTHS_A_YEAR, add_months
from shangwu.prepaid.rules.deadlines import credit_visible_until
from shangwu.prepaid.rules.governance import governance, term
from shangwu.prepaid.rules.listing import (
    ListingProposal,
    Punished,
    counts_for_listing,
    listing_by_fact,
    listing_by_penalties,
    names,
)
from shangwu.prepaid.rules.parameters import Listing
from shangwu.prepaid.rules.supervision import require_impersonal
from shangwu.prepaid.vocabulary import CreditMessageKind, ListingState, PetitionState

CLOCK = audit.Actor(kind="system", number="prepaid.credit", name="信用治理")
PENALTIES = "penalties"
STANDING = (ListingState.PROPOSED, ListingState.NOTICED, ListingState.LISTED)


def propose_for_penalties(
    case: Case, *, decided_on: date, basis: str, at: datetime
) -> CreditListing | None:
    """Propose the list when a penalty follows another on the same regulation inside the year; call it inside the act.

    A person decides.

    Source: law/prepaid.toml#setting.A4
    """
    today = timezone.localtime(at).date()
    if not counts_for_listing(basis, on=today):
        return None
    around = case.operator.penalties.filter(
        decided_on__gte=add_months(decided_on, -MONTHS_A_YEAR),
        decided_on__lte=add_months(decided_on, MONTHS_A_YEAR),
    )
    penalties = [Punished(*row) for row in around.values_list("decided_on", "basis")]
    proposal = listing_by_penalties(penalties, on=today)
    standing = case.operator.listings.filter(state__in=STANDING)
    if not proposal.is_proposed or standing.exists():
        return None
    return _propose(case.operator, case, PENALTIES, proposal, proposal.sentence, by=None, at=at)


def propose_listing(
    *, operator: int, ground: str, reasons: str, case: int | None = None, by: Account, at: datetime
) -> CreditListing:
    """Propose an operator on a ground that a person has established.

    Raises: Refused PREPAID-LISTING-GROUND, -TEXT without reasons, -TWICE while another entry is standing.
    """
    today = timezone.localtime(at).date()
    proposal = listing_by_fact(ground, on=today)
    told = _required(reasons, "列入的事实和理由")
    with transaction.atomic():
        business = Operator.objects.select_for_update(no_key=True).get(pk=operator)
        try:
            with transaction.atomic():
                from_case = Case.objects.get(pk=case, operator=business) if case else None
                return _propose(business, from_case, ground, proposal, told, by=by, at=at)
        except IntegrityError:
            raise Refused(
                "这个经营者已有一条在办或者有效的名单记录。", code="PREPAID-LISTING-TWICE"
            ) from None


def notice_listing(*, listing: int, version: int, by: Account, at: datetime) -> CreditListing:
    """Give the party prior notice; it may state its case for some working days.

    Source: law/prepaid_governance.toml#listing.terms
    Raises: Refused PREPAID-LISTING-STATE, -CHANGED.
    """
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = _locked(listing, version, ListingState.PROPOSED, act="告知")
        found.state, found.noticed_by, found.noticed_on = ListingState.NOTICED, by, today
        found.statement_until = workdays.due(
            load_calendar(),
            start=today,
            count=term("statement", on=today).count,
            day_zero=DayZero.CALENDAR_DATE,
        ).due
        _save(found, "state", "noticed_by", "noticed_on", "statement_until")
        _record("prepaid.notice_listing", found, by.actor, at, until=found.statement_until)
        told = f"拟将贵单位列入严重失信名单，可在 {found.statement_until} 前陈述、申辩。"
        for account in shop_accounts(found.operator, on=today):
            notify(account=account, sentence=told, link=reverse("prepaid:shop-credit"), at=at)
        for reviewer in supervisors_of(found.operator, Role.PREPAID_REVIEWER, on=today):
            if reviewer != by:
                _tell(reviewer, f"{found.number}已告知当事人，期满后由您决定。", found, at=at)
    return found


def name_responsible(
    *,
    listing: int,
    principal: str,
    responsible_persons: str,
    version: int,
    by: Account,
    at: datetime,
) -> CreditListing:
    """Name whom the entry marks beside the legal representative, before the party is told; empty: nobody.

    The names stand in the papers and go to the public-credit platform; they are never published.

    Source: law/prepaid.toml#pack.SH-REG18-25
    Raises: Refused PREPAID-LISTING-STATE, -CHANGED; PREPAID-PERSONAL.
    """
    require_impersonal(principal, responsible_persons)
    with transaction.atomic():
        found = _locked(listing, version, ListingState.PROPOSED, act="登记责任人员")
        found.principal, found.responsible_persons = principal.strip(), responsible_persons.strip()
        _save(found, "principal", "responsible_persons")
        named = {
            "principal": bool(found.principal),
            "responsible": len(names(found.responsible_persons)),
        }
        _record("prepaid.name_responsible", found, by.actor, at, **named)
    return found


def state_case(
    *, listing: int, text: str, written: Written | None = None, by: Account, at: datetime
) -> CreditListing:
    """Keep what the party says in its defence, by its account or on paper; late words count until the decision.

    Raises: Refused PREPAID-LISTING-STATE, -TEXT, -STATED; PREPAID-WRITTEN-… for a paper.
    """
    told = _required(text, "陈述、申辩的内容")
    with transaction.atomic():
        found = _locked(listing, None, ListingState.NOTICED, act="陈述申辩")
        if found.statement:
            raise Refused(
                f"{found.number}已经有当事人的陈述、申辩，没有重复提交。",
                code="PREPAID-LISTING-STATED",
            )
        found.statement, found.statement_at = told, at
        act, facts = "prepaid.state_listing", {}
        if written is not None:
            act, facts = "prepaid.record_statement", written.facts
            require_received(written, since=found.noticed_on, today=timezone.localtime(at).date())
            found.statement_received_on = written.received_on
            found.statement_handed_in_by = written.handed_in_by
            found.statement_paper, found.statement_recorded_by = written.paper, by
        _save(
            found,
            *("statement", "statement_at", "statement_received_on", "statement_handed_in_by"),
            *("statement_paper", "statement_recorded_by"),
        )
        _record(act, found, by.actor, at, **facts)
        if found.noticed_by is not None and found.noticed_by != by:
            _tell(found.noticed_by, f"{found.number}的当事人提交了陈述、申辩。", found, at=at)
    return found


def decide_listing(
    *,
    listing: int,
    list_it: bool,
    decision: str,
    answer: str,
    version: int,
    by: Account,
    at: datetime,
) -> CreditListing:
    """Decide, as a second person, after the party was heard or its time has passed; a listing is published.

    Raises: Refused PREPAID-LISTING-OWN for who proposed, noticed or recorded the party's paper, -ROLE, -EARLY, -ANSWER, -STATE, -CHANGED.
    """
    today = timezone.localtime(at).date()
    told = _required(decision, "决定的理由")
    with transaction.atomic():
        found = _locked(listing, version, ListingState.NOTICED, act="作出决定")
        _require_decider(found, by, today)
        if found.statement and not answer.strip():
            raise Refused("请先答复当事人的陈述、申辩。", code="PREPAID-LISTING-ANSWER")
        if not found.statement and found.statement_until and today <= found.statement_until:
            raise Refused(
                f"陈述、申辩期限 {found.statement_until} 未满，当事人也还没有陈述，不能决定。",
                code="PREPAID-LISTING-EARLY",
            )
        found.decided_by, found.decided_on, found.decision = by, today, told
        found.statement_answer = answer.strip()
        found.state = ListingState.LISTED if list_it else ListingState.DECLINED
        if list_it:
            found.representative = found.operator.representative
            found.terms = [
                row.text for row in governance(today).terms.value if row.name != "statement"
            ]
        _save(
            found,
            *("state", "decided_by", "decided_on", "decision", "statement_answer"),
            *("representative", "terms"),
        )
        _record("prepaid.decide_listing", found, by.actor, at, listed=list_it)
        if list_it:
            _told = {"entry": found.number, "ground": found.ground_label, "on": today.isoformat()}
            content = {**_told, "persons": _marked(found)}
            tell_platform(found.operator, CreditMessageKind.LISTED, content, at=at)
            ask_to_restate_credit([found.operator_id], day=today, cause="列入名单")
    return found


def record_end(
    *, listing: int, ended_on: date, version: int, by: Account, at: datetime
) -> CreditListing:
    """Record when the dishonest conduct ended: the entry may be looked up for five years from then.

    Source: law/prepaid.toml#pack.SH-CRED17-35
    Raises: Refused PREPAID-LISTING-DAY, -STATE, -CHANGED.
    """
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = _locked(listing, version, ListingState.LISTED, act="登记失信行为终止")
        if ended_on > today:
            raise Refused("失信行为终止日不能在今天以后。", code="PREPAID-LISTING-DAY")
        found.ended_on, found.visible_until = ended_on, credit_visible_until(ended_on).due
        _save(found, "ended_on", "visible_until")
        _record("prepaid.end_conduct", found, by.actor, at, until=found.visible_until)
    return found


def remove_listing(
    *, listing: int, reason: str, version: int, by: Account, at: datetime
) -> CreditListing:
    """Take an entry off the list and off the public page, with the reason.

    Raises: Refused PREPAID-LISTING-TEXT, -ROLE, -STATE, -CHANGED.
    """
    told = _required(reason, "移出的理由")
    today = timezone.localtime(at).date()
    with transaction.atomic():
        found = _locked(listing, version, ListingState.LISTED, act="移出名单")
        if not by.has_role(Role.PREPAID_REVIEWER, on=today):
            raise Refused("只有预付卡复核岗可以移出名单。", code="PREPAID-LISTING-ROLE")
        _remove(found, told, by=by, on=today, at=at)
    return found


def expire_listings(*, on: date, at: datetime) -> int:
    """Take the entries off the list whose time of being looked up has passed; return how many."""
    with transaction.atomic():
        over = CreditListing.objects.select_for_update(of=("self",)).filter(
            state=ListingState.LISTED, visible_until__lt=on
        )
        rows = list(over.select_related("operator"))
        for found in rows:
            _remove(found, "查询期限届满", by=None, on=on, at=at)
    return len(rows)


def _remove(
    found: CreditListing, reason: str, *, by: Account | None, on: date, at: datetime
) -> None:
    found.state, found.removed_by, found.removed_on = ListingState.REMOVED, by, on
    found.removal_reason = reason
    _save(found, "state", "removed_by", "removed_on", "removal_reason")
    upheld = found.petitions.filter(state=PetitionState.UPHELD, deleted_on=None)
    upheld.update(deleted_on=on)
    _record("prepaid.remove_listing", found, by.actor if by else CLOCK, at, reason=reason)
    content = {"entry": found.number, "reason": reason, "on": on.isoformat()}
    tell_platform(found.operator, CreditMessageKind.REMOVED, content, at=at)
    ask_to_restate_credit([found.operator_id], day=on, cause="移出名单")


def _propose(
    operator: Operator,
    case: Case | None,
    ground: str,
    proposal: ListingProposal,
    reasons: str,
    *,
    by: Account | None,
    at: datetime,
) -> CreditListing:
    today = timezone.localtime(at).date()
    pack = next(iter(law.packs(Listing, on=today)))
    law.require_adopted(pack)
    label = next(one.label for one in pack.parameters.ground if one.name == ground)
    found = CreditListing.objects.create(
        number=f"MD{today.year}{next_serial(f'listing:{today.year}'):06d}",
        operator=operator,
        case=case,
        ground=ground,
        ground_label=label,
        citation=proposal.citation.text,
        reasons=reasons[:1000],
        state=ListingState.PROPOSED,
        proposed_by=by,
        proposed_at=at,
    )
    _record("prepaid.propose_listing", found, by.actor if by else CLOCK, at, ground=ground)
    for reviewer in supervisors_of(operator, Role.PREPAID_REVIEWER, on=today):
        _tell(reviewer, f"建议将{operator.name}列入严重失信名单（{found.number}）。", found, at=at)
    return found


def _marked(found: CreditListing) -> dict[str, Any]:
    """Return whom the entry marks, for the public-credit platform.

    Source: law/prepaid.toml#pack.SH-REG18-25
    """
    persons = {
        "representative": found.representative,
        "principal": found.principal,
        "responsible": list(names(found.responsible_persons)),
    }
    return {part: named for part, named in persons.items() if named}


def _require_decider(found: CreditListing, by: Account, today: date) -> None:
    if by.pk in {found.noticed_by_id, found.proposed_by_id, found.statement_recorded_by_id}:
        raise Refused(
            "提出、告知、代为登记书面意见和决定须由不同的人办理，请由另一位复核人员决定。",
            code="PREPAID-LISTING-OWN",
        )
    if not by.has_role(Role.PREPAID_REVIEWER, on=today):
        raise Refused("只有预付卡复核岗可以决定列入名单。", code="PREPAID-LISTING-ROLE")


def _locked(listing: int, version: int | None, state: ListingState, *, act: str) -> CreditListing:
    found = (
        CreditListing.objects.select_for_update(of=("self",))
        .select_related("operator", "noticed_by")
        .get(pk=listing)
    )
    if version is not None and found.version != version:
        raise Refused(
            f"{found.number}在您打开之后有了新的办理。您的操作没有执行，请看过最新情况再办理。",
            code="PREPAID-LISTING-CHANGED",
        )
    if found.state != state:
        raise Refused(
            f"名单记录“{found.get_state_display()}”时不能{act}。", code="PREPAID-LISTING-STATE"
        )
    return found


def _required(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"请写明{what}。", code="PREPAID-LISTING-TEXT")
    require_impersonal(text)
    return text.strip()


def _save(found: CreditListing, *fields: str) -> None:
    found.version += 1
    found.save(update_fields=[*fields, "version"])


def _tell(account: Account, sentence: str, found: CreditListing, *, at: datetime) -> None:
    link = reverse("prepaid:listing", args=[found.number])
    notify(account=account, sentence=sentence[:200], link=link, at=at)


def _record(act: str, found: CreditListing, by: audit.Actor, at: datetime, **after: object) -> None:
    audit.record(act=act, by=by, at=at, subject=f"listing:{found.number}", after=after)
