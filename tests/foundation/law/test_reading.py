"""A shape is filled with what is in force on the day, typed, with unit and source."""

from dataclasses import FrozenInstanceError, dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, ClassVar

import pytest

from shangwu.config.checks import LAW_SHAPES, check_law
from shangwu.foundation import law
from shangwu.foundation.law import At, Value


@dataclass(frozen=True)
class Lights:
    green_from: Decimal
    yellow_from: Decimal


@dataclass(frozen=True)
class Grade:
    grade: str
    at_least: Decimal


@dataclass(frozen=True)
class MonitoringLaw:
    LAW: ClassVar[str] = "targets"

    progress: Annotated[Value[Lights], At("light.progress", "table")]
    coverage: Annotated[Value[Decimal], At("rule.basic_coverage", "ratio")]
    grades: Annotated[Value[tuple[Grade, ...]], At("rule.grade_table", "rows")]
    causes: Annotated[Value[tuple[str, ...]], At("light.deviation_causes", "words")]
    older: Annotated[Value[object] | None, At("rule.grade_table_older", "rows")]


@dataclass(frozen=True)
class ClockLaw:
    LAW: ClassVar[str] = "filing"

    target: Annotated[Value[int], At("clock.service_target", "workday")]
    closing: Annotated[Value[time], At("counting.closing_time", "clock_time")]


def test_values_come_typed_and_cited():
    found = law.read(MonitoringLaw, on=date(2019, 6, 1))
    assert found.progress.value == Lights(Decimal("0.95"), Decimal("0.80"))
    assert found.coverage.value == Decimal("0.95")
    assert found.coverage.unit == "ratio"
    assert found.coverage.reference == "law/targets.toml#rule.basic_coverage"
    assert (found.coverage.source_status, found.coverage.status_label) == (
        "proposal",
        "本平台建议值",
    )
    assert found.coverage.checked_on == date(2026, 11, 1)
    assert [g.grade for g in found.grades.value] == ["优", "良", "中", "差"]
    assert len(found.causes.value) == 5
    assert found.older is None
    assert law.read(ClockLaw, on=date(2019, 6, 1)).closing.value == time(17)


def test_an_absent_optional_value_is_none_and_an_old_day_has_its_old_law():
    old = law.read(ClockLaw, on=date(2019, 1, 1))
    assert (old.target.value, old.target.jurisdiction, old.target.until) == (
        2,
        "shanghai",
        date(2022, 12, 30),
    )


def test_a_day_without_rule_is_refused_in_words():
    with pytest.raises(law.NotInForce) as refused:
        law.read(ClockLaw, on=date(2022, 12, 30))
    assert refused.value.code == "LAW-NOT-IN-FORCE"
    assert refused.value.source == "law/filing.toml#clock.service_target"
    assert "2022-12-30" in refused.value.sentence


def test_another_place_does_not_get_shanghais_value():
    with pytest.raises(law.NotInForce):
        law.read(ClockLaw, on=date(2019, 6, 1), jurisdiction="hubei")
    with pytest.raises(ValueError, match="atlantis"):
        law.read(ClockLaw, on=date(2019, 6, 1), jurisdiction="atlantis")


def test_nobody_edits_the_law_in_memory():
    found = law.read(ClockLaw, on=date(2019, 6, 1))
    with pytest.raises(FrozenInstanceError):
        found.target.value = 9  # type: ignore[misc]
    entry = law.load_file("targets").entries["framework.crosswalk"]
    with pytest.raises(TypeError):
        entry.values[0].value[0]["as"] = "x"


@dataclass(frozen=True)
class WrongKey:
    LAW: ClassVar[str] = "filing"
    x: Annotated[Value[int], At("clock.nothing", "workday")]


@dataclass(frozen=True)
class WrongUnit:
    LAW: ClassVar[str] = "filing"
    x: Annotated[Value[int], At("clock.follow_up", "workday")]


@dataclass(frozen=True)
class WrongKind:
    LAW: ClassVar[str] = "filing"
    x: Annotated[Value[Lights], At("counting.floor_days", "workday")]


@dataclass(frozen=True)
class WrongColumns:
    LAW: ClassVar[str] = "targets"
    x: Annotated[Value[tuple[Lights, ...]], At("rule.grade_table", "rows")]


@pytest.mark.parametrize(
    ("shape", "code", "key"),
    [
        (WrongKey, "missing_key", "clock.nothing"),
        (WrongUnit, "wrong_unit", "clock.follow_up"),
        (WrongKind, "wrong_type", "counting.floor_days"),
        (WrongColumns, "wrong_type", "rule.grade_table"),
    ],
)
def test_a_shape_that_disagrees_with_its_file_is_caught_at_start(shape, code, key):
    assert {(p.key, p.code) for p in law.check([shape])} == {(key, code)}
    if code != "wrong_type":
        with pytest.raises(law.LawError):
            law.read(shape, on=date(2019, 6, 1))


def test_the_start_up_check_passes_on_the_shipped_files():
    assert LAW_SHAPES
    assert check_law() == []


def test_the_start_up_check_reports_file_and_key(tmp_path, monkeypatch):
    monkeypatch.setattr("shangwu.config.checks.LAW_SHAPES", (WrongUnit,))
    [error] = check_law()
    assert error.id == "law.wrong_unit"
    assert "law/filing.toml#clock.follow_up" in error.msg
