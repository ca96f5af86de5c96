"""What supervision adds to the flow of cases: which acts two people do, which breach an anomaly shows, due days.

Source: law/prepaid.toml#case.flow
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shangwu.foundation import workdays
from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import DayZero, TraceDay, WorkdayCalendar
from shangwu.prepaid.rules import law, screening
from shangwu.prepaid.rules.governance import clock, governance, standing_note
from shangwu.prepaid.rules.parameters import FineBand
from shangwu.prepaid.vocabulary import (
    Agency,
    Breach,
    CaseAct,
    Delivery,
    LetterKind,
    ObservationKind,
    OperatorStatus,
)

# An officer drafts these and a reviewer signs them: they bind the operator, or end the matter.
TWO_PERSONS = frozenset(
    {
        *(CaseAct.WARN, CaseAct.INTERVIEW, CaseAct.HAND_OVER),
        *(CaseAct.STOP_SALES, CaseAct.RESUME_SALES, CaseAct.CLOSE),
    }
)
# From which standing of the operator these acts lead to which.
SALES = {
    CaseAct.STOP_SALES: (OperatorStatus.CONNECTED, OperatorStatus.STOPPED),
    CaseAct.RESUME_SALES: (OperatorStatus.STOPPED, OperatorStatus.CONNECTED),
}
# The papers that an act brings forth when it is signed.
LETTERS: dict[str, tuple[LetterKind, ...]] = {
    CaseAct.WARN: (LetterKind.WARNING,),
    CaseAct.INTERVIEW: (LetterKind.INTERVIEW, LetterKind.RECTIFICATION),
    CaseAct.STOP_SALES: (LetterKind.STOP_SALES,),
    CaseAct.RESUME_SALES: (LetterKind.RESUME_SALES,),
    CaseAct.HAND_OVER: (LetterKind.HAND_OVER,),
}
# The short word of a paper's number (文号), as 沪商预警〔2019〕1号 shows it.
WORDS = {
    LetterKind.WARNING: "预警",
    LetterKind.INTERVIEW: "预谈",
    LetterKind.RECTIFICATION: "预改",
    LetterKind.STOP_SALES: "预停",
    LetterKind.RESUME_SALES: "预复",
    LetterKind.HAND_OVER: "预移",
}
# How a case is handed to another authority: neither the operator's pages nor a public notice reach it.
TO_BODY = (Delivery.DIRECT, Delivery.POST)
AGENCY_WORDS = {
    Agency.COMMERCE: "商",
    Agency.MARKET_SUPERVISION: "市监",
    Agency.CULTURE_TOURISM: "文旅",
    Agency.CULTURE_ENFORCEMENT: "文执",
    Agency.SPORTS: "体",
    Agency.EDUCATION: "教",
    Agency.TRANSPORT: "交",
}
LONGEST_PERIOD = 120
NUMBERS_OF_PEOPLE = frozenset({"id_number", "mobile", "email", "bank_card", "travel_document"})
_REPORTING = {
    *(ObservationKind.MISSING_DAY, ObservationKind.LATE_DAY, ObservationKind.SUM_MISMATCH),
    *(ObservationKind.SEQUENCE_GAP, ObservationKind.REPORT_MISSING),
    *(ObservationKind.NOT_CONNECTED, ObservationKind.UNKNOWN_CARD),
    ObservationKind.CONSUMER_DIFFERENCE,
}
_SECURITY = {ObservationKind.UNDER_SECURED, ObservationKind.CUSTODY_DROP}


@dataclass(frozen=True)
class CaseDue:
    """The last day of a period, its trace, and the sentence that explains it."""

    due: date
    trace: tuple[TraceDay, ...]
    is_provisional: bool
    sentence: str


def breach_shown_by(kind: str) -> str:
    """Return the breach that an anomaly points to; empty where no article with a fine matches.

    Source: law/prepaid.toml#pack.SH-REG18-26-1
    """
    if kind in _REPORTING:
        return Breach.REPORTING.value
    if kind == ObservationKind.SOLD_WHILE_STOPPED:
        return Breach.CONSUMER_RIGHTS.value
    return Breach.RISK_MEASURE.value if kind in _SECURITY else ""


def breaches_with_fines(
    *, on: date, sector: str, jurisdiction: str = "shanghai"
) -> tuple[str, ...]:
    """Return the breaches for which some article in force provides a fine, so that no other is offered.

    Source: law/prepaid.toml#pack.SH-REG18-26-1
    """
    found = law.packs(FineBand, on=on, jurisdiction=jurisdiction, sector=sector)
    named = {pack.parameters.breach for pack in found}
    return tuple(breach for breach in Breach.values if breach in named)


def period(
    name: str, start: date, *, calendar: WorkdayCalendar, count: int | None = None
) -> CaseDue:
    """Return when a period of a case ends; `count` working days where a person chose otherwise.

    Unit: workday.
    Source: law/prepaid_governance.toml#case.clocks
    Raises: Refused PREPAID-CASE-DEADLINE for a count that is no period.
    """
    row = clock(name, on=start)
    days = row.workdays if count is None else count
    if not 1 <= days <= LONGEST_PERIOD:
        raise Refused(f"期限须为 1 至 {LONGEST_PERIOD} 个工作日。", code="PREPAID-CASE-DEADLINE")
    end = workdays.due(calendar, start=start, count=days, day_zero=DayZero.CALENDAR_DATE)
    note = "；放假安排公布前为暂定" if end.provisional else ""
    basis = (
        "经办人确定"
        if count not in (None, row.workdays)
        else standing_note(governance(start).clocks)
    )
    sentence = f"{row.label}：自 {start} 的次日起 {days} 个工作日，至 {end.due}{note}（{basis}）。"
    return CaseDue(end.due, end.trace, end.provisional, sentence)


def require_impersonal(*texts: str) -> None:
    """Refuse words that carry numbers of people; what was found is not repeated. Names of representatives may stand.

    Source: law/prepaid.toml#pack.SH-REG18-9
    Raises: Refused PREPAID-PERSONAL naming the kind.
    """
    found = {kind for text in texts for kind in screening.find(text)} & NUMBERS_OF_PEOPLE
    if found:
        kinds = screening.labels(found).zh
        raise Refused(
            f"文字中有{kinds}。平台不收集消费者个人信息，请删去后重新提交。",
            code="PREPAID-PERSONAL",
        )


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return a frozen content in its one form as JSON, of which its digest is the SHA-256."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a frozen content in its one canonical form."""
    return hashlib.sha256(canonical(content)).hexdigest()


def as_frozen(content: Mapping[str, Any], recorded: str, *, what: str) -> bytes:
    """Return a frozen content as the file that goes out of the house.

    Raises: Refused PREPAID-DOSSIER-DIGEST when the content is not the one whose digest was recorded.
    """
    if digest(content) != recorded:
        raise Refused(
            f"{what}的内容与固定时登记的指纹不一致，案卷没有生成。请报告审计管理员核查。",
            code="PREPAID-DOSSIER-DIGEST",
        )
    return canonical(content)


def letter_number(kind: str, *, agency: str, district: str, year: int, serial: int) -> str:
    """Return the number of a paper (文号): district, agency, kind, year in brackets, serial."""
    place = district.removesuffix("区").removesuffix("新")
    return f"沪{place}{AGENCY_WORDS[Agency(agency)]}{WORDS[LetterKind(kind)]}〔{year}〕{serial}号"
