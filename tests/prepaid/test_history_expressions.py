"""The expressions over history against plain Python on small data, and compiled for the cluster's engine."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shangwu.prepaid.rules.history import cohorts, features, identity, statistics
from shangwu.prepaid.rules.history.catalogue import EXPRESSIONS
from shangwu.prepaid.rules.history.tables import (
    CARD_DAY,
    CARD_DAY_SCHEMA,
    OPERATOR_DAY,
    OPERATOR_DAY_SCHEMA,
    shard_of,
    shards_for,
    unbound,
)

FIRST, DAYS, OPERATORS, CARDS = date(2018, 11, 5), 300, 6, 40
AMOUNTS = ("issued_fen", "redeemed_fen", "refunded_fen")
SECTORS = ("catering", "sports", "retail")


def world(seed=7):
    """Return the card rows and the operators' days of a small city, made by chance."""
    chance, cards, days = random.Random(seed), [], []
    held, balances = defaultdict(int), defaultdict(int)
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        for operator in range(1, OPERATORS + 1):
            if chance.random() < 0.1:
                continue  # a day of silence
            mine = [
                row
                for sequence in range(1, chance.randint(1, 6))
                if (row := card_row(chance, held, operator, day, sequence))
            ]
            cards += mine
            sums = {name: sum(row[name] for row in mine) for name in AMOUNTS}
            balances[operator] += sums["issued_fen"] - sums["redeemed_fen"] - sums["refunded_fen"]
            days.append(
                {
                    "operator_id": operator,
                    "day": day,
                    "sector": SECTORS[operator % 3] if number < 200 else "retail",
                    "district": "310101" if operator % 2 else "310104",
                    "rows": len(mine),
                    "cards": len({row["card"] for row in mine}),
                    **sums,
                    "balance_fen": balances[operator],
                    "is_late": chance.random() < 0.1,
                    "root": bytes(32),
                    "closed_at": datetime(2019, 12, 1, tzinfo=UTC),
                }
            )
    return cards, days


def card_row(chance, held, operator, day, sequence):
    card = bytes([operator, chance.randrange(CARDS)]) + bytes(30)
    key = operator, card
    issued = chance.choice((0, 0, chance.randrange(1, 500_000)))
    redeemed = chance.randrange(held[key] + issued + 1)
    refunded = chance.choice((0, 0, 0, held[key] + issued - redeemed))
    held[key] += issued - redeemed - refunded
    return {
        "operator_id": operator,
        "day": day,
        "sequence": sequence,
        "batch_id": 1,
        "card": card,
        "kind": "registered",
        "outlet": "A0001",
        "issued_fen": issued,
        "redeemed_fen": redeemed,
        "refunded_fen": refunded,
        "closing_fen": held[key],
        "valid_to": chance.choice((None, day + timedelta(days=366), day + timedelta(days=367))),
        "reverses_day": None,
        "reverses_sequence": None,
        "remark": "",
    }


