"""The desk of an area: coverage, money, shortfalls, observations, what is due; in as many statements for any size."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from shangwu.foundation import workdays
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.money import Fen
from shangwu.foundation.web.components import DueDate
from shangwu.prepaid.models import (
    AreaDay,
    AreaSum,
    BondRecord,
    NightlyCheck,
    Observation,
    OperatorSummary,
)
from shangwu.prepaid.queries.desks.panels import PANELS, Panel
from shangwu.prepaid.queries.facts import quarter_before
from shangwu.prepaid.queries.scope import area_of, units_of
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import brief_yuan
from shangwu.prepaid.rules.deadlines import quarter_report_due
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.vocabulary import ObservationKind, ObservationState, Sector

COURSE_DAYS, AHEAD_DAYS, MOST_LINES = 30, 7, 8
MONTHS_A_QUARTER, THROUGH = 3, "operator__"
SUMMED = (
    *("operators", "must_connect", "connected", "short", "incomplete", "silent", "balance_fen"),
    *(
        "required_fen",
        "counted_fen",
        "custody_fen",
        "shortfall_fen",
        "open_observations",
        "at_stake_fen",
    ),
)


@dataclass
class Sums:
    """The sums of an area, in fen where they are money."""

    code: str = ""
    label: str = ""
    operators: int = 0
    must_connect: int = 0
    connected: int = 0
    short: int = 0
    incomplete: int = 0
    silent: int = 0
    balance_fen: Fen = 0
    required_fen: Fen = 0
    counted_fen: Fen = 0
    custody_fen: Fen = 0
    shortfall_fen: Fen = 0
    open_observations: int = 0
    at_stake_fen: Fen = 0

    @property
    def secured_fen(self) -> Fen:
        """What of the requirement is met, by money in accounts and by bonds."""
        return self.required_fen - self.shortfall_fen

    @property
    def coverage(self) -> Fraction | None:
        """Which share of those that must connect has; None where nobody must."""
        return Fraction(self.connected, self.must_connect) if self.must_connect else None

    @property
    def secured_share(self) -> Fraction | None:
        """Which share of the requirement is met; None where nothing is required."""
        return Fraction(self.secured_fen, self.required_fen) if self.required_fen else None

    @property
    def level(self) -> int:
        """How much of the requirement is missing, in five steps for the map: 0 is nothing, 4 the most."""
        share = self.secured_share
        if share is None or share >= 1:
            return 0
        return min(1 + int((1 - share) * 10), 4)

    @property
    def shortfall_in_brief(self) -> str:
        """The missing money as a tile has room for it; the table beside it has it to the fen."""
        return brief_yuan(self.shortfall_fen)

    @property
    def is_settled(self) -> bool:
        """Whether the map can colour the area: somebody is short, or the data of most are there."""
        return bool(self.short or self.operators > 2 * self.incomplete)

    def add(self, row: AreaSum) -> None:
        """Add the sums of a part."""
        for name in SUMMED:
            setattr(self, name, getattr(self, name) + getattr(row, name))


@dataclass(frozen=True)
class KindCount:
    """How many observations of a kind are not settled, and the money that they concern, in fen."""

    kind: str
    label: str
    count: int
    at_stake_fen: Fen


@dataclass(frozen=True)
class Ending:
    """A bond whose last day is near, and what it secures, in fen."""

    number: str
    name: str
    amount_fen: Fen
    due: DueDate


@dataclass
class Desk:
    """Everything on one desk."""

    title: str
    on: date
    as_of: NightlyCheck | None
    total: Sums
    by_district: list[Sums] = field(default_factory=list)
    by_sector: list[Sums] = field(default_factory=list)
    kinds: list[KindCount] = field(default_factory=list)
    newest: list[Observation] = field(default_factory=list)
    largest: list[OperatorSummary] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    report_due: DueDate | None = None
    course: list[tuple[date, Sums]] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)


def desk(account: Account, *, on: date, district: str = "", sector: str = "") -> Desk:
    """Return the desk of the account's area, narrowed to a district or a line of business where asked.

    Unit: fen.
    """
    here = narrowed(area_of(account, on=on), district=district, sector=sector)
    places, sectors = districts(on), dict(Sector.choices)
    found = Desk(
        title=title_of(account, on=on, district=district, sector=sector),
        on=on,
        as_of=NightlyCheck.objects.order_by("-day").first(),
        total=Sums(),
    )
    by_district = {code: Sums(code, name) for code, name in places.items()}
    by_sector: dict[str, Sums] = {}
    for row in AreaSum.objects.filter(here):
        found.total.add(row)
        # Somebody whose place is no district of today stays in the sums and gets a line of its own.
        by_district.setdefault(row.district, Sums(row.district, row.district or "不详")).add(row)
        label = str(sectors.get(row.sector, row.sector))
        by_sector.setdefault(row.sector, Sums(row.sector, label)).add(row)
    found.by_district = list(by_district.values())
    found.by_sector = sorted(by_sector.values(), key=lambda one: -one.balance_fen)
    theirs = narrowed(
        area_of(account, on=on, through=THROUGH), district=district, sector=sector, through=THROUGH
    )
    found.kinds = _kinds(Observation.objects.filter(theirs))
    found.newest = newest(theirs)
    found.largest = list(
        OperatorSummary.objects.filter(here, shortfall_fen__gt=0)
        .select_related("operator")
        .order_by("-shortfall_fen", "operator_id")[:MOST_LINES]
    )
    found.endings = _endings(theirs, on)
    found.report_due = _report_due(on)
    found.course = _course(here, on)
    found.panels = [panel(theirs, on) for panel in PANELS]
    return found


def narrowed(here: Q, *, district: str = "", sector: str = "", through: str = "") -> Q:
    """Return the condition of an area narrowed to a district or a line of business."""
    if district:
        here &= Q(**{f"{through}district": district})
    return here & Q(**{f"{through}sector": sector}) if sector else here


def title_of(account: Account, *, on: date, district: str = "", sector: str = "") -> str:
    """Return whose desk it is: the city's, an agency's or a district's, and what it is narrowed to."""
    units = units_of(account, on=on)
    places = districts(on)
    if account.has_role(Role.LEADER, on=on):
        names = ["全市"]
    else:
        names = [
            f"{places.get(unit.district, '全市')}{unit.get_agency_display()}" for unit in units
        ]
    parts = [places.get(district, ""), str(dict(Sector.choices).get(sector, ""))]
    return " · ".join(["、".join(names) or "没有监管范围", *(part for part in parts if part)])


