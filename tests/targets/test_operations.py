"""Every write of the targets against the real database: the row, the audit row, the refusal."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from shangwu.foundation.audit.models import Act
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import Declaration, DeclarationRevision, Indicator, StoredReading
from shangwu.targets.operations import changes, declarations, judgements, measuring
from shangwu.targets.queries.findings import find, readable_indicators, recompute
from shangwu.targets.vocabulary import DeclarationStatus, ReadingTrigger, TargetStatus
from tests.targets.factories import AT, approved, content, drafted, proof, row

pytestmark = pytest.mark.django_db


def acts(name: str) -> list[Act]:
    """Return the audit rows of one act."""
    return list(Act.objects.filter(act=name))


@pytest.mark.smoke
def test_a_draft_stores_rows_versions_bindings_revision_and_one_act(editor):
    found = drafted(editor)
    assert found.status == DeclarationStatus.DRAFT
    assert [r.versions.get().raw for r in found.indicators.order_by("row")] == ["健全", "100%"]
    assert [r.bindings.get().measure for r in found.indicators.order_by("row")] == [
        "targets.rating",
        "targets.completion",
    ]
    assert found.previous_budget_fen is None
    assert DeclarationRevision.objects.get(declaration=found).content == content().to_json()
    (act,) = acts("targets.draft_declaration")
    assert act.after["indicators"] == 2


def test_the_same_project_and_year_is_stored_once(editor):
    drafted(editor)
    with pytest.raises(Refused) as refused:
        drafted(editor)
    assert refused.value.code == "DECLARATION-EXISTS"
    assert Declaration.objects.count() == 1
    assert len(acts("targets.draft_declaration")) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"project": " "},
        {"indicators": ()},
        {"ends_on": date(2018, 12, 31)},
        {"budget_year_fen": -1},
        {"year": 1},
    ],
)
def test_an_incomplete_form_stores_nothing(editor, broken):
    with pytest.raises(Refused) as refused:
        drafted(editor, **broken)
    assert refused.value.code == "FORM-INCOMPLETE"
    assert not Declaration.objects.exists()
    assert not Indicator.objects.exists()


def test_a_revision_keeps_the_old_content_and_the_old_target(editor):
    found = drafted(editor)
    changed = content(("窗口管理制度健全性", "完善"), budget_year_fen=20_000_000)
    declarations.revise_declaration(
        declaration=found.pk, content=changed, seen=1, reason="核减", by=editor, at=AT
    )
    found.refresh_from_db()
    assert found.revision == 2
    assert found.budget_year_fen == 20_000_000
    assert [v.raw for v in row(found).versions.order_by("number")] == ["健全", "完善"]
    assert found.indicators.filter(withdrawn_at__isnull=False).get().name.startswith("2019年6月底")
    assert found.revisions.get(number=1).content == content().to_json()
    (act,) = acts("targets.revise_declaration")
    assert act.before["budget_year_fen"] == 30_000_000


def test_an_editor_who_looked_at_an_older_revision_is_refused(editor):
    found = drafted(editor)
    kwargs = {"declaration": found.pk, "reason": "", "by": editor, "at": AT}
    declarations.revise_declaration(content=content(("甲", "健全")), seen=1, **kwargs)
    with pytest.raises(Refused) as refused:
        declarations.revise_declaration(content=content(("乙", "健全")), seen=1, **kwargs)
    assert refused.value.code == "DECLARATION-CHANGED"
    assert row(found).name == "甲"


def test_the_same_person_may_not_submit_and_approve(editor, reviewer):
    found = drafted(editor)
    declarations.submit_declaration(declaration=found.pk, by=editor, at=AT)
    with pytest.raises(Refused) as refused:
        declarations.approve_declaration(declaration=found.pk, note="", by=editor, at=AT)
    assert refused.value.code == "DECISION-OWN"
    declarations.approve_declaration(declaration=found.pk, note="", by=reviewer, at=AT)
    with pytest.raises(Refused) as refused:
        declarations.submit_declaration(declaration=found.pk, by=editor, at=AT)
    assert refused.value.code == "DECLARATION-STATUS"


def test_a_target_changes_during_the_year_with_old_and_new_kept(editor, reviewer):
    found = approved(editor, reviewer, ("服务对象满意率", "95%以上"))
    change = changes.propose_target_change(
        indicator=row(found).pk,
        raw="90%以上",
        effective_on=date(2019, 7, 1),
        reason="窗口搬迁",
        by=editor,
        at=AT,
    )
    with pytest.raises(Refused) as refused:
        changes.decide_target_change(version=change.pk, approve=True, note="", by=editor, at=AT)
    assert refused.value.code == "DECISION-OWN"
    changes.decide_target_change(version=change.pk, approve=True, note="", by=reviewer, at=AT)
    later = AT + timedelta(days=1)
    (indicator,) = readable_indicators(found.pk)
    before = find(indicator=indicator, on=date(2019, 6, 30), known_at=later)
    after = find(indicator=indicator, on=date(2019, 7, 1), known_at=later)
    assert (before.version.raw, after.version.raw) == ("95%以上", "90%以上")
    assert (
        find(indicator=indicator, on=date(2019, 7, 1), known_at=AT - timedelta(days=1)).version.raw
        == "95%以上"
    )


def test_a_refused_change_never_governs(editor, reviewer):
    found = approved(editor, reviewer, ("服务对象满意率", "95%以上"))
    change = changes.propose_target_change(
        indicator=row(found).pk,
        raw="1%",
        effective_on=date(2019, 3, 1),
        reason="试",
        by=editor,
        at=AT,
    )
    changes.decide_target_change(version=change.pk, approve=False, note="", by=reviewer, at=AT)
    (indicator,) = readable_indicators(found.pk)
    found_now = find(indicator=indicator, on=date(2019, 12, 31), known_at=AT + timedelta(days=1))
    assert found_now.version.raw == "95%以上"


def read(declaration: Declaration, on: date, at: datetime, number: int = 1) -> StoredReading:
    """Take a reading of a row as of a day."""
    return measuring.take_reading(
        indicator=row(declaration, number).pk,
        on=on,
        trigger=ReadingTrigger.BACKFILL,
        by=None,
        at=at,
    )


def test_an_unbound_target_is_no_data_and_never_met(editor):
    found = drafted(editor, ("服务对象投诉率", "低于万分之一"))
    reading = read(found, date(2019, 12, 31), datetime(2020, 1, 2, tzinfo=UTC))
    assert reading.status == TargetStatus.NO_DATA
    assert reading.numerator is None
    assert "尚未绑定度量" in reading.why


def test_a_rating_needs_evidence_and_then_meets_the_target(editor):
    found = drafted(editor, ("财务制度健全性", "健全"))
    kwargs = {
        "indicator": row(found).pk,
        "level": "健全",
        "reason": "四项制度齐备",
        "rated_on": date(2019, 1, 31),
        "valid_until": None,
        "by": editor,
        "at": AT,
    }
    with pytest.raises(Refused) as refused:
        judgements.rate_indicator(files=[], **kwargs)
    assert refused.value.code == "RATING-EVIDENCE"
    now = datetime(2019, 6, 1, tzinfo=UTC)
    assert read(found, date(2019, 5, 1), now).status == TargetStatus.NEEDS_RATING
    judgements.rate_indicator(files=[proof(editor)], **kwargs)
    reading = read(found, date(2019, 5, 1), now)
    assert reading.status == TargetStatus.MET
    assert editor.display_name in reading.why
    assert reading.evidence_count == 2


def test_a_certificate_counts_only_while_it_is_valid(editor):
    found = drafted(editor, ("政府网站的质量", "通过第三方机构等保定级III级评定。"))
    judgements.rate_indicator(
        indicator=row(found).pk,
        level="III",
        reason="测评报告",
        rated_on=date(2019, 1, 10),
        valid_until=date(2019, 7, 1),
        files=[proof(editor)],
        by=editor,
        at=AT,
    )
    now = datetime(2019, 12, 1, tzinfo=UTC)
    assert read(found, date(2019, 6, 30), now).status == TargetStatus.MET
    expired = read(found, date(2019, 7, 1), now)
    assert expired.status == TargetStatus.NEEDS_RATING
    assert "届满" in expired.why


def test_a_deadline_is_not_due_then_missed_or_met_by_the_proven_day(editor):
    found = drafted(editor, ("2019年6月底，完成窗口改造", "100%"))
    now = datetime(2019, 12, 1, tzinfo=UTC)
    assert read(found, date(2019, 6, 29), now).status == TargetStatus.NOT_DUE
    assert read(found, date(2019, 7, 1), now).status == TargetStatus.MISSED
    judgements.record_completion(
        indicator=row(found).pk,
        done_on=date(2019, 6, 20),
        description="通过验收",
        files=[proof(editor)],
        by=editor,
        at=now,
    )
    later = now + timedelta(hours=1)
    assert read(found, date(2019, 7, 1), later).status == TargetStatus.MET
    judgements.withdraw_completion(
        indicator=row(found).pk, reason="验收单有误", by=editor, at=later
    )
    assert read(found, date(2019, 7, 1), later + timedelta(hours=1)).status == TargetStatus.MISSED


def test_a_past_reading_recomputes_as_it_was_known_then(editor):
    found = drafted(editor, ("2019年6月底，完成窗口改造", "100%"))
    before = datetime(2019, 7, 2, tzinfo=UTC)
    stored = read(found, date(2019, 7, 1), before)
    judgements.record_completion(
        indicator=row(found).pk,
        done_on=date(2019, 6, 20),
        description="补登",
        files=[proof(editor)],
        by=editor,
        at=before + timedelta(days=3),
    )
    stored.refresh_from_db()
    again = recompute(stored)
    assert again.digest == stored.evidence_sha256
    assert again.judgement.status == stored.status == TargetStatus.MISSED


def test_daily_readings_are_taken_once_a_day(editor):
    drafted(editor)
    at = datetime(2019, 5, 1, 1, tzinfo=UTC)
    assert measuring.take_daily_readings(on=date(2019, 5, 1), at=at) == 2
    assert measuring.take_daily_readings(on=date(2019, 5, 1), at=at) == 0
    assert StoredReading.objects.count() == 2
    assert len(acts("targets.take_reading")) == 2


def test_a_reading_of_tomorrow_is_refused(editor):
    found = drafted(editor)
    with pytest.raises(Refused) as refused:
        read(found, date(2019, 2, 2), AT)
    assert refused.value.code == "READING-FUTURE"


def test_a_binding_needs_a_known_measure_and_a_reason_and_keeps_the_old_one(editor):
    found = drafted(editor)
    kwargs = {"indicator": row(found).pk, "parameters": {}, "by": editor, "at": AT}
    with pytest.raises(Refused) as refused:
        measuring.bind_measure(measure="no.such", reason="试", **kwargs)
    assert refused.value.code == "BIND-UNKNOWN"
    with pytest.raises(Refused) as refused:
        measuring.bind_measure(measure="targets.completion", reason=" ", **kwargs)
    assert refused.value.code == "BIND-REASON"
    measuring.bind_measure(measure="targets.completion", reason="改按完成日期", **kwargs)
    assert row(found).bindings.count() == 2
    assert row(found).bindings.get(ended_at=None).measure == "targets.completion"


def test_a_changed_declaration_elsewhere_is_refused_by_identity(editor):
    found = drafted(editor)
    with pytest.raises(Refused) as refused:
        declarations.revise_declaration(
            declaration=found.pk,
            content=replace(content(), project="另一个项目"),
            seen=1,
            reason="",
            by=editor,
            at=AT,
        )
    assert refused.value.code == "DECLARATION-MOVED"
