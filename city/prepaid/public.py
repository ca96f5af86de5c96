"""Consumers with a phone: they look up their cards, ask, complain, and claim when a chain has vanished."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from city.browser import Browser, RefusedError
from city.prepaid.wallet import Card
from city.prepaid.world import Member, World
from city.stage import Stage

Acts = Iterator[tuple[str, Callable[[], object]]]
COMPLAINTS = (
    ("REFUND", "要求退还卡内余额，门店说要等领导审批，已经两周没有答复。"),
    ("CHARGE", "消费一次扣了两次，凭条上的余额与实际不符。"),
    ("SERVICE", "约定的项目临时取消，只给换低价项目。"),
    ("CONTRACT", "买卡时没有给章程，也没有书面合同。"),
)
GONE = ("GONE", "门店关门，电话没有人接，卡里的钱不能用了。")
# What people ask, and what the office answers.
QUESTIONS = {
    "七日内没有使用，可以要求全额退款吗？": "自付款之日起七日内可以请求返还本金；订立合同时已经获得过相同商品或者服务的除外"
    "（法释〔2025〕4号第十四条）。可以在“算退款”里核对日期。",
    "门店搬到别的区，不方便去了，能退卡吗？": "经营者变更经营场所，使您不便接受服务的，可以请求解除合同、退还余款"
    "（法释〔2025〕4号第十三条）。商家不退的，请在“投诉”里写明。",
    "怎样知道商家的预收资金有没有存管？": "在“查经营者”里打开这家商家的页面，“资金存管”和“存管要求”两项写明账户余额、是否达到要求和数据日期。",
    "赠送的金额退卡时怎样计算？": "不是消费者的原因退卡的，已消费部分按已付占已付和赠送合计的比例折算（法释〔2025〕4号第十八条）。"
    "可以在“算退款”里填入金额，查看算式。",
}


class Public:
    """The consumers of each day; the same story tells the same visits."""

    def __init__(self, stage: Stage, world: World) -> None:
        self.stage, self.world = stage, world

    def acts(self, number: int, day: date) -> Acts:
        """Yield what consumers do on a day."""
        dice = random.Random(f"{self.world.story.seed}/{number}")  # noqa: S311 - a story told the same way
        story, chain = self.world.story, self.world.story.chain
        for visit in range(story.lookups):
            yield f"lookup {visit}", partial(self.look_up, self._someone(dice), dice.random())
        for visit in range(story.complaints):
            yield (
                f"complaint {visit}",
                partial(self.complain, self._someone(dice), *dice.choice(COMPLAINTS)),
            )
        if chain["complaints_on"] <= number < chain["signed_on"]:
            for member in self.world.chain:
                yield f"gone {member.business.district}", partial(self.complain, member, *GONE)
        for visit in range(story.questions):
            yield f"question {visit}", partial(self.ask, dice.choice(tuple(QUESTIONS)))
        for visit in range(story.hiding.get("reports", 0)):
            # Holders of the first one's cards write every day, so that a case can be made of it.
            member = dice.choice(self.world.hiding) if visit else self.world.hiding[0]
            yield f"difference {visit}", partial(self._report_hidden, member, dice.random())
        if number == chain["signed_on"] + 1:
            yield "claims", self._claim

    def _someone(self, dice: random.Random) -> Member:
        return dice.choice([one for one in self.world.members if one.wallet.cards])

    def look_up(self, member: Member, luck: float) -> None:
        """Look one of the business's cards up."""
        with Browser(self.stage.address) as phone:
            self._show(phone, member, _some_card(member.wallet.cards, luck))

    def report_difference(self, member: Member, luck: float, *, more_fen: int) -> None:
        """Look a card up whose slip says more than the platform does, and report it."""
        card = _some_card(member.wallet.cards, luck)
        self._report(member, card, card.balance + more_fen, "凭条上的余额比查询到的多，请核对。")

    def _report_hidden(self, member: Member, luck: float) -> None:
        """Report a card that was sold or topped up beside the books, where there is one by now."""
        if short := member.wallet.short:
            card = _some_card(short, luck)
            text = (
                "凭条在手，查询到的余额少于凭条。" if card.reported else "凭条在手，查不到这张卡。"
            )
            self._report(member, card, card.balance, text)

    def _report(self, member: Member, card: Card, stated_fen: int, text: str) -> None:
        with Browser(self.stage.address) as phone:
            self._show(phone, member, card)
            phone.submit(fields={}, action="/prepaid/card/difference/")  # opens the form
            phone.submit(
                fields={"stated": f"{stated_fen / 100:.2f}", "text": text},
                action="/prepaid/card/difference/",
            )

    def _show(self, phone: Browser, member: Member, card: Card) -> None:
        phone.open(f"/prepaid/card/?operator={member.business.uscc}").submit(
            fields={
                "operator": member.business.uscc,
                "number": card.number,
                "secret": card.secret,
            },
            action="/prepaid/card/",
        )

    def complain(self, member: Member, subject: str, text: str) -> None:
        """Complain about the business; no name is given."""
        with Browser(self.stage.address) as phone:
            phone.open("/prepaid/complain/")
            phone.submit(
                fields={
                    "operator": member.business.uscc,
                    "subject": subject,
                    "amount": "300",
                    "text": text,
                },
                action="/prepaid/complain/",
            )

    def ask(self, text: str) -> None:
        """Ask the office a question."""
        with Browser(self.stage.address) as phone:
            phone.open("/prepaid/questions/")
            phone.submit(fields={"text": text}, action="/prepaid/questions/")

    def _claim(self) -> None:
        """Holders of the chain claim: most what the ledger says, a few more than that."""
        with Browser(self.stage.address) as phone:
            phone.open("/prepaid/notices/")
            page = next(iter(phone.links("/prepaid/notices/collapses/")))
            for number in range(self.world.story.chain["claims"]):
                member = self.world.chain[number % len(self.world.chain)]
                held = [card for card in member.wallet.cards if card.balance]
                card = held[number // len(self.world.chain)]
                extra = 50_00 if number % 10 == 9 else 0
                phone.open(f"{page}claim/")
                try:
                    phone.submit(
                        fields={
                            "operator": phone.option("operator", member.business.name),
                            "card_number": card.number,
                            "secret": card.secret,
                            "claimed": f"{(card.balance + extra) / 100:.2f}",
                        },
                        action="/claim/",
                    )
                except RefusedError:
                    # A play that was cut off claims again what was claimed.
                    continue


def _some_card(cards: list[Card], luck: float) -> Card:
    return cards[int(luck * len(cards))]
