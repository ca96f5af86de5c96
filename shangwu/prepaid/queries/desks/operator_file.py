"""One operator's file: who it is, how it stands and came to stand so, what it sent, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.money import format_yuan
from shangwu.foundation.web.components import Chart
from shangwu.prepaid.models import (
    Batch,
    BondRecord,
    Case,
    CustodyDay,
    CustodyStanding,
    LinkageMark,
    Observation,
    Operator,
    OperatorDay,
    OperatorSummary,
    OperatorYear,
    Outlet,
)
from shangwu.prepaid.queries.desks.charts import line_option, wan
from shangwu.prepaid.queries.desks.events import EventPage, newest_events, open_cases
from shangwu.prepaid.queries.ledger import opening_on
from shangwu.prepaid.queries.standings import Step, held_until, standing, steps
from shangwu.prepaid.queries.warning.page import Shown, shown_alerts
from shangwu.prepaid.queries.warning.ties import Tie, ties_of
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.rules.revenue_cap import RevenueCap, revenue_cap
from shangwu.prepaid.rules.routing import Route, route
from shangwu.prepaid.vocabulary import OperatorStatus, Sector

CHART_DAYS, MOST_ROWS, MOST_OUTLETS = 90, 10, 50


@dataclass(frozen=True)
class File:
    """Everything on the page of one operator."""

    operator: Operator
    summary: OperatorSummary | None
    now: CustodyStanding | None
    cap: RevenueCap | None
    checked_on: date | None
    route: Route
    identity: Sequence[tuple[str, Any]]
    outlets: Sequence[Outlet]
    steps: Sequence[Step]
    chart: Chart
    days: Sequence[OperatorDay]
    opening_on: date | None
    batches: Sequence[Batch]
    observations: Sequence[Observation]
    bonds: Sequence[BondRecord]
    events: EventPage
    open_cases: Sequence[Case]
    ties: Sequence[Tie]
    alerts: Sequence[Shown]


def operator_file(operator: Operator, account: Account, *, on: date) -> File:
    """Return the operator's file as of the day, in as many statements however long its history is.

    Consumers' letters that another unit handles stay out of the account's file.

    Unit: fen.
    Raises: Refused for a sector or a district that no table in force knows.
    """
    outlets = list(operator.outlets.order_by("number")[:MOST_OUTLETS])
    days = list(
        OperatorDay.objects.filter(
            operator=operator, day__gt=on - timedelta(days=CHART_DAYS), day__lte=on
        ).order_by("-day")
    )
    history = steps(operator, on=on)
    now = standing(operator, on)
    checked_on = held_until(now, on) if now else None
    observations = list(
        Observation.objects.filter(operator=operator).order_by("-day", "pk")[: 2 * MOST_ROWS]
    )
    bonds = list(
        BondRecord.objects.filter(operator=operator)
        .select_related("institution")
        .order_by("-until", "-received_at")[:MOST_ROWS]
    )
    return File(
        operator=operator,
        summary=OperatorSummary.objects.filter(operator=operator).first(),
        now=now,
        cap=cap_of(operator, now, on=checked_on) if now and checked_on else None,
        checked_on=checked_on,
        route=route(sector=operator.sector, district=operator.district, on=on, form=operator.form),
        identity=_identity(operator, on),
        outlets=outlets,
        steps=history,
        chart=balance_chart(operator, days, on=on),
        days=days[:MOST_ROWS],
        opening_on=opening_on(operator),
        batches=list(
            Batch.objects.filter(operator=operator)
            .defer("receipt")
            .order_by("-received_at")[:MOST_ROWS]
        ),
        observations=observations,
        bonds=bonds,
        events=newest_events(operator, account, on=on),
        open_cases=open_cases(operator),
        ties=ties_of([operator]).get(operator.pk, ()),
        alerts=shown_alerts(
            operator.warning_alerts.select_related("operator", "decided_by", "case").order_by(
                "-week"
            )[:MOST_ROWS],
            with_ties=False,
        ),
    )


def cap_of(operator: Operator, now: CustodyStanding, *, on: date) -> RevenueCap | None:
    """Return the balance of a standing beside its cap by the revenue that counts on the day for which it held.

    None for an operator that has left. The summary keeps the same cap for the list.

    Unit: fen.
    """
    if operator.status == OperatorStatus.ENDED:
        return None
    earned = (
        OperatorYear.objects.filter(operator=operator, year__range=(on.year - 2, on.year - 1))
        .order_by("-year", "-provided_at")
        .first()
    )
    return revenue_cap(
        now.balance_fen,
        revenue=earned.revenue_fen if earned else None,
        year=earned.year if earned else None,
        sector=operator.sector,
        on=on,
    )


def balance_chart(operator: Operator, days: Sequence[OperatorDay], *, on: date) -> Chart:
    """Return the balance beside what had to be secured and what was, day by day.

    Drawn as the platform knows it now; the list of standings below keeps what was known before.
    """
    first = on - timedelta(days=CHART_DAYS - 1)
    balances = {row.day: row.balance_fen for row in days}
    standings = _by_day(operator, first, on)
    custody = {
        row["day"]: row["balance_fen"]
        for row in CustodyDay.objects.filter(operator=operator, day__gte=first, day__lte=on)
        .order_by("day", "received_at")
        .values("day", "balance_fen")
    }
    told = sorted({*balances, *standings, *custody})
    required: list[int | None] = []
    secured: list[int | None] = []
    last: CustodyStanding | None = None
    for day in told:
        last = standings.get(day, last)
        required.append(last.required_fen if last else None)
        secured.append(last.required_fen - last.shortfall_fen if last else None)
    lines = (
        ("预收资金余额", [wan(balances.get(day)) for day in told], "accent"),
        ("应存管", [wan(fen) for fen in required], "warning"),
        ("已落实", [wan(fen) for fen in secured], "success"),
    )
    return Chart(
        key="balance",
        title="余额、应存管与已落实（万元）",
        option=line_option([f"{day:%m-%d}" for day in told], lines),
        header=("日期", "余额（元）", "应存管（元）", "已落实（元）", "银行所报（元）"),
        rows=[
            (day.isoformat(), *(_told(fen) for fen in figures))
            for day, *figures in zip(
                told,
                (balances.get(day) for day in told),
                required,
                secured,
                (custody.get(day) for day in told),
                strict=True,
            )
        ],
        note="没有报送的日期不画余额；应存管和已落实按最近一次核算。",
    )


def _by_day(operator: Operator, first: date, on: date) -> dict[date, CustodyStanding]:
    """Return the newest version of each day's standing, and that in force when the chart begins."""
    rows = CustodyStanding.objects.filter(operator=operator).defer("sentences")
    found = {
        row.day: row for row in rows.filter(day__gte=first, day__lte=on).order_by("day", "known_at")
    }
    before = rows.filter(day__lt=first).order_by("-day", "-known_at").first()
    return {first: before, **found} if before and first not in found else found


