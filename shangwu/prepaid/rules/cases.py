"""Supervision cases: which step may follow, which fines may be offered, when a listing is proposed.

Source: law/prepaid.toml#case.flow
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shangwu.foundation import law as official
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import MONTHS_A_YEAR, add_months, yuan
from shangwu.prepaid.rules.law import CaseLaw, Citation, Pack, Transition
from shangwu.prepaid.rules.parameters import Band, FineBand, Ground, Listing
from shangwu.prepaid.vocabulary import CaseAct, CaseState, Gravity


@dataclass(frozen=True)
class StepFacts:
    """What an agency brings to a step: what the flow's `needs` ask for."""

    on: date
    rectify_by: date | None = None
    refused: bool = False
    evidence: tuple[str, ...] = ()
    breach: str = ""
    basis: str = ""
    gravity: str = ""
    fine: Fen | None = None
    jurisdiction: str = "shanghai"


@dataclass(frozen=True)
class Step:
    """The state a case moves to, and the article."""

    next: str
    citation: Citation
    sentence: str


@dataclass(frozen=True)
class FineOffer:
    """Fines that may be imposed for a breach: the pack to cite as basis, its bands, its article."""

    basis: str
    bands: tuple[Band, ...]
    citation: Citation


@dataclass(frozen=True)
class ListingProposal:
    """A proposal to list an operator; a person decides."""

    is_proposed: bool
    citation: Citation
    sentence: str


def acts_open(state: str, *, on: date) -> tuple[str, ...]:
    """Return what may be done next with a case in that state."""
    return tuple(row.act for row in _flow(on) if row.state == state)


def step(state: str, act: str, *, facts: StepFacts) -> Step:
    """Return where an act leads, if everything is there that it needs.

    Source: law/prepaid.toml#case.flow
    Raises: Refused naming what is missing, or that the act does not follow from the state.
    """
    row = next((r for r in _flow(facts.on) if (r.state, r.act) == (state, act)), None)
    if row is None:
        raise Refused(
            f"案件“{CaseState(state).label}”时不能{CaseAct(act).label}。", code="PREPAID-CASE-STEP"
        )
    for need in row.needs:
        _NEEDS[need](facts)
    flow = official.read(CaseLaw, on=facts.on).flow
    citation = Citation(flow.article, flow.reference, flow.source, flow.source_status)
    text = f"{CaseAct(act).label}，案件转为“{CaseState(row.next).label}”"
    return Step(row.next, citation, f"{text}（{citation.text}）。")


def fines_for(
    breach: str, *, on: date, sector: str | None = None, jurisdiction: str = "shanghai"
) -> tuple[FineOffer, ...]:
    """Return the fines that the law in force provides for this breach, and for no other; never a draft's.

    Unit: fen.
    Source: law/prepaid.toml#pack.SH-REG18-26-1
    """
    return tuple(
        FineOffer(pack.id, pack.parameters.band, pack.citation)
        for pack in law.packs(FineBand, on=on, jurisdiction=jurisdiction, sector=sector)
        if pack.parameters.breach == breach
    )


def require_fine(
    fine: Fen,
    *,
    basis: str,
    breach: str,
    gravity: str,
    on: date,
    jurisdiction: str = "shanghai",
) -> Citation:
    """Return the article of a fine that lies within its band.

    Unit: fen.
    Raises: Refused for a draft, an article that is not about the breach, or an amount outside the band.
    """
    pack = law.pack(basis, on=on)
    law.require_adopted(pack, purpose="处罚")
    rule = pack.parameters
    here = pack.jurisdiction in official.places(jurisdiction)
    if not here or not isinstance(rule, FineBand) or rule.breach != breach:
        raise Refused(
            f"{pack.citation.article}不是这一违法行为的罚则。请改选相应条款。",
            code="PREPAID-CASE-BASIS",
            source=pack.citation.reference,
        )
    band = next((one for one in rule.band if one.gravity == gravity), None)
    if band is None:
        raise Refused(
            f"{pack.citation.article}没有“{dict(Gravity.choices).get(gravity, gravity)}”的罚款幅度。",
            code="PREPAID-CASE-BAND",
            source=pack.citation.reference,
        )
    if not band.at_least_fen <= fine <= band.at_most_fen:
        raise Refused(
            f"罚款 {yuan(fine)} 不在 {yuan(band.at_least_fen)} 至 {yuan(band.at_most_fen)} 的幅度内"
            f"（{pack.citation.article}）。",
            code="PREPAID-CASE-BAND",
            source=pack.citation.reference,
        )
    return pack.citation


