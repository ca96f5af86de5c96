"""Every defect of a law file is caught and named by file and key."""

from datetime import date

import pytest

from shangwu.foundation import law

SOUND = """
[limit.handling]
label = "办理期限"
unit = "workday"
checked_on = 2026-11-01
[[limit.handling.values]]
from = 2004-07-01
until = 2020-01-01
value = 5
source = "办法 第六条"
source_status = "secondary"
[[limit.handling.values]]
from = 2020-01-01
value = 3
source = "办法 第六条（修订）"
source_status = "confirmed"
"""


def findings(folder, text):
    (folder / "sample.toml").write_text(text, "utf-8")
    return law.check(folder=folder)


def test_a_sound_file_has_no_problem(tmp_path):
    assert findings(tmp_path, SOUND) == []
    assert law.load(tmp_path)["sample"].entries["limit.handling"].label == "办理期限"


@pytest.mark.parametrize(
    ("before", "after", "code", "key"),
    [
        ("from = 2020-01-01", "from = 2019-12-31", "overlap", "limit.handling"),
        ("until = 2020-01-01", "", "overlap", "limit.handling"),
        ("from = 2020-01-01", "from = 2020-01-02", "gap", "limit.handling"),
        ('unit = "workday"', "", "missing_unit", "limit.handling"),
        ('unit = "workday"', 'unit = "fortnight"', "unknown_unit", "limit.handling"),
        ('source = "办法 第六条"', "", "missing_source", "limit.handling.values[0]"),
        ('source = "办法 第六条"', 'source = " "', "missing_source", "limit.handling.values[0]"),
        ("checked_on = 2026-11-01", "", "missing_checked_on", "limit.handling"),
        ("checked_on = 2026-11-01", 'checked_on = "today"', "wrong_type", "limit.handling"),
        ('source_status = "secondary"', "", "missing_source_status", "limit.handling.values[0]"),
        ('"secondary"', '"verified"', "unknown_source_status", "limit.handling.values[0]"),
        ('label = "办理期限"', "", "missing_label", "limit.handling"),
        ('label = "办理期限"', 'label = "x"\nlabbel = "y"', "unknown_key", "limit.handling.labbel"),
        ("value = 5", "value = 5\nvalu = 6", "unknown_key", "limit.handling.values[0].valu"),
        ("value = 5", "", "missing_value", "limit.handling.values[0]"),
        ("value = 5", "value = 5.5", "wrong_type", "limit.handling.values[0]"),
        ("value = 5", "value = true", "wrong_type", "limit.handling.values[0]"),
        ("value = 5", 'value = "5"', "wrong_type", "limit.handling.values[0]"),
        ("from = 2004-07-01", "", "missing_from", "limit.handling.values[0]"),
        (
            "from = 2004-07-01",
            "from = 2004-07-01T00:00:00",
            "wrong_type",
            "limit.handling.values[0]",
        ),
        ("until = 2020-01-01", "until = 2004-07-01", "empty_period", "limit.handling.values[0]"),
        (
            "value = 5",
            'value = 5\njurisdiction = "atlantis"',
            "unknown_jurisdiction",
            "limit.handling.values[0]",
        ),
        (
            "value = 5",
            'value = 5\nstatus = "planned"',
            "unknown_status",
            "limit.handling.values[0]",
        ),
        ("value = 3", 'value = 3\nstatus = "expired"', "missing_until", "limit.handling.values[1]"),
        ("[limit.handling]", "stray = 1\n[limit.handling]", "unknown_key", "stray"),
        ("[limit.handling]", "[limit.handling", "not_toml", ""),
    ],
)
def test_a_defect_is_named_by_file_and_key(tmp_path, before, after, code, key):
    assert before in SOUND
    problems = findings(tmp_path, SOUND.replace(before, after, 1))
    assert ("law/sample.toml", key, code) in [(p.file, p.key, p.code) for p in problems]
    with pytest.raises(law.LawError) as refused:
        law.load(tmp_path)
    assert f"law/sample.toml#{key}" in str(refused.value)


def test_a_place_of_its_own_is_no_overlap(tmp_path):
    own = SOUND + (
        '[[limit.handling.values]]\nfrom = 2019-01-01\njurisdiction = "shanghai"\nvalue = 2\n'
        'source = "申报表"\nsource_status = "form"\n'
    )
    assert findings(tmp_path, own) == []
    entry = law.load(tmp_path)["sample"].entries["limit.handling"]
    in_force = {}
    for place in ("national", "shanghai", "hubei"):
        value = entry.in_force(on=date(2019, 6, 1), jurisdiction=place)
        assert value is not None
        in_force[place] = value.value
    assert in_force == {"national": 5, "shanghai": 2, "hubei": 5}
    assert entry.next_change(after=date(2018, 1, 1), jurisdiction="shanghai") == date(2019, 1, 1)
    assert entry.next_change(after=date(2019, 6, 1), jurisdiction="shanghai") is None
    assert entry.next_change(after=date(2019, 6, 1), jurisdiction="hubei") == date(2020, 1, 1)


def test_extra_keys_must_be_declared(tmp_path):
    extra = SOUND.replace('unit = "workday"', 'unit = "workday"\nrow = 3')
    assert [p.key for p in findings(tmp_path, extra)] == ["limit.handling.row"]
    assert findings(tmp_path, '[extra_keys]\nlimit = ["row"]\n' + extra) == []


def test_the_shipped_files_are_sound():
    assert law.check() == []
    assert {"filing", "retention", "targets", "workdays"} <= law.load().keys()


def test_the_version_follows_the_content(tmp_path):
    findings(tmp_path, SOUND)
    first, digest = law.version(tmp_path), law.digests(tmp_path)["sample"]
    findings(tmp_path, SOUND + "\n")
    assert law.version(tmp_path) != first
    assert law.digests(tmp_path)["sample"] != digest


DRAFT = """
[[limit.handling.values]]
from = 2019-01-01
value = 1
article = "第七条"
status = "draft"
source = "办法（征求意见稿）"
source_status = "secondary"
"""


def test_a_draft_stands_beside_the_law_and_is_never_in_force(tmp_path):
    assert findings(tmp_path, SOUND + DRAFT) == []
    entry = law.load(tmp_path)["sample"].entries["limit.handling"]
    drafts = [value for value in entry.values if value.is_draft]
    assert [(value.value, value.article) for value in drafts] == [(1, "第七条")]
    assert entry.in_force(on=date(2019, 6, 1), jurisdiction="shanghai").value == 5
    assert entry.in_force(on=date(2020, 6, 1), jurisdiction="shanghai").value == 3
    assert entry.next_change(after=date(2018, 1, 1), jurisdiction="shanghai") == date(2020, 1, 1)


def test_the_nations_values_do_not_extend_to_places_apart(tmp_path):
    findings(tmp_path, SOUND)
    entry = law.load(tmp_path)["sample"].entries["limit.handling"]
    assert entry.in_force(on=date(2020, 6, 1), jurisdiction="beijing").value == 3
    assert entry.in_force(on=date(2020, 6, 1), jurisdiction="japan") is None


def test_a_city_has_its_own_values_before_its_province_s_and_the_nation_s():
    assert law.places("nantong") == ("nantong", "jiangsu", "national")
    assert law.places("beijing") == ("beijing", "national")
    assert law.places("us") == ("us",)
