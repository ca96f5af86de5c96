"""Numbers of identity documents: resident identity number (GB 11643), permits, passports."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from stdnum.cn import ric

from shangwu.foundation.codes.tables import divisions, province_name, read_table
from shangwu.foundation.codes.verdict import Verdict, accept, caution, reject

_REGIONS = {"81": "香港", "82": "澳门", "83": "台湾"}
_LOOKALIKES = {"O": "0", "I": "1", "L": "1", "S": "5", "Z": "2", "B": "8", "D": "0", "Q": "0"}
# Shapes that say by themselves which document is meant; the others must be asked for by kind.
_TELLING = (
    "resident_id",
    "residence_permit",
    "foreigner_card",
    "foreigner_card_old",
    "hong_kong_macao_permit",
)
_UNTELLING = ("taiwan_permit", "passport")
OLDEST_AGE = 130


@dataclass(frozen=True)
class Document:
    """One kind of identity document."""

    key: str
    name: str
    pattern: str
    has_check: bool
    since: date
    example: str

    def fits(self, value: str) -> bool:
        """Tell whether a number has the shape of this document."""
        return re.fullmatch(self.pattern, value, re.ASCII) is not None


@cache
def documents() -> Mapping[str, Document]:
    """Return the kinds of identity documents.

    Source: law/codes/documents.toml
    """
    table = read_table("documents.toml")["documents"]
    return {
        key: Document(key, e["name"], e["pattern"], e["has_check"], e["from"], e["example"])
        for key, e in table.items()
    }


def check_identity(value: str, *, on: date, document: str = "") -> Verdict:
    """Return the verdict on a normalised number, for any document or for the named one.

    Source: law/codes/documents.toml, law/codes/divisions.toml
    """
    wanted: tuple[str, ...] = (document,) if document else (*_TELLING, *_UNTELLING)
    if document == "foreigner_card":
        wanted = ("foreigner_card", "foreigner_card_old")
    matching = [d for key in wanted if (d := documents()[key]).fits(value)]
    if len(value) == 15 and value.isascii() and value.isdigit() and document != "passport":
        text = "15 位旧身份证号已停用；请填写现行居民身份证上的 18 位号码。"
        return reject(value, "E-ID-01", text, expected="18 位")
    if len(value) == 18 and document != "passport":
        return _eighteen(value, on, matching)
    if not matching:
        return _no_document(value, wanted)
    return _unchecked(value, on, matching[0])


def _no_document(value: str, wanted: tuple[str, ...]) -> Verdict:
    if len(wanted) > 2:
        text = (
            f"身份证号应为 18 位，现为 {len(value)} 位，也不是其他身份证件的号码；请对照证件检查。"
        )
        return reject(value, "E-ID-01", text, expected="18 位")
    kinds = "，或".join(f"{documents()[k].name}为 {documents()[k].example}" for k in wanted)
    return reject(
        value, "E-ID-01", f"号码与证件类型不符：{kinds}；请核对证件类型和号码。", expected=kinds
    )


def _eighteen(value: str, on: date, matching: list[Document]) -> Verdict:
    for index, character in enumerate(value):
        if character in "0123456789" or (index == 17 and character == "X"):
            continue
        instead = _LOOKALIKES.get(character, "")
        text = f"第 {index + 1} 位是 {character}，这一位只能是数字{'或 X' if index == 17 else ''}"
        text += f"；是否应为数字 {instead}？" if instead else "；请对照证件改正。"
        return reject(
            value,
            "E-ID-01",
            text,
            position=index + 1,
            suggestion=instead,
            expected=instead or "数字",
        )
    if not matching:
        text = f"前 6 位 {value[:6]} 不是发证地区代码，或号码与所选证件类型不符；请对照证件核对。"
        return reject(value, "E-ID-01", text, position=1, expected="发证地区代码")
    return _check_character(value, on) or _birth(value, on) or _place(value, on, matching[0])


def _check_character(value: str, on: date) -> Verdict | None:
    expected = str(ric.calc_check_digit(value))
    if expected == value[17]:
        return None
    swaps = [
        (i, swapped)
        for i in range(17)
        if (swapped := value[:i] + value[i + 1] + value[i] + value[i + 2 :]) != value
        and "X" not in swapped[:17]
        and str(ric.calc_check_digit(swapped)) == swapped[17]
        and _birth(swapped, on) is None
        and swapped[:6] in divisions()
    ]
    if len(swaps) == 1:
        index, swapped = swaps[0]
        right = swapped[index : index + 2]
        text = f"校验不通过；第 {index + 1}、{index + 2} 位可能前后写反，是否应为 {right}？请对照证件。"
        return reject(
            value, "E-ID-02", text, position=index + 1, suggestion=right, corrected=swapped
        )
    text = f"校验不通过：末位应为 {expected}，现为 {value[17]}；请逐位对照证件。"
    return reject(value, "E-ID-02", text, position=18, suggestion=expected)


def _birth(value: str, on: date) -> Verdict | None:
    written = f"{value[6:10]} 年 {value[10:12]} 月 {value[12:14]} 日"
    try:
        born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        text = f"第 7—14 位的出生日期 {written}不存在；请对照证件核对。"
        return reject(value, "E-ID-03", text, position=7, expected="真实的日期")
    if born > on:
        text = f"第 7—14 位的出生日期 {written}晚于核验日 {on.isoformat()}；请对照证件核对。"
        return reject(value, "E-ID-04", text, position=7, expected=f"不晚于 {on.isoformat()}")
    return None


def _place(value: str, on: date, document: Document) -> Verdict:
    born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    facts = {"document": document.name, "born_on": born.isoformat()}
    if document.since > on:
        text = f"{document.name}自 {document.since.isoformat()} 起才签发，请核对证件类型。"
        return caution(value, "W-ID-DATE", text, **facts)
    if on.year - born.year > OLDEST_AGE:
        text = f"出生年份为 {born.year} 年，请对照证件核对。"
        return caution(value, "W-ID-AGE", text, **facts)
    if document.key == "residence_permit":
        return accept(value, f"有效：{_REGIONS[value[:2]]}居民的居住证号码。", **facts)
    if document.key == "foreigner_card":
        return accept(value, f"有效：{document.name}号码。", **facts)
    return _division_of_birth(value, born, facts)


def _division_of_birth(value: str, born: date, facts: dict[str, str]) -> Verdict:
    code = value[:6]
    if not province_name(code):
        text = f"前 2 位 {code[:2]} 不是省级行政区划代码；请对照证件核对。"
        return reject(value, "E-ID-01", text, position=1, expected="省级行政区划代码")
    rows = divisions().get(code, ())
    for row in rows:
        if row.holds(born):
            return accept(
                value, f"有效：{province_name(code)}{row.name}。", **facts, division=row.name
            )
    if rows:
        text = f"有效；但前 6 位 {code}（{rows[-1].name}）在 {born.year} 年并未使用，请审核人员核对证件。"
    else:
        text = f"有效；但前 6 位 {code} 不在行政区划代码表内，请审核人员核对证件。"
    return caution(value, "W-ID-REGION", text, **facts)


def _unchecked(value: str, on: date, document: Document) -> Verdict:
    facts = {"document": document.name}
    if document.since > on:
        text = f"{document.name}自 {document.since.isoformat()} 起才签发，请核对证件类型。"
        return caution(value, "W-ID-DATE", text, **facts)
    if document.key == "foreigner_card_old" and not _is_country(value[:3]):
        text = f"第 1—3 位 {value[:3]} 不是国籍代码；请对照证件核对。"
        return reject(value, "E-ID-01", text, position=1, expected="国籍代码")
    text = f"格式符合{document.name}；这种号码没有可核对的校验位，请审核人员核对证件。"
    return caution(value, "W-ID-NOCHECK", text, **facts)


def _is_country(code: str) -> bool:
    import pycountry

    return pycountry.countries.get(alpha_3=code) is not None
