"""What is said of linkage and of the daily reports."""

from shangwu.prepaid.rules.bilingual import NOTHING, Bilingual, day, filled
from shangwu.prepaid.rules.consumers.english import term
from shangwu.prepaid.rules.consumers.law import is_overdue
from shangwu.prepaid.rules.consumers.statements.statement import OperatorFacts, Statement
from shangwu.prepaid.vocabulary import OperatorStatus


def linkage(facts: OperatorFacts) -> Statement:
    """Whether the operator's data are linked, since when, and what its mark says."""
    topic = Bilingual("信息对接", "Data linkage")
    source = Bilingual("平台的对接记录", "The platform's record of linkage")
    status = OperatorStatus(facts.status)
    if status in {OperatorStatus.APPLIED, OperatorStatus.ONBOARDING}:
        return Statement(
            topic,
            "muted",
            Bilingual(
                f"尚未完成信息对接（{status.label}）", f"Not connected yet ({term(status).en})"
            ),
            source,
            Bilingual(
                "尚未对接时，平台没有它的逐日数据，不能显示存管和余额情况；这本身不说明它是否违法。",
                "Until it is connected the platform has no daily data of it and cannot show custody or balances. "
                "This alone does not say whether it breaks any rule.",
            ),
        )
    since = day(facts.connected_on) if facts.connected_on else Bilingual("（未记载）", "(no date)")
    headline = filled(
        Bilingual("{since}完成与平台的信息对接", "Connected to the platform since {since}"),
        since=since,
    )
    if status != OperatorStatus.CONNECTED:
        headline = filled(Bilingual("对接状态：{now}", "Status: {now}"), now=term(status))
    return Statement(
        topic,
        "success" if status == OperatorStatus.CONNECTED and facts.mark else "muted",
        headline,
        source,
        Bilingual(
            "对接表示经营者须逐日向平台报送发卡和兑付数据，不表示政府为它的信用或者兑付能力担保。",
            "Linkage means that the operator must report issued and redeemed amounts daily. It is no public "
            "guarantee of its credit or of redemption.",
        ),
        _mark(facts),
    )


def _mark(facts: OperatorFacts) -> Bilingual:
    if facts.mark and facts.mark_issued_on:
        return filled(
            Bilingual(
                "对接标识 {mark}，{on}核发，现在有效。", "Mark {mark}, issued {on}, valid today."
            ),
            mark=facts.mark,
            on=day(facts.mark_issued_on),
        )
    if facts.mark_withdrawn_on:
        return filled(
            Bilingual("对接标识已于{on}收回。", "Its mark was withdrawn on {on}."),
            on=day(facts.mark_withdrawn_on),
        )
    return Bilingual("没有现行有效的对接标识。", "It has no mark that is valid today.")


def reporting(facts: OperatorFacts) -> Statement:
    """Up to which day the operator's figures have arrived."""
    topic = Bilingual("数据报送", "Daily reports")
    source = Bilingual("经营者报送、平台收到的数据", "Data sent by the operator and received here")
    if facts.last_day is None:
        return Statement(
            topic,
            "muted",
            Bilingual("平台还没有收到它的逐日数据", "No daily data received yet"),
            source,
            Bilingual(
                "没有数据不表示没有发卡，也不表示余额为零。",
                "No data does not mean that no cards were sold, nor that balances are zero.",
            ),
        )
    late = is_overdue(facts.last_day, facts.today)
    headline = Bilingual("数据收到{on}为止", "Data received up to {on}")
    return Statement(
        topic,
        "warning" if late else "info",
        filled(headline, on=day(facts.last_day)),
        source,
        Bilingual(
            "每日数据应于次日24时前报送。尚未收到可能出于系统故障等原因，不当然表示经营异常。",
            "A day's data are due by the end of the next day. Missing data can have technical causes and do not by "
            "themselves mean that the business is in trouble.",
        ),
        Bilingual("此后应报的数据平台尚未收到。", "Data that are due since then have not arrived.")
        if late
        else NOTHING,
    )
