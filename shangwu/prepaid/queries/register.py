"""The public register of connected operators (REG18 Art. 10 and 11), and what a mark says to whoever verifies it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet

from shangwu.foundation.web.components import Chart
from shangwu.foundation.web.language import said
from shangwu.prepaid.models import LinkageMark, Operator, Outlet
from shangwu.prepaid.rules.bilingual import Bilingual, filled
from shangwu.prepaid.rules.consumers.english import district, term
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.rules.routing import route
from shangwu.prepaid.vocabulary import Agency, OperatorStatus, Sector

# What the public is told of an operator's standing: a fact, no judgement.
STANDINGS: Mapping[str, Bilingual] = {
    OperatorStatus.CONNECTED: Bilingual("已对接", "Connected"),
    OperatorStatus.STOPPED: Bilingual("已停止发卡", "Stopped issuing cards"),
    OperatorStatus.CLOSING: Bilingual("停业退款中", "Closing, refunds under way"),
    OperatorStatus.LOST: Bilingual("已停业失联", "Closed and out of contact"),
    OperatorStatus.ENDED: Bilingual("已退出", "Has left"),
}
NOT_CONNECTED = Bilingual("未对接", "Not connected")
LISTED = (OperatorStatus.CONNECTED, OperatorStatus.STOPPED, OperatorStatus.CLOSING)
FETCHED_ROWS = 2000
MOST_POINTS = 2_000
HEADER = (
    "平台编号",
    "统一社会信用代码",
    "名称",
    "字号",
    "品牌",
    "行业",
    "所在区",
    "完成对接日",
    "状态",
    "标识",
)


@dataclass(frozen=True)
class Verified:
    """What a mark says today; `is_valid` only where it stands and its operator still trades."""

    mark: LinkageMark
    operator: Operator
    agency: Bilingual
    district: Bilingual
    sector: Bilingual
    is_valid: bool
    sentence: Bilingual


def register() -> QuerySet[Operator]:
    """Return the operators that are connected, in order of their names, marked where a mark stands."""
    standing = LinkageMark.objects.filter(operator=OuterRef("pk"), withdrawn_on=None)
    return (
        Operator.objects.filter(status__in=LISTED, connected_on__isnull=False)
        .annotate(has_mark=Exists(standing))
        .order_by("name", "pk")
    )


def file_rows(rows: QuerySet[Operator], *, on: date) -> Iterator[tuple[str, ...]]:
    """Yield the register as texts in the order of HEADER, from one statement. Inside a transaction."""
    names, lines = districts(on), {code: str(label) for code, label in Sector.choices}
    found = rows.values_list(
        *("number", "uscc", "name", "trade_name", "brand", "sector", "district"),
        *("connected_on", "status", "has_mark"),
    )
    for *told, sector, place, day, status, has_mark in found.iterator(chunk_size=FETCHED_ROWS):
        yield (
            *told,
            lines[sector],
            names.get(place, place),
            day.isoformat(),
            STANDINGS[status].zh,
            "有效" if has_mark else "无",
        )


def verify(code: str, *, on: date) -> Verified | None:
    """Return what the mark with that code says, None when there is no such mark."""
    mark = LinkageMark.objects.select_related("operator").filter(code=code).first()
    if mark is None:
        return None
    operator = mark.operator
    competent = route(sector=operator.sector, district=operator.district, on=on, form=operator.form)
    stands = mark.withdrawn_on is None and operator.status in LISTED
    return Verified(
        mark=mark,
        operator=operator,
        agency=term(Agency(competent.agency)),
        district=Bilingual(competent.district, district(operator.district).en),
        sector=term(Sector(operator.sector)),
        is_valid=stands,
        sentence=_said(mark, operator, stands=stands),
    )


def outlet_chart(rows: QuerySet[Operator], *, on: date) -> Chart | None:
    """Return the shops of those operators by their coordinates, with the count of each district beside.

    None where no shop has coordinates.

    The deployment's approved map is not drawn: points lie by longitude and latitude alone.
    """
    shops = Outlet.objects.filter(operator__in=rows, closed_on=None)
    counts = shops.order_by("district").values_list("district").annotate(count=Count("pk"))
    placed = shops.filter(longitude__isnull=False).order_by("pk")
    points = placed.values_list("longitude", "latitude", "name")[:MOST_POINTS]
    if not points:
        return None
    return Chart(
        key="outlets",
        title=said(("门店分布", "Where the shops are")),
        option={
            "grid": {"left": 56, "right": 16, "top": 16, "bottom": 40},
            "xAxis": {"type": "value", "name": said(("经度", "Longitude")), "scale": True},
            "yAxis": {"type": "value", "name": said(("纬度", "Latitude")), "scale": True},
            "tooltip": {"trigger": "item", "formatter": "{b}"},
            "series": [
                {
                    "type": "scatter",
                    "symbolSize": 9,
                    "data": [
                        {"name": name, "value": [float(x), float(y)]}
                        for x, y, name in points
                        if x is not None and y is not None
                    ],
                }
            ],
        },
        header=(said(("所在区", "District")), said(("门店数", "Shops"))),
        rows=[(said(district(code)), str(n)) for code, n in counts],
        note=said(
            (
                "按门店登记的经纬度绘制，未登记经纬度的门店只计入各区数量。",
                "Drawn by the registered coordinates; shops without them are counted in their district only.",
            )
        ),
    )


def sector_choices() -> list[tuple[str, str]]:
    """Return the sectors that an operator can have, in the language of the page."""
    return [(one.value, said(term(one))) for one in Sector if one != Sector.GENERAL]


def _said(mark: LinkageMark, operator: Operator, *, stands: bool) -> Bilingual:
    if mark.withdrawn_on is not None:
        gone = Bilingual("这个标识已于 {on} 收回。", "This mark was withdrawn on {on}.")
        return filled(gone, on=mark.withdrawn_on)
    standing = STANDINGS.get(operator.status, NOT_CONNECTED)
    if not stands:
        over = Bilingual(
            "这个经营者目前的状态是“{standing}”，标识不再有效。",
            "The operator's present state is “{standing}”; the mark is no longer valid.",
        )
        return filled(over, standing=standing)
    if operator.status == OperatorStatus.CONNECTED:
        return Bilingual(
            "标识有效：这个经营者的发卡、兑付和余额数据逐日报送到平台。",
            "The mark is valid: what this operator issues, redeems and owes is reported to the platform day by day.",
        )
    careful = Bilingual(
        "标识有效，但经营者{standing}，请不要再充值或者购卡。",
        "The mark is valid, but the operator's state is “{standing}”: do not top up or buy a card.",
    )
    return filled(careful, standing=standing)
