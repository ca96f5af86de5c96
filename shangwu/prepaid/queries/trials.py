"""Trials of another ratio: which packs may be tried, and what a trial came to by district, sector and size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import STATUSES
from shangwu.foundation.money import Fen, format_yuan, in_yuan
from shangwu.foundation.web.components import Chart, Task
from shangwu.prepaid.models import RatioTrial, RatioTrialChange
from shangwu.prepaid.queries.desks.charts import wan
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import percent
from shangwu.prepaid.rules.law import Pack
from shangwu.prepaid.rules.parameters import TierDeposit
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.rules.reconciling import reconciling_law
from shangwu.prepaid.vocabulary import Sector, TrialState

PLACES = ("shanghai", "national")
MOST_LINES = 20


@dataclass(frozen=True)
class PackLine:
    """A pack of tiers as the page shows it: what it rests on, when it holds, which ratios it has."""

    pack: Pack[TierDeposit]
    status: str
    ratios: tuple[Decimal, ...]

    @property
    def words(self) -> str:
        """The ratios as people read them."""
        return "、".join(percent(ratio) for ratio in self.ratios)


@dataclass(frozen=True)
class Group:
    """How many operators of a group would change, and by how much, in fen."""

    label: str
    count: int
    up: int
    down: int
    by_fen: Fen


def pack_lines(on: date) -> list[PackLine]:
    """Return the packs of tiers that hold here on the day, drafts beside them; a draft sanctions nobody."""
    found = [
        pack
        for pack in law.all_packs()
        if isinstance(pack.parameters, TierDeposit)
        and pack.jurisdiction in PLACES
        and pack.holds_on(on)
    ]
    return [
        PackLine(
            pack,
            STATUSES["draft"] if pack.is_draft else STATUSES["adopted"],
            tuple(sorted({tier.ratio for tier in pack.parameters.tier})),
        )
        for pack in sorted(found, key=lambda one: PLACES.index(one.jurisdiction))
    ]


def pack_of(found: RatioTrial) -> Pack[TierDeposit]:
    """Return the pack that a trial changed, as it holds on the day of the trial."""
    return law.pack(found.pack, on=found.on)


def trials_of(account: Account) -> QuerySet[RatioTrial]:
    """Return the trials that the account asked for, the newest first: each tried its author's own area."""
    return RatioTrial.objects.filter(asked_by=account).order_by("-asked_at", "pk")


def progress(found: RatioTrial, *, poll: str) -> Task:
    """Return how far the trial has come."""
    state: Any = found.state
    return Task("试算", state, found.done, found.operators, "", poll)


def groups(found: RatioTrial) -> list[tuple[str, list[Group]]]:
    """Return who would change by district, by line of business and by size.

    Unit: fen.
    Source: law/prepaid.toml#reconciling.size_bounds
    """
    rows = RatioTrialChange.objects.filter(trial=found)
    places, sectors = districts(found.on), dict(Sector.choices)
    return [
        ("按区", _grouped(rows, "operator__district", places)),
        ("按行业", _grouped(rows, "operator__sector", {k: str(v) for k, v in sectors.items()})),
        ("按预收资金余额", _grouped(rows.annotate(size=_size(found.on)), "size", {})),
    ]


def most_changed(found: RatioTrial) -> list[RatioTrialChange]:
    """Return the operators that would change most, with how much more or less, in fen."""
    rows = RatioTrialChange.objects.filter(trial=found).select_related("operator")
    return list(
        rows.annotate(by=F("after_fen") - F("before_fen")).order_by("-by", "pk")[:MOST_LINES]
    )


def district_chart(by_district: Sequence[Group]) -> Chart:
    """Return by how much the requirement of each district would change."""
    return Chart(
        key="districts",
        title="各区应存管金额的变化（万元）",
        option={
            "grid": {"left": 8, "right": 64, "top": 8, "bottom": 24, "containLabel": True},
            "xAxis": {"type": "value"},
            "yAxis": {
                "type": "category",
                "inverse": True,
                "data": [one.label for one in by_district],
                "axisLabel": {"interval": 0},
            },
            "series": [
                {
                    "type": "bar",
                    "data": [
                        {
                            "value": wan(one.by_fen),
                            "colour": "warning" if one.by_fen > 0 else "info",
                        }
                        for one in by_district
                    ],
                }
            ],
        },
        header=("区", "改变（家）", "增加（家）", "减少（家）", "合计变化（元）"),
        rows=[
            (
                one.label,
                *(f"{n:,}" for n in (one.count, one.up, one.down)),
                format_yuan(one.by_fen),
            )
            for one in by_district
        ],
        note="试算结果，不作为监管或者处罚的依据。",
    )


def file_rows(found: RatioTrial) -> Iterator[tuple[object, ...]]:
    """Yield every operator that would change, for a file: amounts in yuan."""
    places, sectors = districts(found.on), dict(Sector.choices)
    rows = RatioTrialChange.objects.filter(trial=found).order_by("pk")
    for number, name, district, sector, balance, before, after in rows.values_list(
        "operator__number",
        "operator__name",
        "operator__district",
        "operator__sector",
        "balance_fen",
        "before_fen",
        "after_fen",
    ).iterator(chunk_size=5000):
        yield (
            number,
            name,
            places.get(district, district),
            sectors.get(sector, sector),
            None if balance is None else in_yuan(balance),
            in_yuan(before),
            in_yuan(after),
            in_yuan(after - before),
        )


def sentence(found: RatioTrial) -> str:
    """Return the outcome in one sentence; of a trial that runs, as far as it has come."""
    counted = RatioTrialChange.objects.filter(trial=found).aggregate(
        count=Count("pk"), up=Count("pk", filter=Q(after_fen__gt=F("before_fen")))
    )
    so_far = "" if found.state == TrialState.DONE else "（尚未算完）"
    return (
        f"{found.done:,} 家中 {counted['count']:,} 家的应存管金额改变，{counted['up']:,} 家增加，"
        f"{counted['count'] - counted['up']:,} 家减少；合计由 {format_yuan(found.before_fen)} 元"
        f"变为 {format_yuan(found.after_fen)} 元{so_far}。"
    )


def _grouped(rows: QuerySet[RatioTrialChange], name: str, labels: Mapping[str, str]) -> list[Group]:
    counted = (
        rows.values(name)
        .annotate(
            count=Count("pk"),
            up=Count("pk", filter=Q(after_fen__gt=F("before_fen"))),
            by=Sum(F("after_fen") - F("before_fen")),
        )
        .order_by("-by", name)
    )
    return [
        Group(
            labels.get(row[name], row[name]),
            row["count"],
            row["up"],
            row["count"] - row["up"],
            row["by"],
        )
        for row in counted
    ]


def _size(on: date) -> Case:
    """The group of the balance, as the database tells it for a whole population."""
    bounds = reconciling_law(on).size_bounds.value
    return Case(
        When(balance_fen__isnull=True, then=Value("余额不详")),
        *(When(balance_fen__lt=one.until_fen, then=Value(one.label)) for one in bounds),
        default=Value(bounds[-1].label),
        output_field=CharField(),
    )
