"""Live events: a small ASGI program that tells open pages *that* something changed, never what.

One LISTEN connection for the whole process; every payload is `topic:id`, and the page fetches the rest
through its own session. A page gets in with a token that the site issued a moment ago to its account, and
after some minutes it has to come with a new one, so an ended session is soon deaf. What concerns one account
(`account:NUMBER`) reaches the pages of that account only.
"""

import asyncio
import contextlib
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangwu.config.settings")

from django.conf import settings

from shangwu.foundation.web import live

HEARTBEAT_SECONDS = 15
LONGEST_SECONDS = 10 * 60
WAITING_EVENTS = 100
_EVENT = re.compile(r"[a-z_.]{1,60}:[0-9A-Za-z-]{1,60}")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Hub:
    """Hands each notification to the open pages it concerns; a page that does not keep up is let go."""

    def __init__(self) -> None:
        self.pages: dict[asyncio.Queue[str], str] = {}

    async def listen(self) -> None:
        """Listen for ever; a lost database is looked for again every second."""
        while True:
            with contextlib.suppress(psycopg.Error):
                # A server that went away without a word is noticed within a minute.
                connection = await psycopg.AsyncConnection.connect(
                    settings.DATABASE_URL,
                    autocommit=True,
                    keepalives_idle=30,
                    keepalives_interval=10,
                )
                async with connection:
                    await connection.execute(f"LISTEN {live.CHANNEL}")
                    async for notification in connection.notifies():
                        self.publish(notification.payload)
            await asyncio.sleep(1)

    def publish(self, event: str) -> None:
        """Give one event to the pages it concerns; anything that is not `topic:id` is dropped."""
        if not _EVENT.fullmatch(event):
            return
        topic, _, number = event.partition(":")
        for page, account in list(self.pages.items()):
            if topic == live.ACCOUNT_TOPIC and number != account:
                continue
            try:
                page.put_nowait(event)
            except asyncio.QueueFull:
                self.pages.pop(page, None)

    @contextlib.contextmanager
    def page(self, account: str) -> Iterator[asyncio.Queue[str]]:
        """Give the queue of one page of the account, for as long as the page is open."""
        queue: asyncio.Queue[str] = asyncio.Queue(WAITING_EVENTS)
        self.pages[queue] = account
        try:
            yield queue
        finally:
            self.pages.pop(queue, None)


hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI entry."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    listening = asyncio.create_task(hub.listen())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    listening.cancel()
    await send({"type": "lifespan.shutdown.complete"})


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    account = _account(scope)
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    if refused := _refusal(scope, origin, account):
        await send({"type": "http.response.start", "status": refused, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    headers[0] = (b"content-type", b"text/event-stream; charset=utf-8")
    headers.append((b"x-accel-buffering", b"no"))
    if origin:
        headers += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"vary", b"origin"),
        ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.create_task(_until_gone(receive))
    try:
        with hub.page(account) as queue:
            async for text in _events(queue, gone):
                body = text.encode("utf-8")
                await send({"type": "http.response.body", "body": body, "more_body": True})
    finally:
        gone.cancel()
    await send({"type": "http.response.body", "body": b""})


def _account(scope: Scope) -> str:
    return live.account_of(parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0])


def _refusal(scope: Scope, origin: str, account: str) -> int:
    if scope["path"] != live.PATH or scope["method"] != "GET":
        return 404
    if origin and not _is_ours(origin):
        return 403
    return 0 if account else 403


def _is_ours(origin: str) -> bool:
    try:
        host = urlsplit(origin).hostname
    except ValueError:
        return False
    return host in {allowed.strip("[]") for allowed in settings.ALLOWED_HOSTS}


async def _events(queue: asyncio.Queue[str], gone: asyncio.Task[None]) -> AsyncIterator[str]:
    until = time.monotonic() + LONGEST_SECONDS
    yield ": open\n\n"
    while not gone.done() and queue in hub.pages and time.monotonic() < until:
        waiting = asyncio.create_task(queue.get())
        await asyncio.wait(
            {waiting, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if waiting.done():
            yield f"data: {waiting.result()}\n\n"
        else:
            waiting.cancel()
            yield ": here\n\n"


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
