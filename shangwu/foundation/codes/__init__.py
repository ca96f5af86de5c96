"""Codes that people copy from papers: each verdict says what is wrong, where, and what should stand there.

Pure: no clock, no database, no Django. The day given as `on` decides which rows of the tables hold.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from shangwu.foundation.codes.identity import check_identity
from shangwu.foundation.codes.lists import check_currency, check_division, check_postcode
from shangwu.foundation.codes.phone import check_phone
from shangwu.foundation.codes.uscc import check_organisation, check_uscc
from shangwu.foundation.codes.verdict import Verdict, normalise, reject

Check = Callable[..., Verdict]

CHECKS: Mapping[str, Check] = {
    "uscc": check_uscc,
    "organisation": check_organisation,
    "id": check_identity,
    "resident_id": partial(check_identity, document="resident_id"),
    "residence_permit": partial(check_identity, document="residence_permit"),
    "foreigner_card": partial(check_identity, document="foreigner_card"),
    "hong_kong_macao_permit": partial(check_identity, document="hong_kong_macao_permit"),
    "taiwan_permit": partial(check_identity, document="taiwan_permit"),
    "passport": partial(check_identity, document="passport"),
    "division": check_division,
    "phone": check_phone,
    "postcode": check_postcode,
    "currency": check_currency,
}
# What people call the kinds, besides the names above.
ALIASES: Mapping[str, str] = {
    "统一社会信用代码": "uscc",
    "信用代码": "uscc",
    "credit_code": "uscc",
    "social_credit_code": "uscc",
    "组织机构代码": "organisation",
    "org": "organisation",
    "organization": "organisation",
    "organisation_code": "organisation",
    "organization_code": "organisation",
    "身份证": "id",
    "身份证号": "id",
    "证件号码": "id",
    "id_number": "id",
    "idcard": "id",
    "id_card": "id",
    "ric": "id",
    "居民身份证": "resident_id",
    "居住证": "residence_permit",
    "永久居留证": "foreigner_card",
    "港澳通行证": "hong_kong_macao_permit",
    "台湾通行证": "taiwan_permit",
    "护照": "passport",
    "行政区划": "division",
    "区划代码": "division",
    "division_code": "division",
    "电话": "phone",
    "手机": "phone",
    "mobile": "phone",
    "telephone": "phone",
    "tel": "phone",
    "fax": "phone",
    "邮编": "postcode",
    "邮政编码": "postcode",
    "postal_code": "postcode",
    "zip": "postcode",
    "币种": "currency",
    "货币": "currency",
    "currency_code": "currency",
    "iso4217": "currency",
}
LONGEST = 200


def kind_called(name: str) -> str | None:
    """Return the kind in CHECKS that a person means by a name, or None when there is none."""
    word = name.strip().lower().replace("-", "_")
    word = ALIASES.get(word, word)
    return word if word in CHECKS else None


def check(kind: str, value: str, *, on: date, division: str = "") -> Verdict:
    """Return the verdict on one value of a kind named in CHECKS, as of a day.

    `division` is the address a postcode should agree with; other kinds ignore it.
    Source: law/codes
    Raises: KeyError for an unknown kind, which is a fault of the caller, not of the user.
    """
    rule = CHECKS[kind]
    if len(value) > LONGEST:
        text = f"内容有 {len(value)} 个字符，远超任何号码的长度；请只填写号码本身。"
        return reject(value[:LONGEST], "E-LONG", text)
    normalized, changes = normalise(value)
    if not normalized:
        return dataclasses.replace(
            reject("", "E-EMPTY", "没有填写内容；请填写号码。"), changes=changes
        )
    if kind == "postcode" and division:
        rule = partial(check_postcode, division=normalise(division)[0])
    verdict = rule(normalized, on=on)
    if changes and verdict.level == "ok":
        verdict = dataclasses.replace(
            verdict, message=verdict.message + f"已{'、'.join(changes)}。"
        )
    return dataclasses.replace(verdict, changes=changes)


__all__ = ["ALIASES", "CHECKS", "Verdict", "check", "kind_called", "normalise"]
