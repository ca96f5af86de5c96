"""What is said of an operator's grade of credit, and of the list of seriously dishonest operators."""

from shangwu.prepaid.rules.bilingual import NOTHING, Bilingual, day, filled
from shangwu.prepaid.rules.consumers.statements.statement import OperatorFacts, Statement
from shangwu.prepaid.vocabulary import CreditGrade


def credit(facts: OperatorFacts) -> Statement:
    """Which grade the recorded facts gave, and since when it holds.

    Source: law/prepaid_governance.toml#credit.grades
    """
    topic = Bilingual("信用等次", "Grade of credit")
    source = Bilingual("平台按公布的计分规则评定", "Graded here by the published points")
    found = facts.credit
    if found is None:
        return Statement(
            topic,
            "muted",
            Bilingual("还没有信用评定", "Not graded yet"),
            source,
            Bilingual(
                "没有评定既不表示信用好，也不表示信用差。",
                "This means neither good credit nor bad.",
            ),
        )
    headline = Bilingual("{grade} 级，自{on}起", "Grade {grade} since {on}")
    return Statement(
        topic,
        "warning" if found.grade == CreditGrade.D else "info",
        filled(headline, grade=found.grade, on=day(found.day)),
        source,
        Bilingual(
            "由高到低为 A、B、C、D，只由平台记录的事实按公布的分数得出，分数线目前是平台建议。它不是担保，也不是对违法与否"
            "的认定，经营者可以提出异议。",
            "A is the highest, D the lowest. It follows from recorded facts by published points, whose limits are a "
            "proposal of the platform. It is no guarantee and no finding of any breach; the operator may object.",
        ),
    )


def listing(facts: OperatorFacts) -> Statement:
    """Whether the operator stands on the public list, since when, and whether it objects.

    Source: law/prepaid_governance.toml#listing.terms
    """
    topic = Bilingual("严重失信名单", "List of serious dishonesty")
    source = Bilingual("平台公布的名单，截至今日", "The list published here, as of today")
    found = facts.listing
    if found is None:
        return Statement(
            topic,
            "muted",
            Bilingual("没有列入名单", "Not on the list"),
            source,
            Bilingual(
                "名单只公布经告知、听取申辩后作出的决定；没有列入不等于没有风险。",
                "The list holds only decisions made after notice and hearing. Not being on it does not mean no risk.",
            ),
        )
    objected = Bilingual(
        "当事人对列入有异议，正在处理。", "The operator objects; the objection is being examined."
    )
    return Statement(
        topic,
        "warning",
        filled(Bilingual("{on}列入名单", "On the list since {on}"), on=day(found.on)),
        source,
        Bilingual(
            "理由、依据、退出和异议的办法见名单页。",
            "Reasons, articles, exit and objection are on the page of the entry.",
        ),
        objected if found.is_objected else NOTHING,
        entry=found.number,
    )
