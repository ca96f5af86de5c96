"""What the pages of credit governance show: one operator's credit, the list, the exchange with the city."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Value
from shangwu.foundation.web.components import DueDate, Moment
from shangwu.prepaid.models import (
    CreditListing,
    CreditPetition,
    CreditStanding,
    Operator,
    PreCheck,
)
from shangwu.prepaid.queries.credit import facts_of, listed
from shangwu.prepaid.queries.governance import agency_name
from shangwu.prepaid.queries.scope import operators_of
from shangwu.prepaid.rules import credit as rules
from shangwu.prepaid.rules.credit import Grade, measures_for
from shangwu.prepaid.rules.governance import Measure, governance, standing_note, term
from shangwu.prepaid.rules.listing import names
from shangwu.prepaid.rules.routing import route
from shangwu.prepaid.vocabulary import ListingState, PetitionState

SHOWN_HISTORY, SHOWN_CHECKS = 20, 5
OPEN_PETITIONS = (PetitionState.RECEIVED, PetitionState.MARKED, PetitionState.FORWARDED)


@dataclass(frozen=True)
class CreditPage:
    """An operator's credit today: grade with its reasons, measures, history, pre-checks, entries of the list."""

    grade: Grade
    label: str
    basis: str
    rewards: tuple[Measure, ...]
    punishments: tuple[Measure, ...]
    measures_basis: str
    history: tuple[CreditStanding, ...]
    prechecks: tuple[PreCheck, ...]
    listings: tuple[CreditListing, ...]

    @property
    def tone(self) -> str:
        """The tone of the shell's palette for the colour of the plate."""
        tones = {"green": "success", "blue": "info", "yellow": "warning"}
        return tones.get(self.grade.colour, "danger")


@dataclass(frozen=True)
class PetitionCard:
    """An objection or a request for repair with the period that runs now."""

    petition: CreditPetition
    due: DueDate | None


def credit_page(operator: Operator, *, today: date) -> CreditPage:
    """Return an operator's credit as the facts of today make it, whatever the last nightly grade said."""
    on_list = operator.pk in listed([operator.pk])
    facts = facts_of([operator.pk], on=today).get(operator.pk, ())
    grade = rules.grade(facts, is_listed=on_list, on=today)
    measures = measures_for(grade.grade, is_listed=on_list, on=today)
    law = governance(today)
    return CreditPage(
        grade=grade,
        label=f"{grade.grade} 级",
        basis=_basis(law.facts),
        rewards=tuple(one for one in measures if one.side == "reward"),
        punishments=tuple(one for one in measures if one.side == "punish"),
        measures_basis=_basis(law.measures),
        history=tuple(operator.credit_standings.order_by("-day", "-known_at")[:SHOWN_HISTORY]),
        prechecks=tuple(operator.prechecks.order_by("-asked_at")[:SHOWN_CHECKS]),
        listings=tuple(operator.listings.order_by("-proposed_at")),
    )


def listings_of(account: Account, *, on: date) -> QuerySet[CreditListing]:
    """Return the entries over operators that the account supervises that day."""
    seen = operators_of(account, on=on)
    return CreditListing.objects.filter(operator__in=seen).select_related("operator", "case")


def published(*, today: date) -> QuerySet[CreditListing]:
    """Return the entries that the public may see today, with whether each is objected to."""
    shown = Q(visible_until=None) | Q(visible_until__gte=today)
    objected = CreditPetition.objects.filter(
        listing=OuterRef("pk"), state__in=[PetitionState.MARKED, PetitionState.FORWARDED]
    )
    return (
        CreditListing.objects.filter(shown, state=ListingState.LISTED)
        .select_related("operator")
        .annotate(is_objected=Exists(objected))
        .order_by("-decided_on", "number")
    )


