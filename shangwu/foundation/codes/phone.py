"""Telephone numbers, written as E.164."""

import re
from datetime import date

from shangwu.foundation.codes.verdict import Verdict, accept, reject

_KEPT = re.compile(r"[+\d()\-./]+(?:(?:转|EXT\.?|X|#)\d{1,6})?", re.ASCII)
_EXTENSION = re.compile(r"(?:转|EXT\.?|X|#)(\d{1,6})$", re.ASCII)


def check_phone(value: str, *, on: date) -> Verdict:
    """Return the verdict on a telephone number; numbers without a country are Chinese.

    The normalised value is E.164, with `;ext=` where an extension was given (RFC 3966).
    """
    import phonenumbers

    value = value.removeprefix("TEL:").replace(";EXT=", "转")
    for index, character in enumerate(value):
        if instead := {"O": "0", "I": "1", "L": "1"}.get(character, ""):
            text = f"第 {index + 1} 位是字母 {character}，电话号码只用数字；是否应为 {instead}？"
            return reject(value, "E-TEL-CHAR", text, position=index + 1, suggestion=instead)
    if not _KEPT.fullmatch(value):
        text = "电话号码只用数字、加号、括号和连字符；分机写作“转 801”。"
        return reject(value, "E-TEL-CHAR", text, expected="数字")
    extension = _EXTENSION.search(value)
    plain = _EXTENSION.sub("", value)
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return reject(value, "E-TEL-FORM", "这不是电话号码；请填写区号和号码，或 11 位手机号。")
    if not phonenumbers.is_valid_number(number):
        return _invalid(value, re.sub(r"\D", "", plain))
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    kind = _kind(phonenumbers.number_type(number))
    if extension:
        written += f";ext={extension[1]}"
    return accept(written, f"有效：{kind}，记作 {written}。", type=kind)


def _invalid(value: str, digits: str) -> Verdict:
    if len(digits) in (7, 8) and digits[0] in "2345678":
        text = "固定电话缺少区号；请加上区号，例如上海写作 021-加 8 位号码。"
        return reject(value, "E-TEL-AREA", text, expected="区号和号码")
    if len(digits) <= 6:
        text = "短号码不能作为联系电话；请填写带区号的固定电话或 11 位手机号。"
        return reject(value, "E-TEL-SHORT", text, expected="完整号码")
    if digits.startswith("1") and len(digits) != 11:
        text = f"手机号应为 11 位，现为 {len(digits)} 位；请检查有无漏填或多填。"
        return reject(value, "E-TEL-LEN", text, expected="11 位")
    text = "没有这样的号段或位数不对；请核对区号和号码，境外号码以 + 和国家（地区）代码开头。"
    return reject(value, "E-TEL-RANGE", text, expected="有效号码")


def _kind(number_type: int) -> str:
    import phonenumbers

    kinds = phonenumbers.PhoneNumberType
    if number_type == kinds.MOBILE:
        return "手机"
    if number_type in (kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE):
        return "固定电话"
    return "服务号码" if number_type in (kinds.TOLL_FREE, kinds.SHARED_COST) else "电话"
