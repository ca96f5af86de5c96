"""The model charter and contract: which items the law demands that day, each with its clauses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shangwu.foundation.documents import Official, Text
from shangwu.foundation.law import Refused
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.bilingual import Bilingual, filled
from shangwu.prepaid.rules.consumers.english import article
from shangwu.prepaid.rules.limits import rules_of
from shangwu.prepaid.rules.papers.clauses import CHARTER, CONTRACT, ITEMS_IN_ENGLISH
from shangwu.prepaid.rules.parameters import Clocks, Limit, RefundFormula

BLANK = "____"
# Fields of a card plan, and the item of the law that each answers.
CHARTER_FIELDS = {
    "scope": "使用范围",
    "fund_use": "预收资金的用途和管理方式",
    "refund_terms": "退款方式",
}
_NUMBERS = "一二三四五六七八九十"
_PLACE = re.compile(r"{(\w+)}")
_LEAST_VALIDITY = ("anonymous", "months")
_FOOT = Bilingual(
    "示范文本，供经营者和消费者参考使用；空白处由双方填写，可以约定得对消费者更有利。",
    "A model text for reference. Blanks are filled by the parties, who may agree on more for the consumer. "
    "The Chinese text counts.",
)


@dataclass(frozen=True)
class ModelText:
    """One model text: which pack of the law names its items, and the clauses under each."""

    title: Bilingual
    pack: str
    clauses: Mapping[str, tuple[Bilingual, ...]]
    signature: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One item of the law with its clauses."""

    title: Bilingual
    clauses: tuple[Bilingual, ...]


MODEL_TEXTS: dict[str, ModelText] = {
    "charter": ModelText(
        Bilingual("单用途预付消费卡章程（示范文本）", "Card charter (model text)"),
        "SH-REG18-13",
        CHARTER,
        ("经营者（盖章）：", "公布日期：　　年　月　日"),
    ),
    "contract": ModelText(
        Bilingual("单用途预付消费卡购卡合同（示范文本）", "Card contract (model text)"),
        "SH-CO1",
        {**CHARTER, **CONTRACT},
        ("经营者（盖章）：", "消费者（签字）：", "日期：　　年　月　日"),
    ),
}


def sections(text: ModelText, *, on: date) -> tuple[Section, ...]:
    """Return the items that the law names on the day with their clauses; a contract repeats the charter's first.

    Source: law/prepaid.toml#pack.SH-REG18-13
    Raises: Refused PREPAID-MODEL where the law names an item without a clause here.
    """
    items = [
        item for pack in dict.fromkeys(("SH-REG18-13", text.pack)) for item in _items(pack, on)
    ]
    if missing := [item for item in items if item not in text.clauses]:
        raise Refused(f"示范文本缺少{'、'.join(missing)}的条款，请先补充。", code="PREPAID-MODEL")
    figures = _figures(on)
    return tuple(
        Section(
            Bilingual(item, ITEMS_IN_ENGLISH[item]),
            tuple(
                filled(clause, **figures)
                for clause in text.clauses[item]
                if set(_PLACE.findall(clause.zh)) <= figures.keys()
            ),
        )
        for item in items
    )


def charter_start(*, issuer: str, shops: Sequence[str], on: date) -> dict[str, str]:
    """Return the model clauses from which a shop begins its own charter, with its name and shops filled in.

    What is still blank is written as BLANK.

    Source: law/prepaid.toml#pack.SH-REG18-13
    """
    said = {one.title.zh: one for one in sections(MODEL_TEXTS["charter"], on=on)}
    texts = {
        field: "\n".join(clause.zh for clause in said[item].clauses)
        for field, item in CHARTER_FIELDS.items()
        if item in said
    }
    # The clause begins with who issues the card and where it is accepted.
    for known in (issuer, "、".join(shops)):
        if known and "scope" in texts:
            texts["scope"] = texts["scope"].replace(BLANK, known, 1)
    return texts


def basis(text: ModelText, *, on: date) -> Bilingual:
    """Return the articles that name the items."""
    packs = dict.fromkeys(("SH-REG18-13", text.pack))
    found = [law.pack(pack, on=on).citation.text for pack in packs]
    return Bilingual(
        f"依据：{'；'.join(found)}", f"Under: {'; '.join(article(one) for one in found)}"
    )


def paper(text: ModelText, *, on: date, language: int) -> Official:
    """Return the model text as an official paper, in Chinese (0) or English (1)."""
    parts: list[Text] = []
    for number, section in enumerate(sections(text, on=on)):
        head = (
            f"{_NUMBERS[number]}、"
            if number < len(_NUMBERS) and not language
            else f"{number + 1}. "
        )
        parts.append(Text(f"{head}{section.title[language]}", is_heading=True))
        parts.extend(Text(clause[language]) for clause in section.clauses)
    return Official(
        title=text.title[language],
        under_title=basis(text, on=on)[language],
        parts=tuple(parts),
        signature=text.signature,
        foot=_FOOT[language],
    )


def _figures(on: date) -> dict[str, int]:
    """The law's figures that clauses name, by the name of their place; one that is not in force is absent."""
    found = {}
    refunds = law.packs(RefundFormula, on=on)
    if days := [pack.parameters.days for pack in refunds if pack.parameters.formula == "full"]:
        found["withdrawal_days"] = max(days)
    clocks = [clock for pack in law.packs(Clocks, on=on) for clock in pack.parameters.clock]
    if notices := [clock.count for clock in clocks if clock.name == "closing_notice"]:
        found["notice_days"] = max(notices)
    bounds = [rule for pack in law.packs(Limit, on=on) for rule in rules_of(pack.parameters, on=on)]
    months = [rule.at_least for rule in bounds if (rule.of, rule.measure) == _LEAST_VALIDITY]
    if least := [count for count in months if count]:
        found["anonymous_months"] = max(least)
    return found


def _items(pack: str, on: date) -> tuple[str, ...]:
    found: tuple[str, ...] = law.pack(pack, on=on).parameters.item
    return found
