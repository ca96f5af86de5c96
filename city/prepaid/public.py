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
QUESTIONS = (
    "七日内没有使用，可以要求全额退款吗？",
    "门店搬到别的区，不方便去了，能退卡吗？",
    "怎样知道商家的预收资金有没有存管？",
    "赠送的金额退卡时怎样计算？",
)


class Public:
    """The consumers of each day; the same story tells the same visits."""

    def __init__(self, stage: Stage, world: World) -> None:
        self.stage, self.world = stage, world

    def acts(self, number: int, day: date) -> Acts:
        """Yield what consumers do on a day."""
        dice = random.Random(f"{self.world.story.seed}/{number}")  # noqa: S311 - a story told the same way
        story, chain = self.world.story, self.world.story.chain
        for visit in range(story.lookups):
            yield f"lookup {visit}", partial(self._look_up, self._someone(dice), dice.random())
        for visit in range(story.complaints):
            yield (
                f"complaint {visit}",
                partial(self._complain, self._someone(dice), *dice.choice(COMPLAINTS)),
            )
        if chain["complaints_on"] <= number < chain["signed_on"]:
            for member in self.world.chain:
                yield f"gone {member.business.district}", partial(self._complain, member, *GONE)
        for visit in range(story.questions):
            yield f"question {visit}", partial(self._ask, dice.choice(QUESTIONS))
        if number == chain["signed_on"] + 1:
            yield "claims", self._claim

    def _someone(self, dice: random.Random) -> Member:
        return dice.choice(self.world.members)

    def _look_up(self, member: Member, luck: float) -> None:
        card = _some_card(member, luck)
        with Browser(self.stage.address) as phone:
            phone.open(f"/prepaid/card/?operator={member.business.uscc}")
            phone.submit(
                fields={
                    "operator": member.business.uscc,
                    "number": card.number,
                    "secret": card.secret,
                },
                action="/prepaid/card/",
            )

    def _complain(self, member: Member, subject: str, text: str) -> None:
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

    def _ask(self, text: str) -> None:
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


def _some_card(member: Member, luck: float) -> Card:
    cards = member.wallet.cards
    return cards[int(luck * len(cards))]
