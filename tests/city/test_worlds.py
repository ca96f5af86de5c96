"""Made-up worlds keep the watcher's contract, hide the truth, and are the same again by seed."""

import numpy as np
import polars as pl
import pytest

from city.worlds.people import KINDS, NEVER
from city.worlds.style import FEEDS, draw, with_changes
from city.worlds.writing import world, write

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
