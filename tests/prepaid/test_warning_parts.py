"""The parts of early warning by themselves: rarity, peers, thresholds, links, budget, learning, model file."""

import copy
import itertools
import json

import numpy as np
import pytest

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.warning.bills import Bills
from shangwu.prepaid.rules.warning.budget import Budget
from shangwu.prepaid.rules.warning.bunching import bunching, just_under
from shangwu.prepaid.rules.warning.failures import Failures
from shangwu.prepaid.rules.warning.feeds import Roster
from shangwu.prepaid.rules.warning.links import codes, links
from shangwu.prepaid.rules.warning.memory import Average, Course
from shangwu.prepaid.rules.warning.model import MODEL_FILE, load, read, require_names
from shangwu.prepaid.rules.warning.peers import groups, medians, surprise
from shangwu.prepaid.rules.warning.record import Record
from shangwu.prepaid.rules.warning.signals import FAMILIES
from shangwu.prepaid.rules.warning.sums import Climb, Rising
from shangwu.prepaid.rules.warning.thresholds import lines, required
from shangwu.prepaid.rules.warning.trees import Trees
from shangwu.prepaid.rules.warning.wording import TERMS
from shangwu.prepaid.rules.warning.words import Dictionary, grave, meaning


def roster(count=3, revenue=None):
    words = np.full(count, "", object)
    return Roster(
        ids=np.array([f"OP{n}" for n in range(count)], object),
        sector=words,
        brand=words,
        address=words,
        opened=np.zeros(count),
        revenue=np.array(revenue or [0.0] * count, float),
    )


def test_rarity_is_the_same_on_every_rising_scale_and_ties_share_it():
    values, here = np.random.default_rng(1).normal(size=500), np.ones(500, bool)
    assert surprise(values, here).max() > 2
    assert np.array_equal(surprise(values, here), surprise(np.exp(3 * values), here))
    counts = np.array([0.0] * 98 + [5.0, np.nan])
    rare = surprise(counts, np.ones(100, bool))
    assert rare[0] == pytest.approx(0, abs=0.02) and rare[98] > 1.5 and rare[99] == 0


def test_peers_are_those_of_the_same_line_and_size_and_all_where_they_are_few():
    sector = np.array(["a"] * 120 + ["b"] * 3, object)
    size = np.concatenate([np.arange(120.0), np.full(3, 60.0)])
    group = groups(sector, size, np.ones(123, bool))
    values = np.where(size < 40, 1.0, 5.0)
    assert medians(values, group)[[0, 119]].tolist() == [1.0, 5.0]
    assert medians(values, group)[122] == np.median(values)
    assert np.isnan(medians(np.full(123, np.nan), group)).all()


def test_an_unknown_week_changes_no_average():
    average = Average(2, 4.0)
    average.add(np.array([3.0, np.nan]))
    average.add(np.array([np.nan, np.nan]))
    assert average.mean()[0] == 3.0 and np.isnan(average.mean()[1])
    course = Course(1)
    for week in range(40):
        course.add(np.array([10.0 if week < 36 else 40.0]))
    assert course.usual[0] == pytest.approx(10.0) and course.fast[0] > 25


def test_bunching_is_told_from_a_smooth_population():
    rng = np.random.default_rng(2)
    smooth = rng.uniform(-0.5, 0.5, 20_000)
    assert abs(bunching(smooth).z) < 3
    moved = smooth.copy()
    moved[(moved > 0) & (moved < 0.05) & (rng.random(20_000) < 0.6)] -= 0.05
    found = bunching(moved)
    assert found.z > 8 and 0.2 < found.excess < 0.6 and found.below > 2 * found.above
    falling = rng.exponential(0.3, 20_000) - 0.5
    assert abs(bunching(falling).z) < 3
    assert bunching(np.array([0.0, np.nan])).z == 0
    assert just_under(np.array([-0.01, 0.0, -0.06, np.nan])).tolist() == [True, False, False, False]


