"""The process of live events, spoken to as its server speaks to it."""

import asyncio
from types import SimpleNamespace

import pytest

from shangwu.config import live as process
from shangwu.foundation.web import live

MINE = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def hub(monkeypatch):
    """A hub without pages."""
    fresh = process.Hub()
    monkeypatch.setattr(process, "hub", fresh)
    return fresh


def token(number=MINE):
    return live.door(SimpleNamespace(number=number))["token"]


async def visit(hub, *, query, origin="", path=live.PATH, method="GET", meanwhile=()):
    """Open a page, publish, leave; return the status and what the page was told."""
    sent, leave = [], asyncio.Event()

    async def receive():
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "query_string": query.encode("ascii"),
        "headers": [(b"origin", origin.encode("ascii"))] if origin else [],
    }
    page = asyncio.create_task(process.application(scope, receive, send))
    await asyncio.sleep(0.05)
    for event in meanwhile:
        hub.publish(event)
    await asyncio.sleep(0.15)
    leave.set()
    await asyncio.wait_for(page, 5)
    status = sent[0]["status"]
    return status, b"".join(part.get("body", b"") for part in sent[1:]).decode("utf-8")


def told(hub, **more):
    return asyncio.run(visit(hub, **more))


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"query": "token=forged"}, 403),
        ({"query": ""}, 403),
        ({"query": "TOKEN", "origin": "https://elsewhere.example"}, 403),
        ({"query": "TOKEN", "origin": "null"}, 403),
        ({"query": "TOKEN", "origin": "http://[broken"}, 403),
        ({"query": "TOKEN", "path": "/live/other"}, 404),
        ({"query": "TOKEN", "method": "POST"}, 404),
    ],
)
def test_who_may_not_listen(hub, asked, status):
    asked["query"] = asked["query"].replace("TOKEN", f"token={token()}")
    assert told(hub, **asked)[0] == status
    assert hub.pages == {}


def test_a_token_is_stale_after_a_minute(hub, monkeypatch):
    old = token()
    monkeypatch.setattr(live, "TOKEN_SECONDS", -1)
    assert told(hub, query=f"token={old}")[0] == 403


def test_a_page_hears_its_own_person_and_what_concerns_everybody(hub):
    status, text = told(
        hub,
        query=f"token={token()}",
        origin="http://127.0.0.1:8000",
        meanwhile=[
            f"account:{OTHER}",
            f"account:{MINE}",
            "reading:7",
            "account:<script>",
            "nonsense",
            "data: forged\n\n:1",
        ],
    )
    assert status == 200
    lines = [line for line in text.splitlines() if line.startswith("data:")]
    assert lines == [f"data: account:{MINE}", "data: reading:7"]
    assert hub.pages == {}, "a page that left is forgotten"


def test_a_silent_line_is_kept_open_and_ends_after_its_time(hub, monkeypatch):
    monkeypatch.setattr(process, "HEARTBEAT_SECONDS", 0.004)
    assert told(hub, query=f"token={token()}")[1].count(": here") >= 3
    monkeypatch.setattr(process, "LONGEST_SECONDS", 0)
    assert ": here" not in told(hub, query=f"token={token()}")[1]


def test_a_page_that_does_not_keep_up_is_let_go(hub):
    with hub.page(MINE) as queue:
        for number in range(process.WAITING_EVENTS + 1):
            hub.publish(f"reading:{number}")
        assert queue not in hub.pages
