"""Codes that are looked up in a list: divisions, postcodes, currencies."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from shangwu.foundation.codes.tables import divisions, province_name, read_table
from shangwu.foundation.codes.verdict import Verdict, accept, caution, reject


def _six_digits(value: str, what: str, prefix: str) -> Verdict | None:
    for index, character in enumerate(value):
        if character not in "0123456789":
            instead = {"O": "0", "I": "1", "L": "1"}.get(character, "")
            text = f"第 {index + 1} 位是 {character}，{what}只用数字"
            text += f"；是否应为数字 {instead}？" if instead else "。"
            return reject(
                value,
                f"E-{prefix}-CHAR",
                text,
                position=index + 1,
                suggestion=instead,
                expected="数字",
            )
    if len(value) != 6:
        text = f"{what}应为 6 位，现为 {len(value)} 位；请检查有无漏填或多填。"
        return reject(value, f"E-{prefix}-LEN", text, expected="6 位")
    return None


def check_division(value: str, *, on: date) -> Verdict:
    """Return the verdict on a division code that must be in force on the day.

    Source: law/codes/divisions.toml
    """
    if problem := _six_digits(value, "行政区划代码", "DIV"):
        return problem
    rows = divisions().get(value, ())
    for row in rows:
        if row.holds(on):
            name = province_name(value)
            full = row.name if row.name == name else name + row.name
            return accept(value, f"有效：{full}。", division=row.name, province=name)
    if not rows:
        text = f"没有代码为 {value} 的行政区划；请核对。"
        return reject(value, "E-DIV-UNKNOWN", text, expected="现行行政区划代码")
    if on < rows[0].since:
        text = f"{value}（{rows[0].name}）自 {rows[0].since.year} 年起使用，核验日尚未启用。"
        return reject(value, "E-DIV-DATE", text, expected="核验日有效的代码")
    ended = [row for row in rows if row.until <= on][-1]
    text = f"{value}（{ended.name}）{ended.until.year - 1} 年后不再使用；请填写现行代码。"
    return reject(value, "E-DIV-DATE", text, expected="核验日有效的代码")


@cache
def _postcodes() -> Mapping[str, list[str]]:
    table: dict[str, list[str]] = read_table("postcodes.toml")["prefixes"]
    return table


def check_postcode(value: str, *, on: date, division: str = "") -> Verdict:
    """Return the verdict on a postcode; a division given with it should lie in the same province.

    Source: law/codes/postcodes.toml
    """
    if problem := _six_digits(value, "邮政编码", "POST"):
        return problem
    provinces = _postcodes().get(value[:2])
    if provinces is None:
        text = f"没有以 {value[:2]} 开头的邮政编码；请核对。"
        return reject(value, "E-POST-PREFIX", text, position=1, expected="已使用的前两位")
    names = "、".join(province_name(p + "0000") for p in provinces)
    if division and division[:2] not in provinces:
        elsewhere = province_name(division) or "未知地区"
        text = f"邮政编码属于{names}，而所填地区 {division} 属于{elsewhere}，请核对地址。"
        return caution(value, "W-POST-DIV", text, province=names)
    return accept(value, f"有效：{names}。", province=names)


@cache
def _currencies() -> Mapping[str, Any]:
    return read_table("currencies.toml")


def _minor_units(code: str) -> str:
    for digits, codes in _currencies()["minor_units"].items():
        if code in codes:
            return str(digits)
    return "2"


def check_currency(value: str, *, on: date) -> Verdict:
    """Return the verdict on a currency code that amounts may be stated in on the day.

    Source: law/codes/currencies.toml, ISO 4217
    """
    if len(value) != 3 or not (value.isascii() and value.isalpha()):
        text = "货币代码应为 3 个字母，例如 CNY、USD、EUR。"
        return reject(value, "E-CUR-FORM", text, expected="3 个字母")
    if reserved := _currencies()["reserved"].get(value):
        instead = reserved["instead"]
        text = f"{value} 是{reserved['name']}，不能用来申报金额"
        text += f"；是否应为 {instead}？" if instead else "；请填写实际货币。"
        return reject(
            value, "E-CUR-RESERVED", text, position=1, suggestion=instead, corrected=instead
        )
    units = _minor_units(value)
    if withdrawn := _currencies()["withdrawn"].get(value):
        return _withdrawn(value, on, withdrawn, units)
    import pycountry

    currency = pycountry.currencies.get(alpha_3=value)
    if currency is None:
        return reject(
            value, "E-CUR-UNKNOWN", f"没有代码为 {value} 的货币；请核对。", expected="ISO 4217 代码"
        )
    return accept(
        value, f"有效：{currency.name}，{units} 位小数。", minor_units=units, name=currency.name
    )


def _withdrawn(value: str, on: date, row: Mapping[str, Any], units: str) -> Verdict:
    if on < row["until"]:
        text = f"有效：{row['name']}，{row['until'].isoformat()} 起停用。"
        return accept(value, text, minor_units=units, name=row["name"])
    text = (
        f"{value}（{row['name']}）自 {row['until'].isoformat()} 起停用，现用 {row['successor']}。"
    )
    return reject(
        value,
        "E-CUR-WITHDRAWN",
        text,
        position=1,
        suggestion=row["successor"],
        corrected=row["successor"],
    )
