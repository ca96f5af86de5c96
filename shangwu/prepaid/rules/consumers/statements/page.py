"""All that the public page says of an operator."""

from shangwu.prepaid.rules.consumers.bilingual import Bilingual, filled
from shangwu.prepaid.rules.consumers.statements.linkage import linkage, reporting
from shangwu.prepaid.rules.consumers.statements.security import custody, requirement, risk
from shangwu.prepaid.rules.consumers.statements.statement import NOTHING, OperatorFacts, Statement


def statements(facts: OperatorFacts) -> tuple[Statement, ...]:
    """Return what is said of the operator, in the order in which a consumer asks."""
    return (
        linkage(facts),
        reporting(facts),
        custody(facts),
        requirement(facts),
        risk(facts),
        complaints(facts),
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
