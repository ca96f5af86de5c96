"""Supervision cases: which step may follow, which fines may be offered.

Source: law/prepaid.toml#case.flow
"""

from dataclasses import dataclass
from datetime import date

from shangwu.foundation import law as official
from shangwu.foundation.law import Refused, Value
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.law import CaseLaw, Citation, Transition
from shangwu.prepaid.rules.parameters import Band, FineBand
from shangwu.prepaid.vocabulary import CaseAct, CaseState, Gravity, OperatorStatus


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
    operator_status: str = ""
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


def acts_open(state: str, *, on: date) -> tuple[str, ...]:
    """Return what may be done next with a case in that state."""
    return tuple(row.act for part in _flows(on) for row in part.value if row.state == state)


def step(state: str, act: str, *, facts: StepFacts) -> Step:
    """Return where an act leads, if everything is there that it needs.

    Source: law/prepaid.toml#case.flow
    Raises: Refused naming what is missing, or that the act does not follow from the state.
    """
    rows = ((row, part) for part in _flows(facts.on) for row in part.value)
    found = next((one for one in rows if (one[0].state, one[0].act) == (state, act)), None)
    if found is None:
        raise Refused(
            f"案件“{CaseState(state).label}”时不能{CaseAct(act).label}。", code="PREPAID-CASE-STEP"
        )
    row, part = found
    for need in row.needs:
        _NEEDS[need](facts)
    citation = Citation(part.article, part.reference, part.source, part.source_status)
    text = str(CaseAct(act).label)
    if row.next != state:
        text += f"，案件转为“{CaseState(row.next).label}”"
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


def _flows(on: date) -> tuple[Value[tuple[Transition, ...]], ...]:
    found = official.read(CaseLaw, on=on)
    return (found.flow, found.sales) if found.sales else (found.flow,)


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


def _need_selling(facts: StepFacts) -> None:
    if facts.operator_status != OperatorStatus.CONNECTED:
        raise Refused(
            f"经营者目前的状态是“{_status(facts)}”，没有在发卡，不必停止。",
            code="PREPAID-CASE-SALES",
        )


def _need_stopped(facts: StepFacts) -> None:
    if facts.operator_status != OperatorStatus.STOPPED:
        raise Refused(
            f"经营者目前的状态是“{_status(facts)}”，不是已停止发卡，不必恢复。",
            code="PREPAID-CASE-SALES",
        )


def _status(facts: StepFacts) -> str:
    return str(dict(OperatorStatus.choices).get(facts.operator_status, facts.operator_status))


_NEEDS = {
    "selling": _need_selling,
    "stopped": _need_stopped,
    "deadline": _need_deadline,
    "evidence": _need_evidence,
    "missed": _need_missed,
    "basis": _need_basis,
    "fine": _need_fine,
}
