"""The records of the open interface, each with a closed list of fields: what is not listed is not taken.

There is no field for a consumer; the texts that remain are screened.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shangwu.prepaid.rules.batch.fields import TEXT, Field, wanted
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.screening import OF_SHOPS, find

_HASH = re.compile(r"[0-9a-f]{64}")
_PLAIN_NAME = re.compile(r"[a-z][a-z_]{0,39}")
_OPERATOR = Field("operator", "统一社会信用代码", "the issuer's unified social credit code", "uscc")
_DAY = Field("day", "业务日期", "business day", "date")
_AMOUNTS = (
    Field("issued_fen", "发行和充值金额", "amount issued, top-ups included", "fen"),
    Field("redeemed_fen", "兑付金额", "amount redeemed", "fen"),
    Field("refunded_fen", "退款金额", "amount refunded", "fen"),
)

RECORDS: Mapping[str, tuple[Field, ...]] = {
    "outlet": (
        _OPERATOR,
        Field("outlet", "门店编号", "outlet number", "outlet"),
        Field("trade_name", "门店名称", "name of the outlet", TEXT),
        Field("district", "所在区", "district", "division"),
        Field("place", "地址", "address", TEXT, is_required=False),
        Field("longitude", "经度", "longitude", "longitude", is_required=False),
        Field("latitude", "纬度", "latitude", "latitude", is_required=False),
        Field("opened_on", "开业日期", "opening day", "date", is_required=False),
        Field("closed_on", "停业日期", "closing day", "date", is_required=False),
        Field("lease_until", "租期届满日", "last day of the lease", "date", is_required=False),
    ),
    "card_day": (
        _OPERATOR,
        Field("outlet", "门店编号", "outlet number", "outlet"),
        _DAY,
        Field("sequence", "序号", "sequence number of the day, from 1", "number"),
        Field("card", "卡标识", "card token", "token"),
        Field("kind", "卡的种类", "kind of card", "card_kind"),
        *_AMOUNTS,
        Field("closing_fen", "日终余额", "balance after this row", "fen"),
        Field("valid_to", "有效期至", "valid until", "date", is_required=False),
        Field("sent_at", "报送时间", "time of sending", "moment"),
        Field("remark", "备注", "remark", TEXT, is_required=False),
        Field(
            "reverses_day", "被冲正记录的日期", "day of the reversed row", "date", is_required=False
        ),
        Field(
            "reverses_sequence",
            "被冲正记录的序号",
            "sequence number of the reversed row",
            "number",
            is_required=False,
        ),
    ),
    "operator_day": (
        _OPERATOR,
        _DAY,
        Field("cards", "有变动的卡数", "number of cards that moved", "count"),
        *_AMOUNTS,
        Field("balance_fen", "预收资金余额", "balance of all cards at the end of the day", "fen"),
    ),
    "quarter_report": (
        _OPERATOR,
        Field("quarter_start", "季度首日", "first day of the quarter", "date"),
        Field("revenue_fen", "主营业务收入", "revenue of the main business", "fen"),
        Field("profit_fen", "利润", "profit", "fen"),
        Field("spent_fen", "预收资金支出", "prepaid funds spent", "fen"),
        Field("main_uses", "主要用途", "what they were spent on", TEXT),
    ),
    "custody_day": (
        _OPERATOR,
        _DAY,
        Field("bank", "存管银行代码", "the bank's own code", "uscc"),
        Field("balance_fen", "专用存款账户余额", "balance of the special account", "fen"),
    ),
    "bond": (
        _OPERATOR,
        Field("insurer", "保险人或者保证人代码", "the insurer's or guarantor's own code", "uscc"),
        Field("number", "保单或者保函号", "number of policy or guarantee", "bond_number"),
        Field("kind", "保证方式", "kind of security", "bond_kind"),
        Field("amount_fen", "保证金额", "amount secured", "fen"),
        Field("starts_on", "起始日", "first day", "date"),
        Field("until", "终止日（当日不含）", "end, a day no longer covered", "date"),
    ),
    "notice": (
        _OPERATOR,
        Field("event", "事由", "reason", "notice_event"),
        Field("takes_effect_on", "生效日", "day of effect", "date"),
        Field("told", "已告知的卡数", "number of cards whose holders were told", "count"),
        Field("proof", "告知凭证摘要", "SHA-256 of the proof that they were told", "digest"),
        Field(TEXT, "公告全文", "full text of the notice", TEXT),
    ),
    "contract_template": (
        _OPERATOR,
        Field("starts_on", "启用日", "in use from", "date"),
        Field(TEXT, "章程和合同文本", "text of card charter and contract", TEXT),
    ),
}


@dataclass(frozen=True)
class Defect:
    """What is wrong with one field; `field` is empty where its name is not one that may be repeated."""

    field: str
    said: Bilingual


def defects(record: str, row: Mapping[str, object], *, on: date) -> list[str]:
    """Return in Chinese what is wrong with the form of a row: unknown, missing and ill-formed fields.

    `on` is the day on which codes must be in force.
    """
    return [one.said.zh for one in field_defects(record, row, on=on)]


def field_defects(record: str, row: Mapping[str, object], *, on: date) -> list[Defect]:
    """Return the same by field. A name that is no plain word is not repeated: it may be about a person."""
    fields = {field.name: field for field in RECORDS[record]}
    found = []
    for name in sorted(str(one) for one in row.keys() - fields):
        shown = name if _PLAIN_NAME.fullmatch(name) else ""
        said = Bilingual(
            f"不认识的字段{f'“{shown}”' if shown else ''}，接口只接收已公布的字段",
            f"unknown field{f' {shown}' if shown else ''}: only published fields are taken",
        )
        found.append(Defect(shown, said))
    for field in fields.values():
        value = row.get(field.name)
        if value is None:
            if field.is_required:
                said = Bilingual(f"缺少{field.zh}（{field.name}）", f"{field.name} is missing")
                found.append(Defect(field.name, said))
        elif form := wanted(field, value, on=on):
            said = Bilingual(
                f"{field.zh}（{field.name}）须为{form.zh}", f"{field.name} must be {form.en}"
            )
            found.append(Defect(field.name, said))
    return found


def personal_data(row: Mapping[str, object]) -> frozenset[str]:
    """Return which kinds of personal data the texts of a row contain, whatever its fields are called."""
    return frozenset(
        kind
        for name, text in _texts(row)
        for kind in find(text, names_a_shop=name == "trade_name")
        # A charter tells where the shop is reached.
        if name != TEXT or kind not in OF_SHOPS
    )


def _texts(row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every text of a row with its field; a hash cannot hide anything, a code of digits can."""
    for name, value in row.items():
        if isinstance(value, str) and not _HASH.fullmatch(value):
            yield name, value
