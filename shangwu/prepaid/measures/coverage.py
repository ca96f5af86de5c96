"""Whom the platform serves: the promised sectors, the operators that must connect, by when, and lastingly."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from decimal import Decimal

from shangwu.foundation.law import Refused
from shangwu.prepaid.queries.coverage import (
    SHANGHAI,
    SectorService,
    months_of_use,
    obliged,
    sector_services,
    unregistered,
)
from shangwu.prepaid.rules.service import service_law
from shangwu.prepaid.vocabulary import Sector
from shangwu.targets.measure import EvidenceRow, Measure, Reading, Scope
from shangwu.targets.rules.evaluation.law import evaluation_law

ONE, NONE = Decimal(1), Decimal(0)
DONE, NOT_DONE = "完成", "未完成"
WHOLLY, BASICALLY, NOT_COVERED = "全覆盖", "基本覆盖", "未覆盖"
LASTING, NOT_LASTING = "持续使用", "未持续使用"


def read_sectors(scope: Scope) -> Reading:
    """Return how many of the promised sectors are served, of how many.

    Unit: sectors.
    """
    rows = list(sector_evidence(scope))
    served = sum((row.numerator for row in rows), NONE)
    level = ""
    if rows:
        level = DONE if served == len(rows) else NOT_DONE
    return Reading(
        numerator=served if rows else None,
        denominator=Decimal(len(rows)) if rows else None,
        unit="个领域",
        window=scope.window,
        at=scope.known_at,
        level=level,
        note="每个承诺的领域都有已对接并在近七日报送数据的经营者，才算完成。",
    )


def sector_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return each sector with its connected and its reporting operators; nothing before the first operator."""
    found = _sectors(scope)
    if not any(one.has_begun for one in found):
        return []
    return [
        EvidenceRow(
            key=f"sector:{one.sector}",
            happened_on=scope.on,
            recorded_at=scope.known_at if one.first_at is None else one.first_at,
            summary=f"{Sector(one.sector).label}：已对接 {one.connected} 家，近七日报送 {one.reporting} 家",
            numerator=ONE if one.reporting else NONE,
            denominator=ONE,
        )
        for one in found
    ]


def read_coverage(scope: Scope) -> Reading:
    """Return how many operators are connected, of those that must; without any there is no data.

    Those that consumers named and the platform does not know count as not connected.

    Unit: operators.
    Source: law/targets.toml#rule.basic_coverage
    """
    rows = list(coverage_evidence(scope))
    connected = sum((row.numerator for row in rows), NONE)
    basic = evaluation_law(scope.on).basic_coverage
    level = ""
    if rows:
        share = connected / len(rows)
        level = WHOLLY if share == 1 else BASICALLY if share >= basic.value else NOT_COVERED
    return Reading(
        numerator=connected if rows else None,
        denominator=Decimal(len(rows)) if rows else None,
        unit="家",
        window=scope.window,
        at=scope.known_at,
        level=level,
        note=f"“基本覆盖”指应对接的经营者中已对接的不少于 {basic.value:.0%}（{basic.source}）；"
        "应对接的含消费者反映而未登记的。",
    )


