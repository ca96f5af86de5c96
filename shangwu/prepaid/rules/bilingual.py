"""A text in both languages, as public pages and receipts say it; dates and amounts as each language writes them."""

from datetime import date
from typing import NamedTuple

from shangwu.foundation.money import Fen, format_yuan


class Bilingual(NamedTuple):
    """The Chinese that counts, and its English."""

    zh: str
    en: str


NOTHING = Bilingual("", "")


def day(on: date) -> Bilingual:
    """Return a date as people read it: 2019年9月1日, 2019-09-01."""
    return Bilingual(f"{on.year}年{on.month}月{on.day}日", on.isoformat())


def money(fen: Fen) -> Bilingual:
    """Return an amount as people read it: 1,600.00 元, CNY 1,600.00. Unit: fen in."""
    return Bilingual(f"{format_yuan(fen)} 元", f"CNY {format_yuan(fen)}")


def filled(text: Bilingual, **values: object) -> Bilingual:
    """Return the text with its places filled; a bilingual value fills each language with its own."""
    parts = [
        {name: v[side] if isinstance(v, Bilingual) else v for name, v in values.items()}
        for side in (0, 1)
    ]
    return Bilingual(text.zh.format(**parts[0]), text.en.format(**parts[1]))
