"""Whether a system is ready to report: a signed sample day, checked as a real one would be.

A sample is NDJSON: one line for each `card_day`, one line for the `operator_day`, each with `record`.

Source: law/prepaid.toml#pack.SH-REG18-10
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shangwu.foundation.workdays import WorkdayCalendar
from shangwu.prepaid.rules.batch.codes import Effect
from shangwu.prepaid.rules.batch.records import defects, personal_data
from shangwu.prepaid.rules.batch.rows import CardDay, Known, OperatorDay
from shangwu.prepaid.rules.batch.validation import validate
from shangwu.prepaid.rules.screening import labels
from shangwu.prepaid.vocabulary import RecordKind

MOST_LINES = 1000
SHOWN = 5
MOVEMENTS = {"issued_fen": "发行", "redeemed_fen": "兑付", "refunded_fen": "退款"}


@dataclass(frozen=True)
class Sample:
    """A sample day as it was handed in, and what it is checked against; `day` is the day it must speak of."""

    content: bytes
    signature: str
    public_key: bytes
    operator: str
    outlets: frozenset[str]
    sector: str
    day: date


@dataclass(frozen=True)
class Checked:
    """One thing that was checked, and what was found."""

    name: str
    label: str
    is_passed: bool
    sentence: str


def check_sample(
    sample: Sample, *, received_at: datetime, calendar: WorkdayCalendar
) -> tuple[Checked, ...]:
    """Return every check of a sample; those that need readable rows are left out when none can be read."""
    return tuple(_checks(sample, received_at, calendar))


def _checks(sample: Sample, received_at: datetime, calendar: WorkdayCalendar) -> Iterator[Checked]:
    yield _signed(sample)
    lines, unread = _lines(sample.content)
    yield _checked("lines", "逐行可读", unread, f"{len(lines)} 行都是一行一个 JSON 对象")
    wrong = [
        f"第 {number} 行：{text}"
        for number, line in enumerate(lines, start=1)
        for text in _defects(line, sample)
    ]
    yield _checked("fields", "字段", wrong, "字段都在公布的范围内，写法正确")
    found = {kind for line in lines for kind in personal_data(line)}
    told = [f"含有{labels(found).zh}，请删去"] if found else []
    yield _checked("personal", "不含个人信息", told, "没有发现个人信息")
    if unread or wrong or found:
        return
    moved = [line for line in lines if line["record"] == RecordKind.CARD_DAY]
    rows = [_card_day(line) for line in moved]
    total = [_operator_day(line) for line in lines if line["record"] == RecordKind.OPERATOR_DAY]
    lacking = [label for name, label in MOVEMENTS.items() if not any(one[name] for one in moved)]
    told = [f"样例须有{'、'.join(lacking)}，请各准备至少一笔"] if lacking else []
    yield _checked("movements", "覆盖三种业务", told, "发行、兑付、退款都有")
    told = [] if len(total) == 1 else [f"须恰有一行日汇总，现有 {len(total)} 行"]
    yield _checked("total", "日汇总", told, "有一行日汇总")
    answer = validate(
        rows,
        total=total[0] if total else None,
        known=Known(balances={}, outlets=sample.outlets),
        received_at=received_at,
        sector=sample.sector,
        calendar=calendar,
    )
    told = [one.sentence for one in answer.findings if one.effect != Effect.NOTE]
    yield _checked("rules", "余额、序号和汇总", told, f"{len(answer.accepted)} 行全部可以入账")


def _checked(name: str, label: str, told: Sequence[str], good: str) -> Checked:
    if not told:
        return Checked(name, label, True, f"{good}。")
    more = f"；另有 {len(told) - SHOWN} 处" if len(told) > SHOWN else ""
    return Checked(name, label, False, "；".join(told[:SHOWN]) + more)


def _signed(sample: Sample) -> Checked:
    try:
        signature = base64.b64decode(sample.signature.strip(), validate=True)
        Ed25519PublicKey.from_public_bytes(sample.public_key).verify(signature, sample.content)
    except (InvalidSignature, binascii.Error, ValueError):
        text = "签名与内容、公钥不符。请用测试私钥对文件的原样字节签名，签名写成 Base64。"
        return Checked("signature", "签名", False, text)
    return Checked("signature", "签名", True, "签名与登记的测试公钥相符。")


def _lines(content: bytes) -> tuple[list[dict[str, Any]], list[str]]:
    """The objects of the lines that can be read, their dates read too, and what is wrong with the rest."""
    try:
        texts = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return [], ["文件不是 UTF-8 编码"]
    texts = [text for text in texts if text.strip()]
    if not texts or len(texts) > MOST_LINES:
        return [], [f"须有 1 至 {MOST_LINES} 行，现有 {len(texts)} 行"]
    found, wrong = [], []
    for number, text in enumerate(texts, start=1):
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            line = None
        if isinstance(line, dict):
            found.append({name: _read(name, value) for name, value in line.items()})
        else:
            wrong.append(f"第 {number} 行不是 JSON 对象")
    return found, wrong


def _read(name: str, value: object) -> object:
    """The value with dates and times read; what cannot be read stays text, and its field is wrong."""
    if not isinstance(value, str):
        return value
    try:
        if name in ("day", "valid_to"):
            return date.fromisoformat(value)
        if name == "sent_at":
            return datetime.fromisoformat(value)
    except ValueError:
        return value
    return value


def _defects(line: Mapping[str, Any], sample: Sample) -> Iterator[str]:
    record = line.get("record")
    if record not in (RecordKind.CARD_DAY, RecordKind.OPERATOR_DAY):
        yield f"record 须为 {RecordKind.CARD_DAY.value} 或 {RecordKind.OPERATOR_DAY.value}"
        return
    row = {name: value for name, value in line.items() if name != "record"}
    yield from defects(str(record), row, on=sample.day)
    if row.get("operator") != sample.operator:
        yield "不是本经营者的统一社会信用代码"
    if row.get("day") != sample.day:
        yield f"业务日期须为前一日 {sample.day}"


def _card_day(line: Mapping[str, Any]) -> CardDay:
    return CardDay(
        operator=line["operator"],
        outlet=line["outlet"],
        day=line["day"],
        sequence=line["sequence"],
        card=line["card"],
        issued=line["issued_fen"],
        redeemed=line["redeemed_fen"],
        refunded=line["refunded_fen"],
        closing=line["closing_fen"],
        sent_at=line["sent_at"],
        kind=line["kind"],
        valid_to=line.get("valid_to"),
        remark=line.get("remark") or "",
    )


def _operator_day(line: Mapping[str, Any]) -> OperatorDay:
    return OperatorDay(
        cards=line["cards"],
        issued=line["issued_fen"],
        redeemed=line["redeemed_fen"],
        refunded=line["refunded_fen"],
        balance=line["balance_fen"],
    )
