"""Reading single values of the form: dates, amounts, ticks. Each says what it doubted."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from shangwu.targets.rules.content import PreviousAmount
from shangwu.targets.rules.form import words
from shangwu.targets.rules.form.facts import Tick, Value

# (code, sentence) pairs; the caller knows the cell
Remarks = list[tuple[str, str]]

_DATES = (
    re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号])?"),
    re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:T?00:00(?::00)?)?)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_DIGITS = str.maketrans("\u3007零一二三四五六七八九", "00123456789")
_TENS = re.compile(r"([一二三]?)十([一二三四五六七八九]?)")
_AMOUNT = re.compile(r"[¥￥]?(-?\d[\d,]*(?:\.\d+)?)(万)?元?(?:整|正)?")
# A bare cross says no; a crossed box (☒) says yes, as Word's own check boxes do.
_EMPTY_MARKS = "☐□◻▢❏❑❒○\u3007◯✗✘×"
_TICKED_MARKS = "☑☒■√✓✔✅◼●⊠"
# What Wingdings boxes become when their font is lost; inside a word or before a figure they are text.
_LOST_EMPTY, _LOST_TICKED = "£\u0308", "R\u00fe"
_LOST = rf"(?<![A-Za-z&])[{_LOST_EMPTY}{_LOST_TICKED}](?![A-Za-z0-9&])"
_MARK = re.compile(
    rf"[{_EMPTY_MARKS}{_TICKED_MARKS}]|{_LOST}|[\[(【]([{_TICKED_MARKS}xXvV]?)[\])】]"
)


def read_date(text: str, *, at_end: bool) -> tuple[Value[date | None], Remarks]:
    """Return the date; a month alone becomes its first or (at_end) last day and keeps its style."""
    plain = words.squeezed(text)
    if not plain:
        return Value(None, text), [("DATE-MISSING", "没有填写日期。")]
    western = plain if re.match(r"\d{4}", plain) else _western(plain)
    for pattern in _DATES:
        if (found := pattern.fullmatch(western)) is None:
            continue
        year, month = int(found[1]), int(found[2])
        if not 1 <= month <= 12:
            break
        last = monthrange(year, month)[1]
        day = int(found[3]) if found[3] else (last if at_end else 1)
        if not 1 <= day <= last:
            break
        return Value(date(year, month, day), text, style="DAY" if found[3] else "MONTH"), []
    return Value(None, text, style="DAY"), [
        ("DATE-UNREADABLE", f"“{text.strip()}”读不出日期，请按“2019年1月1日”的样式填写。")
    ]


def read_amount(text: str, *, yuan_per_unit: int = 1) -> tuple[Value[int | None], Remarks]:
    """Return the amount and its printed style. Unit: fen."""
    plain = words.squeezed(text)
    if not plain:
        return Value(None, text), [("AMOUNT-MISSING", "没有填写金额；空白不等于 0。")]
    found = _AMOUNT.fullmatch(plain)
    remarks: Remarks = []
    if found is None:
        return Value(None, text), [("AMOUNT-UNREADABLE", f"“{text.strip()}”读不出金额。")]
    digits = found[1]
    if "," in digits and not re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", digits):
        remarks.append(("AMOUNT-COMMAS", f"“{text.strip()}”的千分位逗号位置不对，请核对金额。"))
    unit = 10_000 if found[2] else yuan_per_unit
    try:
        fen = Decimal(digits.replace(",", "")) * unit * 100
    except InvalidOperation:
        return Value(None, text), [("AMOUNT-UNREADABLE", f"“{text.strip()}”读不出金额。")]
    if fen != fen.to_integral_value() or abs(fen) > 10**17:
        return Value(None, text), [
            ("AMOUNT-UNREADABLE", f"“{text.strip()}”不是以分为最小单位的金额。")
        ]
    if unit != 1:
        remarks.append(("AMOUNT-UNIT", f"金额以万元计，读作 {fen / 100:,.2f} 元，请核对。"))
    if fen < 0:
        remarks.append(("AMOUNT-NEGATIVE", "金额是负数，请核对。"))
    return Value(int(fen), text, style="thousands" if "," in digits else "plain"), remarks


def read_previous(text: str, *, yuan_per_unit: int = 1) -> tuple[Value[PreviousAmount], Remarks]:
    """Return a previous-year figure: an amount (0 included), not applicable (无), or blank."""
    plain = words.squeezed(text).lower()
    if not plain:
        return Value(PreviousAmount("BLANK"), text), []
    if plain in words.NOT_APPLICABLE or plain in words.DASHES:
        remarks: Remarks = []
        if plain in words.DASHES:
            remarks.append(("PREVIOUS-DASH", f"“{text.strip()}”按“无（不适用）”读入，请核对。"))
        return Value(PreviousAmount("NOT_APPLICABLE", printed=text), text), remarks
    amount, remarks = read_amount(text, yuan_per_unit=yuan_per_unit)
    if amount.value is None:
        remarks.append(("PREVIOUS-UNREADABLE", "上年数按未填写读入，请核对。"))
        return Value(PreviousAmount("BLANK", printed=text), text), remarks
    return Value(PreviousAmount("AMOUNT", amount.value, text), text, style=amount.style), remarks


def read_ticks(text: str, *, options: Sequence[str]) -> tuple[tuple[Tick, ...], Remarks]:
    """Return every printed option with its box. The box follows its label; exactly one is ticked."""
    pieces = _pieces(words.squeezed(text), options)
    remarks: Remarks = []
    if _boxes_come_first(pieces):
        remarks.append(("TICK-BOX-FIRST", "方框印在文字之前，已按“先框后字”读取，请核对勾选。"))
        pieces = _swapped(pieces)
    ticks: list[Tick] = []
    for position, (kind, word) in enumerate(pieces):
        if kind == "mark":
            continue
        marks = _marks_after(pieces, position)
        known = word in options
        ticks.append(Tick(word, ticked=True in marks, boxed=bool(marks), known=known))
        if not known:
            remarks.append(("TICK-UNKNOWN", f"“{word}”不是表上印的选项，请核对。"))
        elif not marks:
            remarks.append(("TICK-NO-BOX", f"“{word}”后面没有方框，按未勾选读入。"))
    chosen = [tick.option for tick in ticks if tick.ticked]
    if not chosen:
        remarks.append(("TICK-NONE", "没有勾选任何一项，应当恰好勾选一项。"))
    if len(chosen) > 1:
        remarks.append(
            ("TICK-MANY", f"勾选了 {len(chosen)} 项（{'、'.join(chosen)}），应当恰好勾选一项。")
        )
    return tuple(ticks), remarks


Piece = tuple[str, str]


def _pieces(text: str, options: Sequence[str]) -> list[Piece]:
    by_length = sorted(options, key=len, reverse=True)
    labels = re.compile("|".join(re.escape(option) for option in by_length))
    pieces: list[Piece] = []
    position = 0
    for mark in _MARK.finditer(text):
        pieces.extend(_labels(text[position : mark.start()], labels))
        ticked = bool(mark[1]) if mark[1] is not None else mark[0] in _TICKED_MARKS + _LOST_TICKED
        pieces.append(("mark", "ticked" if ticked else ""))
        position = mark.end()
    pieces.extend(_labels(text[position:], labels))
    return pieces


def _labels(text: str, labels: re.Pattern[str]) -> list[Piece]:
    found: list[Piece] = []
    position = 0
    for label in labels.finditer(text):
        found.append(("label", text[position : label.start()]))
        found.append(("label", label[0]))
        position = label.end()
    found.append(("label", text[position:]))
    return [(kind, word.strip(";；,，、.。")) for kind, word in found if word.strip(";；,，、.。")]


def _boxes_come_first(pieces: Sequence[Piece]) -> bool:
    return len(pieces) > 1 and pieces[0][0] == "mark" and pieces[-1][0] == "label"


def _swapped(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with each run of marks moved behind the label that it precedes."""
    found: list[Piece] = []
    waiting: list[Piece] = []
    for piece in pieces:
        if piece[0] == "mark":
            waiting.append(piece)
        else:
            found += [piece, *waiting]
            waiting = []
    return found + waiting


def _marks_after(pieces: Sequence[Piece], position: int) -> list[bool]:
    marks: list[bool] = []
    for kind, word in pieces[position + 1 :]:
        if kind != "mark":
            break
        marks.append(word == "ticked")
    return marks


def _western(text: str) -> str:
    tens = _TENS.sub(lambda m: f"{m[1] or '一'}{m[2] or '零'}", text)
    return tens.translate(_DIGITS)
