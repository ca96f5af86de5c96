"""Whether warning is worth it: the model against chance, legal thresholds and rules, and reasons that add up."""

import numpy as np
import pytest

from benchmarks.early_warning import one_world
from benchmarks.warning.played import play
from city.worlds.writing import AUTHORS
from shangwu.prepaid.rules.warning.model import load
from shangwu.prepaid.rules.warning.reasons import shares, telling
from shangwu.prepaid.rules.warning.watch import Watcher

# Two alerts a week on one small world tell chance from sense, and not much more: whether the model is worth more
# than rules is for `benchmarks.early_warning` to say, over many worlds.
SEED, OPERATORS, WEEKS = 2003, 2_000, 56


@pytest.fixture(scope="module", params=AUTHORS)
def judged(request):
    return one_world((request.param, SEED, OPERATORS, WEEKS))["judged"]


def test_the_model_beats_chance_and_legal_thresholds_and_not_the_oracle(judged):
    reached = {method: one.figures["recall_4"] for method, one in judged.items()}
    assert reached["model"] > 2 * max(reached["random"], reached["legal_thresholds"])
    assert reached["model"] <= reached["oracle"]
    assert len({one.figures["alerts"] for one in judged.values()}) == 1
    assert judged["model"].figures["explained"] == 1


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