def newest(here: Q) -> list[Observation]:
    """Return the open observations that concern the most money among the newest."""
    rows = (
        Observation.objects.filter(here, state=ObservationState.OPEN)
        .select_related("operator")
        .order_by("-day", "-at_stake_fen", "pk")
    )
    return list(rows[:MOST_LINES])


def _kinds(rows: QuerySet[Observation]) -> list[KindCount]:
    counted = {
        row["kind"]: row
        for row in rows.exclude(state=ObservationState.SETTLED)
        .values("kind")
        .annotate(count=Count("pk"), money=Sum("at_stake_fen"))
    }
    found = [
        KindCount(kind.value, str(kind.label), counted[kind]["count"], counted[kind]["money"])
        for kind in ObservationKind
        if kind in counted
    ]
    return sorted(found, key=lambda one: -one.count)


def _endings(here: Q, on: date) -> list[Ending]:
    """Return the bonds that end within a week, by the insurer's last word."""
    later = BondRecord.objects.filter(
        operator=OuterRef("operator"),
        institution=OuterRef("institution"),
        number=OuterRef("number"),
        received_at__gt=OuterRef("received_at"),
    )
    rows = (
        BondRecord.objects.filter(here, until__gt=on, until__lte=on + timedelta(days=AHEAD_DAYS))
        .filter(~Exists(later))
        .select_related("operator")
        .order_by("until", "-amount_fen", "pk")
    )
    citation = law.pack("SH-REG18-15-2", on=on).citation.text if rows else ""
    return [
        Ending(
            row.operator.number,
            row.operator.name,
            row.amount_fen,
            DueDate(
                row.until,
                on,
                f"履约保证 {row.number} 自 {row.until} 零时起不再冲抵，当夜自动重算。",
                citation,
            ),
        )
        for row in rows[:MOST_LINES]
    ]


def _report_due(on: date) -> DueDate | None:
    """Return the term of last quarter's report while it is near or just over."""
    quarter = quarter_before(on)
    number = (quarter.month - 1) // MONTHS_A_QUARTER + 1
    due = quarter_report_due(quarter.year, number, calendar=workdays.load_calendar())
    if abs((due.due - on).days) > AHEAD_DAYS:
        return None
    return DueDate(due.due, on, due.sentence, due.citation.text, due.is_provisional)


def _course(here: Q, on: date) -> list[tuple[date, Sums]]:
    """Return the sums of each night of the last weeks, added up by the database."""
    rows = (
        AreaDay.objects.filter(here, day__gt=on - timedelta(days=COURSE_DAYS), day__lte=on)
        .values("day")
        .annotate(**{f"all_{name}": Sum(name) for name in SUMMED})
        .order_by("day")
        .values_list("day", *(f"all_{name}" for name in SUMMED))
    )
    return [(day, Sums(**dict(zip(SUMMED, figures, strict=True)))) for day, *figures in rows]
