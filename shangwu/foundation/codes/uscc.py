"""Unified social credit code (GB 32100) and the organisation code inside it (GB 11714)."""

from datetime import date

from stdnum.cn import uscc as standard

from shangwu.foundation.codes.tables import Row, departments, divisions, registration_areas
from shangwu.foundation.codes.verdict import Verdict, accept, caution, reject

# GB 32100 leaves out the letters I, O, S, V and Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# What a reader takes for a digit: letters that the standard leaves out, then those that only look alike.
_LOOKALIKES = {"O": "0", "I": "1", "S": "5", "Z": "2"}
_DIGIT_LOOKALIKES = {**_LOOKALIKES, "B": "8", "D": "0", "G": "6", "L": "1", "Q": "0"}


def organisation_check(body: str) -> str:
    """Return the check character of an eight-character organisation code body.

    Source: GB 11714: C9 = 11 - (sum of Ci x Wi mod 11); 10 is written X, 11 is written 0.
    """
    total = sum(int(c, 36) * w for c, w in zip(body, _INNER_WEIGHTS, strict=True))
    return "0X987654321"[total % 11]


def outer_check(first17: str) -> str:
    """Return the check character that closes the code."""
    return str(standard.calc_check_digit(first17))


def check_uscc(value: str, *, on: date) -> Verdict:
    """Return the verdict on a normalised unified social credit code.

    Source: law/codes/registering_departments.toml, law/codes/divisions.toml
    """
    problem = _shape(value, on) or _outer(value, on) or _owner(value, on) or _inner(value)
    if problem:
        return problem
    department = departments()[value[0]]
    classes = department.classes or {}
    area, note = _area(value[2:8], on)
    assert area is not None  # _owner has refused the rest
    facts = {
        "department": department.name,
        "entity_class": classes[value[1]],
        "division": area.name,
    }
    if note:
        return caution(value, "W-USCC-DIV", note, **facts)
    return accept(value, f"有效：{department.name}，{classes[value[1]]}，{area.name}。", **facts)


def _shape(value: str, on: date) -> Verdict | None:
    if len(value) == 15 and value.isascii() and value.isdigit():
        text = (
            "这是 15 位旧号码（工商注册号），现已不用；请填写营业执照上的 18 位统一社会信用代码。"
        )
        return reject(value, "E-USCC-LEN", text, expected="18 位")
    if len(value) == 9 and value.isascii() and value.isalnum() and not organisation_problem(value):
        text = "这是 9 位组织机构代码；请填写证照上的 18 位统一社会信用代码。"
        return reject(value, "E-USCC-LEN", text, expected="18 位")
    if len(value) != 18:
        text = f"统一社会信用代码应为 18 位，现为 {len(value)} 位；请对照证照检查有无漏填或多填。"
        return reject(value, "E-USCC-LEN", text, expected="18 位")
    wrong = [i for i, c in enumerate(value) if not _fits(i, c)]
    return _wrong_character(value, wrong, on) if wrong else None


def _fits(index: int, character: str) -> bool:
    if 2 <= index < 8:
        return character in "0123456789"
    return character in ALPHABET


def _repair(index: int, character: str) -> str:
    table = _DIGIT_LOOKALIKES if 2 <= index < 8 else _LOOKALIKES
    return table.get(character, "")


def _wrong_character(value: str, wrong: list[int], on: date) -> Verdict:
    index = wrong[0]
    found, instead = value[index], _repair(index, value[index])
    repaired = list(value)
    for i in wrong:
        repaired[i] = _repair(i, value[i]) or value[i]
    corrected = "".join(repaired)
    allowed = "只能是数字" if 2 <= index < 8 else "不使用字母 I、O、S、V、Z 和符号"
    kind = "字母" if found.isascii() and found.isalpha() else "字符"
    text = f"第 {index + 1} 位是{kind} {found}，这一位{allowed}"
    text += f"；是否应为数字 {instead}？" if instead else "；请对照证照改正。"
    return reject(
        value,
        "E-USCC-CHAR",
        text,
        position=index + 1,
        suggestion=instead,
        expected=instead or ("数字" if 2 <= index < 8 else "数字或大写字母"),
        corrected=corrected if corrected != value and _holds(corrected, on) else "",
    )


def _holds(value: str, on: date) -> bool:
    if not all(_fits(i, c) for i, c in enumerate(value)) or outer_check(value[:17]) != value[17]:
        return False
    return _owner(value, on) is None and _inner(value) is None