def engine_tables(folder, cards, days):
    """Write the rows into files and give them as tables of an engine: operator-days, card-days."""
    connection, found = ibis.duckdb.connect(), []
    for name, rows, schema in (
        (OPERATOR_DAY, days, OPERATOR_DAY_SCHEMA),
        (CARD_DAY, cards, CARD_DAY_SCHEMA),
    ):
        path = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        found.append(connection.read_parquet(path, table_name=name))
    return found


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The rows, and the same rows in an engine."""
    cards, days = world()
    return cards, days, *engine_tables(tmp_path_factory.mktemp("city"), cards, days)


def computed(expression, *keys):
    rows = expression.to_pyarrow().to_pylist()
    found = {tuple(row[key] for key in keys): row for row in rows}
    assert len(found) == len(rows)
    return found


def grouped(rows, key):
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def monday(day):
    return day - timedelta(days=day.weekday())


def total(rows, name):
    return sum(row[name] for row in rows)


def test_daily_features(city):
    _, days, operator_days, _ = city
    found = computed(features.daily(operator_days), "operator_id", "day")
    assert len(found) == len(days)
    before = {}
    for row in sorted(days, key=lambda row: row["day"]):
        one, last = found[row["operator_id"], row["day"]], before.get(row["operator_id"])
        assert one["balance_fen"] == row["balance_fen"]
        assert one["change_fen"] == (last and row["balance_fen"] - last["balance_fen"])
        assert one["days_since_report"] == (last and (row["day"] - last["day"]).days)
        before[row["operator_id"]] = row


def test_weekly_features(city):
    cards, days, operator_days, card_days = city
    found = computed(features.weekly(operator_days, card_days), "operator_id", "week")
    weeks = grouped(days, lambda row: (row["operator_id"], monday(row["day"])))
    moved = grouped(cards, lambda row: (row["operator_id"], monday(row["day"])))
    assert found.keys() == weeks.keys()
    for (operator, week), rows in weeks.items():
        one, mine = found[operator, week], moved[operator, week]
        assert one["days"] == len(rows)
        assert one["late_days"] == total(rows, "is_late")
        assert one["balance_fen"] == max(rows, key=lambda row: row["day"])["balance_fen"]
        by_card = grouped(mine, lambda row: row["card"])
        issued = sorted((total(some, "issued_fen") for some in by_card.values()), reverse=True)
        assert one["active_cards"] == len(by_card)
        assert (one["mean_card_part"], one["mean_card_whole"]) == (
            sum(issued),
            sum(amount > 0 for amount in issued),
        )
        assert one["concentration_part"] == sum(issued[:10])
        long = [r for r in mine if not r["valid_to"] or (r["valid_to"] - r["day"]).days > 366]
        assert one["long_card_part"] == total(long, "issued_fen")
        for name, count in (("4w", 4), ("26w", 26)):
            inside = [
                row
                for (other, start), some in weeks.items()
                if other == operator and 0 <= (week - start).days < 7 * count
                for row in some
            ]
            assert one[f"redeemed_{name}_fen"] == total(inside, "redeemed_fen")
            assert one[f"issued_{name}_fen"] == total(inside, "issued_fen")
        assert one["growth_part"] == one["issued_4w_fen"] * 22
        assert one["growth_whole"] == (one["issued_26w_fen"] - one["issued_4w_fen"]) * 4


def test_monthly_statistics(city):
    cards, days, operator_days, card_days = city
    found = computed(statistics.monthly(operator_days, card_days), "month", "sector", "district")
    reported = grouped(days, lambda row: (row["operator_id"], row["day"].replace(day=1)))
    active = grouped(cards, lambda row: (row["operator_id"], row["day"].replace(day=1)))
    expected = defaultdict(lambda: defaultdict(int))
    for (operator, month), rows in reported.items():
        last = max(rows, key=lambda row: row["day"])
        one = expected[month, last["sector"], last["district"]]
        one["operators"] += 1
        one["holding"] += last["balance_fen"] > 0
        one["balance_fen"] += last["balance_fen"]
        one["active_cards"] += len({row["card"] for row in active[operator, month]})
        one["days"] += len(rows)
        one["late_days"] += total(rows, "is_late")
        for name in ("rows", *AMOUNTS):
            one[name] += total(rows, name)
    assert {
        key: {
            name: value
            for name, value in row.items()
            if name not in {"month", "sector", "district"}
        }
        for key, row in found.items()
    } == expected


def test_cohort_survival(city):
    cards, days, operator_days, card_days = city
    found = computed(cohorts.survival(operator_days, card_days), "sector", "cohort", "age")
    sector = {row["operator_id"]: row["sector"] for row in sorted(days, key=lambda r: r["day"])}
    first = {}
    for row in sorted(cards, key=lambda row: row["day"]):
        if row["issued_fen"] > 0:
            first.setdefault((row["operator_id"], row["card"]), row["day"].replace(day=1))
    assert sum(row["cards"] for row in found.values() if row["age"] == 0) == len(first)
    for (name, cohort, age), one in found.items():
        members = {k for k, month in first.items() if month == cohort and sector[k[0]] == name}
        rows = [
            row
            for row in cards
            if (row["operator_id"], row["card"]) in members
            and 0 <= months(cohort, row["day"]) <= age
        ]
        assert one["cards"] == len(members)
        assert one["redeemed_part"] == total(rows, "redeemed_fen")
        assert one["redeemed_whole"] == total(rows, "issued_fen")
        assert one["refunded_part"] == total(rows, "refunded_fen")


def months(cohort, day):
    return (day.year - cohort.year) * 12 + day.month - cohort.month


def test_a_whole_history_has_no_break_and_each_break_is_found(tmp_path):
    cards, days = world(seed=11)
    assert (
        computed(identity.breaks(*engine_tables(tmp_path, cards, days)), "operator_id", "day") == {}
    )
    balance, row, missing = days[500], cards[40], cards.pop(80)
    balance["balance_fen"] += 1
    row["redeemed_fen"] += 3
    found = computed(identity.breaks(*engine_tables(tmp_path, cards, days)), "operator_id", "day")
    assert found[balance["operator_id"], balance["day"]]["gap_fen"] == -1
    assert found[row["operator_id"], row["day"]]["movement_gap_fen"] == -3
    gap = found[missing["operator_id"], missing["day"]]
    assert gap["row_gap"] == 1
    # The day after the changed balance shows the same fen with the other sign.
    assert sorted(one["gap_fen"] for one in found.values() if one["gap_fen"]) == [-1, 1]
    assert len(found) == 4


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_every_expression_compiles_for_both_engines_and_stays_exact(name):
    expression, keys = EXPRESSIONS[name]
    found = expression(unbound(OPERATOR_DAY), unbound(CARD_DAY))
    assert set(keys) <= set(found.columns)
    for engine in ("duckdb", "pyspark"):
        assert "SELECT" in ibis.to_sql(found, dialect=engine)
    inexact = [n for n, kind in found.schema().items() if kind.is_floating() or kind.is_decimal()]
    assert inexact == [], "a float differs between engines"


def test_shards_cover_every_operator_once():
    assert [shards_for(rows) for rows in (0, 1, 1_000_000, 1_000_001, 20_000_000)] == [
        1,
        1,
        1,
        2,
        20,
    ]
    assert {shard_of(operator, shards=20) for operator in range(100_000)} == set(range(20))
