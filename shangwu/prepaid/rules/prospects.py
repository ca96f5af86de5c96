"""What a holder's claim may still expect after a collapse, as the pages tell it, in both languages.

Source: law/prepaid.toml#setting.claim_days
"""

from dataclasses import dataclass
from datetime import date

from shangwu.foundation.money import Fen
from shangwu.prepaid.rules.bilingual import Bilingual, day, filled
from shangwu.prepaid.vocabulary import ClaimState


@dataclass(frozen=True)
class ClaimFacts:
    """Where a claim stands; `reserved` is whether a signed plan keeps a share for its card.

    `until` is the last day of the term for claims, `left` what the operator's sources hold beside the signed plans.
    """

    state: str
    is_known: bool
    is_signed: bool
    is_reserved: bool
    is_ended: bool
    until: date
    left: Fen


NO_PLAN = Bilingual(
    "还没有签发清退方案。签发前确认的登记参加首次发放",
    "No refund plan is signed yet. Claims confirmed before it is signed take part in the first payment",
)
RESERVED = Bilingual(
    "签发的清退方案为这张卡保留了份额，登记确认后按保留的份额发放，不超过确认的金额",
    "The signed plan keeps a share for this card; once the claim is confirmed you are paid that share, at most what is "
    "confirmed",
)
FROM_WHAT_IS_LEFT = Bilingual(
    "账面没有这张卡，签发的清退方案没有为它保留份额。确认的登记在 {until} 登记期满后从剩余资金中补充清退，"
    "没有剩余的不能受偿",
    "This card is not on record, so the signed plan keeps no share for it. A confirmed claim is paid from what is left "
    "after the term for claims ends on {until}; if nothing is left, nothing can be paid",
)
NEXT_PLAN = Bilingual(
    "签发的清退方案没有付足这笔登记，剩余资金将在补充清退方案中分配",
    "The signed plan does not pay this claim in full; what is left will be shared out in a further plan",
)
NOTHING_LEFT = Bilingual(
    "这家经营者的存管资金和履约保证已经全部列入清退方案，没有剩余可以补充清退",
    "All money in the special account and all bonds of this operator are in signed plans; nothing is left for a further one",
)
NOT_CONFIRMED = Bilingual(
    "登记没有确认，账面也没有这张卡，不能列入清退方案",
    "The claim was not confirmed and the card is not on record, so no plan can pay it",
)
ENDED = Bilingual("处置已经办结，不再发放", "The settlement is completed; nothing more is paid")


def prospect(facts: ClaimFacts, *, on: date) -> Bilingual:
    """Return what may still be expected of a claim that signed plans have not paid in full."""
    if facts.state == ClaimState.REJECTED and not facts.is_known:
        return NOT_CONFIRMED
    if facts.is_ended:
        return ENDED
    if not facts.is_signed:
        return NO_PLAN
    if facts.state == ClaimState.FILED and facts.is_reserved:
        return RESERVED
    if not facts.is_known and (facts.state == ClaimState.FILED or on <= facts.until):
        return filled(FROM_WHAT_IS_LEFT, until=day(facts.until))
    return NEXT_PLAN if facts.left else NOTHING_LEFT
