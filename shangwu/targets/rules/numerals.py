"""Numbers as Chinese forms write them, exactly: 1,234.5 · 百分之九十五 · 万分之一 · 九成 · 2/3."""

import re
from decimal import Decimal
from fractions import Fraction

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}
PARTS = {"百分之": 100, "千分之": 1000, "万分之": 10_000}
HAN = r"[零〇一二三四五六七八九十百千万亿两]+"
ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
NUMBER = rf"(?:(?:百分之|千分之|万分之)(?:{ARABIC}|{HAN})|{HAN}分之{HAN}|{HAN}成|(?:{ARABIC})成|(?:{ARABIC})/\d+|{ARABIC}|{HAN})"
_HAN, _FRACTION = re.compile(HAN), re.compile(rf"({HAN})分之({HAN})")


def number(text: str) -> Fraction | None:
    """Return the number that the text writes, or None when it writes none."""
    for word, denominator in PARTS.items():
        if text.startswith(word):
            inner = number(text[len(word) :])
            return None if inner is None else inner / denominator
    if text.endswith("成"):
        inner = number(text[:-1])
        return None if inner is None else inner / 10
    if found := _FRACTION.fullmatch(text):
        below, above = _han(found[1]), _han(found[2])
        return Fraction(above, below) if below else None
    if _HAN.fullmatch(text):
        return Fraction(_han(text))
    above_text, _, below_text = text.replace(",", "").partition("/")
    if not re.fullmatch(r"\d+(?:\.\d+)?", above_text):
        return None
    if below_text and (not below_text.isdecimal() or int(below_text) == 0):
        return None
    return Fraction(Decimal(above_text)) / int(below_text or 1)


def is_share(text: str) -> bool:
    """Whether the number itself says that it is a share of a whole (百分之, 成, 分之)."""
    return "分之" in text or text.endswith("成")


def exact(value: Fraction) -> str:
    """Return the value as a plain decimal string, or as "n/d" where no finite decimal is exact."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    scaled = abs(value.numerator * 10**digits // value.denominator)
    sign = "-" if value < 0 else ""
    if not digits:
        return f"{sign}{scaled}"
    padded = str(scaled).rjust(digits + 1, "0")
    return f"{sign}{padded[:-digits]}.{padded[-digits:]}"


def fraction(text: str) -> Fraction:
    """Return the value of a normal form's string; the inverse of `exact`."""
    return Fraction(text)


def _han(text: str) -> int:
    if not any(c in SMALL or c in LARGE for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total, section, digit = 0, 0, 0
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
        elif c in SMALL:
            section += (digit or 1) * SMALL[c]
            digit = 0
        else:
            total = (total + section + digit or 1) * LARGE[c]
            section = digit = 0
    return total + section + digit