def test_a_phoenix_is_tied_to_the_failed_and_a_mall_hardly():
    address = codes(np.array(["x", "x", "m", *["m"] * 9, ""], object))
    brand = codes(np.array([""] * 13, object))
    failed = np.zeros(13, bool)
    failed[[0, 2]] = True
    since, began = np.full(13, -1), np.ones(13, int)
    since[[0, 2]], began[1] = 20, 25
    tied = links((brand, address), failed=failed, since=since, began=began)
    assert tied.strength[1] == 1.0 and tied.to[1] == 0
    assert 0 < tied.strength[3] < 0.1 and tied.strength[12] == 0 and tied.to[12] == -1
    assert not links((brand,), failed=failed, since=since, began=began).strength.any()


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("closing_notice", "closing"),
        ("停业公告", "closing"),
        ("Legal_Representative", "person"),
        ("法定代表人变更", "person"),
        ("住所变更", "place"),
        ("结业公告", "closing"),
        ("Suspension notice", "closing"),
        ("zzz", "other"),
        ("门店减少", "other"),
        ("outlet closed", "other"),
        ("注销分支", "other"),
        ("门店停业公告", "closing"),
    ],
)
def test_words_of_change(word, means):
    assert meaning(word) == means


@pytest.mark.parametrize(
    ("operators", "each", "weeks_between"), [(400, 1, 3), (999, 1, 2), (1000, 1, 1), (2999, 2, 1)]
)
def test_the_budget_is_never_exceeded_and_nobody_is_named_twice_in_a_quarter(
    operators, each, weeks_between
):
    budget = Budget(operators, operators_an_alert=1000, starts_week=30, pause_weeks=13)
    scores = -np.arange(operators, dtype=float)
    named = {w: budget.spend(w, scores, np.ones(operators, bool)).tolist() for w in range(1, 90)}
    assert not any(named[week] for week in range(1, 30))
    given = [week for week in named if named[week]]
    assert {len(named[week]) for week in given} == {each}
    assert {b - a for a, b in itertools.pairwise(given)} == {weeks_between}
    assert len(given) * each <= (90 - 30) * operators / 1000 + 1
    first = [week for week in given if 0 in named[week]]
    assert len(first) > 1 and all(b - a >= 13 for a, b in itertools.pairwise(first))


def test_the_law_draws_two_lines():
    who = roster(2, [800_000_000.0, 0.0])
    general, special = lines(who)
    assert general.above.tolist() == [20_000_000, 20_000_000]
    assert special.above[0] == 160_000_000 and np.isnan(special.above[1])
    balance = np.array([160_000_001.0, 160_000_001.0])
    assert required((general, special), balance) == pytest.approx([160_000_001.0, 64_000_000.4])
    assert required((general, special), np.array([20_000_000.0, np.nan])).tolist() == [0, 0]


def batches(sends, **told):
    """A week's batches of some operators: ordinary, but for what is told otherwise."""
    usual = {
        **{"issued_fen": 1e6, "redeemed_fen": 1e6, "refunded_fen": 0.0, "issued_cards": 9.0},
        **{"reported_balance_fen": 5e7, "long_card_share": 0.1, "discount_pct": 5.0},
        **{"late_batches": 0.0},
    }
    columns = {name: np.full(len(sends), value) for name, value in usual.items()}
    for name, values in told.items():
        columns[name] = np.array(values, float)
    return {"who": np.array(sends, int)} | columns


def changes(who, word):
    return {"who": np.array(who, int), "what": np.array([word] * len(who), object)}


def test_who_falls_silent_owing_has_failed_unless_closing_was_announced():
    record, failures = Record(roster(3)), Failures(3)

    def week(number, sends, notice=()):
        feeds = {"batches": batches(sends), "changes": changes(notice, "停业")}
        record.add(number, feeds)
        failures.add(record)

    for number in range(1, 15):
        week(number, [0, 1, 2], notice=[2] if number == 14 else ())
    for number in range(15, 18):
        week(number, [0])
    assert failures.failed.tolist() == [False, True, False] and failures.since[1] == 15
    assert record.here.tolist() == [True, False, False]
    week(18, [0, 1])
    assert not failures.failed.any()


def test_who_stops_selling_and_pays_back_has_closed_in_order_without_a_word():
    record, failures = Record(roster(2)), Failures(2)
    for number in range(1, 40):
        if number < 25:
            feed = batches([0, 1])
        elif number < 33:
            left = 5e7 * 0.93 ** (number - 24)
            feed = batches(
                [0, 1],
                issued_fen=[1e6, 0],
                refunded_fen=[0, 3e6],
                reported_balance_fen=[5e7, left],
            )
        else:
            feed = batches([])
        record.add(number, {"batches": feed})
        failures.add(record)
    assert failures.failed.tolist() == [True, False]


