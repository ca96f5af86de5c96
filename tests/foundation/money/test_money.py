"""Amounts are read exactly or refused, and printing then reading gives the same fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.money import LARGEST_FEN, UnreadableAmount, format_yuan, parse_yuan

amounts = st.integers(min_value=-LARGEST_FEN, max_value=LARGEST_FEN)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("275000", 27_500_000),
        ("1,843,294", 184_329_400),
        ("１，８４３，２９４．００元", 184_329_400),  # noqa: RUF001
        ("¥4,000,000.5", 400_000_050),
        ("￥ 0.01", 1),
        ("人民币300000元整", 30_000_000),
        ("184.3294万元", 184_329_400),
        ("0.000001万元", 1),
        ("581.29亿元", 5_812_900_000_000),
        ("-12.30", -1_230),
        ("\u2212１元", -100),  # noqa: RUF001
        ("¥-5", -500),
        ("0", 0),
    ],
)
def test_reads_what_people_write(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MONEY-UNREADABLE"),
        ("无", "MONEY-UNREADABLE"),
        ("约5万元", "MONEY-UNREADABLE"),
        ("12 34", "MONEY-UNREADABLE"),
        ("1,84,3294", "MONEY-UNREADABLE"),
        ("100,00", "MONEY-UNREADABLE"),
        ("--5", "MONEY-UNREADABLE"),
        ("-¥-5", "MONEY-UNREADABLE"),
        ("1e6", "MONEY-UNREADABLE"),
        ("٣", "MONEY-UNREADABLE"),
        ("1.", "MONEY-UNREADABLE"),
        ("9" * 5000, "MONEY-UNREADABLE"),
        ("1.005", "MONEY-PRECISION"),
        ("1.000元", "MONEY-PRECISION"),
        ("0.0000001万元", "MONEY-PRECISION"),
        ("9" * 40, "MONEY-RANGE"),
    ],
)
def test_refuses_what_is_doubtful(text, code):
    with pytest.raises(UnreadableAmount) as refused:
        parse_yuan(text)
    assert refused.value.code == code


@given(amounts)
def test_printing_then_reading_loses_nothing(fen):
    assert parse_yuan(format_yuan(fen)) == fen


@given(amounts)
def test_full_width_reads_like_half_width(fen):
    wide = format_yuan(fen).translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    assert parse_yuan(wide) == fen


@given(st.integers(min_value=0, max_value=10**12))
def test_ten_thousands_and_yuan_agree(fen):
    yuan, rest = divmod(fen, 10**6)
    assert parse_yuan(f"{yuan}.{rest:06d}万元") == fen


def test_prints_like_an_office():
    assert [format_yuan(n) for n in (184_329_400, 0, -1, 100)] == [
        "1,843,294.00",
        "0.00",
        "-0.01",
        "1.00",
    ]
