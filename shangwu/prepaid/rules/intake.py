"""Reading a list of operators to be taken over: every line is checked, and every mistake named by its line.

Decision: 0027
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shangwu.foundation import codes
from shangwu.foundation.law import Refused
from shangwu.foundation.money import parse_yuan
from shangwu.prepaid.rules.keys import read_public_key
from shangwu.prepaid.rules.places import BOUNDS, DEGREE_PLACES
from shangwu.prepaid.vocabulary import OperatorForm, Sector


def _coded(choices: Sequence[tuple[str, str]], *, but: str = "") -> str:
    return "、".join(f"{code} {label}" for code, label in choices if code != but)


# The columns of a list, with what stands in them.
COLUMNS = {
    "uscc": "统一社会信用代码",
    "name": "名称",
    "trade_name": "字号",
    "brand": "品牌",
    "sector": f"行业代码：{_coded(Sector.choices, but=Sector.GENERAL)}",
    "subsector": "细分行业",
    "form": f"经营形式：{_coded(OperatorForm.choices)}",
    "district": "所在区的行政区划代码，六位，例如 310101",
    "place": "住所",
    "established_on": "成立日期，例如 2015-01-31",
    "connected_on": "完成对接的日期",
    "revenue_year": "主营业务收入所属年度，例如 2025",
    "revenue_yuan": "该年度主营业务收入，单位元",
    "public_key": "报送用的公钥（Ed25519）",
    "longitude": "住所的经度，单位度，例如 121.479；可以没有这一列，也可以不填，填则纬度也要填",
    "latitude": "住所的纬度，单位度，例如 31.224",
}
# A list written before these columns were known still holds.
_MAY_BE_ABSENT = frozenset(BOUNDS)
_DEGREES = re.compile(rf"\d{{1,3}}(\.\d{{1,{DEGREE_PLACES}}})?", re.ASCII)
LONGEST_LIST = 20_000
_SHOWN = 5
_LONGEST = {"name": 120, "trade_name": 60, "brand": 60, "subsector": 40, "place": 200}


@dataclass(frozen=True)
class IntakeRow:
    """One operator of a list; revenue in fen, the key in hexadecimal."""

    uscc: str
    name: str
    trade_name: str
    brand: str
    sector: str
    subsector: str
    form: str
    district: str
    place: str
    established_on: str
    connected_on: str
    revenue_year: int
    revenue_fen: int
    public_key: str
    longitude: str = ""
    latitude: str = ""


def read_intake(text: str, *, on: date) -> list[IntakeRow]:
    """Return the operators of a CSV list, in its order.

    Unit: in yuan, out fen.
    Raises: Refused INTAKE-COLUMNS, INTAKE-LENGTH or INTAKE-ROWS naming the first lines that are wrong.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [
        name for name in COLUMNS if name not in {*(reader.fieldnames or ()), *_MAY_BE_ABSENT}
    ]
    if missing:
        raise Refused(f"名单缺少这些列：{'、'.join(missing)}。", code="INTAKE-COLUMNS")
    rows, wrong, seen = [], [], set()
    for line, given in enumerate(reader, start=2):
        if line > LONGEST_LIST + 1:
            raise Refused(f"一份名单最多 {LONGEST_LIST} 家，请分成几份。", code="INTAKE-LENGTH")
        found = list(_mistakes(given, on))
        if given.get("uscc") in seen:
            found.append("统一社会信用代码在名单里出现两次")
        seen.add(given.get("uscc"))
        if found:
            wrong.append(f"第 {line} 行：{'，'.join(found)}")
        else:
            rows.append(_row(given))
    if wrong:
        more = f"；另有 {len(wrong) - _SHOWN} 行" if len(wrong) > _SHOWN else ""
        raise Refused(f"{'；'.join(wrong[:_SHOWN])}{more}。没有保存。", code="INTAKE-ROWS")
    if not rows:
        raise Refused("名单里没有经营者。", code="INTAKE-LENGTH")
    return rows


def _mistakes(given: Mapping[str, Any], on: date) -> Iterator[str]:
    """What is wrong with one line, in words."""
    text = {name: (given.get(name) or "").strip() for name in COLUMNS}
    for kind, name in (("uscc", "uscc"), ("division", "district")):
        verdict = codes.check(kind, text[name], on=on)
        if not verdict.ok or verdict.normalized != text[name]:
            yield f"{name} “{text[name]}” 不对"
    if text["sector"] not in Sector.values or text["sector"] == Sector.GENERAL:
        yield f"sector “{text['sector']}” 不是行业代码"
    if text["form"] not in OperatorForm.values:
        yield f"form “{text['form']}” 不是经营形式代码"
    for name, longest in _LONGEST.items():
        if len(text[name]) > longest or (name in {"name", "place"} and not text[name]):
            yield f"{name} 须为 1 至 {longest} 字"
    yield from _wrong_days(text, on)
    yield from _wrong_place(text)
    try:
        if parse_yuan(text["revenue_yuan"]) < 0:
            yield "revenue_yuan 不得为负"
        read_public_key(text["public_key"])
    except Refused as refused:
        yield refused.sentence.rstrip("。")


def _wrong_days(text: Mapping[str, str], on: date) -> Iterator[str]:
    if not text["revenue_year"].isascii() or not text["revenue_year"].isdigit():
        yield "revenue_year 须为年份"
    for name in ("established_on", "connected_on"):
        try:
            if date.fromisoformat(text[name]) > on:
                yield f"{name} 不能晚于今天"
        except ValueError:
            yield f"{name} 须为日期，例如 2019-06-03"


def _wrong_place(text: Mapping[str, str]) -> Iterator[str]:
    if len([name for name in BOUNDS if text[name]]) == 1:
        yield "longitude 和 latitude 须一起填写，或者都不填"
        return
    for name, (least, greatest) in BOUNDS.items():
        is_number = _DEGREES.fullmatch(text[name]) is not None
        if text[name] and not (is_number and least <= Decimal(text[name]) <= greatest):
            yield f"{name} 须为 {least} 至 {greatest} 之间的度数，小数最多 {DEGREE_PLACES} 位"


def _row(given: Mapping[str, Any]) -> IntakeRow:
    text = {name: (given.get(name) or "").strip() for name in COLUMNS}
    revenue, key = parse_yuan(text.pop("revenue_yuan")), read_public_key(text.pop("public_key"))
    year = int(text.pop("revenue_year"))
    return IntakeRow(**text, revenue_year=year, revenue_fen=revenue, public_key=key.hex())
