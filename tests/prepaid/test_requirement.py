"""The deposit engine: properties over all balances, open readings, the stricter rule, bonds, trials."""

import random
import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.parameters import Tier, TierDeposit
from shangwu.prepaid.rules.requirement.bonds import Bond, cover
from shangwu.prepaid.rules.requirement.facts import REVENUE, Position
from shangwu.prepaid.rules.requirement.requirement import requirement
from shangwu.prepaid.rules.requirement.whatif import trial, with_ratio
from shangwu.prepaid.vocabulary import OperatorTrait
from tests.prepaid.readings import reading

IN_2019, IN_2024 = date(2023, 6, 30), date(2024, 6, 30)
OLD = date(2010, 1, 1)
TIERED = tuple(
    pack
    for pack in law.all_packs()
    if isinstance(pack.parameters, TierDeposit) and not pack.is_draft
)
fen = st.integers(0, 10**13)
traits = st.frozensets(st.sampled_from(OperatorTrait.values))


def position(balance, **facts):
    return Position(
        **{
            "balance": balance,
            "quarter_end_balance": balance,
            "base_date_balance": balance,
            "prior_revenue": 800_000_000,
            "established_on": OLD,
            **facts,
        }
    )


@pytest.mark.parametrize("pack", TIERED, ids=lambda pack: pack.id)
@given(low=fen, more=fen, revenue=fen, held=traits)
def test_more_balance_never_needs_less(pack, low, more, revenue, held):
    one, other = (
        requirement(
            position(balance, prior_revenue=revenue, traits=held), on=pack.starts_on, packs=[pack]
        ).amount
        for balance in (low, low + more)
    )
    assert 0 <= one <= low
    assert one <= other <= low + more


@given(balance=fen, revenue=fen, held=traits)
def test_the_stricter_rule_binds_and_both_are_shown(balance, revenue, held):
    shop = position(balance, prior_revenue=revenue, traits=held, sector="catering")
    answer = requirement(shop, on=IN_2019)
    assert {one.pack.id for one in answer.results} == {"SH-IM19-11", "CN-O9-26"}
    assert answer.amount == max(one.amount for one in answer.results)
    assert all(one.citation.article in answer.sentence for one in answer.results)
    assert answer.binding.sentence in answer.sentence


def test_the_local_rule_may_be_chosen_instead():
    brand = frozenset({OperatorTrait.ISSUER_BRAND})
    shop = position(10_000_000, traits=brand, sector="retail")
    strict = requirement(shop, on=IN_2019)
    local = requirement(shop, on=IN_2019, settings=reading(IN_2019, conflict="local_first"))
    assert (strict.amount, strict.binding.pack.id) == (4_000_000, "CN-O9-26")
    assert (local.amount, local.binding.pack.id) == (0, "SH-IM19-11")
    assert len(local.results) == 2


def test_the_share_is_rounded_as_the_setting_says():
    shop = position(20_000_001)
    assert requirement(shop, on=IN_2019).amount == 8_000_001
    half_up = reading(IN_2019, rounding="half_up")
    assert requirement(shop, on=IN_2019, settings=half_up).amount == 8_000_000


def test_the_special_standard_has_a_floor_unless_decided_otherwise():
    shop = position(15_000_000, prior_revenue=50_000_000)
    assert requirement(shop, on=IN_2019).amount == 0
    bare = reading(IN_2019, special_floor="none")
    assert requirement(shop, on=IN_2019, settings=bare).amount == 15_000_000


def test_a_share_of_revenue_that_is_no_whole_fen_compares_exactly():
    # 20 % of 800,000,003 fen is 160,000,000.6 fen: one fen more than its whole part is above it.
    shop = position(160_000_000, prior_revenue=800_000_003)
    assert requirement(shop, on=IN_2019).amount == 64_000_000
    above = replace(shop, balance=160_000_001)
    assert requirement(above, on=IN_2019).amount == 160_000_001


def test_the_open_reading_of_2024_is_named_only_where_it_matters():
    small, large = position(150_000_000), position(170_000_000)
    assert requirement(small, on=IN_2024).is_complete
    answer = requirement(large, on=IN_2024)
    assert (answer.amount, answer.results[0].undecided) == (68_000_000, ("A2",))
    assert "A2 尚未选定读法" in answer.sentence
    decided = reading(IN_2024, fifty_million="cap_on_threshold")
    assert requirement(large, on=IN_2024, settings=decided).amount == 170_000_000
    ceiling = reading(IN_2024, fifty_million="ceiling_on_collection")
    answer = requirement(large, on=IN_2024, settings=ceiling)
    assert (answer.amount, answer.is_complete) == (68_000_000, True)