def coverage_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return each operator that must connect, and whether it has."""
    for operator in obliged(on=scope.on, known_at=scope.known_at):
        day = operator.connected_on
        connected = day is not None and day <= scope.on
        yield EvidenceRow(
            key=f"operator:{operator.number}",
            happened_on=day if day is not None and connected else scope.on,
            recorded_at=operator.registered_at,
            summary=f"{operator.name}：{f'{day} 完成对接' if connected else '应对接，未对接'}",
            numerator=ONE if connected else NONE,
            denominator=ONE,
        )
    for name, first in unregistered(on=scope.on, known_at=scope.known_at):
        yield EvidenceRow(
            key=f"unregistered:{name}",
            happened_on=first.astimezone(SHANGHAI).date(),
            recorded_at=first,
            summary=f"{name}：消费者反映，未登记",
            denominator=ONE,
        )


def read_on_line(scope: Scope) -> Reading:
    """Return 1 of 1 with the day since which every promised sector sends data, else 0 of 1.

    Before the first operator is connected there is no data.

    Unit: pieces of promised work.
    """
    found = _sectors(scope)
    first = [one.first_at for one in found]
    begun = [at for at in first if at is not None]
    done = max(begun) if begun and len(begun) == len(first) else None
    known = any(one.has_begun for one in found)
    return Reading(
        numerator=(ONE if done else NONE) if known else None,
        denominator=ONE if known else None,
        unit="项",
        window=scope.window,
        at=scope.known_at,
        level=DONE if done else "",
        done_on=done.astimezone(SHANGHAI).date() if done else None,
        note="升级完成日为最后一个承诺领域首次收到卡日数据之日；经营者后来退出，不改变完成日。",
    )


def on_line_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return since when each sector sends data; the whole counts as one piece of work."""
    reading = read_on_line(scope)
    if reading.denominator is None:
        return
    begins = datetime.combine(scope.window.starts_on, time(), tzinfo=UTC)
    yield EvidenceRow(
        key=f"indicator:{scope.indicator}",
        happened_on=reading.done_on or scope.window.starts_on,
        recorded_at=begins,
        summary="升级后的平台投入使用",
        numerator=reading.numerator or NONE,
        denominator=ONE,
    )
    for one in _sectors(scope):
        at = one.first_at
        yield EvidenceRow(
            key=f"sector:{one.sector}",
            happened_on=at.astimezone(SHANGHAI).date() if at else scope.window.starts_on,
            recorded_at=at or begins,
            summary=f"{Sector(one.sector).label}：{'首次收到卡日数据' if at else '还没有数据'}",
        )


def read_use(scope: Scope) -> Reading:
    """Return in how many months since its start operators, consumers and supervisors all used the platform.

    The begun month counts once it is used.

    Unit: months.
    """
    found = months_of_use(on=scope.on, known_at=scope.known_at)
    used = sum(1 for month in found if month.is_used)
    level = ""
    if found:
        level = LASTING if used == len(found) else NOT_LASTING
    return Reading(
        numerator=Decimal(used) if found else None,
        denominator=Decimal(len(found)) if found else None,
        unit="个月",
        window=scope.window,
        at=scope.known_at,
        level=level,
        note="自首次收到数据起，每个月都有经营者报送、消费者查询或来件、监管岗位人员登录或办理，才算持续使用；"
        "平台夜间自动发现的异常不算人在使用，刚开始的月份用过才计入。",
    )


def use_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return each month with what happened in it."""
    return [
        EvidenceRow(
            key=f"month:{month.month:%Y-%m}",
            happened_on=month.month,
            recorded_at=datetime.combine(month.month, time(), tzinfo=UTC),
            summary=f"{month.month:%Y年%m月}：报送 {month.batches} 批，"
            f"消费者使用 {month.consumers} 次，监管岗位登录 {month.visits} 次、办理 {month.acts} 件",
            numerator=ONE if month.is_used else NONE,
            denominator=ONE,
        )
        for month in months_of_use(on=scope.on, known_at=scope.known_at)
    ]


def _sectors(scope: Scope) -> list[SectorService]:
    try:
        sectors = service_law(scope.on).sectors.value
    except Refused:
        return []
    return sector_services(sectors, on=scope.on, known_at=scope.known_at)


MEASURES = (
    Measure(
        key="prepaid.sector_services",
        title="服务的相关领域",
        unit="个领域",
        explanation="教育、文化、旅游、体育、交通各有已对接且近七日报送数据的经营者。",
        compute=read_sectors,
        evidence=sector_evidence,
    ),
    Measure(
        key="prepaid.issuer_coverage",
        title="发卡经营者覆盖程度",
        unit="家",
        explanation="应对接的经营者中已对接的比例；消费者反映而未登记的也算应对接。",
        compute=read_coverage,
        evidence=coverage_evidence,
    ),
    Measure(
        key="prepaid.on_line_by_year_end",
        title="升级完成日",
        unit="项",
        explanation="最后一个承诺领域首次收到卡日数据之日。",
        compute=read_on_line,
        evidence=on_line_evidence,
    ),
    Measure(
        key="prepaid.in_use",
        title="平台持续使用",
        unit="个月",
        explanation="自首次收到数据起，经营者、消费者、监管三方每个月都在使用。",
        compute=read_use,
        evidence=use_evidence,
    ),
)
