"""The businesses of the demonstration with their keys and cards, and the banks and insurers that secure them."""

import csv
import io
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from city.prepaid.businesses import Business, businesses, chain, social_credit_code
from city.prepaid.sending import Key
from city.prepaid.wallet import Wallet

HERE = Path(__file__).parent
BANKS = ("虚构第一银行", "虚构第二银行", "虚构商业银行")
INSURERS = ("虚构财产保险公司",)
# What an honest business keeps in custody above what most rules ask; a thin one keeps far too little.
CUSTODY_SHARE = {"honest": 0.75, "late": 0.6, "thin": 0.1, "doomed": 0.45}
_ONE_IN_TEN = 10


@dataclass(frozen=True)
class Story:
    """How large the city is and what happens when, in days since its beginning."""

    seed: int
    businesses: int
    lookups: int
    complaints: int
    questions: int
    chain: dict[str, int]


def read_story() -> Story:
    """Return the story as written."""
    return Story(**tomllib.loads((HERE / "story.toml").read_text("utf-8")))


@dataclass
class Member:
    """A business with its key and its cards."""

    business: Business
    key: Key
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
        everyone = [
            *chain(seed=story.seed, today=begins),
            *businesses(story.businesses, seed=story.seed, today=begins),
        ]
        self.members = [Member(one, Key.made(f"M-{one.uscc}", seed=story.seed)) for one in everyone]
        self.institutions = list(_institutions(story.seed))

    @property
    def chain(self) -> list[Member]:
        """The members that will fail."""
        return [one for one in self.members if one.business.manner == "doomed"]

    def intake(self) -> str:
        """Return the list with which the platform's predecessor hands its operators over."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for member in self.members:
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
                    self.begins.isoformat(),
                    self.begins.year - 1,
                    f"{one.revenue_fen / 100:.2f}",
                    member.key.public,
                )
            )
        return text.getvalue()

    def custody(self, day: date, *, drained: bool) -> dict[Institution, list[dict[str, Any]]]:
        """Return what each bank reports of that day; the chain's accounts may have been drained."""
        banks = [one for one in self.institutions if one.kind == "BANK"]
        rows: dict[Institution, list[dict[str, Any]]] = {bank: [] for bank in banks}
        for number, member in enumerate(self.members):
            share = CUSTODY_SHARE[member.business.manner]
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

    def bonds(self) -> Iterator[tuple[Institution, list[dict[str, Any]]]]:
        """Yield the bonds in force, for one business in ten and for the whole chain."""
        for insurer in (one for one in self.institutions if one.kind == "INSURER"):
            rows = []
            for number, member in enumerate(self.members):
                doomed = member.business.manner == "doomed"
                if not doomed and number % _ONE_IN_TEN:
                    continue
                rows.append(
                    {
                        "operator": member.business.uscc,
                        "insurer": insurer.uscc,
                        "number": f"LY{number:08d}",
                        "kind": "performance_insurance",
                        "amount_fen": 80_000_00,
                        "starts_on": self.begins.isoformat(),
                        "until": (self.begins + timedelta(days=365)).isoformat(),
                    }
                )
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
)


def _institutions(seed: int) -> Iterator[Institution]:
    number = 970_000
    for kind, letter, names in (("BANK", "B", BANKS), ("INSURER", "I", INSURERS)):
        for name in names:
            code = social_credit_code("310101", number)
            yield Institution(code, name, kind, Key.made(f"{letter}-{code}", seed=seed))
            number += 1