def test_a_missing_figure_is_named_where_it_could_matter():
    unknown = position(30_000_000, prior_revenue=None)
    answer = requirement(unknown, on=IN_2019)
    assert (answer.amount, answer.results[0].missing) == (12_000_000, (REVENUE,))
    assert "缺少上年主营业务收入" in answer.sentence
    assert requirement(replace(unknown, balance=20_000_000), on=IN_2019).is_complete
    nothing = requirement(Position(), on=IN_2019)
    assert (nothing.amount, nothing.is_complete) == (0, False)
    assert "缺少预收资金余额" in nothing.sentence


def test_a_negative_balance_is_refused():
    with pytest.raises(Refused) as refusal:
        requirement(position(-1), on=IN_2019)
    assert refusal.value.code == "PREPAID-BALANCE"


def test_each_day_has_its_law_and_each_place_its_own():
    assert requirement(position(10**9), on=date(2018, 12, 31)).results == ()
    ids = {
        place: [
            one.pack.id for one in requirement(position(10**9, jurisdiction=place), on=day).results
        ]
        for place, day in (
            ("shanghai", date(2024, 4, 30)),
            ("beijing", IN_2024),
            ("japan", IN_2024),
            ("jiangsu", IN_2024),
        )
    }
    assert ids == {
        "shanghai": ["SH-IM19-11"],
        "beijing": ["BJ-23-deposit"],
        "japan": ["JP-deposit"],
        "jiangsu": [],
    }
    assert requirement(position(1), on=date(2024, 5, 1)).results[0].pack.id == "SH-IM24-deposit"


@pytest.mark.parametrize(
    ("place", "balance", "amount"),
    [
        ("beijing", 49_999_999, 0),
        ("beijing", 50_000_000, 20_000_000),
        ("japan", 1_000_000_000, 0),
        ("japan", 1_000_000_001, 500_000_001),
        ("ningbo", 1, 1),
    ],
)
def test_other_places(place, balance, amount):
    answer = requirement(position(balance, jurisdiction=place), on=IN_2024)
    assert answer.amount == amount
    assert ("日元" in answer.sentence) is (place == "japan")


def test_amounts_of_two_currencies_are_never_compared():
    japan, city = law.pack("JP-deposit", on=IN_2019), law.pack("SH-IM19-11", on=IN_2019)
    answer = requirement(position(10**10), on=IN_2019, packs=[city, japan])
    assert answer.binding.pack is city


@given(
    required=fen,
    custody=fen,
    amounts=st.lists(fen, max_size=4),
    days=st.integers(-400, 400),
)
def test_bonds_never_count_below_zero_or_above_the_requirement(required, custody, amounts, days):
    start = IN_2019 + timedelta(days=days)
    bonds = [Bond("bank_guarantee", one, start, start + timedelta(days=200)) for one in amounts]
    answer = cover(required, bonds=bonds, in_custody=custody, on=IN_2019)
    assert 0 <= answer.counted <= required
    assert answer.cash_needed + answer.counted == required
    assert answer.shortfall == max(required - answer.counted - custody, 0)
    assert answer.is_met is (answer.shortfall == 0)


def test_a_bond_of_an_unknown_kind_is_named_and_not_counted():
    bond = Bond("promise", 100, OLD, date(2030, 1, 1))
    answer = cover(100, bonds=[bond], in_custody=0, on=IN_2019)
    assert (answer.counted, answer.not_counted, answer.shortfall) == (0, (bond,), 100)
    assert "1 份履约保证不符合规定" in answer.sentence
    assert "A6" in answer.sentence


def test_a_bond_that_is_too_short_for_its_place_does_not_count():
    short = Bond("trust_account", 100, IN_2019, IN_2019 + timedelta(days=364))
    year = replace(short, until=date(2024, 6, 30))
    for bond, counted in ((short, 0), (year, 100)):
        answer = cover(100, bonds=[bond], in_custody=0, on=IN_2019, jurisdiction="taiwan")
        assert answer.counted == counted


@pytest.mark.parametrize(
    ("required", "custody", "bond"),
    [
        (-1, 0, Bond("bank_guarantee", 1, OLD, IN_2019)),
        (0, -1, Bond("bank_guarantee", 1, OLD, IN_2019)),
        (0, 0, Bond("bank_guarantee", -1, OLD, IN_2019)),
        (0, 0, Bond("bank_guarantee", 1, OLD, OLD)),
    ],
)
def test_figures_of_bonds_that_cannot_be_are_refused(required, custody, bond):
    with pytest.raises(Refused) as refusal:
        cover(required, bonds=[bond], in_custody=custody, on=IN_2019)
    assert refusal.value.code == "PREPAID-BOND"


