"""Whether warning is worth it: the model against chance, legal thresholds and rules, and reasons that add up."""

import json
from statistics import fmean

import numpy as np
import pytest

from benchmarks.early_warning import one_world
from benchmarks.warning import train
from benchmarks.warning.played import play
from city.worlds.writing import AUTHORS
from shangwu.prepaid.rules.warning.model import MODEL_FILE, load, read
from shangwu.prepaid.rules.warning.reasons import shares, telling
from shangwu.prepaid.rules.warning.tested import verdicts
from shangwu.prepaid.rules.warning.watch import Watcher

# One alert a week on one small world of each author tells chance from sense, and only for all of them together: whether
# the model is worth more than rules is for `benchmarks.early_warning` to say, over many worlds.
SEED, OPERATORS, WEEKS = 2003, 1_000, 54


@pytest.fixture(scope="module")
def judged():
    return {author: one_world((author, SEED, OPERATORS, WEEKS))["judged"] for author in AUTHORS}


def test_the_model_beats_chance_and_legal_thresholds_and_not_the_oracle(judged):
    reached = {
        method: fmean(one[method].figures["recall_4"] for one in judged.values())
        for method in judged[AUTHORS[0]]
    }
    assert reached["model"] > 2 * max(reached["random"], reached["legal_thresholds"])
    for author, methods in judged.items():
        figures = {method: one.figures for method, one in methods.items()}
        assert figures["model"]["recall_4"] <= figures["oracle"]["recall_4"], author
        assert len({one["alerts"] for one in figures.values()}) == 1, author
        assert figures["model"]["explained"] == 1, author


@pytest.mark.parametrize("found", verdicts(), ids=lambda found: found.author)
def test_over_many_worlds_of_each_author_it_is_worth_more_than_rules(found):
    assert found.model == load().version and found.worlds >= 6
    for figure in ("recall_4", "money_4"):
        reached = {method: figures[figure] for method, figures in found.methods.items()}
        assert reached["equal_weight_rules"] < reached["model"] <= reached["oracle"]
        assert reached["model"] > 2 * max(reached["random"], reached["legal_thresholds"])


def test_a_reason_is_what_the_score_would_be_without_it():
    model = load()
    _, roster, weeks = play(SEED, operators=600, weeks=34)
    watcher = Watcher(roster, model)
    for number, feeds in weeks:
        week = watcher.see(number, feeds)
    scores = model.logit(week.features)
    who = int(np.argmax(np.where(week.here, scores, -np.inf)))

    found = shares(model.names, week.features[who], model.logit)
    heaviest = telling(found)[0]
    assert heaviest.added > 0 and heaviest.rarity >= 0.5
    ordinary = week.features[who].copy()
    ordinary[model.names.index(heaviest.signal)] = 0
    assert model.logit(ordinary[None])[0] < scores[who]


def test_the_trainer_gives_the_same_bytes_in_the_form_of_the_file_in_use(monkeypatch):
    monkeypatch.setattr(train, "OPERATORS", (200,))
    monkeypatch.setattr(train, "WEEKS", (38,))
    one, again = (
        train.written(train.fitted([train.sample((author, 1)) for author in AUTHORS], 1))
        for _ in range(2)
    )
    assert one == again
    small, shipped = json.loads(one), json.loads(MODEL_FILE.read_text("utf-8"))
    assert read(small, name="small").names == load().names
    for part in ("version", "made_on", "policy"):
        assert small[part] == shipped[part], part
    assert shipped["worlds"] == small["worlds"].replace("seeds 1-1", f"seeds 1-{train.WORLDS}")
    assert train.written(shipped) == MODEL_FILE.read_text("utf-8")
    assert len(shipped["trees"]["starts"]) == train.TREES["max_iter"]
