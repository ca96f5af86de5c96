"""The kinds of events in an operator's life: in which table each stands, when it was, and what is said of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse

from shangwu.foundation.money import format_yuan
from shangwu.prepaid.models import (
    Case,
    CaseLetter,
    CaseStep,
    Closing,
    CollapseMember,
    ConsumerRequest,
    CreditListing,
    CreditPetition,
    CreditStanding,
    CustodyStanding,
    Inspection,
    LetterReply,
    LinkageMark,
    LinkageStep,
    Observation,
    Operator,
    Penalty,
    QuarterReport,
    WarningAlert,
)
from shangwu.prepaid.vocabulary import (
    LinkageStepKind,
    ListingState,
    StandingCause,
    StepStatus,
)

STANDINGS = "standing"
GROUPS = {
    "case": "案件、文书和处罚",
    "inspection": "现场检查",
    "consumer": "消费者来件",
    "alert": "风险预警",
    "observation": "异常",
    "credit": "信用等次和名单",
    "closing": "停业和失联",
    "register": "登记、对接和季度报告",
    STANDINGS: "存管核算",
}
_ON_THE_WAY = (
    LinkageStepKind.SUBMITTED,
    LinkageStepKind.RETURNED,
    LinkageStepKind.APPROVED,
    LinkageStepKind.REFUSED,
)
Told = tuple[str, str, str]


@dataclass(frozen=True)
class Kind:
    """One kind of event: in which table, when, and what is said of a row: title, sentence, door."""

    key: str
    group: str
    model: type[Model]
    at: str
    tell: Callable[[Any], Told]
    operator: str = "operator"
    related: tuple[str, ...] = ()
    only: tuple[tuple[str, Any], ...] = ()


def _door(name: str, value: object) -> str:
    return reverse(f"prepaid:{name}", args=[value])


def _of_operator(title: str) -> Callable[[Operator], Told]:
    return lambda row: (title, "", _door("linkage-page", row.number))


def _standing(row: CustodyStanding) -> Told:
    cause = dict(StandingCause.choices).get(row.cause, row.cause)
    said = f"应存管 {format_yuan(row.required_fen)} 元，缺额 {format_yuan(row.shortfall_fen)} 元"
    more = "" if row.is_complete else "，资料不齐"
    return f"核算：{cause}", said + more, ""


def _case(word: str) -> Callable[[Case], Told]:
    return lambda row: (f"{word} {row.number}", row.summary, _door("case", row.number))


def _letter(word: str) -> Callable[[CaseLetter], Told]:
    def tell(row: CaseLetter) -> Told:
        how = row.get_delivery_display() if word == "送达" else ""
        return f"{word}{row.get_kind_display()} {row.number}", how, _door("case", row.case.number)

    return tell


def _penalty(row: Penalty) -> Told:
    said = f"{row.get_body_display()}，罚款 {format_yuan(row.fine_fen)} 元，{row.article}"
    return f"行政处罚 {row.decision_number}", said, _door("case", row.case.number)


def _listing(word: str, said: str) -> Callable[[CreditListing], Told]:
    return lambda row: (
        f"严重失信名单：{word}",
        getattr(row, said) if said else "",
        _door("listing", row.number),
    )


def _listing_decided(row: CreditListing) -> Told:
    word = "不予列入" if row.state == ListingState.DECLINED else "列入"
    return f"严重失信名单：{word}", row.decision, _door("listing", row.number)


def _petition(word: str) -> Callable[[CreditPetition], Told]:
    def tell(row: CreditPetition) -> Told:
        said = row.answer if word else ""
        done = row.get_state_display() if word else "收到申请"
        link = _door("listing", row.listing.number)
        return f"{row.get_kind_display()}：{done}", said, link

    return tell


def _request(row: ConsumerRequest) -> Told:
    about = f"：{row.get_subject_display()}" if row.subject else ""
    return f"收到{row.get_kind_display()}{about}", row.number, _door("request", row.pk)


def _answered(row: ConsumerRequest) -> Told:
    return f"答复{row.get_kind_display()}", row.number, _door("request", row.pk)


def _alert(row: WarningAlert) -> Told:
    return f"风险预警（{row.week} 当周）", "须由人核查", reverse("prepaid:alerts")


def _alert_decided(row: WarningAlert) -> Told:
    link = _door("case", row.case.number) if row.case else reverse("prepaid:alerts")
    return f"风险预警{row.get_state_display()}", row.reason, link


def _closing(word: str) -> Callable[[Closing], Told]:
    def tell(row: Closing) -> Told:
        said = row.reason if word else f"{row.takes_effect_on} 生效"
        title = f"{row.get_state_display() if word else '公告'}：{row.get_kind_display()}"
        return title, said, _door("closing", row.number)

    return tell


def _collapse(word: str) -> Callable[[CollapseMember], Told]:
    return lambda row: (word, row.collapse.name, _door("collapse", row.collapse.number))


def _register() -> Iterator[Kind]:
    group = "register"
    for at, title in (
        ("established_on", "成立"),
        ("registered_at", "在平台登记"),
        ("connected_on", "完成信息对接"),
        ("ended_on", "退出"),
    ):
        yield Kind(at, group, Operator, at, _of_operator(title), operator="pk")
    yield Kind(
        "linkage",
        group,
        LinkageStep,
        "at",
        lambda row: (
            row.get_kind_display(),
            row.sentence,
            _door("linkage-page", row.operator.number),
        ),
        related=("operator",),
        only=(("kind__in", _ON_THE_WAY),),
    )
    yield Kind(
        "mark_issued",
        group,
        LinkageMark,
        "issued_on",
        lambda row: (f"核发对接标识 {row.code}", "", _door("mark", row.code)),
    )
    yield Kind(
        "mark_withdrawn",
        group,
        LinkageMark,
        "withdrawn_on",
        lambda row: (f"收回对接标识 {row.code}", row.withdrawal_reason, _door("mark", row.code)),
    )
    yield Kind(
        "quarter",
        group,
        QuarterReport,
        "received_at",
        lambda row: (f"{row.quarter_start} 起季度报告收到", "", ""),
    )


def _cases() -> Iterator[Kind]:
    group = case = "case"
    yield Kind("case_opened", group, Case, "opened_at", _case("立案"))
    yield Kind("case_closed", group, Case, "closed_on", _case("结案"))
    yield Kind(
        "step",
        group,
        CaseStep,
        "signed_at",
        lambda row: (
            f"“{row.get_act_display()}”生效",
            row.sentence,
            _door("case", row.case.number),
        ),
        # An act with a paper is told by the paper.
        only=(("status", StepStatus.SIGNED), ("letters__isnull", True)),
        operator="case__operator",
        related=(case,),
    )
    yield Kind(
        "letter",
        group,
        CaseLetter,
        "issued_on",
        _letter("签发"),
        operator="case__operator",
        related=(case,),
    )
    yield Kind(
        "delivered",
        group,
        CaseLetter,
        "delivered_on",
        _letter("送达"),
        operator="case__operator",
        related=(case,),
    )
    yield Kind(
        "reply",
        group,
        LetterReply,
        "replied_at",
        lambda row: (
            f"当事人答复 {row.letter.number}",
            row.text,
            _door("case", row.letter.case.number),
        ),
        operator="letter__case__operator",
        related=("letter__case",),
    )
    yield Kind("penalty", group, Penalty, "decided_on", _penalty, related=("case",))


def _inspections() -> Iterator[Kind]:
    group = "inspection"
    yield Kind(
        "inspection_planned",
        group,
        Inspection,
        "planned_at",
        lambda row: (
            f"安排现场检查 {row.number}",
            f"{row.reason}，计划 {row.planned_on} 进行",
            _door("inspection", row.number),
        ),
    )
    yield Kind(
        "inspection_done",
        group,
        Inspection,
        "submitted_at",
        lambda row: (
            f"完成现场检查 {row.number}",
            row.conclusion,
            _door("inspection", row.number),
        ),
    )


def _credit() -> Iterator[Kind]:
    group, listing = "credit", "listing"
    yield Kind(
        "grade",
        group,
        CreditStanding,
        "known_at",
        lambda row: (
            f"信用等次：{row.get_grade_display()}",
            row.sentence,
            _door("operator-credit", row.operator.number),
        ),
        related=("operator",),
    )
    for at, word, said in (
        ("proposed_at", "建议列入", "reasons"),
        ("noticed_on", "事先告知", ""),
        ("statement_at", "当事人陈述、申辩", "statement"),
        ("removed_on", "移出", "removal_reason"),
    ):
        yield Kind(at, group, CreditListing, at, _listing(word, said))
    yield Kind("decided_on", group, CreditListing, "decided_on", _listing_decided)
    yield Kind(
        "petition",
        group,
        CreditPetition,
        "received_on",
        _petition(""),
        operator="listing__operator",
        related=(listing,),
    )
    yield Kind(
        "petition_done",
        group,
        CreditPetition,
        "decided_on",
        _petition("done"),
        operator="listing__operator",
        related=(listing,),
    )


def _others() -> Iterator[Kind]:
    yield Kind("request", "consumer", ConsumerRequest, "received_at", _request)
    yield Kind("answered", "consumer", ConsumerRequest, "answered_at", _answered)
    yield Kind("alert", "alert", WarningAlert, "made_at", _alert)
    yield Kind("alert_done", "alert", WarningAlert, "decided_at", _alert_decided, related=("case",))
    yield Kind(
        "observed",
        "observation",
        Observation,
        "day",
        lambda row: (
            f"异常：{row.get_kind_display()}",
            row.sentence,
            _door("observation", row.pk),
        ),
    )
    yield Kind(
        "settled",
        "observation",
        Observation,
        "settled_at",
        lambda row: (f"了结：{row.get_kind_display()}", "", _door("observation", row.pk)),
    )
    yield Kind("closing", "closing", Closing, "announced_at", _closing(""))
    yield Kind("closing_done", "closing", Closing, "ended_at", _closing("done"))
    for at, word in (
        ("opened_at", "提出失联处置"),
        ("signed_at", "签发失联处置"),
        ("ended_at", "办结失联处置"),
    ):
        yield Kind(
            f"collapse_{at}",
            "closing",
            CollapseMember,
            f"collapse__{at}",
            _collapse(word),
            related=("collapse",),
        )
    yield Kind("standing", STANDINGS, CustodyStanding, "day", _standing)


KINDS: tuple[Kind, ...] = (*_register(), *_cases(), *_inspections(), *_credit(), *_others())