def _outer(value: str, on: date) -> Verdict | None:
    expected = outer_check(value[:17])
    if expected == value[17]:
        return None
    last = value[:17] + expected
    swaps = [
        (i, swapped)
        for i in range(17)
        if (swapped := value[:i] + value[i + 1] + value[i] + value[i + 2 :]) != value
        and _holds(swapped, on)
    ]
    if len(swaps) == 1:
        index, swapped = swaps[0]
        pair, right = value[index : index + 2], swapped[index : index + 2]
        text = (
            f"校验不通过；第 {index + 1}、{index + 2} 位的 {pair} 可能前后写反，是否应为 {right}？"
        )
        return reject(
            value, "E-USCC-CHK", text, position=index + 1, suggestion=right, corrected=swapped
        )
    text = f"校验不通过：按前 17 位计算，末位应为 {expected}，现为 {value[17]}；请逐位对照证照。"
    return reject(
        value,
        "E-USCC-CHK",
        text,
        position=18,
        suggestion=expected,
        corrected=last if _holds(last, on) and not swaps else "",
    )


def _owner(value: str, on: date) -> Verdict | None:
    department = departments().get(value[0])
    area, note = _area(value[2:8], on)
    if department is None or not department.holds(on):
        known = "、".join(departments())
        text = f"第 1 位 {value[0]} 不是登记管理部门代码（应为 {known} 之一）"
        text += f"，第 3—8 位 {value[2:8]} 也不是行政区划代码。" if area is None else "。"
        return reject(value, "E-USCC-DIV", text, position=1, expected=known)
    classes = department.classes or {}
    if value[1] not in classes:
        known = "、".join(classes)
        text = f"第 2 位 {value[1]} 不是{department.name}部门登记的机构类别（应为 {known} 之一）。"
        return reject(value, "E-USCC-DIV", text, position=2, expected=known)
    if area is None:
        return reject(value, "E-USCC-DIV", note, position=3, expected="登记机关的行政区划代码")
    return None


def _area(code: str, on: date) -> tuple[Row | None, str]:
    """Give the area of the registrar and what a reviewer should know; no area means refusal.

    A code outlives its division, so a division that has ended is no fault. One that ended before
    these codes existed is unusual, and a person should compare the licence.
    """
    rows = (*divisions().get(code, ()), *registration_areas().get(code, ()))
    begun = [row for row in rows if row.since <= on]
    if not rows:
        return None, f"第 3—8 位 {code} 不是已知的行政区划代码；请对照证照核对。"
    if not begun:
        start = rows[0].since.year
        return None, f"第 3—8 位 {code}（{rows[0].name}）自 {start} 年起才使用，核验日尚未启用。"
    row = begun[-1]
    if row.until <= departments()["9"].since:
        last = row.until.year - 1
        return row, (
            f"有效，但第 3—8 位 {code}（{row.name}）{last} 年后已停用，早于统一社会信用代码实施；"
            "请对照营业执照核对。"
        )
    return row, ""


def _inner(value: str) -> Verdict | None:
    problem = organisation_problem(value[8:17])
    if not problem:
        return None
    found, expected = problem
    text = f"第 9—17 位组织机构代码校验不通过：第 17 位应为 {expected}，现为 {found}。"
    return reject(value, "E-USCC-ORG", text, position=17, suggestion=expected)


def organisation_problem(value: str) -> tuple[str, str] | None:
    """Return the found and the expected check character, or nothing when the code holds."""
    expected = organisation_check(value[:8])
    return None if value[8] == expected else (value[8], expected)


def check_organisation(value: str, *, on: date) -> Verdict:
    """Return the verdict on a normalised organisation code; the hyphen before the last place may stand."""
    if len(value) == 10 and value[8] == "-":
        value = value[:8] + value[9]
    if len(value) != 9:
        text = f"组织机构代码应为 9 位，现为 {len(value)} 位；请对照证照检查。"
        return reject(value, "E-ORG-LEN", text, expected="9 位")
    for index, character in enumerate(value):
        if not (character.isascii() and character.isalnum()):
            text = f"第 {index + 1} 位是 {character}，组织机构代码只用数字和大写字母。"
            return reject(value, "E-ORG-CHAR", text, position=index + 1, expected="数字或大写字母")
    if problem := organisation_problem(value):
        text = f"校验不通过：第 9 位应为 {problem[1]}，现为 {problem[0]}；请逐位对照证照。"
        return reject(value, "E-ORG-CHK", text, position=9, suggestion=problem[1])
    return accept(value, "有效的组织机构代码。")
