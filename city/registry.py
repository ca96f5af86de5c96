"""The legal-entity database (法人库) of the simulated city: invented businesses, asked over HTTP by code.

    python -m city.registry --port 8801 [--seed 2019] [--count 3000] [--list 10] [--folder var]

`GET /companies/{code}` answers 200 with the facts as JSON, or 404. Loopback only. It also knows the businesses of the
demonstration that is played in a folder.
"""

import argparse
import json
import socket
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from city.prepaid import shop
from city.prepaid.businesses import Business
from city.prepaid.world import BEGAN, everyone, read_story

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LETTERS_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WEIGHTS, CHECKS = (3, 7, 9, 10, 5, 8, 4, 2), "0123456789X"
DISTRICTS = {
    "310101": "黄浦区",
    "310104": "徐汇区",
    "310105": "长宁区",
    "310106": "静安区",
    "310107": "普陀区",
    "310109": "虹口区",
    "310110": "杨浦区",
    "310112": "闵行区",
    "310113": "宝山区",
    "310114": "嘉定区",
    "310115": "浦东新区",
    "310116": "金山区",
    "310117": "松江区",
    "310118": "青浦区",
    "310120": "奉贤区",
    "310151": "崇明区",
}
FIRST = "申浦沪云江海虹明和兴泰顺康乐悦嘉禾锦"
SECOND = "味莱源盛达丰华美佳宜安信诚通捷朗清逸"
TRADES = (
    "餐饮管理",
    "美容美发",
    "健身服务",
    "教育科技",
    "洗染服务",
    "文化传播",
    "旅游服务",
    "百货",
)
STREETS = ("虚构东路", "虚构西路", "演示南街", "演示北街", "样例大道")
SEED, COUNT = 2019, 3000
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "明华国强丽敏静伟芳磊"
OLDEST, DAYS = date(2005, 1, 1), 365 * 14
# One business in so many is under a warning, or no longer active.
WARNED, CLOSED = 60, 90
WARNINGS = ("abnormal", "defaulter", "dishonest", "deregistering")


def credit_code(district: str, number: int) -> str:
    """Return the unified social credit code of an invented enterprise: place, organisation code, check digits.

    The organisation code is checked by GB 11714, the whole by GB 32100.
    """
    letters = f"M{number:07d}"
    weighed = sum(w * LETTERS_36.index(c) for w, c in zip(WEIGHTS, letters, strict=True))
    body = f"91{district}{letters}{CHECKS[-weighed % 11]}"
    total = sum(LETTERS.index(c) * 3**place % 31 for place, c in enumerate(body))
    return body + LETTERS[-total % 31]


def companies(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield invented businesses; equal seeds give equal businesses."""
    dice = Random(seed)  # noqa: S311 - invented data, no secret
    for number in range(1, count + 1):
        district = dice.choice(sorted(DISTRICTS))
        brand = dice.choice(FIRST) + dice.choice(SECOND)
        place = f"上海市{DISTRICTS[district]}{dice.choice(STREETS)}{dice.randint(1, 999)}号"
        warned, closed = dice.randint(1, WARNED) == 1, dice.randint(1, CLOSED) == 1
        yield {
            "uscc": credit_code(district, number),
            "name": f"上海{brand}{dice.choice(TRADES)}有限公司",
            "representative": dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN),
            "place": place,
            "district": district,
            "established_on": (OLDEST + timedelta(days=dice.randrange(DAYS))).isoformat(),
            "capital_fen": dice.choice((10, 50, 100, 500, 1000, 5000)) * 1_000_000,
            "is_active": not closed,
            "warnings": [dice.choice(WARNINGS)] if warned else [],
        }


class Known(Protocol):
    """Where the server looks businesses up."""

    def get(self, code: str, /) -> dict[str, Any] | None:
        """Return the facts of the business with that code."""


class Companies:
    """All that is registered: the invented businesses, and those of the play as soon as it has begun."""

    def __init__(self, seed: int, count: int, *, folder: Path | None = None) -> None:
        self._known = {one["uscc"]: one for one in companies(seed, count)}
        self._known[shop.USCC] = _of_the_shop()
        self._began = folder / BEGAN if folder else None

    def get(self, code: str, /) -> dict[str, Any] | None:
        """Return the facts of the business with that code."""
        if code not in self._known and self._began is not None and self._began.exists():
            today = datetime.fromisoformat(self._began.read_text("ascii")).date()
            self._known |= {one.uscc: _of_the_play(one) for one in everyone(read_story(), today)}
            self._began = None
        return self._known.get(code)


def _of_the_shop() -> dict[str, Any]:
    told = {name: shop.FACTS[name] for name in ("name", "place", "district", "established_on")}
    rest = {"capital_fen": 10_000_000, "is_active": True, "warnings": []}
    return {"uscc": shop.USCC, "representative": "孙静", **told, **rest}


def _of_the_play(one: Business) -> dict[str, Any]:
    dice = Random(one.seed)  # noqa: S311 - invented data, no secret
    return {
        "uscc": one.uscc,
        "name": one.name,
        "representative": dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN),
        "place": one.place,
        "district": one.district,
        "established_on": one.established_on.isoformat(),
        "capital_fen": dice.choice((10, 50, 100, 500)) * 1_000_000,
        "is_active": True,
        "warnings": ["abnormal"] if one.manner == "hiding" else [],
    }


class Registry(ThreadingHTTPServer):
    """The database's HTTP server on loopback; port 0 takes a free one, `handle` a socket that listens already."""

    daemon_threads = True

    def __init__(self, port: int, known: Known, *, handle: int | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Answer, bind_and_activate=handle is None)
        if handle is not None:
            self.socket.close()
            self.socket = socket.socket(fileno=handle)
        self.known = known


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        folder, _, code = urlsplit(self.path).path.removeprefix("/").partition("/")
        assert isinstance(self.server, Registry)
        found = self.server.known.get(unquote(code)) if folder == "companies" else None
        body = json.dumps(found or {"error": "not found"}, ensure_ascii=False).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what is asked names businesses."""


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="演示用法人库，仅本机可访问")
    parser.add_argument("--port", type=int, default=8801)
    parser.add_argument("--fd", type=int, help="已在监听的套接字")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--list", type=int, default=0, help="先列出前几家，便于登记时试用")
    parser.add_argument("--folder", type=Path, help="平台的数据文件夹，其中演示的经营者也在库中")
    asked = parser.parse_args()
    for one in companies(asked.seed, asked.list):
        print(one["uscc"], one["name"], DISTRICTS[one["district"]], flush=True)
    known = Companies(asked.seed, asked.count, folder=asked.folder)
    server = Registry(asked.port, known, handle=asked.fd)
    print(f"法人库在 127.0.0.1:{server.socket.getsockname()[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
