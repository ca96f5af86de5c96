"""The people of the offices: they set the platform up, answer consumers, warn, and settle a collapse."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from city.browser import NoFormError
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
PUBLICITY = (
    (2, "WEBSITE", "预付卡查询服务上线", "市商务委员会网站通知公告栏"),
    (4, "WECHAT", "买卡之前先查一查", "“某市商务”微信公众号"),
    (6, "COMMUNITY", "预付消费防骗宣传进社区", "黄浦区、浦东新区二十个社区"),
)


class Office:
    """Everybody at the offices, and what they do on which day."""

    def __init__(self, stage: Stage, world: World) -> None:
        self.stage, self.world = stage, world

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
        clerk = self.stage.person(LINKAGE)
        lists = clerk.open("/office/prepaid/intake/").links("/office/prepaid/intake/QR")
        if not lists:
            upload = ("file", ("原系统经营者.csv", self.world.intake().encode(), "text/csv"))
            clerk.submit(fields={}, action="/office/prepaid/intake/", files=[upload])
            lists = [clerk.path]
        chief.open(lists[0])
        if chief.actions():
            chief.submit(fields={}, action="/decide/", button="accept")

    def acts(self, number: int, day: date) -> Acts:
        """Yield what the offices do on a day."""
        chain = self.world.story.chain
        yield "answers", self._answer
        for on, channel, title, place in PUBLICITY:
            if number == on:
                yield f"publicity {on}", partial(self._publish, channel, title, place, day)
        if number == chain["warned_on"]:
            yield "case", self._open_case
        if number == chain["proposed_on"]:
            yield "collapse", self._propose
        if number == chain["signed_on"]:
            yield "sign", self._sign
        if number == chain["signed_on"] + 2:
            yield "plan", self._settle

    def _answer(self) -> None:
        """Answer what has waited longest."""
        officer = self.stage.person(OFFICER)
        waiting = officer.open("/office/prepaid/requests/").links("/office/prepaid/requests/")
        letters = [link for link in waiting if link.rstrip("/").rpartition("/")[2].isdigit()]
        for letter in letters[:ANSWERED_A_DAY]:
            officer.open(letter)
            try:
                officer.submit(
                    fields={"text": "已收到并联系经营者核实，处理结果在这里更新。"},
                    action="/answer/",
                )
            except NoFormError:
                continue

    def _publish(self, channel: str, title: str, place: str, day: date) -> None:
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

    def _open_case(self) -> None:
        """Open a case on the chain's first shop, draft a warning letter, and have it signed."""
        business = self.world.chain[0].business
        officer = self.stage.person(OFFICER)
        new = f"/office/prepaid/cases/new/?operator={business.uscc}"
        officer.open(new)
        observations = [
            str(box.get("value")) for box in officer.find("//input[@name='observations']")
        ]
        officer.submit(
            fields={
                "observations": observations,
                "summary": "存管余额骤降，停止报送日数据，投诉集中。",
            },
            action="/office/prepaid/cases/new/",
        )
        case = officer.path
        officer.submit(
            fields={"text": "存管余额骤降，已两日没有报送日数据。请补足存管、恢复报送并说明。"},
            action="/acts/warn/",
        )
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
            officer.submit(
                fields={"admitted": "100", "reason": "凭条原件与账面相差部分，按账面外凭证酌定"},
                action=deciding[0],
            )
        officer.open(page).submit(fields={}, action="/acts/plan/")
        chief = self.stage.person(CHIEF).open(page)
        signing = next(action for action in chief.actions() if "/plans/" in action)
        chief.submit(fields={}, action=signing)
