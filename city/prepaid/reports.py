"""What businesses, banks and insurers send every morning, each signed with its own key."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from types import TracebackType
from typing import Any

import httpx

from city.prepaid.sending import Key, NotTaken, send
from city.prepaid.world import Member, World

SENDERS = 3
# A late business sends every fifth day a day later than it should.
LATE_EVERY = 5


class Reports:
    """The morning's messages, several at a time. Everything of a day is the same whenever it is sent again."""

    def __init__(self, address: str, world: World) -> None:
        self.world = world
        self._client = httpx.Client(base_url=address, timeout=120)
        self._pool = ThreadPoolExecutor(SENDERS)
        self._held: list[tuple[Member, date, list[dict[str, Any]], dict[str, Any]]] = []

    def __enter__(self) -> "Reports":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    def send(self, day: date, *, number: int, at: datetime) -> int:
        """Send the reports of a day; return how many businesses reported.

        `number` counts the days of the play, `at` is the platform's time.
        """
        self._began, self._at = time.monotonic(), at
        chain = self.world.story.chain
        due, self._held = self._held, []
        for member in self.world.members:
            doomed = member.business.manner == "doomed"
            if doomed and number >= chain["silent_on"]:
                continue
            rows = self._rows(member, day, number)
            total = member.wallet.total(day, rows)
            if member.business.manner == "late" and number % LATE_EVERY == 0:
                self._held.append((member, day, rows, total))
            else:
                due.append((member, day, rows, total))
        list(self._pool.map(lambda one: self._report(*one), due))
        self._secure(day, number)
        return len(due)

    def _rows(self, member: Member, day: date, number: int) -> list[dict[str, Any]]:
        sent_at = datetime.combine(day, self._at.time(), self._at.tzinfo).isoformat()
        if number == 1:
            return member.wallet.first_day(day, sent_at=sent_at)
        # The chain grabs what it can in the days before it falls silent.
        chain = self.world.story.chain
        grabs = member.business.manner == "doomed" and number >= chain["drains_on"]
        return member.wallet.day(day, sent_at=sent_at, sales=3.0 if grabs else 1.0)

    def _report(
        self, member: Member, day: date, rows: list[dict[str, Any]], total: dict[str, Any]
    ) -> None:
        """Send the rows, or say that nothing moved: silence is not a report."""
        if rows:
            self._post("card-days", rows, member.key, f"cards-{day}")
        else:
            self._post("operator-days", [total], member.key, f"total-{day}")

    def _secure(self, day: date, number: int) -> None:
        drained = number >= self.world.story.chain["drains_on"]
        for bank, rows in self.world.custody(day, drained=drained).items():
            self._post("custody-days", rows, bank.key, f"custody-{day}", media="application/json")
        if number == 1:
            for insurer, bonds in self.world.bonds():
                self._post("bonds", bonds, insurer.key, f"bonds-{day}", media="application/json")

    def _post(
        self, path: str, rows: list[dict[str, Any]], key: Key, name: str, **more: str
    ) -> None:
        created = int(self._at.timestamp() + time.monotonic() - self._began)
        receipt = send(
            self._client,
            path,
            rows,
            key=key,
            idempotency_key=f"{name}-{key.key_id}",
            created=created,
            **more,
        )
        if receipt.get("state") == "REFUSED":
            raise NotTaken(f"{path} {key.key_id} {str(receipt)[:500]}")
