"""Cards of the till: issued, topped up, redeemed, refunded. Each act once by its key, however often it arrives."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import CardPlan, Operator, Outlet, TillAct, TillCard
from shangwu.prepaid.operations.till.acting import Movement, store_act
from shangwu.prepaid.operations.till.gates import (
    clean_remark,
    digests,
    done_before,
    open_outlet,
    require_sale,
    require_start,
    require_till,
    slip_key,
)
from shangwu.prepaid.queries.till import held_of, rules_plan
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.counter import buy, counted, sale, still_held, term_end
from shangwu.prepaid.rules.limits import Sale
from shangwu.prepaid.rules.slips import Slip, make_slip, read_slip, require_key
from shangwu.prepaid.rules.till import settle, use
from shangwu.prepaid.rules.tokens import card_token
from shangwu.prepaid.vocabulary import Fault, SaleKind, TillActKind, TillCardState

MOST_OTHER_CARDS = 10


@dataclass(frozen=True)
class Request:
    """Who asks at which till: the operator, the shop, the key that the page made, and a remark."""

    operator: Operator
    outlet: str
    key: str
    by: Account
    at: datetime
    remark: str = ""

    @property
    def on(self) -> date:
        """The day at the till."""
        return timezone.localtime(self.at).date()


@dataclass(frozen=True)
class Buyer:
    """Who buys, as far as the law asks; who it is stays with the shop, off the platform.

    `other_cards` are the buyer's other cards of the shop as their slips show them, where the buyer showed them.
    """

    kind: str = "individual"
    is_identified: bool = False
    is_by_transfer: bool = False
    other_cards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Issued:
    """A new card's act with the slip to print."""

    act: TillAct
    slip: Slip


