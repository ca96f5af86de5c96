"""Prepaid cards through 2019, every day on its own day: `make year` plays it beside the five projects.

The operators of the predecessor are taken over, the new sectors join one by one the whole way, everybody reports
daily, consumers look up and write, the office answers.
"""

import random
import time
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from city.browser import Browser
from city.prepaid.joining import OWN, join, pass_the_kit
from city.prepaid.office import CHIEF, OFFICER, Office
from city.prepaid.public import COMPLAINTS, QUESTIONS, Public
from city.prepaid.reports import LATE_EVERY
from city.prepaid.sending import INTERFACE, Key, NotTaken, send
from city.prepaid.world import Member, Story, World
from city.stage import Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING, FRIDAY = 9, 4
ONE_DAY = timedelta(days=1)
# What a slip says more than the platform where a consumer reports a difference.
MORE_FEN = 20_00
Acts = Iterator[tuple[str, Callable[[], object]]]


def read_told() -> dict[str, Any]:
    """Return the year as written."""
    told: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return told


class PrepaidYear:
    """Everybody around the platform from the taking-over to the end of the year.

    `night` has the platform do a night's work: on a rehearsed day no night passes.
    """

    def __init__(self, stage: Stage, *, night: Callable[[], object]) -> None:
        self.stage, self._night = stage, night
        self.told = read_told()
        self._day: date = self.told["begins"]
        story = Story(
            seed=self.told["seed"],
            businesses=self.told["businesses"],
            lookups=self.told["times"]["lookups"],
            complaints=len(self.told["monthly"]["complaint"]),
            questions=len(self.told["monthly"]["question"]),
            chain={},
        )
        self.world = World(story, begins=self._day)
        everyone = [one for one in self.world.members if one.business.manner != "doomed"]
        new = set(self.told["joins"].values())
        self._waiting = [one for one in everyone if one.business.sector in new]
        self.world.members = [one for one in everyone if one.business.sector not in new]
        self.office, self.public = Office(stage, self.world), Public(stage, self.world)
        self._mail = Mail(stage.address)

    def __enter__(self) -> "PrepaidYear":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._mail.close()

    def play_until(self, day: date) -> None:
        """Play every day up to this one that was not played: the morning's reports, then what people do."""
        while self._day <= min(day, self.told["ends"] + ONE_DAY):
            morning = datetime(
                self._day.year, self._day.month, self._day.day, MORNING, tzinfo=SHANGHAI
            )
            self.stage.go_to(morning)
            if self._day == self.told["begins"]:
                self.stage.diary.play("cards intake", self.office.take_over)
            else:
                self._mail.deliver(self.world, self._day - ONE_DAY)
            for key, act in self.acts(self._day):
                self.stage.diary.play(f"cards {self._day} {key}", act)
            self._day += ONE_DAY

    def acts(self, day: date) -> Acts:
        """Yield what people and the platform do on a day, after the morning's reports."""
        told, monthly = self.told, self.told["monthly"]
        if day > told["ends"]:
            return
        if sector := told["joins"].get(day.isoformat()):
            for member in [one for one in self._waiting if one.business.sector == sector]:
                yield f"join {member.business.uscc}", partial(self._join, member, day)
        for one in (one for one in told["publicity"] if one["on"] == day):
            given = (one["channel"], one["title"], one["place"], day)
            yield f"publicity {one['channel']}", partial(self.office.publish, *given)
        if day > told["begins"]:
            yield from self._consumers(day)
        if any(day == working_day(day.replace(day=one)) for one in monthly["answers"]):
            # The published answers cite law of 2025.
            yield "answers", partial(self.office.answer, known={})
        if day == told["move"]["announced_on"]:
            yield "move", self._announce_move
        if day == told["move"]["takes_effect_on"]:
            yield "moved", self._end_move
        if (day + ONE_DAY).day == 1:
            yield "night", self._night

    def _consumers(self, day: date) -> Acts:
        """The consumers of a day; the same year is told the same way again."""
        dice = random.Random(f"{self.told['seed']}/{day}")  # noqa: S311 - a story told the same way
        monthly, known = (
            self.told["monthly"],
            [one for one in self.world.members if one.wallet.cards],
        )
        if day.day in monthly["lookups"]:
            for visit in range(self.told["times"]["lookups"]):
                act = partial(self.public.look_up, dice.choice(known), dice.random())
                yield f"lookup {visit}", act
        if day.day in monthly["complaint"]:
            yield (
                "complaint",
                partial(self.public.complain, dice.choice(known), *dice.choice(COMPLAINTS)),
            )
        if day.day in monthly["question"]:
            yield "question", partial(self.public.ask, dice.choice(tuple(QUESTIONS)))
        if day.day in monthly["difference"]:
            where = (dice.choice(known), dice.random())
            yield "difference", partial(self.public.report_difference, *where, more_fen=MORE_FEN)

    def _join(self, member: Member, day: date) -> None:
        """Connect a business of a new sector, which reports from the next morning on."""
        one = member.business

        def prepare(owner: Browser, number: str) -> None:
            member.key = pass_the_kit(
                owner, number, address=self.stage.address, seed=self.told["seed"]
            )

        join(
            self.stage,
            uscc=one.uscc,
            facts={
                "name": one.name,
                "trade_name": one.trade_name,
                "sector": one.sector,
                "subsector": one.subsector,
                "form": one.form,
                "district": one.district,
                "place": one.place,
                "established_on": one.established_on.isoformat(),
            },
            login=f"shop-{one.sector}-{day:%m%d}",
            system=OWN,
            revenue=f"{one.revenue_fen / 100:.2f}",
            prepare=prepare,
        )
        self.world.members.append(member)

    def _announce_move(self) -> None:
        told = self.told["move"]
        mover = next(m for m in self.world.members if m.business.sector == told["sector"])
        officer = self.stage.person(OFFICER).open("/office/prepaid/closings/new/")
        officer.submit(
            fields={
                "operator": mover.business.uscc,
                "kind": "MOVE",
                "takes_effect_on": told["takes_effect_on"].isoformat(),
                "text": told["text"],
                "refund_method": told["refund_method"],
            },
            action="/office/prepaid/closings/new/",
        )

    def _end_move(self) -> None:
        chief = self.stage.person(CHIEF).open("/office/prepaid/closings/")
        chief.open(chief.links("/office/prepaid/closings/TY")[0])
        chief.submit(fields={"reason": "已在新址开业，卡照常使用。"}, action="/end/")


