"""Bodies made to break their reader: what a file says of itself is not believed, and every answer is a sentence."""

import io
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shangwu.prepaid.gateways.wire import pages, parquet, read_card_days
from shangwu.prepaid.rules.batch.columns import total
from shangwu.prepaid.rules.interface.answers import MessageRefused

USCC = "91310000000000001X"
PARQUET, NDJSON = "application/vnd.apache.parquet", "application/x-ndjson"


def columns(rows=3, **given):
    """Return sound columns, with others in their place."""
    sound = {
        "operator": [USCC] * rows,
        "outlet": ["A0001"] * rows,
        "day": ["2019-09-02"] * rows,
        "sequence": list(range(1, rows + 1)),
        "card": [f"{n:064x}" for n in range(rows)],
        "kind": ["registered"] * rows,
        "issued_fen": [5] * rows,
        "redeemed_fen": [0] * rows,
        "refunded_fen": [0] * rows,
        "closing_fen": [5] * rows,
        "sent_at": ["2019-09-02T13:00:00Z"] * rows,
    }
    return {name: pa.array(value) for name, value in {**sound, **given}.items()}


def written(given, **how):
    file = io.BytesIO()
    pq.write_table(pa.table(given), file, **how)
    return file.getvalue()


def read(plain, media_type=PARQUET):
    return list(read_card_days(io.BytesIO(plain), media_type, operator=USCC, on=date(2019, 9, 3)))


def test_a_sound_file_is_read_however_it_is_packed():
    for how in (
        {"compression": "zstd", "data_page_version": "2.0"},
        {"compression": "gzip", "use_dictionary": False, "write_page_checksum": True},
        {"compression": "none", "row_group_size": 1, "write_page_index": True},
    ):
        pieces = read(written(columns(remark=["好"] * 3), **how))
        assert sum(len(piece.columns) for piece in pieces) == 3
        assert not any(piece.errors for piece in pieces)
    assert read(written({name: one[:0] for name, one in columns().items()})) == []


@pytest.mark.parametrize(
    ("name", "kind", "far"),
    [
        ("valid_to", pa.date32(), 2**31 - 1),
        ("valid_to", pa.date32(), -(2**31)),
        ("sent_at", pa.timestamp("us", tz="UTC"), 2**63 - 1),
        ("sent_at", pa.timestamp("us", tz="UTC"), -(2**63) + 1),
        ("sent_at", pa.timestamp("ms", tz="Asia/Shanghai"), 2**62),
    ],
)
def test_a_day_that_no_calendar_has_is_a_wrong_row(name, kind, far):
    wide = pa.int32() if kind == pa.date32() else pa.int64()
    sound = pa.array(
        [date(2020, 1, 1)] if kind == pa.date32() else [datetime(2019, 9, 2, tzinfo=UTC)]
    )
    both = pa.concat_arrays([pa.array([far], wide).cast(kind), sound.cast(kind)])
    given = columns(2, **{name: both}) | {"operator": pa.array([USCC] * 2)}
    [piece] = read(written(given))
    assert len(piece.columns) == 1
    assert {(one.row, one.code) for one in piece.errors} == {(1, "FORM")}
    assert name in {one.field for one in piece.errors}


@pytest.mark.parametrize(
    "odd",
    [
        pa.array([1.0, float("nan"), float("inf")]),
        pa.array([True, False, None]),
        pa.array([[1], [2], [3]]),
        pa.array([{"a": 1}] * 3),
        pa.array([b"\xff"] * 3),
        pa.array([datetime(2019, 9, 2)] * 3),  # noqa: DTZ001 - a moment without a zone is the case
    ],
)
def test_a_type_that_is_not_published_is_refused_by_name(odd):
    with pytest.raises(MessageRefused, match="列 remark 的类型不对"):
        read(written(columns(remark=odd)))


def test_a_text_that_stands_for_gigabytes_is_not_unpacked():
    """A file of some kilobytes names one long text for every row."""
    rows = 2_000
    once = pa.DictionaryArray.from_arrays(
        pa.array([0] * rows, pa.int32()), pa.array(["x" * 100_000])
    )
    plain = written(columns(rows, remark=once), compression="zstd")
    assert len(plain) < 200_000
    with pytest.raises(MessageRefused, match="文字过长"):
        read(plain)


