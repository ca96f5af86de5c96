"""The legal-entity database: the city's own server answers, and what is away or wrong stops nobody."""

import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from city.prepaid import shop
from city.prepaid.world import BEGAN, everyone, read_story
from city.registry import Companies, Registry, companies
from shangwu.foundation import codes
from shangwu.prepaid.gateways.registry import HttpRegistry, RegistryUnavailable
from shangwu.prepaid.rules.registry import as_json, differences, from_answer
from tests.prepaid.applicants import code, registered_as, registration

ROWS = list(companies(7, 40))


def serving(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    return f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture
def city():
    server = Registry(0, {one["uscc"]: one for one in ROWS})
    yield HttpRegistry(serving(server))
    server.shutdown()
    server.server_close()


@pytest.fixture
def answering():
    """A server that answers anything with one body: `answering(body)` gives a registry that asks it."""
    servers = []

    def start(body, status=200):
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Answer))
        return HttpRegistry(serving(servers[-1]))

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_city_knows_its_businesses_and_no_others(city):
    asked = ROWS[0]
    found = city.find(asked["uscc"])
    assert (found.name, found.district) == (asked["name"], asked["district"])
    assert found.established_on == date.fromisoformat(asked["established_on"])
    assert city.find(code()) is None
    assert as_json(found) == asked


def test_the_database_knows_whom_the_demonstration_plays_once_it_has_begun(tmp_path):
    known = Companies(7, 40, folder=tmp_path)
    played = list(everyone(read_story(), date(2026, 11, 10)))
    assert known.get(shop.USCC)["name"] == shop.FACTS["name"]
    assert known.get(played[0].uscc) is None
    (tmp_path / BEGAN).write_text("2026-11-10T08:00:00+08:00", "ascii")
    for one in (played[0], played[-1]):
        found = from_answer(known.get(one.uscc))
        assert (found.name, found.established_on) == (one.name, one.established_on)
    hiding = next(one for one in played if one.manner == "hiding")
    assert known.get(hiding.uscc)["warnings"] == ["abnormal"]


def test_every_invented_code_passes_its_check():
    for one in ROWS:
        assert codes.check("uscc", one["uscc"], on=date(2019, 9, 1)).ok, one


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no json", 200),
        (b"[]", 200),
        (b'{"uscc": "x"}', 200),
        (b'{"uscc": "x", "name": "y", "established_on": "soon"}', 200),
        (b'{"uscc": "x", "name": "y", "capital_fen": "much"}', 200),
        (json.dumps({"uscc": "x" * 18, "name": "y"}).encode(), 200),
        (b"{}", 500),
        (b" " * 70_000, 200),
    ],
)
def test_an_unusable_answer_is_none(answering, body, status):
    with pytest.raises(RegistryUnavailable):
        answering(body, status).find(code())


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "nowhere", "http://["])
def test_nobody_there(address):
    with pytest.raises(RegistryUnavailable):
        HttpRegistry(address).find(code())


def test_differences_are_those_of_content_not_of_writing():
    given = registration(place="上海市黄浦区 虚构东路１号", representative="赵明华")
    facts = registered_as(
        given, place="上海市黄浦区虚构东路1号", representative="钱国强", capital_fen=1
    )
    found = differences(vars(given), facts)
    assert [one.field for one in found] == ["representative", "capital_fen"]
    assert found[0].sentence == "法定代表人或者负责人：填报“赵明华”，登记“钱国强”"
    assert from_answer(as_json(facts)) == facts
