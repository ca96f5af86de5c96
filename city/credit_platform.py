"""The public-credit platform of the city: keeps what it is told once, answers about businesses, may be out of order.

    python -m city.credit_platform --port 8071 --public-key BASE64 --records records.toml --journal kept.jsonl
    python -m city.credit_platform --port 8071 --folder var

With a folder it is the platform of the demonstration that is played there: what its registers say goes with the
legal-entity database, and it takes messages as soon as it was given the key that they are signed with.

`POST /messages` takes a signed message and gives a receipt, the same one however often the message comes; another
content under one number is 409, a wrong signature 401. `GET /messages?day=2019-09-02` lists what it holds of a day of
business. `GET /subjects/{uscc}` tells what its registers say of a business.
"""

import argparse
import base64
import json
import socket
import sys
import threading
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from city.registry import COUNT, SEED, Companies

# In the platform's folder: the key that its office handed over, and what was received.
KEY_FILE, JOURNAL = "demonstration-credit-key", "demonstration-credit.jsonl"
SIGNATURE_HEADER = "Shangwu-Signature"
REGISTERS = ("DISHONESTY_LIST", "ABNORMAL_LIST", "JUDGMENT_DEFAULTER")
# A warning of the legal-entity database -> the register that it comes from, in words, and who keeps it.
WARNINGS = {
    "dishonest": ("DISHONESTY_LIST", "列入严重违法失信名单", "国家企业信用信息公示系统（演示）"),
    "abnormal": ("ABNORMAL_LIST", "列入经营异常名录", "国家企业信用信息公示系统（演示）"),
    "defaulter": ("JUDGMENT_DEFAULTER", "被列为失信被执行人", "中国执行信息公开网（演示）"),
}
LONGEST_BODY = 1024 * 1024


class Platform:
    """What the platform holds: messages by number, records by business; `outages` requests are answered 503 first.

    Where the key is to be handed over in a file, no message is taken before.
    """

    def __init__(
        self,
        *,
        public_key: str = "",
        key_file: Path | None = None,
        records: Mapping[str, list[dict[str, str]]] | None = None,
        registered: Companies | None = None,
        journal: Path | None = None,
    ) -> None:
        self.records = dict(records or {})
        self._registered = registered
        self.messages: dict[str, dict[str, Any]] = {}
        self.outages = 0
        self.refuses = False
        self._key = _read_key(public_key) if public_key else None
        self._key_file = key_file
        self._journal = journal
        self._lock = threading.Lock()
        if journal is not None and journal.exists():
            for line in journal.read_text("utf-8").splitlines():
                kept = json.loads(line)
                self.messages[kept["number"]] = kept

    def take(self, body: bytes, signature: str) -> tuple[int, dict[str, Any]]:
        """Return status and answer to a message."""
        if self._key is None and self._key_file is not None:
            if not self._key_file.exists():
                return 503, {"error": "还没有收到报送方的公钥"}
            self._key = _read_key(self._key_file.read_text("ascii"))
        if not self._is_signed(body, signature):
            return 401, {"error": "签名不符"}
        if self.refuses:
            return 422, {"error": "数据项不符合归集标准"}
        try:
            said = json.loads(body)
            number, digest, day = str(said["number"]), str(said["digest"]), str(said["day"])
            content = said["content"]
        except (ValueError, KeyError, TypeError):
            return 422, {"error": "消息不完整"}
        with self._lock:
            kept = self.messages.get(number)
            if kept is None:
                kept = {"number": number, "digest": digest, "day": day, "content": content}
                kept["received_at"] = datetime.now(UTC).isoformat()
                self.messages[number] = kept
                self._write(kept)
        if kept["digest"] != digest:
            return 409, {"error": "同一编号内容不同"}
        receipt = {name: kept[name] for name in ("number", "digest", "received_at")}
        return 200, receipt

    def held(self, day: str) -> dict[str, Any]:
        """Return the messages of a day."""
        with self._lock:
            rows = [row for row in self.messages.values() if row["day"] == day]
        return {"messages": [{"number": row["number"], "digest": row["digest"]} for row in rows]}

    def known(self, uscc: str) -> dict[str, Any]:
        """Return what the registers say of a business."""
        found = self._registered.get(uscc) if self._registered else None
        told = [WARNINGS[one] for one in found["warnings"] if one in WARNINGS] if found else []
        records = [
            {"kind": kind, "sentence": sentence, "source": source}
            for kind, sentence, source in told
        ]
        return {"looked_up": list(REGISTERS), "records": self.records.get(uscc, []) + records}

    def is_out(self) -> bool:
        """Tell whether this request falls into an outage, which it uses up."""
        with self._lock:
            if self.outages <= 0:
                return False
            self.outages -= 1
            return True

    def _is_signed(self, body: bytes, signature: str) -> bool:
        if self._key is None:
            return True
        try:
            self._key.verify(base64.b64decode(signature), body)
        except (InvalidSignature, ValueError):
            return False
        return True

    def _write(self, kept: dict[str, Any]) -> None:
        if self._journal is not None:
            with self._journal.open("a", encoding="utf-8") as file:
                file.write(json.dumps(kept, ensure_ascii=False) + "\n")


