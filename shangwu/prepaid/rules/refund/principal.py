"""How much of the money paid comes back: stored-value cards and cards that count visits (Art. 15, 18-20).

Whose doing ended the contract is entered by a person and never inferred (A8).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import percent, whole, yuan
from shangwu.prepaid.rules.refund.answer import Refund, formulas, require_amounts
from shangwu.prepaid.vocabulary import Fault


@dataclass(frozen=True)
class CardUse:
    """A card at its end, in fen: paid, given on top, and what was consumed at list price.

    `discount` is the factor at which goods were sold to the holder (0.8 for 八折). `used_at_market` is
    the same consumption at the market price of the day of contract, where the list price is clearly
    unreasonable and the operator has no records of sales.
    """

    paid: Fen
    used: Fen
    gift: Fen = 0
    discount: Decimal = Decimal(1)
    used_at_market: Fen | None = None


def principal(card: CardUse, *, fault: Fault, on: date) -> Refund:
    """Return what is refunded of the money paid when the contract ends on a day.

    Unit: fen.
    Source: law/prepaid.toml#pack.CN-SPC25-15
    Raises: Refused for figures that cannot be, and for a day without such law.
    """
    _require_sound(card)
    if fault == Fault.OPERATOR:
        fulfilled, how = _at_discount(card)
        names = ["paid_less_fulfilled", "discount_price"]
    else:
        fulfilled, how = _at_list(card)
        names = ["paid_less_fulfilled", "list_price"]
    left = card.paid - fulfilled
    formula = f"{yuan(card.paid)} － {how}"
    if left < 0:
        names.append("no_claw_back")
        formula = f"{formula}，不足零的按零计，经营者不得请求补足，应退"
    rounding = law.settings(on).refund_rounding.value
    return Refund(whole(max(left, Fraction(0)), rounding), formula, formulas(*names, on=on))


def _at_discount(card: CardUse) -> tuple[Fraction, str]:
    """What was fulfilled, at the price the holder really paid: discount, and the gift spread over all."""
    fulfilled = Fraction(card.discount) * card.used
    how = yuan(card.used)
    if card.discount != 1:
        how += f" × {percent(card.discount)}"
    if card.gift:
        fulfilled *= Fraction(card.paid, card.paid + card.gift)
        how += f" × {yuan(card.paid)} ÷（{yuan(card.paid)} + {yuan(card.gift)}）"
    return fulfilled, how


def _at_list(card: CardUse) -> tuple[Fraction, str]:
    if card.used_at_market is not None:
        return Fraction(card.used_at_market), f"{yuan(card.used_at_market)}（按订约时市场价格）"
    return Fraction(card.used), f"{yuan(card.used)}（按原价）"


def _require_sound(card: CardUse) -> None:
    require_amounts(
        [
            ("已付金额", card.paid),
            ("赠送金额", card.gift),
            ("已消费金额", card.used),
            ("按市场价格的已消费金额", card.used_at_market or 0),
        ]
    )
    if not 0 < card.discount <= 1:
        raise Refused("折扣须大于 0、不超过 1（八折写作 0.8）。", code="PREPAID-REFUND-DISCOUNT")
    if Fraction(card.discount) * card.used > card.paid + card.gift:
        raise Refused(
            f"已消费 {yuan(card.used)}，按折扣计超过已付和赠送的合计 "
            f"{yuan(card.paid + card.gift)}。请核对。",
            code="PREPAID-REFUND-USED",
        )