def _identity(operator: Operator, on: date) -> list[tuple[str, Any]]:
    revenue = (
        OperatorYear.objects.filter(operator=operator).order_by("-year", "-provided_at").first()
    )
    mark = LinkageMark.objects.filter(operator=operator, withdrawn_on=None).first()
    places = districts(on)
    lines = (str(operator.get_sector_display()), operator.subsector)
    return [
        ("统一社会信用代码", operator.uscc),
        (
            "字号、品牌",
            "、".join(one for one in (operator.trade_name, operator.brand) if one) or None,
        ),
        # Where a line of business has no finer name, both are called the same.
        ("行业", " ".join(dict.fromkeys(filter(None, lines)))),
        ("经营形式", operator.get_form_display()),
        ("所在区", places.get(operator.district, operator.district)),
        ("住所", operator.place),
        ("成立日期", operator.established_on),
        ("对接状态", operator.get_status_display()),
        ("对接标识", f"{mark.code}（{mark.issued_on} 发放）" if mark else "没有有效标识"),
        (
            "年度主营业务收入",
            f"{revenue.year} 年 {format_yuan(revenue.revenue_fen)} 元" if revenue else None,
        ),
        (
            "发行场内商户通用卡",
            "是" if operator.has_tenant_cards or operator.sector == Sector.MALL else "否",
        ),
    ]


def _told(fen: int | None) -> str:
    return "—" if fen is None else format_yuan(fen)
