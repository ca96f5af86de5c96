"""The sieve and the three formats: what they let through is what the exact rule would, byte for byte."""

import io
import json
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shangwu.prepaid.gateways.wire import read_card_days
from shangwu.prepaid.gateways.wire.ndjson import CardDayLine
from shangwu.prepaid.rules.batch.columns import by_card, join
from shangwu.prepaid.rules.batch.records import RECORDS
from shangwu.prepaid.rules.batch.rows import Known
from shangwu.prepaid.rules.batch.sieve import Circumstances, sieve
from shangwu.prepaid.rules.batch.validation import judge
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.ledger import tree
from shangwu.prepaid.rules.ledger.leaves import leaf, leaves
from shangwu.prepaid.rules.screening import find, is_harmless
from shangwu.prepaid.vocabulary import BatchCode

OPERATOR = "91310115MA1TEAT03N"
DAY, RECEIVED = date(2019, 9, 2), datetime(2019, 9, 3, 2, 0, tzinfo=UTC)
CARDS = tuple(letter * 64 for letter in "abc")
# Two tokens that agree in their first eight bytes, as only somebody who wants it makes them.
TWINS = ("d" * 64, "d" * 32 + "e" * 32)
NDJSON, CSV, PARQUET = "application/x-ndjson", "text/csv", "application/vnd.apache.parquet"


def read(plain, media_type=NDJSON):
    content = io.BytesIO(plain)
    pieces = list(read_card_days(content, media_type, operator=OPERATOR, on=date(2019, 9, 3)))
    columns = [piece.columns for piece in pieces if piece.columns is not None]
    return join(columns) if columns else None, [one for piece in pieces for one in piece.errors]


def sent(sequence, card=CARDS[0], *, issued=0, redeemed=0, refunded=0, closing=0, **more):
    return {
        "operator": OPERATOR,
        "outlet": "A0001",
        "day": "2019-09-02",
        "sequence": sequence,
        "card": card,
        "kind": "registered",
        "issued_fen": issued,
        "redeemed_fen": redeemed,
        "refunded_fen": refunded,
        "closing_fen": closing,
        "sent_at": "2019-09-03T01:00:00+08:00",
        **more,
    }


def ndjson(rows):
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in rows).encode()


def test_a_line_has_the_published_fields():
    names = {field.name for field in RECORDS["card_day"]}
    assert set(CardDayLine.__struct_fields__) == names


# Mostly sound rows: `slip` puts the closing wrong by some fen, the rest is drawn wrong now and then.
rows = st.builds(
    dict,
    sequence=st.integers(1, 12),
    card=st.sampled_from([*CARDS, *TWINS]),
    issued=st.sampled_from([0, 0, 100, 499_000, -1]),
    redeemed=st.sampled_from([0, 10, 100]),
    refunded=st.sampled_from([0, 0, 5]),
    slip=st.sampled_from([0, 0, 0, 0, 1]),
    outlet=st.sampled_from(["A0001", "A0001", "A0001", "B0001"]),
    remark=st.sampled_from(["", "", "ok", "双人套餐", "王芳女士来店办理", "tel 13812345678"]),
    sent_at=st.sampled_from(["2019-09-03T01:00:00+08:00"] * 5 + ["2019-09-03T11:00:00+08:00"]),
    reverses=st.sampled_from([None, None, None, 1]),
)
balances = st.dictionaries(st.sampled_from([*CARDS, *TWINS]), st.integers(0, 300_000))


def built(drawn, before):
    """Give the rows closings that fit, in the order of their numbers, but for their slips."""
    now, made = dict(before), []
    for one in sorted(drawn, key=lambda row: row["sequence"]):
        closing = now.get(one["card"], 0) + one["issued"] - one["redeemed"] - one["refunded"]
        closing += one.pop("slip")
        more = {name: one[name] for name in ("outlet", "remark", "sent_at")}
        if one["reverses"]:
            more |= {"reverses_day": "2019-09-02", "reverses_sequence": one["reverses"]}
        amounts = {name: one[name] for name in ("issued", "redeemed", "refunded")}
        made.append(sent(one["sequence"], one["card"], closing=closing, **amounts, **more))
        now[one["card"]] = closing
    return made


