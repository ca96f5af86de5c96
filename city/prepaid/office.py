"""The people of the offices: they set the platform up, answer consumers, warn, and settle a collapse."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

from city.credit_platform import KEY_FILE
from city.prepaid.businesses import Business
from city.prepaid.public import QUESTIONS
from city.prepaid.world import World
from city.stage import Stage

LINKAGE, OFFICER, CHIEF, SECURITY = "demo-linkage", "demo-officer", "demo-chief", "demo-security"
Acts = Iterator[tuple[str, Callable[[], object]]]
UNITS = (
    ("某市商务委员会（演示）", "commerce", ""),
    ("某市文化和旅游局（演示）", "culture_tourism", ""),
    ("某市体育局（演示）", "sports", ""),
    ("某市教育委员会（演示）", "education", ""),
    ("某市交通委员会（演示）", "transport", ""),
    ("黄浦区商务委员会（演示）", "commerce", "310101"),
)
ANSWERED_A_DAY = 4
ANSWER = "已收到并联系经营者核实，处理结果在这里更新。"
PUBLICITY = (
    (2, "WEBSITE", "预付卡查询服务上线", "市商务委员会网站通知公告栏"),
    (4, "WECHAT", "买卡之前先查一查", "“某市商务”微信公众号"),
    (6, "COMMUNITY", "预付消费防骗宣传进社区", "黄浦区、浦东新区二十个社区"),
)
# Why a case is opened, and what the letter asks for.
VANISHING = (
    "存管余额骤降，停止报送日数据，投诉集中。",
    "存管余额骤降，已两日没有报送日数据。请补足存管、恢复报送并说明。",
)
BESIDE_THE_BOOKS = (
    "多名消费者持凭条反映卡片查不到或者余额少于凭条，经营者报送、银行存管与消费者所述三方不一致，涉嫌账外售卡。",
    "有消费者持凭条反映的卡未报送或者少报。请逐张核对，补报全部已售的卡，补足存管并书面说明。",
)


class Office:
    """Everybody at the offices, and what they do on which day."""

    def __init__(self, stage: Stage, world: World) -> None:
        self.stage, self.world = stage, world
        self.published: set[str] = set()

    def take_over(self) -> None:
        """Set who supervises what, admit banks and insurers, and take the operators over."""
        security = self.stage.person(SECURITY)
        for organisation, agency, district in UNITS:
            security.open("/office/prepaid/units/")
            security.submit(
                fields={
                    "organisation": security.option("organisation", organisation),
                    "agency": agency,
                    "district": district,
                },
                action="/office/prepaid/units/",
            )
        chief = self.stage.person(CHIEF)
        for one in self.world.institutions:
            if one.uscc in chief.open("/office/prepaid/institutions/").text:
                continue
            chief.submit(
                fields={
                    "uscc": one.uscc,
                    "name": one.name,
                    "kind": one.kind,
                    "public_key": one.key.public,
                },
                action="/admit/",
            )
        self._take_in(0)

    def hand_over_key(self, folder: Path) -> None:
        """Give the public-credit platform the key by which it knows our messages, as the page shows it."""
        page = self.stage.person(OFFICER).open("/office/prepaid/credit/exchange/")
        shown = page.find("//code")[0].text_content() or ""
        (folder / KEY_FILE).write_text(shown.strip(), "ascii")

    def _take_in(self, day: int) -> None:
        """Take the operators of a day over: one person hands the list in, another accepts it."""
        name = f"原系统经营者（第{day}天）.csv" if day else "原系统经营者.csv"
        clerk, chief = self.stage.person(LINKAGE), self.stage.person(CHIEF)
        lists = clerk.open("/office/prepaid/intake/").find(f"//tr[contains(., '{name}')]//a/@href")
        if not lists:
            upload = ("file", (name, self.world.intake(day).encode(), "text/csv"))
            clerk.submit(fields={}, action="/office/prepaid/intake/", files=[upload])
            lists = [clerk.path]
        chief.open(str(lists[0]))
        if chief.actions():
            chief.submit(fields={}, action="/decide/", button="accept")

    def acts(self, number: int, day: date) -> Acts:
        """Yield what the offices do on a day."""
        chain = self.world.story.chain
        if str(number) in self.world.story.later:
            yield "intake", partial(self._take_in, number)
        yield "answers", self.answer
        for on, channel, title, place in PUBLICITY:
            if number == on:
                yield f"publicity {on}", partial(self.publish, channel, title, place, day)
        yield from self._hidden_sales(number, day)
        if number == chain["warned_on"]:
            yield "case", partial(self._warn, self.world.chain[0].business, *VANISHING)
        if number == chain["proposed_on"]:
            yield "collapse", self._propose
        if number == chain["signed_on"]:
            yield "sign", self._sign
        if number == chain["signed_on"] + 2:
            yield "plan", self._settle

    def answer(self, known: Mapping[str, str] = QUESTIONS) -> None:
        """Answer what has waited longest; a question whose answer is known is published once."""
        officer = self.stage.person(OFFICER).open("/office/prepaid/requests/")
        waiting = officer.find("//tr[contains(., '办理中')]//a/@href")
        for letter in waiting[:ANSWERED_A_DAY]:
            page = officer.open(str(letter)).text
            asked = next((question for question in known if question in page), "")
            fields = {"text": known.get(asked, ANSWER)}
            if asked and asked not in self.published:
                fields["publish"] = "on"
                self.published.add(asked)
            officer.submit(fields=fields, action="/answer/")

    def publish(self, channel: str, title: str, place: str, day: date) -> None:
        """Record that the platform was made known."""
        clerk = self.stage.person(LINKAGE).open("/office/prepaid/publicity/")
        clerk.submit(
            fields={
                "channel": channel,
                "title": title,
                "published_on": day.isoformat(),
                "place": place,
            },
            action="/office/prepaid/publicity/",
        )

    def _hidden_sales(self, number: int, day: date) -> Acts:
        """What follows from the reports on one that sells beside its books: warned, handed over, fined."""
        told = self.world.story.hiding
        if not told:
            return
        business = self.world.hiding[0].business
        if number == told["warned_on"]:
            yield "hidden case", partial(self._warn, business, *BESIDE_THE_BOOKS)
        if number == told["handed_over_on"]:
            yield "hidden handed over", partial(self._hand_over, business)
        if number == told["penalised_on"]:
            yield "hidden penalty", partial(self._record_penalty, business, day)

    def _warn(self, business: Business, summary: str, text: str) -> None:
        """Open a case on every anomaly of a business, draft a warning letter, and have it signed."""
        officer = self.stage.person(OFFICER)
        officer.open(f"/office/prepaid/cases/new/?operator={business.uscc}")
        observations = [
            str(box.get("value")) for box in officer.find("//input[@name='observations']")
        ]
        officer.submit(
            fields={"observations": observations, "summary": summary},
            action="/office/prepaid/cases/new/",
        )
        case = officer.path
        officer.submit(fields={"text": text}, action="/acts/warn/")
        self._sign_step(case)

    def _hand_over(self, business: Business) -> None:
        """Hand the case over for a penalty: the operator refuses to put its books right."""
        case = self._case_of(business)
        self.stage.person(OFFICER).open(case).submit(
            fields={"text": "经营者拒不补报账外售出的卡。", "refused": "on"},
            action="/acts/hand_over/",
        )
        self._sign_step(case)

    def _record_penalty(self, business: Business, day: date) -> None:
        """Record the penalty body's decision, of which the public-credit platform is told."""
        officer = self.stage.person(OFFICER).open(self._case_of(business))
        officer.submit(
            fields={
                "decision_number": f"演示执罚〔{day.year}〕1号",
                "decided_on": day.isoformat(),
                "band": officer.find("//select[@name='band']/option/@value")[-1],
                "fine": "20000",
            },
            action="/penalty/",
        )

    def _case_of(self, business: Business) -> str:
        board = f"/office/prepaid/cases/?q={business.uscc}"
        return self.stage.person(OFFICER).open(board).links("/office/prepaid/cases/AJ")[0]

    def _sign_step(self, case: str) -> None:
        chief = self.stage.person(CHIEF).open(case)
        signing = next(action for action in chief.actions() if action.endswith("/sign/"))
        chief.submit(fields={}, action=signing)

    def _propose(self) -> None:
        officer = self.stage.person(OFFICER).open("/office/prepaid/closings/collapses/new/")
        officer.submit(
            fields={
                "name": "跃动健身",
                "operators": "\n".join(one.business.uscc for one in self.world.chain),
                "cause": "三家门店均已关门，经现场核实人去楼空，法定联系方式无法接通，连续六日没有报送。",
            },
            action="/office/prepaid/closings/collapses/new/",
        )

    def _sign(self) -> None:
        chief = self.stage.person(CHIEF)
        page = chief.open("/office/prepaid/closings/").links(
            "/office/prepaid/closings/collapses/SL"
        )[0]
        chief.open(page).submit(fields={}, action="/sign/")

    def _settle(self) -> None:
        """Confirm what matches, decide the rest, and draw the plan up."""
        officer = self.stage.person(OFFICER)
        page = officer.open("/office/prepaid/closings/").links(
            "/office/prepaid/closings/collapses/SL"
        )[0]
        officer.open(page).submit(fields={}, action="/acts/confirm/")
        while deciding := [a for a in officer.open(page).actions() if "/claims/" in a]:
            claimed = officer.find(f"//form[@action='{deciding[0]}']//dd[@class='tabular']")[0]
            officer.submit(
                fields={
                    "admitted": str(claimed.text_content()).replace("元", "").strip(),
                    "reason": "凭条原件记载的余额高于账面，与收款记录相符，按凭条认定",
                },
                action=deciding[0],
            )
        officer.open(page).submit(fields={}, action="/acts/plan/")
        chief = self.stage.person(CHIEF).open(page)
        signing = next(action for action in chief.actions() if "/plans/" in action)
        chief.submit(fields={}, action=signing)
