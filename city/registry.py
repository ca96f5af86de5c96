"""The legal-entity database (法人库) of the simulated city: invented businesses, asked over HTTP by code.

    python -m city.registry --port 8801 [--seed 2019] [--count 3000] [--list 10]

`GET /companies/{code}` answers 200 with the facts as JSON, or 404. Loopback only.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import unquote, urlsplit

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


class Registry(ThreadingHTTPServer):
    """The database's HTTP server on loopback; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, port: int, known: dict[str, dict[str, Any]]) -> None:
        super().__init__(("127.0.0.1", port), _Answer)
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
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--list", type=int, default=0, help="先列出前几家，便于登记时试用")
    asked = parser.parse_args()
    known = {one["uscc"]: one for one in companies(asked.seed, asked.count)}
    for one in list(known.values())[: asked.list]:
        print(one["uscc"], one["name"], DISTRICTS[one["district"]], flush=True)
    print(f"法人库：{len(known)} 家，127.0.0.1:{asked.port}", flush=True)
    Registry(asked.port, known).serve_forever()


if __name__ == "__main__":
    main()