def half():
    pack = law.pack("SH-IM19-11", on=IN_2019)
    return with_ratio(pack, old=Decimal("0.40"), new=Decimal("0.50"))


def test_a_trial_names_who_changes_and_by_how_much():
    shops = {
        "below": position(20_000_000),
        "between": position(100_000_000),
        "above": position(200_000_000),
        "elsewhere": position(100_000_000, jurisdiction="beijing"),
    }
    outcome = trial(shops, on=IN_2019, packs=[half()])
    [change] = outcome.changes
    assert (change.key, change.before, change.after, change.by) == (
        "between",
        40_000_000,
        50_000_000,
        10_000_000,
    )
    assert outcome.after - outcome.before == 10_000_000
    assert outcome.sentence.startswith("试算（不作为依据）：4 家中 1 家")


def test_a_trial_of_a_new_pack_joins_what_is_in_force():
    new = replace(half(), id="NEW")
    outcome = trial({"a": position(100_000_000)}, on=IN_2019, packs=[new])
    assert [change.after for change in outcome.changes] == [50_000_000]


def test_a_trial_pack_is_a_draft_and_its_ratio_is_a_share():
    assert half().is_draft
    with pytest.raises(Refused, match="不得作为处罚、限制的依据"):
        law.require_adopted(half())
    for old, new in (("0.40", "1.01"), ("0.33", "0.50")):
        with pytest.raises(Refused) as refusal:
            with_ratio(law.pack("SH-IM19-11", on=IN_2019), old=Decimal(old), new=Decimal(new))
        assert refusal.value.code == "PREPAID-RATIO"


def population(count):
    rng = random.Random(20190501)
    return [
        position(
            int(rng.paretovariate(1) * 1e7),
            prior_revenue=int(rng.paretovariate(1) * 3e7),
            established_on=date(rng.randint(2000, 2023), 1, 1),
            sector=rng.choice(["catering", "sports", "retail", "education"]),
        )
        for _ in range(count)
    ]


@pytest.mark.slow
def test_a_hundred_thousand_operators_under_all_packs_in_twenty_seconds():
    shops = population(100_000)
    started = time.process_time()
    answers = [requirement(shop, on=IN_2019, packs=TIERED) for shop in shops]
    assert time.process_time() - started <= 20
    assert all(len(answer.results) == len(TIERED) for answer in answers)


def test_closed_bands_give_each_balance_one_tier():
    pack = law.pack("SH-IM19-11", on=IN_2019)
    tiers = (
        Tier(Decimal("0.10"), above_fen=0, up_to_fen=100),
        Tier(Decimal("0.05"), above_fen=100),
    )
    bands = replace(pack, parameters=replace(pack.parameters, combine="one", tier=tiers))
    for balance, amount in ((100, 10), (101, 6)):
        assert requirement(position(balance), on=IN_2019, packs=[bands]).amount == amount


# N05: 5 million yuan of revenue, or in the first year 1 million of capital; "以上" holds the bound itself.
@pytest.mark.parametrize(
    ("revenue", "capital", "established", "required", "missing"),
    [
        (500_000_000, None, date(2010, 1, 1), 2_000_000, ()),
        (499_999_999, 900_000_000, date(2010, 1, 1), 0, ()),
        (None, 900_000_000, date(2010, 1, 1), 0, ("上年主营业务收入",)),
        (None, 100_000_000, date(2022, 7, 1), 2_000_000, ()),
        (None, 99_999_999, date(2022, 7, 1), 0, ()),
        (None, None, date(2022, 7, 1), 0, ("注册资本",)),
        (500_000_000, None, date(2022, 7, 1), 2_000_000, ()),
    ],
)
def test_a_scale_issuer_is_told_by_revenue_or_capital(
    revenue, capital, established, required, missing
):
    shop = Position(
        balance=10_000_000,
        quarter_end_balance=10_000_000,
        prior_revenue=revenue,
        registered_capital=capital,
        established_on=established,
        sector="catering",
    )
    answer = requirement(shop, on=date(2023, 6, 30))
    assert answer.amount == required
    assert tuple(name for one in answer.results for name in one.missing) == missing
    assert answer.is_complete is not bool(missing)


def test_who_is_no_such_issuer_lacks_nothing_where_the_last_quarter_is_not_known():
    shop = Position(balance=10_000_000, prior_revenue=1, established_on=date(2010, 1, 1))
    answer = requirement(replace(shop, sector="catering"), on=date(2023, 6, 30))
    assert answer.is_complete and answer.amount == 0
    assert "不属于规模发卡企业、集团发卡企业、品牌发卡企业" in answer.sentence
    large = replace(shop, sector="catering", prior_revenue=500_000_000)
    assert not requirement(large, on=date(2023, 6, 30)).is_complete
