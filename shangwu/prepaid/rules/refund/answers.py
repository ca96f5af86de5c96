"""Refunds as the public calculator shows them: amount, formula and articles, in both languages.

Whose doing ended the contract is for people to establish (A8): both answers stand side by side.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.refund import english
from shangwu.prepaid.rules.refund.answer import Refund
from shangwu.prepaid.rules.refund.interest import interest
from shangwu.prepaid.rules.refund.principal import CardUse, principal
from shangwu.prepaid.rules.refund.term import TermCard, term_refund, withdrawal
from shangwu.prepaid.vocabulary import Fault

OPERATORS_FAULT = Bilingual("如果是经营者的原因", "If the cause lies with the operator")
CONSUMERS_REASON = Bilingual("如果是消费者自己的原因", "If you end it for reasons of your own")
IN_AN_ACCOUNT = Bilingual("钱在监管账户里的", "Where the money lay in a supervised account")
EITHER = Bilingual("按剩余期限", "By the term that remains")


@dataclass(frozen=True)
class Answer:
    """One amount in fen, under which condition, by which formula and articles."""

    title: Bilingual
    amount: Fen
    formula: Bilingual
    articles: Bilingual


def answers(what: str, facts: Mapping[str, Any]) -> tuple[Answer, ...]:
    """Return what comes back, for one of the kinds stored, term, withdrawal, interest.

    Unit: fen.
    Source: law/prepaid.toml#pack.CN-SPC25-15
    Raises: Refused for figures that cannot be, and for a day without such law.
    """
    return _KINDS[what](facts)


def _stored(facts: Mapping[str, Any]) -> tuple[Answer, ...]:
    card = CardUse(
        paid=facts["paid"],
        used=facts["used"],
        gift=facts["gift"] or 0,
        discount=facts["discount"] or Decimal(1),
        used_at_market=facts["market"],
    )
    ended_on: date = facts["ended_on"]
    return (
        _answer(OPERATORS_FAULT, principal(card, fault=Fault.OPERATOR, on=ended_on)),
        _answer(CONSUMERS_REASON, principal(card, fault=Fault.CONSUMER, on=ended_on)),
    )


def _term(facts: Mapping[str, Any]) -> tuple[Answer, ...]:
    card = TermCard(
        facts["paid"], facts["starts_on"], facts["until"], facts["ended_on"], facts["stopped_on"]
    )
    return (_answer(EITHER, term_refund(card, on=facts["ended_on"])),)


def _withdrawal(facts: Mapping[str, Any]) -> tuple[Answer, ...]:
    found = withdrawal(
        facts["paid"],
        paid_on=facts["paid_on"],
        asked_on=facts["asked_on"],
        has_tried=facts["has_tried"],
    )
    title = (
        Bilingual("可以全额退款", "The whole payment comes back")
        if found.is_allowed
        else Bilingual("不能依这一条退款", "No refund under this article")
    )
    return (_answer(title, found.refund),)


def _interest(facts: Mapping[str, Any]) -> tuple[Answer, ...]:
    return tuple(
        _answer(
            title,
            interest(
                facts["amount"],
                rate=facts[name],
                ended_on=facts["ended_on"],
                paid_on=facts["paid_on"],
                fault=fault,
                is_supervised=name == "supervised",
            ),
        )
        for name, fault, title in (
            ("operator", Fault.OPERATOR, OPERATORS_FAULT),
            ("consumer", Fault.CONSUMER, CONSUMERS_REASON),
            ("supervised", Fault.OPERATOR, IN_AN_ACCOUNT),
        )
        if facts[name] is not None
    )


_KINDS: dict[str, Callable[[Mapping[str, Any]], tuple[Answer, ...]]] = {
    "stored": _stored,
    "term": _term,
    "withdrawal": _withdrawal,
    "interest": _interest,
}


def _answer(title: Bilingual, refund: Refund) -> Answer:
    citations = "；".join(citation.text for citation in refund.citations)
    return Answer(
        title,
        refund.amount,
        Bilingual(refund.formula, english.formula(refund)),
        Bilingual(citations, english.articles(refund)),
    )
