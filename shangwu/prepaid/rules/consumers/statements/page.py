"""All that the public page says of an operator."""

from shangwu.prepaid.rules.bilingual import NOTHING, Bilingual, day, filled
from shangwu.prepaid.rules.consumers.statements.credit import credit, listing
from shangwu.prepaid.rules.consumers.statements.linkage import linkage, reporting
from shangwu.prepaid.rules.consumers.statements.security import custody, requirement, risk
from shangwu.prepaid.rules.consumers.statements.statement import OperatorFacts, Statement


def statements(facts: OperatorFacts) -> tuple[Statement, ...]:
    """Return what is said of the operator, in the order in which a consumer asks."""
    return (
        linkage(facts),
        reporting(facts),
        custody(facts),
        requirement(facts),
        risk(facts),
        credit(facts),
        listing(facts),
        notices(facts),
        complaints(facts),
    )


def notices(facts: OperatorFacts) -> Statement:
    """Whether a closing, move or collapse is announced."""
    topic = Bilingual("停业和迁移公告", "Notices of closing or moving")
    source = Bilingual("平台公告栏目", "The platform's notices")
    found = facts.notice
    if found is None:
        return Statement(
            topic,
            "muted",
            Bilingual("没有停业、歇业或者迁移的公告", "No notice of closing, suspension or moving"),
            source,
            Bilingual(
                "没有公告不表示它一定继续营业；经营者停业或者迁移影响兑付的，依法应当提前告知。",
                "No notice does not prove that it goes on; closing or moving must by law be announced in advance.",
            ),
        )
    text = (
        Bilingual("已公告停业失联处置，登记至{on}", "A settlement is announced; claims until {on}")
        if found.is_collapse
        else Bilingual(
            "已公告停业、歇业或者迁移，{on}起生效",
            "Closing, suspension or moving announced, from {on}",
        )
    )
    return Statement(
        topic,
        "warning",
        filled(text, on=day(found.day)),
        source,
        Bilingual(
            "请按公告办理，保留卡和凭条。办理不收取任何费用，也不需要您转账或者提供验证码。",
            "Follow the notice and keep card and slips. It costs nothing, and nobody may ask you for a transfer or a code.",
        ),
        notice=found,
    )


def complaints(facts: OperatorFacts) -> Statement:
    """How many complaints came in a year, how many were answered, and how soon."""
    topic = Bilingual("投诉", "Complaints")
    source = Bilingual(
        "平台收到的投诉，近十二个月", "Complaints received here in the last twelve months"
    )
    caveat = Bilingual(
        "件数是消费者的反映，未经逐件核实，也与经营规模有关，不说明投诉是否属实。",
        "The number counts what consumers sent; it is not verified one by one, depends on the size of the business and "
        "does not say whether complaints are founded.",
    )
    if not facts.complaints:
        headline = Bilingual("没有收到投诉", "No complaints received")
        return Statement(topic, "muted", headline, source, caveat)
    detail = (
        filled(
            Bilingual(
                "答复用时的中位数为 {days} 个工作日。",
                "Half were answered within {days} working days.",
            ),
            days=facts.median_days,
        )
        if facts.median_days
        else NOTHING
    )
    headline = filled(
        Bilingual("收到 {all} 件，已答复 {done} 件", "{all} received, {done} answered"),
        all=facts.complaints,
        done=facts.answered,
    )
    return Statement(topic, "info", headline, source, caveat, detail)
