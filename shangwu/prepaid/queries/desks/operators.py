"""The list of operators on a desk: its columns, its filters, and the same as a file."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.money import format_yuan, in_yuan
from shangwu.foundation.web.tables import Column, Filter, Table, build_table
from shangwu.prepaid.models import Observation, OperatorSummary
from shangwu.prepaid.queries.finding import named
from shangwu.prepaid.queries.scope import area_of, reach_of
from shangwu.prepaid.rules.places import districts
from shangwu.prepaid.rules.revenue_cap import standing_word
from shangwu.prepaid.vocabulary import (
    TOLD_BY_CONSUMERS,
    ObservationKind,
    ObservationState,
    OperatorStatus,
    Sector,
)

YES, NONE = "True", "0"


def searched(words: str) -> Q:
    """Return the condition that a row's operator is named by the words."""
    return named(words, through="operator__")


def rows(account: Account, *, on: date) -> QuerySet[OperatorSummary]:
    """Return the summaries of the account's operators, the largest shortfall first."""
    lacks_data = Q(day__isnull=False, is_complete=False)
    above_cap = Q(balance_fen__gt=F("revenue_cap_fen"), revenue_cap_fen__isnull=False)
    return (
        OperatorSummary.objects.filter(area_of(account, on=on))
        .alias(
            lacks_data=ExpressionWrapper(lacks_data, output_field=BooleanField()),
            above_cap=ExpressionWrapper(above_cap, output_field=BooleanField()),
        )
        .select_related("operator")
        .order_by("-shortfall_fen", "operator_id")
    )


def columns(on: date) -> list[Column]:
    """Return the columns of the list."""
    places = districts(on)
    labels, states = dict(Sector.choices), dict(OperatorStatus.choices)
    return [
        Column(
            "name",
            "经营者",
            lambda row: row.operator.name,
            sort="operator__name",
            link=lambda row: reverse("prepaid:operator-file", args=[row.operator.number]),
            heads_row=True,
        ),
        Column(
            "district",
            "所在区",
            lambda row: places.get(row.district, row.district),
            sort="district",
        ),
        Column("sector", "行业", lambda row: labels.get(row.sector, row.sector), sort="sector"),
        Column(
            "status",
            "对接",
            lambda row: states.get(row.status, row.status),
            status=lambda row: "ACTIVE" if row.is_connected else "WAITING",
        ),
        _money("balance", "余额（元）", "balance_fen"),
        _money("required", "应存管（元）", "required_fen"),
        _money("custody", "账户余额（元）", "custody_fen"),
        _money("shortfall", "缺额（元）", "shortfall_fen"),
        Column(
            "observations",
            "未了结异常",
            lambda row: row.open_observations,
            sort="open_observations",
            number=True,
        ),
        Column(
            "reported",
            "最近报送",
            lambda row: row.last_reported_on,
            sort="last_reported_on",
            number=True,
        ),
    ]


def file_columns(on: date) -> list[Column]:
    """Return the columns of the list as a file: also what a page has no room for."""
    return [
        *columns(on),
        _money("counted", "保证冲抵（元）", "counted_fen"),
        _money("cap", f"按上年收入的余额上限（元）{_unconfirmed(on)}", "revenue_cap_fen"),
        Column("complete", "资料齐全", lambda row: "是" if row.is_complete else "否"),
        Column("day", "核算日", lambda row: row.day),
        Column("uscc", "统一社会信用代码", lambda row: row.operator.uscc),
    ]


def area_filters(account: Account, *, on: date, through: str = "") -> list[Filter]:
    """Return the choices of district and line of business, each where the account has more than one."""
    places, lines = reach_of(account, on=on)
    both = [
        Filter("district", "所在区", f"{through}district", list(places.items())),
        Filter("sector", "行业", f"{through}sector", lines),
    ]
    return [one for one in both if len(one.choices) > 1]


def filters(account: Account, *, on: date) -> list[Filter]:
    """Return the choices above the list."""
    return [
        *area_filters(account, on=on),
        Filter("status", "对接状态", "status", OperatorStatus.choices),
        Filter("short", "存管", "shortfall_fen__gt", [(NONE, "存管不足")]),
        Filter("complete", "资料", "lacks_data", [(YES, "资料不齐")]),
        Filter("silent", "报送", "is_silent", [(YES, "有未报送的日期")]),
        Filter("cap", "余额上限", "above_cap", [(YES, f"高于上年收入的比例{_unconfirmed(on)}")]),
        Filter("seen", "异常", "open_observations__gt", [(NONE, "有未了结的异常")]),
    ]


def table(account: Account, *, asked: QueryDict, on: date) -> Table:
    """Return the page of the list that the address asks for."""
    return build_table(
        rows(account, on=on),
        key="operators",
        caption="经营者",
        asked=asked,
        columns=columns(on),
        filters=filters(account, on=on),
        search=searched,
        export=reverse("prepaid:operator-files-export"),
    )


def observations(account: Account, *, on: date) -> QuerySet[Observation]:
    """Return what differs in the account's area, the newest first."""
    here = area_of(account, on=on, through="operator__")
    told = ExpressionWrapper(Q(kind__in=TOLD_BY_CONSUMERS), output_field=BooleanField())
    return (
        Observation.objects.filter(here)
        .alias(is_told=told)
        .select_related("operator")
        .order_by("-day", "pk")
    )


def observation_shape(account: Account, *, on: date) -> dict[str, Any]:
    """Return columns, filters and search of the list of observations, for the page and for the file."""
    kinds, states = dict(ObservationKind.choices), dict(ObservationState.choices)
    return {
        "columns": [
            Column(
                "kind",
                "异常",
                lambda row: kinds.get(row.kind, row.kind),
                link=lambda row: reverse("prepaid:observation", args=[row.pk]),
                heads_row=True,
            ),
            Column(
                "operator",
                "经营者",
                lambda row: row.operator.name,
                link=lambda row: reverse("prepaid:operator-file", args=[row.operator.number]),
            ),
            Column("day", "业务日期", lambda row: row.day, sort="day"),
            Column(
                "stake",
                "涉及金额（元）",
                lambda row: format_yuan(row.at_stake_fen),
                sort="at_stake_fen",
                number=True,
                value=lambda row: in_yuan(row.at_stake_fen),
            ),
            Column(
                "state",
                "状态",
                lambda row: states.get(row.state, row.state),
                status=lambda row: {"OPEN": "PENDING", "IN_CASE": "ASSIGNED"}.get(
                    row.state, "DONE"
                ),
            ),
            Column("sentence", "说明", lambda row: row.sentence),
        ],
        "filters": [
            Filter("kind", "种类", "kind", ObservationKind.choices),
            Filter("state", "状态", "state", ObservationState.choices),
            Filter("told", "来源", "is_told", [(YES, "消费者反映")]),
            *area_filters(account, on=on, through="operator__"),
        ],
        "search": searched,
    }


def _unconfirmed(on: date) -> str:
    word = standing_word(on)
    return f"〔{word}〕" if word else ""


def _money(key: str, label: str, name: str) -> Column:
    def show(row: OperatorSummary) -> str | None:
        fen = getattr(row, name)
        return None if fen is None else format_yuan(fen)

    def value(row: OperatorSummary) -> Decimal | None:
        fen = getattr(row, name)
        return None if fen is None else in_yuan(fen)

    return Column(key, label, show, sort=name, number=True, value=value)