class Mail:
    """The messages of a morning, each signed with its sender's own key, one after the other."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=120)
        self._held: list[tuple[Key, str, list[dict[str, Any]], str]] = []

    def close(self) -> None:
        """Send nothing more."""
        self._client.close()

    def deliver(self, world: World, day: date) -> None:
        """Send what operators and banks report of a day, by the platform's clock.

        A late business keeps its report back until the next morning now and then.
        """
        told = self._client.get(f"{INTERFACE}/time").raise_for_status().json()["time"]
        at, began = datetime.fromisoformat(told), time.monotonic()
        messages, self._held = self._held, []
        for member in world.members:
            message = _report(member, day, at)
            is_late = member.business.manner == "late" and day.toordinal() % LATE_EVERY == 0
            (self._held if is_late else messages).append(message)
        for bank, rows in world.custody(day, drained=False).items():
            if rows:
                messages.append((bank.key, "custody-days", rows, f"custody-{day}"))
        for key, path, rows, name in messages:
            media = {"media": "application/json"} if path == "custody-days" else {}
            receipt = send(
                self._client,
                path,
                rows,
                key=key,
                idempotency_key=f"{name}-{key.key_id}",
                created=int(at.timestamp() + time.monotonic() - began),
                **media,
            )
            if receipt.get("state") != "STORED":
                raise NotTaken(f"{path} {key.key_id} {str(receipt)[:500]}")


def _report(member: Member, day: date, at: datetime) -> tuple[Key, str, list[dict[str, Any]], str]:
    """The rows of a day, the first time with all cards; where nothing moved, zeros: silence is no report."""
    wallet = member.wallet
    sent_at = datetime.combine(day, at.timetz()).isoformat()
    rows = (wallet.day if wallet.cards else wallet.first_day)(day, sent_at=sent_at)
    if rows:
        return member.key, "card-days", rows, f"cards-{day}"
    return member.key, "operator-days", [wallet.total(day, rows)], f"total-{day}"


def working_day(day: date) -> date:
    """Return the day, or the Monday after a weekend."""
    return day + (7 - day.weekday()) * ONE_DAY if day.weekday() > FRIDAY else day
