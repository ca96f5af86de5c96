"""What a paper of a case says: gathered once as it is signed, and frozen."""

from datetime import date, timedelta
from typing import Any

from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.models import Case, CaseStep
from shangwu.prepaid.queries.governance import agency_name
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.cases import FineOffer, fines_for
from shangwu.prepaid.rules.limits import stop_selling
from shangwu.prepaid.rules.supervision import period
from shangwu.prepaid.vocabulary import EvidenceKind, Gravity, LetterKind, Risk


def letter_content(
    case: Case, step: CaseStep, kind: str, *, number: str, on: date
) -> dict[str, Any]:
    """Return everything that the paper says, as plain JSON; without a number it is a draft's.

    Unit: amounts as text in yuan.
    """
    said = step.content
    content: dict[str, Any] = {
        "kind": kind,
        "number": number,
        "case": case.number,
        "operator": {
            "number": case.operator.number,
            "name": case.operator.name,
            "uscc": case.operator.uscc,
            "place": case.operator.place,
        },
        "agency": agency_name(case.agency, case.district, on=on),
        "summary": case.summary,
        "breach": case.get_breach_display() if case.breach else "",
        "text": str(said.get("text", "")),
        "evidence": [
            {
                "kind": str(EvidenceKind(row.kind).label),
                "sentence": row.sentence,
                "digest": row.digest,
            }
            for row in case.evidence.order_by("taken_at", "pk")
        ],
        "drafted_by": step.drafted_by.display_name,
        "signed_by": step.signed_by.display_name if step.signed_by else "",
        "issued_on": on.isoformat(),
    }
    if kind == LetterKind.HAND_OVER:
        content |= _hand_over(case, on=on)
    elif kind in {LetterKind.STOP_SALES, LetterKind.RESUME_SALES}:
        risks = frozenset({Risk.MAJOR_OPERATING_RISK.value})
        _, basis = stop_selling(risks, on=on, sector=case.operator.sector)
        content["basis"] = "、".join(one.text for one in basis)
    else:
        due = period("rectify", on, calendar=load_calendar(), count=said.get("days"))
        content |= {"rectify_by": due.due.isoformat(), "rectify_sentence": due.sentence}
    if kind == LetterKind.INTERVIEW:
        content |= {name: str(said.get(name, "")) for name in ("place", "said", "answer")}
        content["met_on"] = str(said.get("met_on") or on.isoformat())
    return content


def offers(case: Case, *, on: date) -> tuple[FineOffer, ...]:
    """Return the fines of the articles that match the case's breach on the day, and of no other."""
    if not case.breach:
        return ()
    return fines_for(case.breach, on=on, sector=case.operator.sector)


def offer_sentence(offer: FineOffer) -> str:
    """Return the bands of an article in words."""
    bands = "；".join(
        f"{Gravity(band.gravity).label}的，{yuan(band.at_least_fen)}以上 {yuan(band.at_most_fen)}以下"
        for band in offer.bands
    )
    return f"{offer.citation.text}：{bands}"


def _hand_over(case: Case, *, on: date) -> dict[str, Any]:
    letters = case.letters.order_by("issued_on", "pk")
    missed = case.rectify_by + timedelta(days=1) if case.rectify_by else None
    return {
        "to": agency_name(case.penalty_body, case.district, on=on),
        "route": case.route,
        "rectify_by": case.rectify_by.isoformat() if case.rectify_by else "",
        "missed_since": missed.isoformat() if missed and missed <= on else "",
        "fines": [offer_sentence(offer) for offer in offers(case, on=on)],
        "letters": [
            {
                "number": letter.number,
                "kind": letter.get_kind_display(),
                "issued_on": letter.issued_on.isoformat(),
                "delivered": _delivered(letter.delivered_on, letter.get_delivery_display()),
                "digest": letter.content_sha256,
            }
            for letter in letters
        ],
    }


def _delivered(on: date | None, mode: str) -> str:
    return f"{on} {mode}" if on else "尚未登记送达"