def test_zeros_of_who_always_traded_are_silence_and_of_a_quiet_one_are_not():
    record = Record(roster(2))
    for number in range(1, 31):
        quiet = 0.0 if number % 3 else 1e6
        record.add(
            number,
            {"batches": batches([0, 1], issued_fen=[1e6, quiet], redeemed_fen=[1e6, quiet])},
        )
    assert record.here.all()
    for number in range(31, 45):
        record.add(number, {"batches": batches([0, 1], issued_fen=[0, 0], redeemed_fen=[0, 0])})
    assert record.here.tolist() == [False, True] and record.silent[0] == 13
    record.add(45, {"batches": batches([0, 1])})
    assert record.here.all()


def test_a_strange_word_is_learned_from_who_bears_it():
    words, here = Dictionary(), np.ones(40, bool)
    words.add(3, ["K90"] * 10 + ["K11"] * 10, np.arange(20))
    sells = np.ones(40)
    sells[:9] = 0.0
    assert not words.learn(7, sells, here) and words.of["K90"] == "other"
    assert sorted(words.learn(8, sells, here)) == [(3, who) for who in range(10)]
    assert words.of == {"K90": "closing", "K11": "other"}


def test_sums_of_several_weeks_are_spread_over_them_and_a_rest_is_no_silence():
    record, failures = Record(roster(3)), Failures(3)
    for number in range(1, 61):
        # One sends every week, one every fourth week, one zeros in every second.
        sends = [0, 1, 2] if number % 4 == 0 else [0, 2]
        sums = [1e6, 4e6, 2e6] if number % 4 == 0 else [1e6, 2e6]
        sums[-1] *= number % 2 == 0
        feed = batches(sends, issued_fen=sums, redeemed_fen=sums)
        record.add(number, {"batches": feed})
        failures.add(record)
        if number > 30:
            assert record.here.all() and not failures.failed.any(), number
    assert record.rhythm.rest.tolist() == [0, 3, 1]
    for flow in ("issued", "redeemed"):
        course = record.course[flow]
        for told in (course.fast, course.usual):
            assert told == pytest.approx(np.full(3, 1e6), rel=0.2), flow
    for number in range(61, 69):
        record.add(number, {"batches": batches([0])})
        failures.add(record)
    assert record.here.tolist() == [True, False, False]
    assert failures.failed.tolist() == [False, True, True]


def test_a_week_caught_up_is_no_boom_and_a_boom_is_one():
    record = Record(roster(2))
    for number in range(1, 41):
        sends = [0, 1] if number not in (30, 38) else [1]
        sums = np.full(len(sends), 1e6)
        if number == 31:
            sums[0] = 2e6
        sold = sums.copy()
        if number == 39:
            sold[0] = 4e6
        record.add(number, {"batches": batches(sends, issued_fen=sold, redeemed_fen=sums)})
        if number == 31:
            assert record.course["issued"].last.tolist() == [1e6, 1e6]
        if number == 39:
            assert record.course["issued"].last[0] == 4e6
    record.add(41, {"batches": batches([0, 1], issued_fen=[-5e5, 1e6])})
    assert record.course["issued"].last.tolist() == [1e6, 1e6]


def test_bills_told_every_few_weeks_stay_until_asked_after_again_and_a_late_payer_is_no_news():
    bills = Bills(3)
    for week in range(1, 41):
        if week % 4:
            bills.add(week, np.array([], int), [], np.array([]))
            continue
        late = [0, 1] if week < 36 else [0, 1, 2]
        bills.add(
            week,
            np.array(late),
            ["rent"] * len(late),
            np.array([9.0] * 2 + [6.0] * (len(late) - 2)),
        )
    assert bills.longest.tolist() == [9, 9, 6] and bills.kinds.tolist() == [1, 1, 1]
    assert bills.owing.mean()[0] > 0.95
    more = bills.course.fast - bills.course.usual
    assert more[2] > 1 > 0.2 > abs(more[0])
    for week in range(41, 60):
        bills.add(week, np.array([1]), ["rent"], np.array([9.0]))
    assert bills.longest[1] == 9 and bills.longest[0] < 1


def test_kinds_of_bills_are_kept_apart_up_to_a_dozen():
    bills = Bills(1)
    bills.add(1, np.zeros(30, int), [f"K{n}" for n in range(30)], np.full(30, np.nan))
    assert bills.kinds[0] == 13 and bills.longest[0] == 1


def test_a_sum_of_rare_events_grows_with_them_and_forgets():
    one = Rising(3)
    for week in range(40):
        events = np.array([1.0 if week % 20 == 0 else 0.0, 1.0, np.nan])
        one.add(events, np.full(3, 0.1), np.full(3, 0.3))
    assert one.sum[0] < 2 < 20 < one.sum[1] and one.sum[2] == 0