class _Handler(BaseHTTPRequestHandler):
    platform: Platform

    def do_POST(self) -> None:
        """Take a message."""
        size = int(self.headers.get("Content-Length") or 0)
        if size > LONGEST_BODY:
            self._answer(413, {"error": "消息过长"})
            return
        body = self.rfile.read(size)
        if urlsplit(self.path).path != "/messages":
            self._answer(404, {"error": "没有这个地址"})
        elif self.platform.is_out():
            self._answer(503, {"error": "暂停服务"})
        else:
            signature = self.headers.get(SIGNATURE_HEADER, "")
            self._answer(*self.platform.take(body, signature))

    def do_GET(self) -> None:
        """Answer about a business, or about a day."""
        asked = urlsplit(self.path)
        if self.platform.is_out():
            self._answer(503, {"error": "暂停服务"})
        elif asked.path == "/messages":
            self._answer(200, self.platform.held(parse_qs(asked.query).get("day", [""])[0]))
        elif asked.path.startswith("/subjects/"):
            self._answer(200, self.platform.known(asked.path.removeprefix("/subjects/")))
        else:
            self._answer(404, {"error": "没有这个地址"})

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(platform: Platform, *, port: int = 0, handle: int | None = None) -> ThreadingHTTPServer:
    """Return a server of the platform on loopback, or on a socket that listens already; the caller runs and closes it."""
    handler = type("Handler", (_Handler,), {"platform": platform})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler, bind_and_activate=handle is None)
    if handle is not None:
        server.socket.close()
        server.socket = socket.socket(fileno=handle)
    return server


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="演示：公共信用信息平台（虚构）。")
    parser.add_argument("--port", type=int, default=8071)
    parser.add_argument("--fd", type=int, help="已在监听的套接字")
    parser.add_argument("--public-key", default="", help="报送方的 Ed25519 公钥，base64")
    parser.add_argument("--records", type=Path, help="各主体的记录，TOML：[统一社会信用代码]")
    parser.add_argument("--journal", type=Path, help="收到的消息写在这里，重启后仍在")
    parser.add_argument("--folder", type=Path, help="演示所在的平台数据文件夹，代替以上三项")
    options = parser.parse_args()
    if options.folder:
        platform = Platform(
            key_file=options.folder / KEY_FILE,
            registered=Companies(SEED, COUNT, folder=options.folder),
            journal=options.folder / JOURNAL,
        )
    else:
        platform = Platform(
            public_key=options.public_key,
            records=_read_records(options.records) if options.records else {},
            journal=options.journal,
        )
    server = serve(platform, port=options.port, handle=options.fd)
    print(f"http://127.0.0.1:{server.socket.getsockname()[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


def _read_key(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text))


def _read_records(path: Path) -> Mapping[str, list[dict[str, str]]]:
    return {
        uscc: table["records"] for uscc, table in tomllib.loads(path.read_text("utf-8")).items()
    }


if __name__ == "__main__":
    main()
