"""The public register of connected operators (REG18 Art. 10 and 11), and what a mark says to whoever verifies it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from shangwu.foundation.web.components import Chart
from shangwu.prepaid.models import LinkageMark, Operator, Outlet
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.rules.routing import route
from shangwu.prepaid.vocabulary import Agency, OperatorStatus, Sector

# What the public is told of an operator's standing: a fact, no judgement.
STANDINGS: Mapping[str, str] = {
    OperatorStatus.CONNECTED: "已对接",
    OperatorStatus.STOPPED: "已停止发卡",
    OperatorStatus.CLOSING: "停业退款中",
    OperatorStatus.LOST: "已停业失联",
    OperatorStatus.ENDED: "已退出",
}
LISTED = (OperatorStatus.CONNECTED, OperatorStatus.STOPPED, OperatorStatus.CLOSING)
MOST_ROWS = 20_000
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
    agency: str
    district: str
    is_valid: bool
    sentence: str


def register() -> QuerySet[Operator]:
    """Return the operators that are connected, in order of their names, marked where a mark stands."""
    standing = LinkageMark.objects.filter(operator=OuterRef("pk"), withdrawn_on=None)
    return (
        Operator.objects.filter(status__in=LISTED, connected_on__isnull=False)
        .annotate(has_mark=Exists(standing))
        .order_by("name", "pk")
    )


def searched(rows: QuerySet[Operator], words: str) -> QuerySet[Operator]:
    """Keep the operators whose name, shop name, brand, code, number or mark contains the words."""
    text = words.strip()
    if not text:
        return rows
    plain = text.upper().replace("-", "").replace(" ", "")
    marked = LinkageMark.objects.filter(code=plain, withdrawn_on=None).values("operator")
    found = Q(pk__in=marked) | Q(uscc__startswith=plain) | Q(number=plain)
    for name in ("name", "trade_name", "brand"):
        found |= Q(**{f"{name}__icontains": text})
    return rows.filter(found)


def file_rows(rows: QuerySet[Operator], *, on: date) -> Iterator[tuple[str, ...]]:
    """Yield the register as texts in the order of HEADER, at most MOST_ROWS of them."""
    names = districts(on)
    for one in rows[:MOST_ROWS].iterator():
        yield (
            one.number,
            one.uscc,
            one.name,
            one.trade_name,
            one.brand,
            one.get_sector_display(),
            names.get(one.district, one.district),
            one.connected_on.isoformat() if one.connected_on else "",
            STANDINGS[one.status],
            "有效" if getattr(one, "has_mark", False) else "无",
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
        agency=str(Agency(competent.agency).label),
        district=competent.district,
        is_valid=stands,
        sentence=_said(mark, operator, stands=stands),
    )


def outlet_chart(rows: QuerySet[Operator], *, on: date) -> Chart | None:
    """Return the shops of those operators by their coordinates, with the count of each district beside.

    None where no shop has coordinates.

    The deployment's approved map is not drawn: points lie by longitude and latitude alone.
    """
    names = districts(on)
    shops = Outlet.objects.filter(operator__in=rows, closed_on=None)
    counts: dict[str, int] = {}
    for code in shops.order_by().values_list("district", flat=True):
        counts[code] = counts.get(code, 0) + 1
    placed = shops.filter(longitude__isnull=False).order_by("pk")
    points = placed.values_list("longitude", "latitude", "name")[:MOST_POINTS]
    if not points:
        return None
    return Chart(
        key="outlets",
        title="门店分布",
        option={
            "grid": {"left": 56, "right": 16, "top": 16, "bottom": 40},
            "xAxis": {"type": "value", "name": "经度", "scale": True},
            "yAxis": {"type": "value", "name": "纬度", "scale": True},
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
        header=("所在区", "门店数"),
        rows=[(names.get(code, code), str(n)) for code, n in sorted(counts.items())],
        note="按门店登记的经纬度绘制，未登记经纬度的门店只计入各区数量。",
    )


def sector_choices() -> list[tuple[str, str]]:
    """Return the sectors that an operator can have."""
    return [(code, str(label)) for code, label in Sector.choices if code != Sector.GENERAL]


def _said(mark: LinkageMark, operator: Operator, *, stands: bool) -> str:
    if mark.withdrawn_on is not None:
        return f"这个标识已于 {mark.withdrawn_on} 收回：{mark.withdrawal_reason}"
    if not stands:
        return f"这个经营者目前的状态是“{STANDINGS.get(operator.status, '未对接')}”，标识不再有效。"
    if operator.status == OperatorStatus.CONNECTED:
        return "标识有效：这个经营者的发卡、兑付和余额数据逐日报送到平台。"
    return f"标识有效，但经营者{STANDINGS[operator.status]}，请不要再充值或者购卡。"
