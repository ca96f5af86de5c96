"""Which agency supervises an operator, who punishes, in which district, and whether it must connect.

Source: law/prepaid.toml#pack.SH-REG18-5
"""

from dataclasses import dataclass
from datetime import date

from shangwu.foundation import codes
from shangwu.foundation.law import Refused
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.law import Citation, Pack
from shangwu.prepaid.rules.parameters import Routing, RoutingRow
from shangwu.prepaid.vocabulary import Agency, OperatorForm, Sector

MUST_CONNECT = frozenset({OperatorForm.ENTERPRISE, OperatorForm.FRANCHISED_TRADER})


@dataclass(frozen=True)
class Route:
    """Who is competent for an operator on a day. `must_connect` is None where the text is missing (A12)."""

    agency: str
    penalty_body: str
    district: str
    must_connect: bool | None
    citations: tuple[Citation, ...]

    @property
    def sentence(self) -> str:
        """The answer in a sentence, with its articles."""
        agency, body = Agency(self.agency).label, Agency(self.penalty_body).label
        connect = {
            True: "须运行业务处理系统并对接平台",
            False: "无须对接平台",
            None: "对接方式待市政府另行规定",
        }[self.must_connect]
        articles = "；".join(citation.text for citation in self.citations)
        return (
            f"由{self.district}{agency}监管，{self.district}{body}处罚；{connect}（{articles}）。"
        )


def route(
    *,
    sector: str,
    district: str,
    on: date,
    form: str = OperatorForm.ENTERPRISE,
    jurisdiction: str = "shanghai",
) -> Route:
    """Return the agencies of an operator, by the tables in force on the day.

    `district` is the division code of where the outlet lies: that district is responsible.

    Source: law/prepaid.toml#setting.A7
    Raises: Refused for a sector that no table in force knows, or a code that is no district that day.
    """
    place = codes.check("division", district, on=on)
    if not place.ok:
        raise Refused(place.message, code="PREPAID-ROUTE-DISTRICT")
    found = _rows(sector, on=on, jurisdiction=jurisdiction)
    if not found:
        raise Refused(
            f"{on.isoformat()} 的分工规定里没有“{_label(sector)}”。请核对行业和日期。",
            code="PREPAID-ROUTE",
        )
    _, row = found[0]
    lone = {"must": True, "exempt": False}.get(law.settings(on).lone_trader.value)
    return Route(
        agency=row.agency,
        penalty_body=row.penalty_body,
        district=place.facts["division"],
        must_connect=True if form in MUST_CONNECT else lone,
        citations=tuple(pack.citation for pack, _ in found),
    )


def must_connect_forms(on: date) -> list[str]:
    """Return the forms of business that must connect on the day (A12).

    Source: law/prepaid.toml#setting.A12
    """
    forms = {form.value for form in MUST_CONNECT}
    if law.settings(on).lone_trader.value == "must":
        forms.add(OperatorForm.LONE_TRADER.value)
    return sorted(forms)


def sectors_of(agency: str, *, on: date, jurisdiction: str = "shanghai") -> frozenset[str]:
    """Return the sectors that an agency supervises, by the tables in force on the day.

    Source: law/prepaid.toml#pack.SH-REG18-5
    """
    return frozenset(
        sector
        for sector in Sector.values
        if (found := _rows(sector, on=on, jurisdiction=jurisdiction))
        and found[0][1].agency == agency
    )


def _rows(sector: str, *, on: date, jurisdiction: str) -> list[tuple[Pack[Routing], RoutingRow]]:
    """The rows of the tables in force that name the sector, the one to be followed first."""
    settings = law.settings(on)
    first = -1 if settings.penalty_body.value == "implementation_first" else 1
    tables = sorted(
        law.packs(Routing, on=on, jurisdiction=jurisdiction),
        key=lambda pack: first * pack.parameters.rank,
    )
    return [(pack, row) for pack in tables if (row := _row(pack, sector)) is not None]


def _row(pack: Pack[Routing], sector: str) -> RoutingRow | None:
    return next((row for row in pack.parameters.row if row.sector == sector), None)


def _label(sector: str) -> str:
    return str(dict(Sector.choices).get(sector, sector))
