"""The businesses of the demonstration with their keys and cards, and the banks and insurers that secure them."""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from city.prepaid.businesses import Business, businesses, chain, rare, social_credit_code
from city.prepaid.sending import Key
from city.prepaid.wallet import Wallet

HERE = Path(__file__).parent
# The file in the platform's folder that tells when the play began.
BEGAN = "demonstration-cards-begin"
BANKS = ("虚构第一银行", "虚构第二银行", "虚构商业银行")
INSURERS = ("虚构财产保险公司",)
# What an honest business keeps in custody above what most rules ask; a thin one keeps far too little, and so
# does one that sells beside its books.
CUSTODY_SHARE = {"honest": 0.75, "late": 0.6, "thin": 0.1, "hiding": 0.2, "doomed": 0.45}
# Who sells cards for a whole mall must secure all of its balance.
MALL_CUSTODY_SHARE = 1.02
_ONE_IN_TEN = 10
# Who sells beside the books does so in lines where people pay much in advance, and has customers enough.
_HIDING_SECTORS, _FEWEST_CARDS = ("education", "sports", "resident_service"), 12
_HIDING_SALES = 1.5


@dataclass(frozen=True)
class Story:
    """How large the city is and what happens when, in days since its beginning.

    Of its businesses so many are taken over `later`, by day; the others and the chain at once.
    """

    seed: int
    businesses: int
    lookups: int
    complaints: int
    questions: int
    chain: Mapping[str, int]
    later: Mapping[str, int] = field(default_factory=dict)
    hiding: Mapping[str, int] = field(default_factory=dict)
    rare: Mapping[str, int] = field(default_factory=dict)


def read_story() -> Story:
    """Return the story as written."""
    return Story(**tomllib.loads((HERE / "story.toml").read_text("utf-8")))


def everyone(story: Story, begins: date) -> Iterator[Business]:
    """Yield the story's businesses: the chain that fails, the rare ones, the others; the first that are fit hide."""
    yield from chain(seed=story.seed, today=begins)
    yield from rare(story.rare, seed=story.seed, today=begins)
    to_hide = story.hiding.get("businesses", 0)
    for one in businesses(story.businesses, seed=story.seed, today=begins):
        fits = one.sector in _HIDING_SECTORS and one.cards >= _FEWEST_CARDS
        if to_hide and fits and one.manner == "honest":
            to_hide -= 1
            yield replace(one, manner="hiding", sales=max(one.sales, _HIDING_SALES))
        else:
            yield one


@dataclass
class Member:
    """A business with its key, its cards, and the day of the story on which it is taken over."""

    business: Business
    key: Key
    joins: int = 0
    wallet: Wallet = field(init=False)

    def __post_init__(self) -> None:
        self.wallet = Wallet(self.business)


@dataclass(frozen=True)
class Institution:
    """A bank or an insurer: `kind` as the platform names it."""

    uscc: str
    name: str
    kind: str
    key: Key


class World:
    """Everybody outside the platform who reports to it; equal stories give equal worlds."""

    def __init__(self, story: Story, *, begins: date) -> None:
        self.story, self.begins = story, begins
        made = list(everyone(story, begins))
        days = [0] * (len(made) - sum(story.later.values()))
        for day, count in story.later.items():
            days += [int(day)] * count
        self.members = [
            Member(one, Key.made(f"M-{one.uscc}", seed=story.seed), day)
            for one, day in zip(made, days, strict=True)
        ]
        self.institutions = list(_institutions(story.seed))

    @property
    def chain(self) -> list[Member]:
        """The members that will fail."""
        return [one for one in self.members if one.business.manner == "doomed"]

    @property
    def hiding(self) -> list[Member]:
        """The members that sell cards which they do not report."""
        return [one for one in self.members if one.business.manner == "hiding"]

    def reporting(self, number: int) -> list[Member]:
        """The members that were taken over before a day and report on it."""
        return [one for one in self.members if one.joins < number]

    def intake(self, day: int = 0) -> str:
        """Return the list with which the platform's predecessor hands the operators of a day over."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for member in self.members:
            if member.joins != day:
                continue
            one = member.business
            writer.writerow(
                (
                    one.uscc,
                    one.name,
                    one.trade_name,
                    one.brand,
                    one.sector,
                    one.subsector,
                    one.form,
                    one.district,
                    one.place,
                    one.established_on.isoformat(),
                    (self.begins + timedelta(days=day)).isoformat(),
                    self.begins.year - 1,
                    f"{one.revenue_fen / 100:.2f}",
                    member.key.public,
                    *one.position,
                )
            )
        return text.getvalue()

    def custody(self, day: date, *, drained: bool) -> dict[Institution, list[dict[str, Any]]]:
        """Return what each bank reports of that day; the chain's accounts may have been drained."""
        banks = [one for one in self.institutions if one.kind == "BANK"]
        rows: dict[Institution, list[dict[str, Any]]] = {bank: [] for bank in banks}
        since_begin = (day - self.begins).days
        for number, member in enumerate(self.members):
            if member.joins > since_begin:
                continue
            is_mall = member.business.sector == "mall"
            share = MALL_CUSTODY_SHARE if is_mall else CUSTODY_SHARE[member.business.manner]
            if drained and member.business.manner == "doomed":
                share = 0.05
            bank = banks[number % len(banks)]
            rows[bank].append(
                {
                    "operator": member.business.uscc,
                    "day": day.isoformat(),
                    "bank": bank.uscc,
                    "balance_fen": round(member.wallet.reported * share),
                }
            )
        return rows

    def bonds(self, day: int) -> Iterator[tuple[Institution, list[dict[str, Any]]]]:
        """Yield the bonds of those taken over on a day: one business in ten, and the whole chain."""
        for insurer in (one for one in self.institutions if one.kind == "INSURER"):
            rows = []
            for number, member in enumerate(self.members):
                doomed = member.business.manner == "doomed"
                if member.joins != day or (not doomed and number % _ONE_IN_TEN):
                    continue
                rows.append(
                    {
                        "operator": member.business.uscc,
                        "insurer": insurer.uscc,
                        "number": f"LY{number:08d}",
                        "kind": "performance_insurance",
                        "amount_fen": 80_000_00,
                        "starts_on": (self.begins + timedelta(days=day)).isoformat(),
                        "until": (self.begins + timedelta(days=365)).isoformat(),
                    }
                )
            if rows:
                yield insurer, rows


_COLUMNS = (
    "uscc",
    "name",
    "trade_name",
    "brand",
    "sector",
    "subsector",
    "form",
    "district",
    "place",
    "established_on",
    "connected_on",
    "revenue_year",
    "revenue_yuan",
    "public_key",
    "longitude",
    "latitude",
)


def _institutions(seed: int) -> Iterator[Institution]:
    number = 970_000
    for kind, letter, names in (("BANK", "B", BANKS), ("INSURER", "I", INSURERS)):
        for name in names:
            code = social_credit_code("310101", number)
            yield Institution(code, name, kind, Key.made(f"{letter}-{code}", seed=seed))
            number += 1
