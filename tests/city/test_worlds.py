"""Made-up worlds keep the watcher's contract, hide the truth, and are the same again by seed."""

import numpy as np
import polars as pl
import pytest

from city.worlds.people import KINDS, NEVER
from city.worlds.style import FEEDS, draw, with_changes
from city.worlds.writing import AUTHORS, world, write

ALL = {"failures_a_year": 0.2, "absent": (), "missing_weeks": 0.0, "missing_rows": 0.0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("worlds") / "one"
    write(place, seed=11, operators=800, weeks=45, changes=ALL)
    return place


def test_a_world_is_what_the_contract_says(folder):
    weeks = sorted(path.name for path in folder.iterdir() if path.is_dir())
    assert weeks[0] == "w001" and weeks[-1] == "w045" and len(weeks) == 45
    assert {file.stem for file in (folder / "w040").iterdir()} == set(FEEDS)
    operators = pl.read_csv(folder / "operators.csv")
    assert operators.height == 800 == operators["operator"].n_unique()
    batches = pl.read_csv(folder / "w040" / "batches.csv")
    assert batches["operator"].n_unique() == batches.height
    assert set(batches["operator"]) <= set(operators["operator"])
    assert batches["reported_balance_fen"].min() >= 0


def test_the_truth_lies_outside_and_who_has_failed_sends_no_more(folder):
    assert not list(folder.rglob("*truth*"))
    truth = pl.read_csv(folder.parent / "one.truth.csv")
    assert set(truth["kind"]) == set(KINDS)
    failed = truth.filter(pl.col("failed_week") <= 40)
    assert failed.height > 20 and failed["lost_fen"].min() >= 0 < failed["lost_fen"].median()
    assert not set(failed["operator"]) & set(
        pl.read_csv(folder / "w040" / "batches.csv")["operator"]
    )


def test_the_same_seed_is_the_same_world_and_another_is_another(folder, tmp_path):
    for seed in (11, 12):
        write(tmp_path / str(seed), seed=seed, operators=800, weeks=3, changes=ALL)

    def read(place):
        return (place / "w003" / "batches.csv").read_bytes()

    assert read(tmp_path / "11") != read(tmp_path / "12")
    write(tmp_path / "again", seed=11, operators=800, weeks=3, changes=ALL)
    assert read(tmp_path / "11") == read(tmp_path / "again")


def test_feeds_may_be_absent_and_a_style_has_no_strange_figure():
    made = world(5, 200, 6, {"absent": ("custody",), "missing_weeks": 0.0})
    assert all("custody" not in feeds and "batches" in feeds for _, feeds in made.play(6))
    with pytest.raises(ValueError, match="no speed"):
        with_changes(draw(np.random.default_rng(1)), {"speed": 1})
    assert (made.truth(6)["failed_week"] >= 1).all() and NEVER > 1000


SECOND = {
    **{"failures_a_year": 0.2, "absent": (), "missing_weeks": 0.0, "missing_rows": 0.0},
    **{"sparse_roster": 0.3, "discount_told": "left", "zeros": 1.0, "language": "codes"},
}


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    place = tmp_path_factory.mktemp("worlds") / "two"
    write(place, seed=5, operators=600, weeks=45, changes=SECOND, author="second")
    return place


def test_another_author_keeps_the_same_contract_in_other_words(second):
    assert {file.stem for file in (second / "w040").iterdir()} == set(FEEDS)
    operators = pl.read_csv(second / "operators.csv")
    assert operators.height == 600 == operators["operator"].n_unique()
    assert 20 < operators["prior_revenue_fen"].null_count() < 300
    batches = pl.read_csv(second / "w040" / "batches.csv")
    assert batches["operator"].n_unique() == batches.height
    assert batches["discount_pct"].median() > 50
    words = pl.concat([pl.read_csv(file) for file in sorted(second.glob("w*/changes.csv"))])
    assert set(words["what"]) <= {"K11", "K12", "K20", "K30", "K31", "K90"}


def test_there_the_failed_may_go_on_sending_zeros(second):
    truth = pl.read_csv(second.parent / "two.truth.csv")
    assert set(truth["kind"]) == set(KINDS)
    failed = truth.filter(pl.col("failed_week") == 40)["operator"]
    sent = pl.read_csv(second / "w040" / "batches.csv").filter(pl.col("operator").is_in(failed))
    late = truth.filter(pl.col("failed_week").is_between(36, 40))["operator"]
    flows = pl.read_csv(second / "w040" / "batches.csv").filter(pl.col("operator").is_in(late))
    assert flows.height > 3 and sent.height == len(failed)
    assert flows["issued_fen"].sum() == flows["redeemed_fen"].sum() == 0


def test_there_too_the_same_seed_is_the_same_world():
    one, again, other = (
        world(seed, 200, 6, {"missing_weeks": 0.0}, author="second") for seed in (5, 5, 6)
    )
    balances = [
        [feeds["batches"]["reported_balance_fen"].sum() for _, feeds in made.play(6)]
        for made in (one, again, other)
    ]
    assert balances[0] == balances[1] != balances[2]
    with pytest.raises(ValueError, match="no speed"):
        world(5, 20, 6, {"speed": 1}, author="second")


THIRD = {
    **{"failures_a_year": 0.2, "absent": (), "starts": {}, "outage": 0.0, "blank_roster": 0.3},
    **{"discount_written": "per cent left", "tongue": 0, "blank_cells": 0.05},
}


@pytest.fixture(scope="module")
def third(tmp_path_factory):
    place = tmp_path_factory.mktemp("worlds") / "three"
    write(place, seed=5, operators=800, weeks=60, changes=THIRD, author="third")
    return place


def test_a_third_author_keeps_the_contract_with_holes(third):
    weeks = {path.name: {file.stem for file in path.iterdir()} for path in third.glob("w*")}
    assert len(weeks) == 60 and weeks["w040"] == set(FEEDS)
    operators = pl.read_csv(third / "operators.csv")
    assert operators.height == 800 == operators["operator"].n_unique()
    assert 100 < operators["prior_revenue_fen"].null_count() < 400
    batches = pl.read_csv(third / "w040" / "batches.csv")
    assert batches["operator"].n_unique() == batches.height
    assert batches["discount_pct"].median() > 50
    assert batches["issued_fen"].null_count() and batches["reported_balance_fen"].min() >= 0
    assert batches["issued_fen"].dtype == pl.Int64
    arrears = pl.concat(
        pl.read_csv(file, infer_schema=False) for file in sorted(third.glob("w*/arrears.csv"))
    )
    assert set(arrears["kind"]) == {"社保费", "物业租金", "员工薪酬", "水电"}


def test_there_who_runs_out_of_money_closes_owing(third):
    truth = pl.read_csv(third.parent / "three.truth.csv")
    assert set(truth["kind"]) == set(KINDS)
    failed = truth.filter(pl.col("failed_week").is_not_null())
    assert failed.height > 40 and failed["lost_fen"].median() > 0
    assert failed.filter(pl.col("kind") == "slow_failure").height > 10
    gone = failed.filter(pl.col("failed_week") < 58)["operator"]
    assert not set(gone) & set(pl.read_csv(third / "w060" / "batches.csv")["operator"])
    assert set(failed["kind"]) <= {"slow_failure", "cash_grab", "hidden_issuance", "phoenix"}


def test_there_too_seeds_tell_worlds_apart():
    one, again, other = (world(seed, 200, 6, {"outage": 0.0}, author="third") for seed in (5, 5, 6))
    balances = [
        [np.nansum(feeds["batches"]["issued_fen"]) for _, feeds in made.play(6)]
        for made in (one, again, other)
    ]
    assert balances[0] == balances[1] != balances[2]
    assert (one.truth(6)["failed_week"] == again.truth(6)["failed_week"]).all()
    with pytest.raises(ValueError, match="no speed"):
        world(5, 20, 6, {"speed": 1}, author="third")


FOURTH = {
    **{"failures_a_year": 0.3, "absent": (), "outage": ("none", 0, 0), "feed_gap": 0.0},
    **{"words": 3, "till_tells": 0.8},
}


@pytest.fixture(scope="module")
def fourth(tmp_path_factory):
    place = tmp_path_factory.mktemp("worlds") / "four"
    write(place, seed=5, operators=400, weeks=45, changes=FOURTH, author="fourth")
    return place


def test_a_fourth_author_keeps_the_contract_in_part_of_the_cells(fourth):
    weeks = {path.name: {file.stem for file in path.iterdir()} for path in fourth.glob("w*")}
    assert len(weeks) == 45 and weeks["w040"] == set(FEEDS)
    operators = pl.read_csv(fourth / "operators.csv")
    assert operators.height == 400 == operators["operator"].n_unique()
    batches = pl.read_csv(fourth / "w040" / "batches.csv")
    assert batches["operator"].n_unique() == batches.height
    assert 0.1 < batches["discount_pct"].null_count() / batches.height < 0.5
    assert batches["reported_balance_fen"].min() >= 0 and batches["late_batches"].max() <= 7
    lookups = pl.read_csv(fourth / "w040" / "lookups.csv")
    assert (lookups["mismatches"] <= lookups["lookups"]).all()


def test_there_who_hides_owes_more_than_is_told_and_customers_lose_it(fourth):
    truth = pl.read_csv(fourth.parent / "four.truth.csv")
    failed = truth.filter(pl.col("failed_week").is_not_null())
    assert failed.height > 20 and failed["lost_fen"].median() > 0
    gone = failed.filter(pl.col("failed_week") <= 45)["operator"]
    assert not set(gone) & set(pl.read_csv(fourth / "w045" / "batches.csv")["operator"])
    made = world(5, 400, 45, FOURTH, author="fourth")
    for _ in made.play(45):
        pass
    unseen, kind = made.ledger.unseen(), made.people.kind
    hides = (kind == KINDS.index("hidden_issuance")) & (made.people.fails <= 45)
    assert unseen[hides].mean() > 0.2 and not unseen[kind == 0].any()


def test_there_too_a_seed_is_a_world_and_a_strange_figure_an_error():
    one, again, other = (world(seed, 200, 6, FOURTH, author="fourth") for seed in (5, 5, 6))
    told = [
        [np.nansum(feeds["batches"]["issued_fen"]) for _, feeds in made.play(6)]
        for made in (one, again, other)
    ]
    assert told[0] == told[1] != told[2]
    with pytest.raises(ValueError, match="no speed"):
        world(5, 20, 6, {"speed": 1}, author="fourth")


FLOWS = ("issued_fen", "redeemed_fen", "refunded_fen")
FIFTH = {
    **{"failures_a_year": 0.2, "absent": (), "missing_weeks": 0.0, "blackout": ("none", 0, 0)},
    **{"language": "chinese", "discount": "left", "blank_roster": 0.2, "blanks": 0.3},
    **{"catching_up": True, "after": "gone", "arrears_every": 2, "missing_rows": 0.02},
}


@pytest.fixture(scope="module")
def fifth(tmp_path_factory):
    place = tmp_path_factory.mktemp("worlds") / "five"
    write(place, seed=5, operators=600, weeks=50, changes=FIFTH, author="fifth")
    return place


def test_a_fifth_author_keeps_the_contract_in_yet_other_habits(fifth):
    weeks = {path.name: {file.stem for file in path.iterdir()} for path in fifth.glob("w*")}
    assert len(weeks) == 50 and weeks["w040"] == set(FEEDS)
    operators = pl.read_csv(fifth / "operators.csv")
    assert operators.height == 600 == operators["operator"].n_unique()
    assert 60 < operators["prior_revenue_fen"].null_count() < 300
    batches = pl.read_csv(fifth / "w040" / "batches.csv")
    assert batches["operator"].n_unique() == batches.height
    assert batches["discount_pct"].median() > 50
    assert 0.1 < batches["discount_pct"].null_count() / batches.height < 0.7
    assert batches["reported_balance_fen"].min() >= 0 and batches["late_batches"].max() <= 7
    lookups = pl.read_csv(fifth / "w040" / "lookups.csv")
    assert (lookups["mismatches"] <= lookups["lookups"]).all()
    assert pl.read_csv(fifth / "w039" / "arrears.csv").height == 0
    arrears = pl.read_csv(fifth / "w040" / "arrears.csv")
    assert arrears["weeks"].min() >= 1
    assert set(arrears["kind"]) <= {"房租", "工资", "社保", "水电费", "税款"}


def test_there_who_comes_nearest_to_default_fails_and_customers_lose_it(fifth):
    truth = pl.read_csv(fifth.parent / "five.truth.csv")
    assert set(truth["kind"]) == set(KINDS)
    failed = truth.filter(pl.col("failed_week").is_not_null())
    assert 60 < failed.height < 180 and failed["lost_fen"].median() > 0
    assert failed["failed_week"].is_between(2, 50).all()
    assert set(failed["kind"]) == {"slow_failure", "cash_grab", "hidden_issuance", "phoenix"}
    gone = failed.filter(pl.col("failed_week") <= 45)["operator"]
    assert not set(gone) & set(pl.read_csv(fifth / "w046" / "batches.csv")["operator"])


def test_there_sums_balance_where_an_operator_is_honest(fifth):
    """Missed weeks are added to the next row, so what is told must add up over any gap."""
    rows = pl.concat(
        pl.read_csv(file, columns=["operator", *FLOWS, "reported_balance_fen"]).with_columns(
            week=int(file.parent.name[1:])
        )
        for file in fifth.glob("w*/batches.csv")
    ).sort("operator", "week")
    told = rows.with_columns(before=pl.col("reported_balance_fen").shift().over("operator")).filter(
        pl.col("before").is_not_null()
    )
    off = (
        told["before"] + told["issued_fen"] - told["redeemed_fen"] - told["refunded_fen"]
    ) - told["reported_balance_fen"]
    made = world(5, 600, 50, FIFTH, author="fifth")
    honest = np.array(made.people.id_of())[made.city.fate.hides == 0]
    of_honest = told["operator"].is_in(list(honest))
    assert of_honest.sum() > 10_000 and (off.filter(of_honest) == 0).all()
    assert (off.filter(~of_honest) != 0).any()
    owed, shown = made.city.books.owed, made.city.books.told
    assert (owed >= shown).all() and (owed > shown)[-1][made.city.fate.hides > 0.1].all()


def test_there_too_a_seed_is_a_world_however_often_it_is_played():
    one, again, other = (world(seed, 200, 6, FIFTH, author="fifth") for seed in (5, 5, 6))

    def told(made):
        return [feeds["batches"]["issued_fen"].sum() for _, feeds in made.play(6)]

    first = told(one)
    assert first == told(one) == told(again) != told(other)
    assert (one.truth(6)["failed_week"] == again.truth(6)["failed_week"]).all()
    with pytest.raises(ValueError, match="no speed"):
        world(5, 20, 6, {"speed": 1}, author="fifth")


SIXTH = {
    **{
        "failures_a_year": 0.2,
        "absent": (),
        "missing_weeks": 0.0,
        "tongue": 1,
        "new_rule": (0, 0, 0),
    },
    **{"hiders": 0.05, "returning": 0.9, "echo": 0, "entering": 0.3, "correcting": 0.3},
}


@pytest.fixture(scope="module")
def sixth(tmp_path_factory):
    place = tmp_path_factory.mktemp("worlds") / "six"
    write(place, seed=5, operators=600, weeks=60, changes=SIXTH, author="sixth")
    return place


def test_a_sixth_author_keeps_the_contract_in_english(sixth):
    weeks = {path.name: {file.stem for file in path.iterdir()} for path in sixth.glob("w*")}
    assert len(weeks) == 60 and set.union(*weeks.values()) == set(FEEDS)
    operators = pl.read_csv(sixth / "operators.csv")
    assert operators.height == 600 == operators["operator"].n_unique()
    batches = pl.read_csv(sixth / "w040" / "batches.csv")
    assert batches["operator"].n_unique() == batches.height
    assert batches["reported_balance_fen"].min() >= 0 and batches["late_batches"].max() <= 7
    arrears = pl.concat(pl.read_csv(file) for file in sorted(sixth.glob("w*/arrears.csv")))
    assert set(arrears["kind"]) == {"rent", "wages", "social insurance", "tax", "utilities"}


def test_there_firms_fail_of_an_empty_till_or_a_runaway_and_are_silent_then(sixth):
    truth = pl.read_csv(sixth.parent / "six.truth.csv")
    assert set(truth["kind"]) == set(KINDS)
    failed = truth.filter(pl.col("failed_week").is_not_null())
    assert 60 < failed.height < 220 and failed["lost_fen"].median() > 0
    assert set(failed["kind"]) == {"slow_failure", "cash_grab", "hidden_issuance", "phoenix"}
    gone = failed.filter(pl.col("failed_week") <= 58)["operator"]
    assert not set(gone) & set(pl.read_csv(sixth / "w060" / "batches.csv")["operator"])


def test_there_every_balance_follows_from_the_sums_sent_to_the_fen():
    made = world(5, 300, 60, SIXTH | {"rounding": 0.0}, author="sixth")
    last, checked, negative = {}, 0, 0
    for _, feeds in made.play(60):
        rows = feeds["batches"]
        moved = rows["issued_fen"] - rows["redeemed_fen"] - rows["refunded_fen"]
        for who, move, told in zip(rows["who"], moved, rows["reported_balance_fen"], strict=True):
            assert who not in last or last[who] + move == told
            last[who], checked = told, checked + 1
        negative += (rows["issued_fen"] < 0).sum()
    assert checked > 10_000 and negative > 3
    books, hides = made.town.books, made.them.hides > 0
    assert not books.unseen()[~hides].any() and books.unseen()[hides].any()
    heirs = np.flatnonzero(made.them.heir >= 0)
    parents = made.them.heir[heirs]
    assert len(heirs) > 3 and (books.fails[parents] < made.them.begins[heirs]).all()
    alike = [
        made.people.address[one] == made.people.address[other]
        or made.people.brand[one] == made.people.brand[other]
        for one, other in zip(heirs, parents, strict=True)
    ]
    assert np.mean(alike) > 0.8  # the register leaves some of them blank


@pytest.mark.parametrize("author", AUTHORS)
def test_whoever_wrote_it_the_same_seed_is_the_same_world_to_the_bit(author):
    one, again = (world(8, 120, 5, author=author) for _ in range(2))
    for (week, feeds), (same_week, same) in zip(one.play(5), again.play(5), strict=True):
        assert week == same_week and feeds.keys() == same.keys()
        for feed, columns in feeds.items():
            for name, values in columns.items():
                np.testing.assert_array_equal(values, same[feed][name])
    for name, values in one.truth(5).items():
        np.testing.assert_array_equal(values, again.truth(5)[name])


def test_of_the_sixth_too_a_strange_figure_is_an_error_and_another_seed_another_world():
    with pytest.raises(ValueError, match="no speed"):
        world(5, 20, 6, {"speed": 1}, author="sixth")
    sums = [
        sum(np.nansum(feeds["batches"]["issued_fen"]) for _, feeds in made.play(6))
        for made in (world(seed, 120, 6, {"missing_weeks": 0.0}, author="sixth") for seed in (5, 6))
    ]
    assert sums[0] != sums[1]
