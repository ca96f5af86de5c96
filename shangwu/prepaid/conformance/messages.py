"""From a step to the bytes and headers that are sent: rows, forms, packing, signature (RFC 9421, Ed25519)."""

import base64
import csv
import gzip
import hashlib
import hmac
import importlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shangwu.prepaid.conformance.cases import Row

MEDIA = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
NEEDS = {"zstd": "zstandard", "parquet": "pyarrow"}
METHOD = "shangwu-card-v1"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Setting:
    """Who runs the kit and when: own code, today and now by the platform's clock, the closed day of the sandbox."""

    operator: str
    today: date
    now: str
    closed_day: date


def token(operator: str, number: int) -> str:
    """Return the token of a card of the kit by the published method; its number and secret are made up."""
    secret = f"{number:016d}"
    message = f"{METHOD}|{operator}|KIT{number:013d}".encode()
    return hmac.new(secret.encode("ascii"), message, hashlib.sha256).hexdigest()


def fill(row: Row, setting: Setting) -> Row:
    """Return a row with its placeholders filled in."""
    return {name: _value(value, setting) for name, value in row.items()}


def packed(rows: Sequence[Row], form: str, encoding: str) -> bytes:
    """Return rows as they are sent.

    Raises: ImportError where a form needs a library that is not there, see NEEDS.
    """
    plain = _written(rows, form)
    if encoding == "gzip":
        return gzip.compress(plain, mtime=0)
    if encoding == "zstd":
        packing: bytes = importlib.import_module("zstandard").compress(plain)
        return packing
    return plain


def headers(
    key: Ed25519PrivateKey,
    *,
    key_id: str,
    method: str,
    path: str,
    query: str,
    created: int,
    covered: Mapping[str, str],
) -> dict[str, str]:
    """Return the signature's two headers; `covered` are the other headers that it covers, by small name."""
    components = {"@method": method, "@path": path}
    if query:
        components["@query"] = f"?{query}"
    components |= covered
    names = " ".join(f'"{name}"' for name in components)
    parameters = f'({names});created={created};keyid="{key_id}"'
    base = "".join(f'"{name}": {value}\n' for name, value in components.items())
    base += f'"@signature-params": {parameters}'
    value = base64.b64encode(key.sign(base.encode())).decode()
    return {"Signature-Input": f"sig={parameters}", "Signature": f"sig=:{value}:"}


def digest(body: bytes) -> str:
    """Return the header Content-Digest (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _value(value: Any, setting: Setting) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith("card:"):
        return token(setting.operator, int(value[5:]))
    if value.startswith(("D-", "D+")):
        return (setting.today + timedelta(days=int(value[1:]))).isoformat()
    before = date(setting.today.year, (setting.today.month - 1) // 3 * 3 + 1, 1) - ONE_DAY
    quarter = date(before.year, before.month - 2, 1)
    names = {
        "ME": setting.operator,
        "NOW": setting.now,
        "CLOSED": setting.closed_day.isoformat(),
        "QUARTER": quarter.isoformat(),
    }
    return names.get(value, value)


def _written(rows: Sequence[Row], form: str) -> bytes:
    if form == "json":
        return json.dumps(list(rows), ensure_ascii=False).encode()
    if form == "ndjson":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    if form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode()
    table = importlib.import_module("pyarrow").Table.from_pylist(list(rows))
    sink = io.BytesIO()
    importlib.import_module("pyarrow.parquet").write_table(table, sink)
    return sink.getvalue()