def issue_card(
    *, plan: int, buyer: Buyer, request: Request, starts_on: date | None = None
) -> Issued:
    """Sell a card of a plan and return its slip; the same key returns the same slip again.

    Its term begins on `starts_on`, today when that is not said.

    Unit: fen.
    Raises: Refused TILL-LIMIT or TILL-STOPPED with the articles, and those of every act.
    """
    operator = request.operator
    slip = make_slip(platform_key=slip_key(), operator=operator.uscc, key=request.key)
    asked = {"act": "issue", "plan": plan, "outlet": request.outlet, **vars(buyer)}
    asked["starts_on"] = starts_on
    hashes = digests(require_key(request.key), asked)
    with transaction.atomic():
        if (before := done_before(operator, *hashes)) is not None:
            return Issued(before, slip)
        require_till(operator)
        remark = clean_remark(request.remark)
        outlet = open_outlet(operator, request.outlet, on=request.on)
        offer = _offered(operator, plan)
        require_start(operator, starts_on, on=request.on)
        ends_on = term_end(offer.months, on=request.on, starts_on=starts_on)
        asked_for = sale(
            rules_plan(offer),
            buyer=buyer.kind,
            is_identified=buyer.is_identified,
            is_by_transfer=buyer.is_by_transfer,
            lease_until=outlet.lease_until,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        others = _others(request, buyer)
        require_sale(operator, asked_for, on=request.on, held=others)
        bought = buy(rules_plan(offer), on=request.on, starts_on=starts_on)
        card = TillCard.objects.create(
            operator=operator,
            token=_token(operator, slip),
            plan=offer,
            state=TillCardState.ACTIVE,
            paid_fen=offer.price_fen,
            units=bought.units,
            balance_fen=offer.price_fen,
            issued_on=request.on,
            starts_on=bought.starts_on,
            valid_to=bought.valid_to,
        )
        moved = Movement(
            TillActKind.ISSUE, bought.units, issued=offer.price_fen, counted=counted(others)
        )
        act = store_act(
            card, outlet, moved, hashes=hashes, remark=remark, by=request.by, at=request.at
        )
    return Issued(act, slip)


def top_up(*, code: str, buyer: Buyer, request: Request, starts_on: date | None = None) -> TillAct:
    """Sell the card's plan once more onto the card, within the limits of what it then holds.

    A term is added to what is left of the card's own; `starts_on` is the first day of what is paid for now.

    Raises: Refused TILL-LIMIT or TILL-STOPPED with the articles, and those of every act.
    """
    slip = read_slip(code)
    asked = {"act": "top_up", "card": slip.scanned, "outlet": request.outlet, **vars(buyer)}
    asked["starts_on"] = starts_on
    hashes = digests(require_key(request.key), asked)
    with transaction.atomic():
        if (before := done_before(request.operator, *hashes)) is not None:
            return before
        card, outlet, remark = _ready(request, slip)
        offer = _offered(request.operator, card.plan.number)
        if offer.kind == SaleKind.MEMBERSHIP:
            raise Refused(
                "期限卡不充值。续卡请另售一张，启用日期填原卡期满的次日。", code="TILL-TERM"
            )
        require_start(request.operator, starts_on, on=request.on)
        ends_on = term_end(offer.months, on=request.on, starts_on=starts_on, valid_to=card.valid_to)
        asked_for = sale(
            rules_plan(offer),
            held=held_of(card),
            buyer=buyer.kind,
            is_identified=buyer.is_identified,
            is_by_transfer=buyer.is_by_transfer,
            lease_until=outlet.lease_until,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        others = _others(request, buyer, apart_from=card)
        require_sale(request.operator, asked_for, on=request.on, held=others)
        card.paid_fen += offer.price_fen
        card.units += offer.units
        card.balance_fen += offer.price_fen
        card.valid_to = ends_on
        card.save(update_fields=["paid_fen", "units", "balance_fen", "valid_to"])
        moved = Movement(
            TillActKind.TOP_UP, offer.units, issued=offer.price_fen, counted=counted(others)
        )
        return store_act(
            card, outlet, moved, hashes=hashes, remark=remark, by=request.by, at=request.at
        )


def redeem(*, code: str, units: int | None, request: Request) -> TillAct:
    """Use up some of a card; of two that ask for the same rest at once, one gets it.

    No units for a card for a term: its holder is let in, and nothing is taken.

    Unit: fen of value, or lessons.
    Raises: Refused TILL-SHORT saying what is left, TILL-TERM outside a term, TILL-UNITS, TILL-CARD, TILL-ENDED,
    SLIP-FORM, and those of every act.
    """
    slip = read_slip(code)
    asked = {"act": "redeem", "card": slip.scanned, "units": units, "outlet": request.outlet}
    hashes = digests(require_key(request.key), asked)
    with transaction.atomic():
        if (before := done_before(request.operator, *hashes)) is not None:
            return before
        card, outlet, remark = _ready(request, slip)
        spent = use(held_of(card), units, on=request.on)
        card.used_units, card.balance_fen = spent.after.used, spent.after.balance
        card.save(update_fields=["used_units", "balance_fen"])
        moved = Movement(TillActKind.REDEEM, units or 0, redeemed=spent.redeemed)
        return store_act(
            card, outlet, moved, hashes=hashes, remark=remark, by=request.by, at=request.at
        )


def refund_card(*, code: str, fault: str, expected_fen: Fen | None, request: Request) -> TillAct:
    """End a card and give back what the law gives; whose doing it was is said by a person.

    `expected_fen` is the sum that the person saw and paid out: another one now is refused, not paid silently.
    Raises: Refused TILL-SUM, TILL-CARD, TILL-ENDED, SLIP-FORM, and those of every act.
    """
    slip = read_slip(code)
    asked = {"act": "refund", "card": slip.scanned, "fault": fault, "outlet": request.outlet}
    hashes = digests(require_key(request.key), asked)
    with transaction.atomic():
        if (before := done_before(request.operator, *hashes)) is not None:
            return before
        card, outlet, remark = _ready(request, slip)
        found = settle(held_of(card), fault=Fault(fault), on=request.on)
        if expected_fen is not None and expected_fen != found.refund:
            raise Refused(
                f"卡内情况刚刚有变，现在应退 {yuan(found.refund)}。请重新核对后再退。",
                code="TILL-SUM",
            )
        card.state, card.balance_fen = TillCardState.REFUNDED, 0
        card.save(update_fields=["state", "balance_fen"])
        moved = Movement(
            TillActKind.REFUND,
            card.left_units,
            redeemed=found.redeemed,
            refunded=found.refund,
            fault=fault,
            formula=found.sentence,
        )
        return store_act(
            card, outlet, moved, hashes=hashes, remark=remark, by=request.by, at=request.at
        )


def find_card(operator: Operator, code: str) -> TillCard:
    """Return the card that number and secret prove. Raises: Refused SLIP-FORM or TILL-CARD."""
    slip = read_slip(code)
    found = TillCard.objects.select_related("plan").filter(
        operator=operator, token=_token(operator, slip)
    )
    return _one(found.first())


def _ready(request: Request, slip: Slip) -> tuple[TillCard, Outlet, str]:
    require_till(request.operator)
    remark = clean_remark(request.remark)
    outlet = open_outlet(request.operator, request.outlet, on=request.on)
    cards = TillCard.objects.select_for_update(of=("self",)).select_related("plan")
    card = _one(
        cards.filter(operator=request.operator, token=_token(request.operator, slip)).first()
    )
    if card.state != TillCardState.ACTIVE:
        raise Refused("这张卡已经退款，不能再用。", code="TILL-ENDED")
    return card, outlet, remark


def _others(request: Request, buyer: Buyer, *, apart_from: TillCard | None = None) -> list[Sale]:
    """What the buyer's other cards hold; those that were refunded hold nothing."""
    if len(buyer.other_cards) > MOST_OTHER_CARDS:
        raise Refused(f"其他卡一次最多填 {MOST_OTHER_CARDS} 张。", code="TILL-OTHERS")
    tokens = {_token(request.operator, read_slip(code)) for code in buyer.other_cards}
    found = TillCard.objects.select_related("plan").filter(
        operator=request.operator, token__in=tokens
    )
    cards = list(found.order_by("pk"))
    if len(cards) < len(tokens):
        raise Refused(
            "填写的其他卡中有的不是本店的卡，请核对卡号和查询密码；别家的卡不用填。",
            code="TILL-OTHERS",
        )
    return [
        still_held(held_of(card), card=card.plan.card_kind, on=request.on, until=card.valid_to)
        for card in cards
        if card.state == TillCardState.ACTIVE and card != apart_from
    ]


def _one(card: TillCard | None) -> TillCard:
    if card is None:
        raise Refused(
            "本店没有这张卡。请核对卡号和查询密码；别家的卡请到发卡的店使用。", code="TILL-CARD"
        )
    return card


def _offered(operator: Operator, number: int) -> CardPlan:
    found = CardPlan.objects.filter(operator=operator, number=number, stopped_at=None).first()
    if found is None:
        raise Refused("这个方案已经停售，请选择其他方案。", code="TILL-PLAN-GONE")
    return found


def _token(operator: Operator, slip: Slip) -> bytes:
    return bytes.fromhex(card_token(operator=operator.uscc, number=slip.number, secret=slip.secret))
