"""What is said of custody, of the requirement, and of risk."""

from datetime import date

from shangwu.prepaid.rules.bilingual import NOTHING, Bilingual, day, filled, money
from shangwu.prepaid.rules.consumers.english import article
from shangwu.prepaid.rules.consumers.statements.statement import OperatorFacts, Statement
from shangwu.prepaid.rules.least import Least
from shangwu.prepaid.rules.requirement.facts import BASES, CAPITAL, REVENUE
from shangwu.prepaid.vocabulary import OperatorStatus


def custody(facts: OperatorFacts) -> Statement:
    """What the bank says lay in the special account."""
    topic = Bilingual("资金存管", "Custody account")
    caveat = Bilingual(
        "这是银行报送的日终余额，反映当日情况；它不是对任何一张卡的担保，也不说明存管是否达到标准。",
        "This is the balance at the end of that day as the bank reports it. It is no guarantee for any single card and "
        "does not say whether the requirement is met.",
    )
    if facts.custody_day is None:
        return Statement(
            topic,
            "muted",
            Bilingual("没有存管银行报送的数据", "No data from a custodian bank"),
            Bilingual("存管银行", "Custodian banks"),
            Bilingual(
                "没有数据不表示没有存管，也不表示已经存管；余额不高于风险警示标准的，不要求存管。",
                "No data means neither that money is kept nor that it is not. Below the risk-warning standard no custody "
                "is required.",
            ),
        )
    return Statement(
        topic,
        "info",
        filled(
            Bilingual(
                "{on}日终，专用存款账户余额 {sum}",
                "{sum} in the special account at the end of {on}",
            ),
            on=day(facts.custody_day),
            sum=money(facts.custody_fen),
        ),
        filled(Bilingual("{bank}报送", "Reported by {bank}"), bank=facts.custodian),
        caveat,
    )


def requirement(facts: OperatorFacts) -> Statement:
    """Whether the sum to be secured was secured, by the newest computation."""
    topic = Bilingual("存管要求", "Custody requirement")
    source = Bilingual(
        "平台按经营者、银行和保险机构的数据计算", "Computed from data of operator, bank and insurer"
    )
    found = facts.standing
    if found and not found.is_complete and found.least:
        return _short_at_least(topic, source, found.day, found.least)
    if found is None or not found.is_complete:
        when = (
            filled(Bilingual("（截至{on}）", " (as of {on})"), on=day(found.day))
            if found
            else NOTHING
        )
        return Statement(
            topic,
            "muted",
            filled(Bilingual("资料不全，不能判断{on}", "Not enough data to say{on}"), on=when),
            source,
            Bilingual(
                "不能判断不等于达到要求，也不等于没有达到。",
                "This means neither that it is met nor that it is not.",
            ),
        )
    if found.shortfall_fen == 0:
        text = (
            Bilingual("截至{on}，达到存管要求", "Requirement met as of {on}")
            if found.required_fen
            else Bilingual("截至{on}，按规定不要求存管", "As of {on} no custody is required")
        )
        return Statement(
            topic,
            "success" if found.required_fen else "info",
            filled(text, on=day(found.day)),
            source,
            Bilingual(
                "要求存管的通常只是余额的一部分；达到要求不等于每张卡都能全额退款。",
                "Usually only part of the balances must be kept. Meeting the requirement does not mean that every card "
                "can be refunded in full.",
            ),
        )
    return Statement(
        topic,
        "warning",
        filled(
            Bilingual("截至{on}，比要求的少 {sum}", "As of {on}, {sum} below the requirement"),
            on=day(found.day),
            sum=money(found.shortfall_fen),
        ),
        source,
        _DISPUTABLE,
        filled(Bilingual("自{on}起。", "Since {on}."), on=day(found.since))
        if found.since
        else NOTHING,
    )


