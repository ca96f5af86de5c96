"""What an application for linkage must contain, and who must connect by when, with the articles.

Source: law/prepaid.toml#pack.SH-REG18-10
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar

from shangwu.foundation import law as official
from shangwu.foundation.law import At, Refused, Value
from shangwu.foundation.workdays import WorkdayCalendar
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.deadlines import Due, row_due, transition_due
from shangwu.prepaid.rules.parameters import Disclosure
from shangwu.prepaid.rules.routing import Route
from shangwu.prepaid.vocabulary import BusinessSystem, DocumentKind

CHARTER_PACK, TRANSITION_PACK = "SH-REG18-13", "SH-REG18-28"


@dataclass(frozen=True)
class ScopeLaw:
    """What is a single-purpose prepaid card, and what is none (S01)."""

    LAW: ClassVar[str] = "prepaid"
    covered: Annotated[Value[tuple[str, ...]], At("scope.covered", "words")]
    outside: Annotated[Value[tuple[str, ...]], At("scope.outside", "words")]


@dataclass(frozen=True)
class ApplicationFacts:
    """What an application holds so far; `established_on` None means unknown."""

    system: str
    documents: frozenset[str]
    outlets: int
    has_prior_revenue: bool
    established_on: date | None


@dataclass(frozen=True)
class Duty:
    """Whether an operator must connect, by when where the law gives a day, in words with the articles."""

    must_connect: bool | None
    due: Due | None
    sentence: str


@dataclass(frozen=True)
class Unconnected:
    """What is known of an operator that must connect and has not; None where nothing is known.

    `told_on` is the oldest day on which a consumer, in a case that was opened, held a card of the operator.
    """

    registered_on: date
    established_on: date | None = None
    sells_since: date | None = None
    told_on: date | None = None


def missing(facts: ApplicationFacts, *, on: date) -> tuple[str, ...]:
    """Return what an application still lacks before it can be submitted, each with the reason.

    Source: law/prepaid.toml#pack.SH-REG18-13
    """
    return tuple(_missing(facts, on))


def charter_items(on: date) -> tuple[str, ...]:
    """Return what a card charter must say, by the article in force.

    Source: law/prepaid.toml#pack.SH-REG18-13
    """
    for pack in law.packs(Disclosure, on=on):
        if pack.id == CHARTER_PACK:
            return pack.parameters.item
    return ()


@lru_cache(maxsize=64)
def scope(on: date) -> ScopeLaw:
    """Return what the law covers on the day, and what it leaves out.

    Source: law/prepaid.toml#scope.covered
    """
    return official.read(ScopeLaw, on=on)


def duty(
    route: Route,
    *,
    established_on: date | None,
    sells_since: date | None,
    on: date,
    calendar: WorkdayCalendar,
) -> Duty:
    """Return whether and by when the operator must connect.

    Who sold cards before the law had a transition; who came later reports from the first card on.

    Source: law/prepaid.toml#pack.SH-REG18-28
    """
    if not route.must_connect:
        word = (
            "无须对接" if route.must_connect is False else "对接方式待市政府另行规定，可以自愿对接"
        )
        return Duty(route.must_connect, None, f"{word}。")
    try:
        due = transition_due(on=on, calendar=calendar)
    except Refused:
        return Duty(True, None, f"{on} 没有有效的过渡期规定；发卡的应当完成对接。")
    started = law.pack(TRANSITION_PACK, on=on).starts_on
    if sells_since is not None:
        owed = due if sells_since < started else _due_of_the_first_card(sells_since, calendar)
        return Duty(True, owed, owed.sentence)
    if established_on is not None and established_on >= started:
        article = law.pack("SH-REG18-10", on=on).citation.text
        text = f"{started} 以后设立的没有过渡期：自发卡之日起，次日报送前一日数据（{article}）。"
        return Duty(True, None, text)
    later = "其中以后才发卡的，自发卡之日起，次日报送前一日数据。"
    return Duty(True, due, f"{due.sentence}{later}")


def connecting_dues(
    operators: Sequence[Unconnected], *, on: date, calendar: WorkdayCalendar
) -> list[Due | None]:
    """Return until when each operator should have been connected, as far as anybody knows; None: nothing binds it yet.

    Since when it sells decides. Where nobody says so, only who was there before the law and registered while the
    transition ran was bound by its last day: one that registers later may sell nothing yet.

    Source: law/prepaid.toml#pack.SH-REG18-28
    """
    try:
        transition = transition_due(on=on, calendar=calendar)
    except Refused:
        return [None] * len(operators)
    started = law.pack(TRANSITION_PACK, on=on).starts_on
    of_first_cards: dict[date, Due] = {}

    def due(known: Unconnected) -> Due | None:
        first = known.sells_since or known.told_on
        if first is None:
            was_there = known.established_on is not None and known.established_on < started
            return transition if was_there and known.registered_on <= transition.due else None
        if first < started:
            return transition
        if first not in of_first_cards:
            of_first_cards[first] = _due_of_the_first_card(first, calendar)
        return of_first_cards[first]

    return [due(known) for known in operators]


def is_younger_than_a_year(established_on: date | None, *, on: date) -> bool:
    """Return whether the business had no full year before this one, and so no statement of it."""
    return established_on is not None and established_on.year >= on.year


def _due_of_the_first_card(first: date, calendar: WorkdayCalendar) -> Due:
    """Without a transition the rows of the first card's day are the first that had to come."""
    due = row_due(first, calendar=calendar)
    return replace(due, sentence=f"{first} 起发行单用途卡，没有过渡期：{due.sentence}")


def _missing(facts: ApplicationFacts, on: date) -> Iterator[str]:
    if facts.system not in BusinessSystem.values:
        yield "请选择业务处理系统：自建系统，或者公共基础业务处理系统（管理规定第十条、第十一条）。"
    yield from _missing_documents(facts.documents, on)
    if not facts.outlets:
        yield "请至少登记一家门店：逐日报送按门店编号识别发卡、兑付的地点。"
    young = is_younger_than_a_year(facts.established_on, on=on)
    if not facts.has_prior_revenue and not young:
        yield "请填报上年度主营业务收入：存管档次按它计算（实施办法第十一条）。"
    if DocumentKind.STATEMENT not in facts.documents and not young:
        yield "请上传上年度财务报表，作为所填收入的依据。今年设立的不用上传。"


def _missing_documents(documents: Collection[str], on: date) -> Iterator[str]:
    items = "、".join(charter_items(on))
    if DocumentKind.CHARTER not in documents and items:
        yield f"请上传单用途卡章程，写明：{items}（管理规定第十三条）。"
    if DocumentKind.CONTRACT not in documents:
        yield "请上传购卡合同文本：消费者要求时应当签订书面合同（管理规定第十三条）。"
