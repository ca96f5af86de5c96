"""What businesses, banks and insurers send every morning, each signed with its own key."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any

import httpx

from city.prepaid.sending import Key, NotTaken, send
from city.prepaid.world import Member, World

SENDERS = 3
# A late business sends every fifth day a day later than it should.
LATE_EVERY = 5
PAUSES = (1, 5, 20)
JSON, LINES = "application/json", "application/x-ndjson"
Now = Callable[[], datetime]


@dataclass(frozen=True)
class Message:
    """Rows that one sender delivers; sent again under its name they are the same delivery."""

    path: str
    rows: list[dict[str, Any]]
    key: Key
    name: str
    media: str = LINES


class Reports:
    """The mornings' messages, several at a time. Everything of a day is the same whenever it is sent again.

    `now` tells the platform's time, which may be a rehearsed one.
    """

    def __init__(self, address: str, world: World, *, now: Now) -> None:
        self.world, self._now = world, now
        self._client = httpx.Client(base_url=address, timeout=120)
        self._pool = ThreadPoolExecutor(SENDERS)
        self._held: list[Message] = []

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

    def write(self, day: date, *, number: int, at: datetime) -> list[Message]:
        """Let a day happen in the world, and return what is sent of it the next morning.

        Call it for every day in its order, sent or not; `number` counts the days of the play.
        """
        due, self._held = self._held, []
        for member in self.world.members:
            message = self._report(member, day, number, at)
            if message is None:
                continue
            late = member.business.manner == "late" and number % LATE_EVERY == 0
            (self._held if late else due).append(message)
        drained = number >= self.world.story.chain["drains_on"]
        for bank, rows in self.world.custody(day, drained=drained).items():
            due.append(Message("custody-days", rows, bank.key, f"custody-{day}", JSON))
        for insurer, rows in self.world.bonds(number - 1):
            due.append(Message("bonds", rows, insurer.key, f"bonds-{day}", JSON))
        return due

    def send(self, messages: list[Message]) -> None:
        """Send them. Raises: NotTaken."""
        list(self._pool.map(self._post, messages))

    def _report(self, member: Member, day: date, number: int, at: datetime) -> Message | None:
        """Return a business's day, or zeros where nothing moved: silence is not a report."""
        chain, doomed = self.world.story.chain, member.business.manner == "doomed"
        if member.joins >= number or (doomed and number >= chain["silent_on"]):
            return None
        sent_at = datetime.combine(day, at.timetz()).isoformat()
        if number == member.joins + 1:
            rows = member.wallet.first_day(day, sent_at=sent_at)
        else:
            # The chain grabs what it can in the days before it falls silent.
            grabs = doomed and number >= chain["drains_on"]
            rows = member.wallet.day(day, sent_at=sent_at, sales=3.0 if grabs else 1.0)
        if rows:
            return Message("card-days", rows, member.key, f"cards-{day}")
        total = member.wallet.total(day, rows)
        return Message("operator-days", [total], member.key, f"total-{day}")

    def _post(self, message: Message) -> None:
        """Send until a receipt comes: a platform that restarts is asked again, under the same name."""
        for pause in PAUSES:
            try:
                self._send(message)
            except httpx.TransportError:
                time.sleep(pause)
            else:
                return
        self._send(message)

    def _send(self, message: Message) -> None:
        receipt = send(
            self._client,
            message.path,
            message.rows,
            key=message.key,
            idempotency_key=f"{message.name}-{message.key.key_id}",
            created=int(self._now().timestamp()),
            media=message.media,
        )
        if receipt.get("state") == "REFUSED":
            raise NotTaken(f"{message.path} {message.key.key_id} {str(receipt)[:500]}")
