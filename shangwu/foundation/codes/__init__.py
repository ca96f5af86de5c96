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
LONGEST = 200


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


__all__ = ["CHECKS", "Verdict", "check", "normalise"]
