"""Numbers as Chinese forms write them, exactly: 1,234.5 · 百分之九十五 · 万分之零点五 · 九成五 · 2/3."""

import re
from decimal import Decimal
from fractions import Fraction

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}
PARTS = {"百分之": 100, "千分之": 1000, "万分之": 10_000}
HAN = r"[零〇一二三四五六七八九十百千万亿两]+"
ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
POINTED = rf"{HAN}(?:点[零〇一二三四五六七八九]+)?"
NUMBER = rf"(?:(?:百分之|千分之|万分之)(?:{ARABIC}|{POINTED})|{HAN}分之{HAN}|{HAN}成[一二三四五六七八九]?|(?:{ARABIC})成|(?:{ARABIC})/\d+|{ARABIC}|{POINTED})"
_HAN, _FRACTION = re.compile(HAN), re.compile(rf"({HAN})分之({HAN})")


def number(text: str) -> Fraction | None:
    """Return the number that the text writes, or None when it writes none."""
    for word, denominator in PARTS.items():
        if text.startswith(word):
            inner = number(text[len(word) :])
            return None if inner is None else inner / denominator
    tenths, tenth, hundredths = text.partition("成")
    if tenth:
        inner, rest = number(tenths), number(hundredths) if hundredths else Fraction(0)
        return None if inner is None or rest is None else inner / 10 + rest / 100
    if found := _FRACTION.fullmatch(text):
        below, above = _han(found[1]), _han(found[2])
        return Fraction(above, below) if below else None
    whole, pointed, digits = text.partition("点")
    if _HAN.fullmatch(whole) and (not pointed or _HAN.fullmatch(digits)):
        return Fraction(_han(whole)) + Fraction(_han(digits or "零"), 10 ** len(digits))
    above_text, _, below_text = text.replace(",", "").partition("/")
    if not re.fullmatch(r"\d+(?:\.\d+)?", above_text):
        return None
    if below_text and (not below_text.isdecimal() or int(below_text) == 0):
        return None
    return Fraction(Decimal(above_text)) / int(below_text or 1)


def is_share(text: str) -> bool:
    """Whether the number itself says that it is a share of a whole (百分之, 成, 分之, a/b)."""
    return any(sign in text for sign in ("分之", "成", "/"))


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