@settings(max_examples=400)
@given(drawn=st.lists(rows, min_size=1, max_size=12), before=balances, closed=st.booleans())
def test_sieve_and_rule_together_decide_as_the_rule_alone(drawn, before, closed):
    columns, errors = read(ndjson(built(drawn, before)))
    assert errors == []
    columns = columns.take(np.argsort(columns.sequence, kind="stable"))
    given_ = Circumstances(RECEIVED, "catering", {"A0001"}, is_closed=closed)
    known = Known(
        balances=before,
        outlets=frozenset({"A0001"}),
        closed_days=frozenset({DAY}) if closed else frozenset(),
    )
    every = [columns.row(at) for at in range(len(columns))]
    order, firsts = by_card(columns)
    prior = np.array([before.get(row.card, -1) for row in every])
    good = sieve(columns, prior, given_, order=order, firsts=firsts)

    def judged(some):
        return judge(some, known=known, received_at=RECEIVED, sector="catering")

    alone = judged(every)
    doubtful = judged([row for at, row in enumerate(every) if not good[at]])
    accepted = {id(row) for row in doubtful.accepted}
    together = [row for at, row in enumerate(every) if good[at] or id(row) in accepted]
    assert [id(row) for row in together] == [id(row) for row in alone.accepted]
    assert doubtful.findings == alone.findings
    assert doubtful.repeated == alone.repeated


@pytest.mark.parametrize(
    ("sector", "over"),
    [("sports", [2_000_001]), ("retail", [500_001, 2_000_000, 2_000_001]), ("culture", [])],
)
def test_the_sieve_keeps_back_the_cards_over_a_bound_and_no_others(sector, over):
    in_time = {"day": "2025-09-02", "sent_at": "2025-09-03T01:00:00+08:00"}
    amounts = (500_000, 500_001, 2_000_000, 2_000_001)
    columns, _ = read(
        ndjson(
            [
                sent(n, f"{n:064x}", issued=fen, closing=fen, **in_time)
                for n, fen in enumerate(amounts, start=1)
            ]
        )
    )
    order, firsts = by_card(columns)
    received_at = datetime(2025, 9, 3, 2, 0, tzinfo=UTC)
    given_ = Circumstances(received_at, sector, {"A0001"})
    good = sieve(columns, np.full(4, -1), given_, order=order, firsts=firsts)
    found = judge(
        [columns.row(at) for at in range(4)],
        known=Known(balances={}, outlets=frozenset({"A0001"})),
        received_at=received_at,
        sector=sector,
    ).findings
    assert [fen for fen, is_good in zip(amounts, good, strict=True) if not is_good] == over
    assert [(one.code, amounts[one.sequence - 1]) for one in found] == [
        (BatchCode.E03, fen) for fen in over
    ]


def test_most_rows_pass_the_sieve():
    columns, _ = read(ndjson([sent(n, f"{n:064x}", issued=5, closing=5) for n in range(1, 101)]))
    order, firsts = by_card(columns)
    given_ = Circumstances(RECEIVED, "catering", {"A0001"})
    assert sieve(columns, np.full(100, -1), given_, order=order, firsts=firsts).all()


@given(st.text(alphabet="0123456789 -.@()atTelabc王芳女士姓名:", max_size=40))
@example("a(at)b.cn")
@example("1 3 8 1 2 3 4 5 6 7 8")
def test_what_is_plainly_harmless_holds_nothing(text):
    if is_harmless(text):
        assert find(text) == frozenset()