def listing_by_penalties(penalties: Sequence[date], *, on: date) -> ListingProposal:
    """Return whether penalties so close together propose a listing (A4); a person decides.

    Source: law/prepaid.toml#setting.A4
    Raises: Refused for a day on which no such list was provided for.
    """
    pack = _listing(on)
    ground = next(one for one in pack.parameters.ground if one.penalties)
    days = sorted(day for day in penalties if day <= on)
    through = law.settings(on).penalties_within.value == "through_anniversary"
    groups = zip(days, days[ground.penalties - 1 :], strict=False)
    close = [pair for pair in groups if _is_close(*pair, ground=ground, through=through)]
    if close:
        first, last = close[-1]
        text = (
            f"{first} 至 {last} 受到 {ground.penalties} 次处罚：{ground.label}。建议列入，由人决定"
        )
    else:
        text = f"未达到“{ground.label}”，不建议列入"
    return ListingProposal(bool(close), pack.citation, f"{text}（{pack.citation.text}）。")


def listing_by_fact(ground: str, *, on: date) -> ListingProposal:
    """Return the proposal on a ground that a person has established; a person decides.

    Source: law/prepaid.toml#pack.SH-REG18-25
    Raises: Refused for a ground that the law does not name, or that is counted from penalties.
    """
    pack = _listing(on)
    found = next((one for one in pack.parameters.ground if one.name == ground), None)
    if found is None or found.penalties:
        raise Refused("没有这一列入情形，或者应由处罚记录得出。", code="PREPAID-LISTING-GROUND")
    text = f"{found.label}：建议列入，由人决定（{pack.citation.text}）。"
    return ListingProposal(True, pack.citation, text)


def _listing(on: date) -> Pack[Listing]:
    pack = next(iter(law.packs(Listing, on=on)), None)
    if pack is None:
        raise Refused(f"{on.isoformat()} 没有有效的严重失信名单规定。", code="PREPAID-LISTING-LAW")
    return pack


def _is_close(first: date, last: date, *, ground: Ground, through: bool) -> bool:
    end = add_months(first, MONTHS_A_YEAR * ground.within_years)
    return last <= end if through else last < end


def _flow(on: date) -> tuple[Transition, ...]:
    return official.read(CaseLaw, on=on).flow.value


def _need_deadline(facts: StepFacts) -> None:
    if facts.rectify_by is None or facts.rectify_by <= facts.on:
        raise Refused("请写明今日以后的改正期限。", code="PREPAID-CASE-DEADLINE")


def _need_evidence(facts: StepFacts) -> None:
    if not any(one.strip() for one in facts.evidence):
        raise Refused("请附上证据。", code="PREPAID-CASE-EVIDENCE")


def _need_missed(facts: StepFacts) -> None:
    if facts.refused:
        return
    if facts.rectify_by is None or facts.on <= facts.rectify_by:
        until = facts.rectify_by or "（未写明）"
        raise Refused(
            f"改正期限 {until} 未满，当事人也没有拒绝改正，不能移送。", code="PREPAID-CASE-EARLY"
        )


def _need_basis(facts: StepFacts) -> None:
    if not facts.basis:
        raise Refused("请选择处罚依据的条款。", code="PREPAID-CASE-BASIS")


def _need_fine(facts: StepFacts) -> None:
    if facts.fine is None:
        raise Refused("请填写罚款金额。", code="PREPAID-CASE-BAND")
    require_fine(
        facts.fine,
        basis=facts.basis,
        breach=facts.breach,
        gravity=facts.gravity,
        on=facts.on,
        jurisdiction=facts.jurisdiction,
    )


_NEEDS = {
    "deadline": _need_deadline,
    "evidence": _need_evidence,
    "missed": _need_missed,
    "basis": _need_basis,
    "fine": _need_fine,
}