def test_a_page_says_its_size_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(pages, "MOST_PAGE", 50_000)
    remarks = ["x" * 60_000, None, None]
    plain = written(columns(remark=remarks), compression="zstd", use_dictionary=False)
    with pytest.raises(MessageRefused, match="数据页过大") as refused:
        read(plain)
    assert refused.value.code == "TOO-LARGE"
    monkeypatch.setattr(pages, "MOST_PAGE", 70_000)
    monkeypatch.setattr(pages, "MOST_PAGES", 3)
    with pytest.raises(MessageRefused, match="过多"):
        read(plain)


def with_header(header):
    """Return a file whose only page begins with the given bytes, as its footer says."""
    size = compact(1 << 20)
    column = (
        b"\x3c" + b"\x76" + size + b"\x26\x08\x00\x00"
    )  # 3: {7: packed, 9: the page stands at 4}
    footer = b"\x49\x1c" + b"\x19\x1c" + column + b"\x26\x02\x00" + b"\x00"
    return b"PAR1" + header + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def compact(number):
    """Write a whole number as Thrift does, seven bits a byte."""
    number, plain = number << 1, b""
    while number > 127:
        number, plain = number >> 7, plain + bytes([number & 127 | 128])
    return plain + bytes([number])


def test_a_number_without_end_is_no_number():
    longest = b"\x15" + b"\xff" * 9 + b"\x01"
    assert pages._Compact(longest + b"\0").struct() == {1: -(2**63)}
    sound = b"\x25\x02\x15" + compact(1 << 20) + b"\0"
    pages.require_modest_pages(io.BytesIO(with_header(sound)))
    for endless in (b"\x15" + b"\xff" * 10 + b"\x01", b"\x15" + b"\xff" * 60_000 + b"\x01"):
        with pytest.raises(ValueError, match="that long"):
            pages._Compact(endless + b"\0").struct()
        with pytest.raises(MessageRefused, match="不是可读的 Parquet"):
            pages.require_modest_pages(io.BytesIO(with_header(endless)))


def test_headers_are_not_read_without_end(monkeypatch):
    plain = written(columns(), compression="none", row_group_size=1)
    pages.require_modest_pages(io.BytesIO(plain))
    monkeypatch.setattr(pages, "MOST_STEPS", 500)
    with pytest.raises(MessageRefused, match="过多") as refused:
        read(plain)
    assert refused.value.code == "TOO-LARGE"


def test_texts_written_as_differences_are_not_taken():
    plain = written(columns(), use_dictionary=False, column_encoding={"card": "DELTA_BYTE_ARRAY"})
    with pytest.raises(MessageRefused, match="不是可读的 Parquet"):
        read(plain)


@pytest.mark.parametrize("seed", range(3))
def test_damaged_bytes_anywhere_are_answered(seed):
    sound = bytearray(written(columns(20), compression="gzip"))
    chance = np.random.default_rng(seed)
    for _ in range(40):
        plain = bytearray(sound)
        for at in chance.integers(4, len(plain), 3):
            plain[at] = chance.integers(256)
        try:
            read(bytes(plain))
        except MessageRefused as refused:
            assert refused.code in {"CONTENT", "TOO-LARGE"}


@pytest.mark.parametrize(
    "line",
    [
        b'{"issued_fen":NaN}',
        b'{"issued_fen":1e400}',
        b'{"issued_fen":-Infinity}',
        b'{"issued_fen":true}',
        b'{"issued_fen":' + b"9" * 5_000 + b"}",
        b"[" * 60_000,
        b'{"remark":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
        b'{"remark":"\\ud800"}',
        b'{"day":"0000-01-01","sent_at":"9999-12-31T23:59:60+99:99"}',
    ],
)
def test_a_line_that_is_no_row_is_named(line):
    [piece] = read(line, NDJSON)
    assert piece.columns is None
    assert {(one.row, one.code) for one in piece.errors} == {(1, "FORM")}


def test_a_sum_beyond_64_bits_is_exact():
    greatest = np.full(20_000, 10**15, dtype=np.int64)
    assert total(greatest) == 20_000 * 10**15
    assert total(-greatest) == -20_000 * 10**15
    assert parquet.MOST_TEXT > 16_384 * 2_000