def test_a_climb_lets_chance_pass_and_one_strange_week_proves_little():
    climb = Climb(3)
    for week in range(20):
        climb.add(np.array([0.4, 1.5, 50.0 if week == 5 else -1.0]))
    assert climb.sum.tolist() == pytest.approx([0, 20, 0])
    climb.add(np.array([np.nan, -50.0, np.nan]))
    assert climb.sum[1] == pytest.approx(16.5)


def test_sales_terms_and_lateness_climb_against_an_operators_own_weeks():
    record = Record(roster(30))
    everyone = list(range(30))
    for number in range(1, 31):
        late = np.zeros(30)
        discount = np.full(30, 5.0)
        issued = np.full(30, 1e6)
        if number > 20:
            late[0], discount[0], issued[0] = 3.0, 25.0, 3e6
        week = batches(everyone, late_batches=late, discount_pct=discount, issued_fen=issued)
        record.add(number, {"batches": week})
    for name in ("issued", "discount", "late"):
        climbed = record.climbs.of[name].sum
        assert climbed[0] > 10 and not climbed[1:].any(), name
    assert not record.climbs.of["long"].sum.any()


def test_complaints_about_kept_money_are_told_from_others_where_words_say_so():
    assert all(grave(word) for word in ("Refund refused", "退款难", "contact lost", "card balance"))
    assert not any(grave(word) for word in ("attitude", "服务态度", "T5"))
    record = Record(roster(2))

    def week(number, words):
        count = np.full(2, 2.0)
        told = {"who": np.array([0, 1]), "kind": np.array(words, object), "count": count}
        record.add(number, {"batches": batches([0, 1]), "complaints": told})

    week(1, ["T5", "T1"])
    assert np.isnan(record.course["grave"].last).all()
    for number in range(2, 12):
        week(number, ["退款难", "服务态度"])
    assert record.course["grave"].last.tolist() == [2, 0]
    assert record.grave_sum.sum[0] > 1.5 and record.grave_sum.sum[1] == 0


def test_trees_walk_left_up_to_the_threshold():
    trees = Trees(
        starts=np.array([0, 3]),
        feature=np.array([1, -1, -1, -1]),
        threshold=np.array([0.5, 0, 0, 0], np.float32),
        left=np.array([1, 0, 0, 0]),
        right=np.array([2, 0, 0, 0]),
        value=np.array([0.0, -1.0, 2.0, 10.0]),
    )
    assert trees.logit(np.array([[9, 0.5], [0, 0.6]], np.float32)).tolist() == [9.0, 12.0]


def test_every_signal_has_its_words_and_every_feature_its_weight():
    model = load()
    assert {name for name in model.names if name in TERMS} == set(TERMS)
    assert len(FAMILIES) == 7
    with pytest.raises(Refused, match="不一致"):
        require_names(model, model.names[1:])


CONTENT = json.loads(MODEL_FILE.read_text("utf-8"))


def broken(**changes):
    content = copy.deepcopy(CONTENT)
    for path, value in changes.items():
        part = content
        *parents, last = path.split("__")
        for parent in parents:
            part = part[parent]
        part[last] = value
    return content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ([], "JSON 对象"),
        (broken(version=""), "没有写明 version"),
        (broken(made_on="yesterday"), "不是日期"),
        (broken(weights={}), "没有任何权重"),
        (broken(weights__complaints=float("nan")), "complaints 不是数字"),
        (broken(weights__complaints=-0.1), "complaints 不得为负"),
        (broken(weights__winds_up=0.1), "不得为正"),
        (broken(weights__late=True), "late 不是数字"),
        (broken(policy__pause_weeks=0.5), "pause_weeks"),
        (broken(policy__operators_an_alert=1.5), "正整数"),
        (broken(policy__trees_share=2), "trees_share 大于 1"),
        (broken(policy=3), "缺少 policy"),
        (broken(trees__left=[1]), "节点数不同"),
        (broken(trees__feature="x"), "trees 缺少列"),
        (broken(trees__feature=[999] * len(CONTENT["trees"]["feature"])), "不存在的信号"),
        (broken(trees__right=[0] * len(CONTENT["trees"]["right"])), "后面的节点"),
    ],
)
def test_a_broken_model_is_refused_by_name(content, says):
    with pytest.raises(Refused, match=says) as refused:
        read(content, name="model.json")
    assert refused.value.code == "WATCH-MODEL" and "model.json" in refused.value.sentence


def test_a_model_file_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "m.json").write_text("{", "utf-8")
    with pytest.raises(Refused, match="不能读取"):
        load(tmp_path / "m.json")