def the_same_in(media_type):
    """Give sound rows of every kind in the format asked for."""
    made = [
        sent(1, issued=500, closing=500, valid_to="2021-09-01"),
        sent(2, CARDS[1], issued=10**12, closing=10**12, kind="anonymous", remark="双人套餐"),
        sent(
            3,
            issued=-500,
            closing=0,
            reverses_day="2019-09-02",
            reverses_sequence=1,
            sent_at="2019-09-02T17:00:00.250000Z",
        ),
    ]
    if media_type == NDJSON:
        return ndjson(made) + b"\n"
    frame = pl.DataFrame(made, infer_schema_length=None)
    if media_type == CSV:
        return frame.write_csv().encode()
    days = pl.col("day", "valid_to", "reverses_day").str.to_date()
    moments = pl.col("sent_at").str.to_datetime(time_zone="UTC", format="%+")
    file = io.BytesIO()
    frame.with_columns(days, moments).write_parquet(file)
    return file.getvalue()


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("media_type", [NDJSON, CSV])
def test_an_empty_line_is_no_row(media_type, end):
    lines = the_same_in(media_type).split(b"\n")
    lines[2:2] = [b""]
    columns, errors = read(end.join([*lines, b"", b""]), media_type)
    assert (len(columns), errors) == (3, [])
    assert columns.position.tolist() == [1, 2, 3]


@pytest.mark.parametrize("media_type", [NDJSON, CSV, PARQUET])
def test_the_three_formats_say_the_same(media_type):
    columns, errors = read(the_same_in(media_type), media_type)
    assert errors == []
    plain, _ = read(the_same_in(NDJSON))
    every = [columns.row(at) for at in range(len(columns))]
    assert every == [plain.row(at) for at in range(3)]
    assert [row.sent_at for row in every] == [plain.row(at).sent_at for at in range(3)]
    assert leaves(columns) == [leaf(row) for row in every]


@pytest.mark.parametrize("media_type", [NDJSON, CSV])
def test_only_the_wrong_line_is_named(media_type):
    lines = the_same_in(media_type).rstrip(b"\n").split(b"\n")
    lines.insert(len(lines) - 1, b"what is this")
    columns, wrong = read(b"\n".join(lines), media_type)
    assert len(columns) == 3
    assert {(one.row, one.code) for one in wrong} == {(3, "FORM")}


@pytest.mark.parametrize(
    ("media_type", "plain"),
    [
        (CSV, b"operator,holder\n1,2\n"),
        (CSV, b"operator\n1\n"),
        (PARQUET, b"PAR1 no"),
        (NDJSON, b"{" + b" " * 100_000 + b"}"),
    ],
)
def test_what_is_not_of_the_format_is_refused(media_type, plain):
    with pytest.raises(MessageRefused):
        read(plain, media_type)


def test_nothing_of_a_refused_row_is_repeated():
    hidden = "会员王小明，电话13812345678"
    rows_ = [
        sent(1, issued=5, closing=5, remark=hidden),
        {**sent(2, issued=5, closing=5), hidden: "x"},
        {**sent(3, issued=5, closing=5), "holder": hidden},
        sent(4, "13812345678", issued=5, closing=5),
        {**sent(5, issued=5, closing=5), "outlet": hidden},
    ]
    columns, errors = read(ndjson(rows_) + f"\n{hidden}".encode())
    told = " ".join(str(one.to_json()) for one in errors)
    assert {one.row for one in errors} == {2, 3, 4, 5, 6}
    assert "13812345678" not in told and "王小明" not in told
    assert {one.code for one in errors if one.row in (3, 4, 5, 6)} == {"E06"}
    assert len(columns) == 1


@given(st.integers(1, 70), st.data())
def test_every_leaf_climbs_to_the_root_and_no_other_does(count, data):
    made = [n.to_bytes(32) for n in range(count)]
    at = data.draw(st.integers(0, count - 1))
    top = tree.root(made)
    assert tree.climb(made[at], tree.path(made, at)) == top
    assert count == 1 or tree.climb(b"x" * 32, tree.path(made, at)) != top


def test_a_growing_tree_has_the_root_of_a_grown_one(monkeypatch):
    monkeypatch.setattr(tree, "PART", 8)
    made = [n.to_bytes(32) for n in range(45)]
    growing = tree.Growing()
    assert growing.root is None
    for start in range(0, 45, 7):
        growing.add(made[start : start + 7])
        assert growing.root == tree.root(made[: start + 7])