def _short_at_least(topic: Bilingual, source: Bilingual, on: date, known: Least) -> Statement:
    """Say what is lacking whatever the missing figures are, with the figures that decide it and their article."""
    names = [_MISSING[name] for name in known.missing]
    missing = Bilingual("、".join(one.zh for one in names), ", ".join(one.en for one in names))
    return Statement(
        topic,
        "warning",
        filled(
            Bilingual(
                "截至{on}，至少比要求的少 {sum}", "As of {on}, at least {sum} below the requirement"
            ),
            on=day(on),
            sum=money(known.shortfall),
        ),
        source,
        _DISPUTABLE,
        filled(
            Bilingual(
                "资料还不全（缺：{missing}）；不论缺少的数额是多少，要求存管的都不少于 {required}（{article}）。"
                "履约保证冲抵 {counted}，{told}账户内 {custody}。",
                "Data are missing ({missing}). Whatever they are, no less than {required} is required ({article}). "
                "Bonds count for {counted}; the account held {custody} on {told}.",
            ),
            missing=missing,
            required=money(known.required),
            article=Bilingual(known.citation.text, article(known.citation.text)),
            counted=money(known.counted),
            told=day(known.custody_on),
            custody=money(known.custody),
        ),
    )


# What a requirement may lack, by the names that the rules give it.
_MISSING = {
    "A2": Bilingual("规则一处读法的选定", "the choice of an open reading of the rule"),
    **{
        name: Bilingual(name, english)
        for name, english in (
            (BASES["balance"], "balance of prepaid funds"),
            (BASES["quarter_end_balance"], "balance at the end of last quarter"),
            (BASES["base_date_balance"], "unused balance on the base date"),
            (REVENUE, "last year's revenue"),
            (CAPITAL, "registered capital"),
        )
    },
}
_DISPUTABLE = Bilingual(
    "这是按已经收到的数据计算的，款项可能在途，经营者可以提出异议；少于要求不等于它已经违约或者将要停业。",
    "Computed from the data received so far; money may be on its way, and the operator may object. Being below the "
    "requirement does not mean that it has broken a contract or will close.",
)


def risk(facts: OperatorFacts) -> Statement:
    """Which notice the platform gives, and since when."""
    topic = Bilingual("风险提示", "Risk notice")
    source = Bilingual("平台记录，截至今日", "The platform's records as of today")
    status = OperatorStatus(facts.status)
    notices = {
        OperatorStatus.STOPPED: Bilingual(
            "已停止发卡，请勿再充值", "It has stopped issuing cards: do not top up"
        ),
        OperatorStatus.CLOSING: Bilingual(
            "正在停业退款，持卡人可以要求退回余额",
            "It is closing: holders may ask for their balance back",
        ),
        OperatorStatus.ENDED: Bilingual(
            "已经退出，不再发卡", "It has left and issues no more cards"
        ),
        OperatorStatus.LOST: Bilingual(
            "登记为停业失联，请查看公告并保留凭证",
            "Recorded as closed and out of contact: see the notices and keep your slips",
        ),
    }
    if status in notices:
        since = (
            filled(Bilingual("自{on}起。", "Since {on}."), on=day(facts.ended_on))
            if facts.ended_on
            else NOTHING
        )
        return Statement(topic, "warning", notices[status], source, _NOT_A_JUDGMENT, since)
    if facts.listing:
        listed = Bilingual(
            "已列入严重失信名单，充值前请看名单页",
            "On the list of serious dishonesty: read its entry before you top up",
        )
        return Statement(topic, "warning", listed, source, _NOT_A_FORECAST)
    standing = facts.standing
    if standing and (standing.least or (standing.is_complete and standing.shortfall_fen)):
        return Statement(
            topic,
            "warning",
            Bilingual(
                "存管少于要求，充值前请留意",
                "Custody is below the requirement: take care before you top up",
            ),
            source,
            _DISPUTABLE,
        )
    return Statement(
        topic,
        "muted",
        Bilingual("平台没有对它发出风险提示", "The platform has given no risk notice on it"),
        source,
        Bilingual(
            "没有提示不等于没有风险。购卡前请看合同、章程和预收资金的用途，不要一次充得太多。",
            "No notice does not mean no risk. Before buying, read contract and charter, and do not pay too much at once.",
        ),
    )


_NOT_A_FORECAST = Bilingual(
    "名单说明已经认定的行为，不表示它将要停业。",
    "The list states conduct that was established; it does not say that the business will close.",
)
_NOT_A_JUDGMENT = Bilingual(
    "这是对登记状态的说明，不是对违法与否的认定。",
    "This describes a recorded status; it is no finding of any breach.",
)
