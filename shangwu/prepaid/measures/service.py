"""How the platform serves supervisors and consumers, by which channels, and how it was made known."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

from shangwu.prepaid.models import Publicity
from shangwu.prepaid.queries.service import Need, channel_uses, needs, publicity
from shangwu.prepaid.rules.service import counted_channels, service_law
from shangwu.prepaid.vocabulary import PublicityChannel
from shangwu.targets.measure import EvidenceRow, Measure, Reading, Scope

ONE, NONE = Decimal(1), Decimal(0)
DONE, NOT_DONE = "完成", "未完成"


def read_needs(scope: Scope) -> Reading:
    """Return how many of the needs are met, of those that there are data for.

    The promise is kept only where every need has data and is met.

    Unit: needs.
    """
    found = _needs(scope)
    known = [need for need in found if need.share is not None]
    met = [need for need in known if need.is_met]
    level = ""
    if known:
        level = DONE if len(met) == len(found) else NOT_DONE
    missing = "、".join(need.label for need in found if need.share is None)
    return Reading(
        numerator=Decimal(len(met)) if known else None,
        denominator=Decimal(len(known)) if known else None,
        unit="项",
        window=scope.window,
        at=scope.known_at,
        level=level,
        note=f"没有数据的需要：{missing}。没有数据不算满足。" if missing else "",
    )


def needs_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return each need with its share, its threshold and where that comes from."""
    for need in _needs(scope):
        known = need.share is not None
        yield EvidenceRow(
            key=f"need:{need.key}",
            happened_on=scope.on,
            recorded_at=scope.known_at,
            summary=need.sentence,
            numerator=ONE if need.is_met else NONE,
            denominator=ONE if known else NONE,
        )


def read_channels(scope: Scope) -> Reading:
    """Return how many of the channels of public supervision were used in the window, of all.

    A channel that nobody used is not known to be convenient; notices are used by being published.

    Unit: channels.
    """
    rows = list(channel_evidence(scope))
    used = sum((row.numerator for row in rows), NONE)
    level = ""
    if rows:
        level = DONE if used == len(rows) else NOT_DONE
    return Reading(
        numerator=used if rows else None,
        denominator=Decimal(len(rows)) if rows else None,
        unit="个渠道",
        window=scope.window,
        at=scope.known_at,
        level=level,
        note="查询、反映、投诉、咨询都有消费者实际使用，停业和失联有公告公布，才算完成；公告网页可以缓存，浏览不计次。",
    )


def channel_evidence(scope: Scope) -> Iterator[EvidenceRow]:
    """Return each channel with how often it was used; nothing while nobody has used any."""
    days = (scope.window.starts_on, scope.on)
    uses = channel_uses(service_law(scope.on).channels.value, days=days, known_at=scope.known_at)
    if not any(use.count for use in uses):
        return
    for use in uses:
        yield EvidenceRow(
            key=f"channel:{use.channel}",
            happened_on=scope.on,
            recorded_at=scope.known_at,
            summary=f"{use.label}：{use.said}",
            numerator=ONE if use.count else NONE,
            denominator=ONE,
        )


def read_publicity(scope: Scope) -> Reading:
    """Return by how many channels the platform was made known in the window.

    Channels that the promise does not name count only beside all that it names.

    Unit: channels.
    Source: law/prepaid.toml#service.publicity
    """
    found = frozenset(row.channel for row in _publicity(scope))
    counted = _counted(found, scope)
    known = bool(found)
    missing = [one for one in service_law(scope.on).publicity.value if one not in found]
    note = f"已宣传的渠道：{_names(found)}。" if known else "期内没有宣传记录。"
    if known and missing:
        note += f"承诺点名的{_names(missing)}还没有，其他渠道暂不计数。"
    return Reading(
        numerator=Decimal(len(counted)) if known else None,
        denominator=ONE if known else None,
        unit="渠道",
        window=scope.window,
        at=scope.known_at,
        note=note,
    )


def publicity_evidence(scope: Scope) -> Iterator[EvidenceRow]:
    """Return each record of publicity; the first of a channel that counts counts."""
    found = _publicity(scope)
    if not found:
        return
    yield EvidenceRow(
        key=f"indicator:{scope.indicator}",
        happened_on=scope.window.starts_on,
        recorded_at=_midnight(scope.window.starts_on),
        summary="承诺的宣传渠道",
        denominator=ONE,
    )
    left = set(_counted(frozenset(row.channel for row in found), scope))
    for row in found:
        yield EvidenceRow(
            key=f"publicity:{row.pk}",
            happened_on=row.published_on,
            recorded_at=row.at,
            summary=f"{row.get_channel_display()}：{row.title}（{row.place}）",
            numerator=ONE if row.channel in left else NONE,
        )
        left.discard(row.channel)


def _counted(used: frozenset[str], scope: Scope) -> frozenset[str]:
    return counted_channels(used, named=service_law(scope.on).publicity.value)


def _names(channels: Collection[str]) -> str:
    return "、".join(
        PublicityChannel(one).label for one in PublicityChannel.values if one in channels
    )


def _needs(scope: Scope) -> list[Need]:
    return needs(since=scope.window.starts_on, on=scope.on, known_at=scope.known_at)


def _publicity(scope: Scope) -> list[Publicity]:
    return publicity(since=scope.window.starts_on, on=scope.on, known_at=scope.known_at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


MEASURES = (
    Measure(
        key="prepaid.supervision_needs",
        title="满足监管和查询的需要",
        unit="项",
        explanation="数据齐全、来件按期答复、查询有答复且及时，四项都有数据并都达到比例。",
        compute=read_needs,
        evidence=needs_evidence,
    ),
    Measure(
        key="prepaid.public_channels",
        title="社会监督渠道",
        unit="个渠道",
        explanation="查询、反映、投诉、咨询在期内有人实际使用，停业和失联公告有公布。",
        compute=read_channels,
        evidence=channel_evidence,
    ),
    Measure(
        key="prepaid.publicity_channels",
        title="宣传渠道",
        unit="渠道",
        explanation="登记在案的宣传所用的不同渠道数；承诺点名的渠道齐了，其他渠道才计数。",
        compute=read_publicity,
        evidence=publicity_evidence,
    ),
)
