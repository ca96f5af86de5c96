"""The records of the open interface, each with a closed list of fields: what is not listed is not taken.

There is no field for a consumer; the texts that remain are screened.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shangwu.foundation import codes
from shangwu.prepaid.rules.screening import KINDS, find
from shangwu.prepaid.vocabulary import CardKind, Sector

TEXT = "text"
_HASH = re.compile(r"[0-9a-f]{64}")
_PATTERNS = {
    "outlet": (re.compile(r"[A-Z0-9-]{4,20}"), "平台门店编号"),
    "bond_number": (re.compile(r"[A-Za-z0-9-]{4,40}"), "4至40个字母、数字或者短横"),
    "token": (_HASH, "64位十六进制卡标识"),
    "digest": (_HASH, "64位十六进制摘要"),
    "card_kind": (re.compile("|".join(CardKind.values)), "、".join(CardKind.values)),
    "sector": (re.compile("|".join(Sector.values)), "行业代码"),
    "word": (re.compile(r"[a-z_]{2,40}"), "代码"),
}
# Codes with a check of their own: the check, and what people read.
_CODES = {"uscc": "18位统一社会信用代码", "division": "6位行政区划代码"}
LONGEST_TEXT = 2000
GREATEST_FEN, GREATEST_COUNT = 10**15, 2**31 - 1
_HALVES = re.compile("[\ud800-\udfff]")
_PLAIN_NAME = re.compile(r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True)
class Field:
    """One field: its name, what people read, and what kind of value it takes."""

    name: str
    zh: str
    kind: str
    is_required: bool = True


_OPERATOR = Field("operator", "统一社会信用代码", "uscc")
_DAY = Field("day", "业务日期", "date")
_AMOUNTS = (
    Field("issued_fen", "发行金额", "fen"),
    Field("redeemed_fen", "兑付金额", "fen"),
    Field("refunded_fen", "退款金额", "fen"),
)

RECORDS: Mapping[str, tuple[Field, ...]] = {
    "operator": (
        _OPERATOR,
        Field("trade_name", "字号", TEXT),
        Field("sector", "行业", "sector"),
        Field("district", "所在区", "division"),
        Field("group_head", "集团母公司代码", "uscc", is_required=False),
        Field("franchise_head", "特许人代码", "uscc", is_required=False),
    ),
    "outlet": (
        _OPERATOR,
        Field("outlet", "门店编号", "outlet"),
        Field("trade_name", "门店名称", TEXT),
        Field("district", "所在区", "division"),
        Field("place", "地址", TEXT, is_required=False),
        Field("opened_on", "开业日期", "date", is_required=False),
        Field("closed_on", "停业日期", "date", is_required=False),
        Field("lease_until", "租期届满日", "date", is_required=False),
    ),
    "card_day": (
        _OPERATOR,
        Field("outlet", "门店编号", "outlet"),
        _DAY,
        Field("sequence", "序号", "number"),
        Field("card", "卡标识", "token"),
        Field("kind", "卡的种类", "card_kind"),
        *_AMOUNTS,
        Field("closing_fen", "日终余额", "fen"),
        Field("valid_to", "有效期至", "date", is_required=False),
        Field("sent_at", "报送时间", "moment"),
        Field("remark", "备注", TEXT, is_required=False),
        Field("reverses_day", "被冲正记录的日期", "date", is_required=False),
        Field("reverses_sequence", "被冲正记录的序号", "number", is_required=False),
    ),
    "operator_day": (
        _OPERATOR,
        _DAY,
        Field("cards", "有变动的卡数", "count"),
        *_AMOUNTS,
        Field("balance_fen", "预收资金余额", "fen"),
    ),
    "quarter_report": (
        _OPERATOR,
        Field("quarter_start", "季度首日", "date"),
        Field("revenue_fen", "主营业务收入", "fen"),
        Field("profit_fen", "利润", "fen"),
        Field("spent_fen", "预收资金支出", "fen"),
        Field("main_uses", "主要用途", TEXT),
    ),
    "custody_day": (
        _OPERATOR,
        _DAY,
        Field("bank", "存管银行代码", "uscc"),
        Field("balance_fen", "专用存款账户余额", "fen"),
    ),
    "bond": (
        _OPERATOR,
        Field("insurer", "保险人或者保证人代码", "uscc"),
        Field("number", "保单或者保函号", "bond_number"),
        Field("kind", "保证方式", "word"),
        Field("amount_fen", "保证金额", "fen"),
        Field("starts_on", "起始日", "date"),
        Field("until", "终止日（当日不含）", "date"),
    ),
    "notice": (
        _OPERATOR,
        Field("event", "事由", "word"),
        Field("takes_effect_on", "生效日", "date"),
        Field("told", "已告知的卡数", "count"),
        Field("proof", "告知凭证摘要", "digest"),
        Field(TEXT, "公告全文", TEXT),
    ),
    "contract_template": (
        _OPERATOR,
        Field("starts_on", "启用日", "date"),
        Field(TEXT, "章程和合同文本", TEXT),
    ),
}


@dataclass(frozen=True)
class Defect:
    """What is wrong with one field; `field` is empty where its name is not one that may be repeated."""

    field: str
    zh: str


def defects(record: str, row: Mapping[str, object], *, on: date) -> list[str]:
    """Return in Chinese what is wrong with the form of a row: unknown, missing and ill-formed fields.

    `on` is the day on which codes must be in force.
    """
    return [one.zh for one in field_defects(record, row, on=on)]


def field_defects(record: str, row: Mapping[str, object], *, on: date) -> list[Defect]:
    """Return the same by field. A name that is no plain word is not repeated: it may be about a person."""
    fields = {field.name: field for field in RECORDS[record]}
    found = []
    for name in sorted(str(one) for one in row.keys() - fields):
        shown = name if _PLAIN_NAME.fullmatch(name) else ""
        called = f"“{shown}”" if shown else ""
        found.append(Defect(shown, f"不认识的字段{called}，接口只接收已公布的字段"))
    for field in fields.values():
        value = row.get(field.name)
        if value is None:
            if field.is_required:
                found.append(Defect(field.name, f"缺少{field.zh}（{field.name}）"))
        elif wanted := _wanted(field, value, on):
            found.append(Defect(field.name, f"{field.zh}（{field.name}）须为{wanted}"))
    return found


def personal_data(row: Mapping[str, object]) -> frozenset[str]:
    """Return which kinds of personal data the texts of a row contain, whatever its fields are called."""
    return frozenset(kind for text in _texts(row) for kind in find(text))


def labels(kinds: frozenset[str]) -> str:
    """Return the kinds of personal data as people read them; the data themselves are never repeated."""
    return "、".join(label for kind, label in KINDS.items() if kind in kinds)


def _texts(row: Mapping[str, object]) -> Iterator[str]:
    """Every text of a row; a hash cannot hide anything, a code of digits can."""
    for value in row.values():
        if isinstance(value, str) and not _HASH.fullmatch(value):
            yield value


def _wanted(field: Field, value: object, on: date) -> str:
    """What the field should be, where the value is something else."""
    if field.kind in _CODES:
        return "" if _is_code(field.kind, value, on) else _CODES[field.kind]
    if field.kind in _PATTERNS:
        pattern, wanted = _PATTERNS[field.kind]
        return "" if isinstance(value, str) and pattern.fullmatch(value) else wanted
    if field.kind == TEXT:
        return "" if _is_text(value) else "两千字以内的文字"
    if field.kind == "date":
        good = isinstance(value, date) and not isinstance(value, datetime)
        return "" if good else "日期"
    if field.kind == "moment":
        good = isinstance(value, datetime) and value.tzinfo is not None
        return "" if good else "带时区的时间"
    if not isinstance(value, int) or isinstance(value, bool):
        return "整数（金额以分计）"
    if field.kind == "number":
        return "" if 1 <= value <= GREATEST_COUNT else "从 1 起的整数"
    if field.kind == "count":
        return "" if 0 <= value <= GREATEST_COUNT else "不小于零的整数"
    return "" if abs(value) <= GREATEST_FEN else "十万亿元以内的整数（金额以分计）"


def _is_text(value: object) -> bool:
    """Whether it is text of the length allowed that a database can hold: no NUL, no half of a character."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        return False
    return not _HALVES.search(value)


def _is_code(kind: str, value: object, on: date) -> bool:
    """Whether the value passes the check of its kind as it is written, without being put right first."""
    if not isinstance(value, str):
        return False
    verdict = codes.check(kind, value, on=on)
    return verdict.ok and verdict.normalized == value
