"""Pack safety: what is wrong is refused with file, key and article; a draft never drives a sanction."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shangwu.foundation import law as official
from shangwu.foundation.law import LawError, Refused
from shangwu.prepaid.rules import law, packs
from shangwu.prepaid.rules.parameters import SHAPES, Band, LimitRule, Tier
from shangwu.prepaid.vocabulary import PackKind

DAY = date(2023, 6, 30)
PLACE = "law/prepaid.toml#pack.SH-IM19-11"
ARTICLE = "第十一条"


def tiered(*tiers, **changes):
    pack = law.pack("SH-IM19-11", on=DAY)
    return replace(pack, parameters=replace(pack.parameters, tier=tiers, **changes))


def tier(above, ratio, up_to=None, **more):
    return Tier(Decimal(ratio), above_fen=above, up_to_fen=up_to, **more)


def codes(*found):
    return [problem.code for problem in packs.problems(found)]


def test_the_packs_that_are_shipped_are_safe():
    assert packs.check() == []


def test_every_kind_has_a_pack_and_every_pack_an_article_and_a_source():
    assert set(SHAPES) == set(PackKind.values)
    assert {pack.kind for pack in law.all_packs()} == set(PackKind.values)
    for pack in law.all_packs():
        assert pack.citation.article and pack.citation.source, pack.id


@pytest.mark.parametrize(
    ("tiers", "changes", "code", "words"),
    [
        ((tier(0, "0.4"), tier(0, "0.5")), {}, "overlap", "起点相同"),
        ((tier(0, "0.4"), tier(100, "0.4")), {}, "overlap", "永远不起作用"),
        ((tier(0, "0.4", 200), tier(100, "0.5")), {"combine": "one"}, "overlap", "重叠"),
        ((tier(0, "0.4"), tier(100, "0.5")), {"combine": "one"}, "overlap", "重叠"),
        ((tier(0, "0.4", 100), tier(200, "0.5")), {"combine": "one"}, "gap", "1.00 元 至 2.00 元"),
        ((tier(0, "0.4", 100),), {"combine": "one"}, "gap", "1.00 元以上没有写明"),
        ((tier(0, "1.4"),), {}, "ratio_range", "140%"),
        ((tier(None, "0.4"),), {}, "unclear_threshold", "above_fen"),
        ((tier(0, "0.4", if_any=("tall",)),), {}, "unknown_trait", "tall"),
        ((), {}, "no_tier", "没有写任何一档"),
        ((tier(0, "0.4"),), {"base": "turnover"}, "unknown_choice", "turnover"),
        ((tier(0, "0.4"),), {"comparison": "≥"}, "unknown_choice", "comparison"),
    ],
)
def test_a_defect_is_refused_with_file_key_and_article(tiers, changes, code, words):
    unsafe = tiered(*tiers, **changes)
    [found] = packs.problems([unsafe])
    assert (found.code, f"{found.file}#{found.key}") == (code, PLACE)
    assert ARTICLE in found.message
    assert words in found.message


def test_tiers_for_different_operators_or_readings_do_not_overlap():
    assert (
        codes(
            tiered(
                tier(0, "0.4"),
                tier(0, "0.5", if_any=("mall_tenant_card",)),
                tier(0, "0.6", reading="cap_on_threshold"),
            )
        )
        == []
    )
    assert codes(tiered(tier(0, "0.4", 100), tier(100, "0.3"), combine="one")) == []


def test_a_missing_citation_is_refused():
    pack = law.pack("SH-IM19-11", on=DAY)
    bare = replace(pack, citation=replace(pack.citation, article=" ", source=""), sectors=())
    assert codes(bare) == ["missing_article", "missing_source", "missing_sector"]
    assert codes(replace(pack, sectors=("circus",))) == ["unknown_sector"]


def test_two_deposit_rules_for_the_same_on_one_day_overlap():
    pack = law.pack("SH-IM19-11", on=DAY)
    other = replace(pack, id="OTHER", starts_on=date(2024, 4, 30), until=None)
    [problem] = packs.problems([pack, other])
    assert (problem.code, problem.key) == ("overlap", "pack.SH-IM19-11")
    assert "自 2024-04-30 起与 OTHER" in problem.message
    assert codes(pack, replace(other, starts_on=date(2024, 5, 1))) == []
    assert codes(pack, replace(other, citation=replace(other.citation, is_draft=True))) == []
    assert codes(pack, replace(other, jurisdiction="beijing")) == []


def test_fines_and_limits_that_say_nothing_are_refused():
    fines = law.pack("SH-REG18-26-2", on=DAY)
    empty = replace(fines.parameters, band=(Band("overdue", 100, 100),))
    assert codes(replace(fines, parameters=empty)) == ["empty_band"]
    limits = law.pack("CN-O9-limit", on=DAY)
    vague = replace(limits.parameters, rule=(LimitRule("all", "months"),))
    assert codes(replace(limits, parameters=vague)) == ["unclear_limit"]


def test_a_ground_that_counts_penalties_names_the_fines_that_it_counts():
    pack, fines = law.pack("SH-REG18-25", on=DAY), law.pack("SH-REG18-26-2", on=DAY)
    ground = next(one for one in pack.parameters.ground if one.penalties)
    shapes = {
        ("SH-REG18-26-2",): [],
        (): ["uncounted_ground"],
        ("SH-REG18-26-2", "SH-REG18-13"): ["unknown_basis"],
    }
    for bases, expected in shapes.items():
        parameters = replace(pack.parameters, ground=(replace(ground, bases=bases),))
        assert codes(replace(pack, parameters=parameters), fines) == expected


def test_what_other_places_say_is_kept_as_it_stands():
    day = date(2024, 6, 30)
    assert len(law.pack("BJ-22-13", on=day).parameters.item) == 12
    assert law.pack("TW-refund", on=day).parameters.fee_at_most == Decimal("0.03")
    assert law.pack("UK-16D", on=day).is_draft
    assert law.pack("SH-GU22", on=day).citation.text.endswith("〔据转载或摘录〕")


@pytest.mark.parametrize("pack", [p for p in law.all_packs() if p.is_draft], ids=lambda p: p.id)
def test_a_draft_is_never_in_force_and_never_a_ground_for_a_sanction(pack):
    shape = type(pack.parameters)
    found = law.packs(shape, on=date(2026, 1, 1), jurisdiction=pack.jurisdiction)
    assert pack not in found
    assert "草案" in pack.citation.text
    with pytest.raises(Refused) as refusal:
        law.require_adopted(pack)
    assert refusal.value.code == "PREPAID-DRAFT"
    assert pack.citation.reference in refusal.value.sentence
    assert pack.citation.article in refusal.value.sentence


def test_an_unknown_pack_is_refused():
    with pytest.raises(Refused, match="没有规则包"):
        law.pack("SH-IM19-11", on=date(2019, 4, 30))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('ratio = "0.40" }', 'ratio = "0.40", rate = 1 }', "rate"),
        ('kind = "tier_deposit"', 'kind = "deposit"', "deposit"),
    ],
)
def test_a_pack_that_cannot_be_read_is_named(tmp_path, before, after, words):
    text = (official.LAW_FOLDER / "prepaid.toml").read_text("utf-8")
    assert before in text
    (tmp_path / "prepaid.toml").write_text(text.replace(before, after, 1), "utf-8")
    [problem] = packs.check(tmp_path)
    assert problem.key.startswith("pack.")
    assert words in problem.message
    with pytest.raises(LawError):
        law.all_packs(tmp_path)