def listing_moments(listing: CreditListing) -> list[Moment]:
    """Return what happened to an entry, oldest first."""
    who = listing.proposed_by.display_name if listing.proposed_by else "平台根据处罚记录"
    found = [Moment(listing.proposed_at, f"建议列入（{who}）", listing.reasons)]
    if listing.noticed_on and listing.noticed_by:
        told = f"陈述、申辩至 {listing.statement_until}。"
        found.append(
            Moment(listing.noticed_on, f"告知当事人（{listing.noticed_by.display_name}）", told)
        )
    if listing.statement_at:
        title = "当事人陈述、申辩"
        if listing.statement_recorded_by:
            title += f"（{statement_source(listing)}）"
        found.append(Moment(listing.statement_at, title, listing.statement))
    if listing.decided_on and listing.decided_by:
        word = "不予列入" if listing.state == ListingState.DECLINED else "决定列入并公布"
        title = f"{word}（{listing.decided_by.display_name}）"
        found.append(Moment(listing.decided_on, title, listing.decision))
    if listing.ended_on:
        told = f"信息可查询至 {listing.visible_until}。"
        found.append(Moment(listing.ended_on, "失信行为终止", told))
    if listing.removed_on:
        found.append(Moment(listing.removed_on, "移出名单", listing.removal_reason))
    return found


def statement_source(listing: CreditListing) -> str:
    """Return how a statement on paper came; empty where the party used its own account."""
    if listing.statement_recorded_by is None:
        return ""
    bringer = listing.get_statement_handed_in_by_display()
    recorder = listing.statement_recorded_by.display_name
    return f"书面，{listing.statement_received_on} 收到，{bringer}提交，{recorder}代为登记"


def petition_cards(listing: CreditListing, *, today: date) -> list[PetitionCard]:
    """Return the objections and requests of an entry, each with the period that runs now."""
    rows = listing.petitions.select_related("submitted_by", "decided_by", "paper").order_by(
        "received_on", "pk"
    )
    return [PetitionCard(row, _petition_due(row, today)) for row in rows]


def _petition_due(row: CreditPetition, today: date) -> DueDate | None:
    source = "law/prepaid.toml#pack.SH-CRED17-36"
    if row.state == PetitionState.RECEIVED and row.mark_due:
        return DueDate(
            row.mark_due, today, f"{row.received_on} 收到，应于 {row.mark_due} 前标注。", source
        )
    if row.state in OPEN_PETITIONS:
        told = f"应于 {row.decide_due} 前处理。"
        if row.forward_due and not row.forwarded_on:
            told += f"信息由其他单位提供的，应于 {row.forward_due} 前转交。"
        return DueDate(row.decide_due, today, told, source)
    if row.delete_due:
        told = f"{row.decided_on} 予以支持，应于 {row.delete_due} 前删除。"
        done = row.deleted_on
        return DueDate(
            row.delete_due, today, told, "law/prepaid.toml#pack.SH-CRED17-37", done_on=done
        )
    return None


def _basis(value: Value[Any]) -> str:
    return f"{standing_note(value)}；{value.source}"


def listing_content(listing: CreditListing) -> dict[str, str]:
    """Return what the notice or the decision about an entry says, as plain text."""
    is_decided = listing.decided_on is not None
    day = listing.decided_on or listing.noticed_on
    officer = listing.decided_by if is_decided else listing.noticed_by
    business = listing.operator
    shown_on = day or listing.proposed_at.date()
    statement = term("statement", on=shown_on).text
    agency = route(sector=business.sector, district=business.district, on=shown_on).agency
    return {
        "number": listing.number,
        "state": listing.state,
        "name": business.name,
        "uscc": business.uscc,
        "representative": listing.representative or business.representative,
        "principal": listing.principal,
        "responsible": "、".join(names(listing.responsible_persons)),
        "ground": listing.ground_label,
        "citation": listing.citation,
        "reasons": listing.reasons,
        "statement": statement,
        "statement_until": str(listing.statement_until or ""),
        "said": listing.statement,
        "answer": listing.statement_answer,
        "decision": listing.decision,
        "terms": "\n".join(listing.terms),
        "on": str(day or ""),
        "by": officer.display_name if officer else "",
        "agency": agency_name(agency, business.district, on=shown_on),
    }
