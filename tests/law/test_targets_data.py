"""law/targets.toml: the 44 declared indicators, word for word, and the rules they are judged by."""

import tomllib
from decimal import Decimal

import pytest

from shangwu.foundation import law
from shangwu.targets.rules import grammar
from shangwu.targets.rules.target import Part

DECLARED = {
    key: entry
    for key, entry in law.load_file("targets").entries.items()
    if key.startswith("target.")
}
ROWS = {
    "1-investment-platform": 13,
    "2-foreign-trade-filing": 5,
    "3-prepaid-card-platform": 7,
    "4-smart-micro-market": 8,
    "5-service-hall": 11,
}
KINDS = {"quant", "duration", "deadline", "trend", "ordinal", "flag"}


def parts(entry):
    [value] = entry.values
    return value.value if isinstance(value.value, tuple) else (value.value,)


def scales():
    entries = law.load_file("targets").entries
    return {
        key.removeprefix("scale."): [
            word for level in entry.values[0].value for word in level["words"]
        ]
        for key, entry in entries.items()
        if key.startswith("scale.")
    }


def test_forty_four_rows_in_the_forms_order():
    for form, rows in ROWS.items():
        found = [entry.facts["row"] for entry in DECLARED.values() if entry.facts["form"] == form]
        assert found == list(range(1, rows + 1))
    assert len(DECLARED) == 44


def test_forty_two_distinct_targets_because_three_rows_are_one_series():
    assert len({entry.facts.get("series", key) for key, entry in DECLARED.items()}) == 42


@pytest.mark.parametrize(
    ("key", "indicator", "declared"),
    [
        (
            "target.investment.website_protection_level",
            "政府网站的质量",
            "通过第三方机构等保定级III级评定。",
        ),
        ("target.filing.quality", "质量达标率", "=100.00%"),
        ("target.prepaid.publicity_channels", "公众知晓度", "网站、微信公众号等多渠道宣传"),
        ("target.market.shopping_convenience", "市民“互联网+菜篮子”购菜便利化", "稳步提升"),
        ("target.hall.complaint_rate", "服务对象投诉率", "低于万分之一"),
    ],
)
def test_the_forms_words_are_kept_byte_for_byte(key, indicator, declared):
    assert (DECLARED[key].facts["indicator"], DECLARED[key].facts["declared"]) == (
        indicator,
        declared,
    )


def test_every_target_holds_for_the_declared_year_and_cites_its_row():
    for key, entry in DECLARED.items():
        [value] = entry.values
        assert (str(value.starts_on), str(value.until)) == (
            "2019-01-01",
            "2020-01-01",
        ), key
        assert value.source_status == "form"
        assert value.source.endswith(f"第{entry.facts['row']}行")


def test_every_part_is_typed_and_exact():
    known = scales()
    for key, entry in DECLARED.items():
        for part in parts(entry):
            assert part["kind"] in KINDS, key
            if part["kind"] in {"quant", "duration"}:
                assert str(Decimal(part["value"])) == part["value"], key
            if part["kind"] == "ordinal":
                assert part["level"] in known[part["scale"]], key


def test_the_strict_ten_thousandth_survives():
    [part] = parts(DECLARED["target.hall.complaint_rate"])
    assert (part["cmp"], Decimal(part["value"]), part["polarity"]) == (
        "lt",
        Decimal(1) / 10000,
        "lower",
    )


def test_the_series_agrees_with_its_rows():
    series = law.load_file("targets").entries["series.market.installed"].values[0].value["points"]
    rows = [
        parts(DECLARED[f"target.market.installed_by_{m}"])[0]
        for m in ("june", "september", "december")
    ]
    assert [(p["by"], p["value"]) for p in series] == [(row["by"], row["value"]) for row in rows]


def test_weights_add_to_one_hundred_and_bands_leave_no_hole():
    entries = law.load_file("targets").entries
    weights = [Decimal(row["weight"]) for row in entries["framework.national-2020"].values[0].value]
    assert sum(weights) == 100
    for bands in entries["rule.qualitative_bands"].values:
        assert [b["until"] for b in bands.value[1:]] == [b["from"] for b in bands.value[:-1]]
    grades = [Decimal(row["at_least"]) for row in entries["rule.grade_table"].values[0].value]
    assert grades == [90, 80, 60, 0]


def test_every_decision_point_has_its_value():
    labels = [
        entry.label.split()[0]
        for key, entry in law.load_file("targets").entries.items()
        if key.startswith("rule.")
    ]
    assert {f"D{n}" for n in range(1, 15)} <= set(labels)


def test_what_the_handbook_proposes_is_marked_as_a_proposal():
    entries = law.load_file("targets").entries
    for key, entry in entries.items():
        for value in entry.values:
            if value.source.startswith("本平台建议"):
                assert value.source_status == "proposal", key
    assert tomllib.loads((law.LAW_FOLDER / "targets.toml").read_text("utf-8"))


def typed(part):
    plain = {key: list(item) if isinstance(item, tuple) else item for key, item in part.items()}
    return Part.from_json(plain)


@pytest.mark.parametrize("key", DECLARED)
def test_the_parser_reads_from_the_declared_text_what_the_law_states(key):
    """What the parser finds is stated here too; what a person added (the events of a duration) may go further."""
    entry = DECLARED[key]
    stated = [typed(part).to_json() for part in parts(entry)]
    parsed = grammar.parse(entry.facts["declared"], name=entry.facts["indicator"], year=2019)
    assert parsed.raw == entry.facts["declared"]
    for part in parsed.parts:
        found = part.to_json()
        [same] = [
            s for s in stated if s["kind"] == found["kind"] and s.get("level") == found.get("level")
        ]
        for name in (
            "cmp",
            "value",
            "by",
            "base",
            "every",
            "scale",
            "contains",
            "polarity",
            "qualifier",
        ):
            if name in found:
                assert same.get(name) == found[name], name
    assert len(stated) == len(parsed.parts)
