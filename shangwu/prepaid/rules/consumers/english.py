"""English words for the codes and articles that the public pages show."""

import re
from collections.abc import Mapping

from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.vocabulary import (
    Agency,
    ClaimState,
    ClosingKind,
    ClosingState,
    CollapseState,
    ComplaintKind,
    OperatorStatus,
    RequestAct,
    RequestKind,
    RequestState,
    Sector,
)

Word = (
    Agency
    | ClaimState
    | ClosingKind
    | ClosingState
    | CollapseState
    | ComplaintKind
    | OperatorStatus
    | RequestAct
    | RequestKind
    | RequestState
    | Sector
)
WORDS: Mapping[type[Word], Mapping[str, str]] = {
    Sector: {
        Sector.GENERAL: "All lines of business",
        Sector.RETAIL: "Retail",
        Sector.CATERING: "Catering",
        Sector.HOTEL: "Accommodation",
        Sector.RESIDENT_SERVICE: "Resident services",
        Sector.MALL: "Mall cards",
        Sector.EDUCATION: "Education and training",
        Sector.SPORTS: "Sports and fitness",
        Sector.YOUTH_SPORTS: "Youth sports training",
        Sector.CULTURE: "Culture and performance",
        Sector.TOURISM: "Tourism",
        Sector.TRANSPORT: "Transport",
    },
    Agency: {
        Agency.COMMERCE: "Commerce authority",
        Agency.MARKET_SUPERVISION: "Market supervision authority",
        Agency.CULTURE_TOURISM: "Culture and tourism authority",
        Agency.CULTURE_ENFORCEMENT: "Culture enforcement body",
        Agency.SPORTS: "Sports authority",
        Agency.EDUCATION: "Education authority",
        Agency.TRANSPORT: "Transport authority",
    },
    OperatorStatus: {
        OperatorStatus.APPLIED: "Applied for connection",
        OperatorStatus.ONBOARDING: "Connection under way",
        OperatorStatus.CONNECTED: "Connected",
        OperatorStatus.STOPPED: "Stopped issuing cards",
        OperatorStatus.CLOSING: "Closing, refunds under way",
        OperatorStatus.ENDED: "Has left",
        OperatorStatus.LOST: "Closed and out of contact",
    },
    RequestKind: {
        RequestKind.COMPLAINT: "Complaint",
        RequestKind.QUESTION: "Question",
        RequestKind.DIFFERENCE: "Report of a difference",
    },
    RequestState: {
        RequestState.RECEIVED: "Being handled",
        RequestState.ANSWERED: "Answered",
        RequestState.CLOSED: "Closed",
    },
    RequestAct: {
        RequestAct.RECEIVE: "Received",
        RequestAct.FORWARD: "Forwarded",
        RequestAct.ANSWER: "Answered",
        RequestAct.CLOSE: "Closed",
    },
    ComplaintKind: {
        ComplaintKind.REFUND: "Refund refused or delayed",
        ComplaintKind.GONE: "Cannot be redeemed after closing or moving",
        ComplaintKind.SERVICE: "Goods or services not as agreed",
        ComplaintKind.CHARGE: "Wrong charge or balance",
        ComplaintKind.CONTRACT: "No contract or card charter given",
        ComplaintKind.PRESSURE: "Pressed or induced to top up",
        ComplaintKind.OTHER: "Other",
    },
    ClosingKind: {
        ClosingKind.CLOSE: "Closing",
        ClosingKind.SUSPEND: "Suspension",
        ClosingKind.MOVE: "Move",
        ClosingKind.LEAVE: "Leaving the platform",
    },
    ClosingState: {
        ClosingState.ANNOUNCED: "Announced",
        ClosingState.ENDED: "Completed",
        ClosingState.VOID: "Withdrawn",
    },
    CollapseState: {
        CollapseState.PROPOSED: "Proposed",
        CollapseState.CLAIMING: "Claims are taken",
        CollapseState.PLANNED: "Plan being prepared",
        CollapseState.PAYING: "Refunds are being paid",
        CollapseState.ENDED: "Completed",
    },
    ClaimState: {
        ClaimState.FILED: "Being checked",
        ClaimState.ADMITTED: "Confirmed",
        ClaimState.REJECTED: "Not confirmed",
    },
}
DISTRICTS: dict[str, Bilingual] = {
    "310101": Bilingual("黄浦区", "Huangpu"),
    "310104": Bilingual("徐汇区", "Xuhui"),
    "310105": Bilingual("长宁区", "Changning"),
    "310106": Bilingual("静安区", "Jing'an"),
    "310107": Bilingual("普陀区", "Putuo"),
    "310109": Bilingual("虹口区", "Hongkou"),
    "310110": Bilingual("杨浦区", "Yangpu"),
    "310112": Bilingual("闵行区", "Minhang"),
    "310113": Bilingual("宝山区", "Baoshan"),
    "310114": Bilingual("嘉定区", "Jiading"),
    "310115": Bilingual("浦东新区", "Pudong"),
    "310116": Bilingual("金山区", "Jinshan"),
    "310117": Bilingual("松江区", "Songjiang"),
    "310118": Bilingual("青浦区", "Qingpu"),
    "310120": Bilingual("奉贤区", "Fengxian"),
    "310151": Bilingual("崇明区", "Chongming"),
}
_LAWS = {
    "法释〔2025〕4号": "Supreme People's Court interpretation on prepaid consumption, Fa Shi [2025] No. 4,",
    "上海市单用途预付消费卡管理规定": "Shanghai provisions on single-purpose prepaid cards,",
    "上海市社会信用条例": "Shanghai regulations on public credit,",
    "上海市单用途预付消费卡管理实施办法（2019年）": "Shanghai measures on single-purpose prepaid cards (2019),",
    "上海市单用途预付消费卡管理实施办法（2024年）": "Shanghai measures on single-purpose prepaid cards (2024),",
    "单用途商业预付卡管理办法（试行）": "National measures on single-purpose commercial prepaid cards (trial),",
    "条次未见": "number of the article not known",
    "上海市消费者权益保护条例": "Shanghai regulations on the protection of consumers,",
}
_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_ARTICLE = re.compile(r"第([〇一二三四五六七八九十]+)条")
_PARAGRAPH = re.compile(r"第([〇一二三四五六七八九十]+)款")


def term(member: Word) -> Bilingual:
    """Return a word of the vocabulary in both languages."""
    return Bilingual(str(member.label), WORDS[type(member)][member])


def district(code: str) -> Bilingual:
    """Return a district in both languages; one that is unknown is its code."""
    return DISTRICTS.get(code, Bilingual(code, code))


def article(text: str) -> str:
    """Return the citation of an article in English: law, article, and that its text is not confirmed."""
    for law, english in _LAWS.items():
        text = text.replace(law, english)
    text = _ARTICLE.sub(lambda found: f"Article {_number(found.group(1))}", text)
    text = _PARAGRAPH.sub(lambda found: f" paragraph {_number(found.group(1))}", text)
    return re.sub(r"〔[^〕]*〕", " (text not confirmed)", text).replace("、", ", ")


def _number(han: str) -> int:
    tens, _, ones = han.rpartition("十")
    if "十" not in han:
        return int("".join(str(_DIGITS[c]) for c in han))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
