"""Evaluations against the real database and through their pages: counted, explained, signed, locked, published."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import (
    Evaluation,
    EvaluationSignature,
    Indicator,
    Issue,
    Payment,
    PaymentProposal,
)
from shangwu.targets.operations import declarations, judgements, measuring
from shangwu.targets.operations import evaluation as acts
from shangwu.targets.queries.evaluation import content_sha256, desk_of
from shangwu.targets.vocabulary import EvaluationStatus, PaymentSource, ReadingTrigger
from tests.foundation.accounts.factories import appointed, person, signed_in_client, with_app
from tests.targets.factories import approved, drafted, proof, row

pytestmark = pytest.mark.django_db
AT = datetime(2020, 1, 10, 2, 0, tzinfo=UTC)
YEAR_END = date(2019, 12, 31)
BAND = "部分达成预期指标并具有一定效果"


@pytest.fixture
def declaration(editor, reviewer):
    """A declaration with a level, a dated piece of work, a text and a row nobody measures yet."""
    appointed(editor, Role.TARGETS_EDITOR)
    appointed(reviewer, Role.TARGETS_REVIEWER)
    found = approved(
        editor,
        reviewer,
        ("窗口管理制度健全性", "健全"),
        ("2019年6月底，完成窗口改造", "完成"),
        ("社会影响", "正面支撑"),
        ("第三方数据发布数", "100条"),
    )
    rated(found, 1, "健全", editor)
    rated(found, 3, BAND, editor)
    judgements.record_completion(
        indicator=row(found, 2).pk,
        done_on=date(2019, 6, 20),
        description="已完成",
        files=[proof(editor)],
        by=editor,
        at=AT,
    )
    for number in (1, 2, 3, 4):
        measuring.take_reading(
            indicator=row(found, number).pk,
            on=YEAR_END,
            trigger=ReadingTrigger.BACKFILL,
            by=editor,
            at=AT,
        )
    return found


def rated(declaration, number, level, by):
    judgements.rate_indicator(
        indicator=row(declaration, number).pk,
        level=level,
        reason="有制度文本",
        rated_on=date(2019, 12, 1),
        valid_until=None,
        files=[proof(by, name=f"佐证{number}.txt")],
        by=by,
        at=AT,
    )


@pytest.fixture
def draft(declaration, editor):
    """A self-evaluation that the editor drafted."""
    return acts.draft_evaluation(
        declaration=declaration, kind="SELF", as_of=YEAR_END, by=editor, at=AT
    )


def lines(evaluation):
    return {line.indicator.row: line for line in evaluation.lines.select_related("indicator")}


def weighed(evaluation, by, values=(30, 30, 20, 10)):
    found = lines(evaluation)
    weights = {
        found[number].indicator_id: Decimal(value) for number, value in enumerate(values, start=1)
    }
    return acts.sign_weights(evaluation=evaluation.pk, weights=weights, by=by, at=AT)


def explained(evaluation, by, rater=None):
    """Rate the text and give a cause where one is due."""
    acts.rate_line(
        line=lines(evaluation)[3].pk,
        band=BAND,
        share=Decimal("0.70"),
        reason="两家媒体报道",
        by=rater or by,
        at=AT,
    )
    for item in desk_of(Evaluation.objects.get(pk=evaluation.pk)).missing_reasons:
        acts.state_cause(
            line=item.line.pk, cause="其他", detail="范围有限", remedy="下年扩大", by=by, at=AT
        )


@pytest.fixture
def signed(draft, editor, reviewer):
    """The signature of a complete self-evaluation."""
    weighed(draft, reviewer)
    explained(draft, editor)
    return acts.sign_evaluation(evaluation=draft.pk, by=editor, at=AT)


def refused(code, act, **arguments):
    with pytest.raises(Refused) as raised:
        act(**arguments)
    assert raised.value.code == code
    return raised.value.sentence


def test_a_draft_stands_on_the_readings_and_gives_no_score_before_weights_are_signed(draft):
    desk = desk_of(draft)
    assert [item.line.reading.status for item in desk.lines] == ["MET", "MET", "PARTIAL", "NO_DATA"]
    assert {item.scored.score for item in desk.lines} == {None}
    assert desk.result.totals.total is None
    assert Act.objects.filter(act="targets.draft_evaluation").count() == 1


def test_a_draft_before_the_readings_has_no_data_and_can_be_put_on_another_day(draft, editor):
    early = acts.refresh_evaluation(evaluation=draft.pk, as_of=date(2019, 3, 1), by=editor, at=AT)
    assert {line.reading for line in early.lines.all()} == {None}
    acts.refresh_evaluation(evaluation=draft.pk, as_of=YEAR_END, by=editor, at=AT)
    assert None not in {line.reading for line in draft.lines.all()}


def test_each_kind_exists_once_and_only_for_what_was_approved(draft, declaration, editor):
    again = {"declaration": declaration, "kind": "SELF", "by": editor, "at": AT}
    refused("EVALUATION-EXISTS", acts.draft_evaluation, as_of=YEAR_END, **again)
    refused("EVALUATION-FUTURE", acts.draft_evaluation, as_of=date(2020, 1, 11), **again)


def test_weights_are_signed_by_another_and_add_up_exactly(draft, editor, reviewer):
    refused("EVALUATION-ROLE", weighed, evaluation=draft, by=editor)
    appointed(editor, Role.TARGETS_REVIEWER)
    refused("EVALUATION-OWN-WEIGHTS", weighed, evaluation=draft, by=editor)
    sentence = refused(
        "EVALUATION-WEIGHTS", weighed, evaluation=draft, by=reviewer, values=(30, 30, 20, 9)
    )
    assert "合计 99 分" in sentence
    weighed(draft, reviewer)
    desk = desk_of(Evaluation.objects.get(pk=draft.pk))
    assert [item.scored.score for item in desk.lines] == [30, 30, None, None]


def test_a_band_needs_its_interval_a_reason_and_evidence(draft, editor):
    given = {"line": lines(draft)[3].pk, "reason": "报道", "by": editor, "at": AT}
    refused("EVALUATION-BAND", acts.rate_line, band=BAND, share=Decimal("0.80"), **given)
    refused("EVALUATION-BAND", acts.rate_line, band="很好", share=Decimal("0.70"), **given)
    refused(
        "EVALUATION-REASON",
        acts.rate_line,
        band=BAND,
        share=Decimal("0.7"),
        **{**given, "reason": " "},
    )
    unproven = {**given, "line": lines(draft)[4].pk}
    refused("EVALUATION-EVIDENCE", acts.rate_line, band=BAND, share=Decimal("0.7"), **unproven)


def test_signing_asks_for_weights_causes_and_the_right_person(draft, editor, reviewer):
    refused("EVALUATION-WEIGHTS", acts.sign_evaluation, evaluation=draft.pk, by=editor, at=AT)
    weighed(draft, reviewer)
    refused("EVALUATION-ROLE", acts.sign_evaluation, evaluation=draft.pk, by=reviewer, at=AT)
    acts.rate_line(
        line=lines(draft)[3].pk, band=BAND, share=Decimal("0.7"), reason="报道", by=editor, at=AT
    )
    sentence = refused(
        "EVALUATION-CAUSE", acts.sign_evaluation, evaluation=draft.pk, by=editor, at=AT
    )
    assert "社会影响" in sentence


def test_a_signature_locks_the_document_with_its_digests(signed, draft, editor, reviewer):
    assert signed.content["total"] == "74.00"
    assert (signed.content["lowest"], signed.content["highest"]) == ("74.00", "94.00")
    assert signed.content["provisional"] is True
    assert signed.content_sha256 == content_sha256(
        EvaluationSignature.objects.get(pk=signed.pk).content
    )
    assert len(signed.evidence_sha256) == 64
    for act, arguments in (
        (acts.refresh_evaluation, {"evaluation": draft.pk, "as_of": YEAR_END}),
        (acts.sign_evaluation, {"evaluation": draft.pk}),
        (
            acts.deduct_points,
            {"line": lines(draft)[1].pk, "points": Decimal(1), "reason": "偏低"},
        ),
    ):
        refused("EVALUATION-LOCKED", act, **arguments, by=reviewer, at=AT)
    for change in (
        lambda: EvaluationSignature.objects.filter(pk=signed.pk).update(content={}),
        lambda: EvaluationSignature.objects.filter(pk=signed.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_nobody_signs_two_kinds_of_one_declaration(signed, declaration, editor, reviewer):
    appointed(editor, Role.TARGETS_REVIEWER)
    other = acts.draft_evaluation(
        declaration=declaration, kind="DEPARTMENT", as_of=YEAR_END, by=editor, at=AT
    )
    weighed(other, reviewer)
    explained(other, editor)
    refused("EVALUATION-SEPARATE", acts.sign_evaluation, evaluation=other.pk, by=editor, at=AT)
    acts.sign_evaluation(evaluation=other.pk, by=reviewer, at=AT)
    assert EvaluationSignature.objects.count() == 2


def test_the_finance_evaluation_is_weighed_rated_and_signed_by_the_finance_evaluator_alone(
    declaration, editor, reviewer
):
    found = acts.draft_evaluation(
        declaration=declaration, kind="FINANCE", as_of=YEAR_END, by=editor, at=AT
    )
    evaluator = person("bureau", Role.FINANCE_EVALUATOR)
    weights = {lines(found)[1].indicator_id: Decimal(90)}
    refused(
        "EVALUATION-ROLE",
        acts.sign_weights,
        evaluation=found.pk,
        weights=weights,
        by=reviewer,
        at=AT,
    )
    weighed(found, evaluator)
    explained(found, editor, rater=evaluator)
    refused("EVALUATION-ROLE", acts.sign_evaluation, evaluation=found.pk, by=reviewer, at=AT)
    with_app(evaluator)
    page = signed_in_client(evaluator)
    page.post(reverse("targets:evaluation-sign", args=[found.pk]))
    assert found.signatures.get().by == evaluator


def test_a_reviewer_deducts_with_a_reason_and_the_drafter_does_not(draft, editor, reviewer):
    weighed(draft, reviewer)
    given = {"line": lines(draft)[1].pk, "points": Decimal("2.5"), "at": AT}
    refused("EVALUATION-ROLE", acts.deduct_points, reason="偏低", by=editor, **given)
    appointed(editor, Role.TARGETS_REVIEWER)
    refused("EVALUATION-OWN-DEDUCTION", acts.deduct_points, reason="偏低", by=editor, **given)
    refused("EVALUATION-DEDUCTION", acts.deduct_points, reason="", by=reviewer, **given)
    acts.deduct_points(reason="目标定得偏低", by=reviewer, **given)
    first = desk_of(Evaluation.objects.get(pk=draft.pk)).lines[0]
    assert first.scored.score == Decimal("27.5")


def test_reopening_keeps_what_was_signed_and_published(signed, draft, editor, reviewer):
    acts.publish_evaluation(evaluation=draft.pk, by=reviewer, at=AT)
    refused(
        "EVALUATION-REASON",
        acts.reopen_evaluation,
        evaluation=draft.pk,
        reason=" ",
        by=reviewer,
        at=AT,
    )
    acts.reopen_evaluation(evaluation=draft.pk, reason="读数更正", by=reviewer, at=AT)
    draft.refresh_from_db()
    assert (draft.status, draft.revision) == (EvaluationStatus.DRAFT, 2)
    again = acts.sign_evaluation(evaluation=draft.pk, by=editor, at=AT)
    assert again.revision == 2
    assert draft.signatures.count() == 2
    told = set(Act.objects.filter(subject=f"evaluation:{draft.pk}").values_list("act", flat=True))
    assert {
        "targets.sign_evaluation",
        "targets.publish_evaluation",
        "targets.reopen_evaluation",
    } <= told


def test_the_public_sees_a_self_evaluation_once_it_is_published(
    signed, draft, declaration, reviewer
):
    number, year = declaration.project.number, declaration.year
    page = reverse("targets:promise-evaluation", args=[number, year])
    promise = reverse("targets:promise", args=[number, year])
    public = Client()
    assert public.get(page).status_code == 404
    assert page not in public.get(promise).content.decode()
    acts.publish_evaluation(evaluation=draft.pk, by=reviewer, at=AT)
    shown = public.get(page).content.decode()
    assert "74.00" in shown
    assert signed.evidence_sha256 in shown
    assert page in public.get(promise).content.decode()


def test_the_desk_takes_an_evaluation_from_draft_to_publication(declaration):
    editor = person("clerk", Role.TARGETS_EDITOR)
    reviewer = person("judge", Role.TARGETS_REVIEWER)
    for account in (editor, reviewer):
        with_app(account)
    clerk, judge = signed_in_client(editor), signed_in_client(reviewer)
    number, year = declaration.project.number, declaration.year
    listed = clerk.get(reverse("targets:evaluations"))
    assert declaration.project.name in listed.content.decode()
    made = clerk.post(
        reverse("targets:evaluation-new", args=[number, year]),
        {"kind": "SELF", "as_of": "2030-01-01"},
        follow=True,
    )
    found = Evaluation.objects.filter(declaration=declaration)
    assert not found.exists(), made.content.decode()
    today = datetime.now(UTC).date().isoformat()
    clerk.post(
        reverse("targets:evaluation-new", args=[number, year]), {"kind": "SELF", "as_of": today}
    )
    evaluation = found.get()
    page = reverse("targets:evaluation", args=[evaluation.pk])
    assert "签认前不计分" in clerk.get(page).content.decode()
    numbered = lines(evaluation)
    weights = dict(
        zip((numbered[n].indicator_id for n in (1, 2, 3, 4)), (30, 30, 20, 10), strict=True)
    )
    judge.post(reverse("targets:evaluation-weights", args=[evaluation.pk]), weights)
    rate = reverse("targets:evaluation-rate", args=[evaluation.pk, numbered[3].pk])
    clerk.post(rate, {"band": BAND, "percent": "70", "reason": "报道"})
    cause = reverse("targets:evaluation-cause", args=[evaluation.pk, numbered[3].pk])
    clerk.post(cause, {"cause": "其他", "detail": "范围有限", "remedy": "扩大"})
    clerk.post(reverse("targets:evaluation-sign", args=[evaluation.pk]))
    judge.post(reverse("targets:evaluation-publish", args=[evaluation.pk]))
    evaluation.refresh_from_db()
    assert evaluation.status == EvaluationStatus.PUBLISHED
    shown = clerk.get(page).content.decode()
    assert "law/targets.toml#rule.qualitative_bands" in shown
    assert "14.00" in shown


def test_a_clerk_can_neither_weigh_nor_publish(draft):
    clerk = person("clerk", Role.TARGETS_EDITOR)
    with_app(clerk)
    client = signed_in_client(clerk)
    for act in ("weights", "publish", "reopen"):
        answer = client.post(reverse(f"targets:evaluation-{act}", args=[draft.pk]))
        assert answer.status_code == 403


def test_nobody_is_offered_an_act_that_would_be_refused(draft, declaration):
    acts_of = {
        Role.TARGETS_EDITOR: {"sign", "cause", "rate", "refresh"},
        Role.TARGETS_REVIEWER: {"weights", "cause", "rate", "refresh"},
        Role.LEADER: set(),
    }
    page = reverse("targets:evaluation", args=[draft.pk])
    for role, allowed in acts_of.items():
        somebody = person(role.value.lower(), role)
        with_app(somebody)
        client = signed_in_client(somebody)
        shown = client.get(page).content.decode()
        offered = set(re.findall(rf'action="{page}(?:lines/\d+/)?(\w+)/"', shown))
        assert offered == allowed, role
        listed = client.get(reverse("targets:evaluations")).content.decode()
        assert ("evaluations/new/" in listed) == bool(allowed)
        assert ("evaluations/import/" in listed) == bool(allowed)
        if allowed:
            assert 'value="2019-12-31"' in listed, "the last day of the project is offered"


def test_an_imported_table_is_shown_printed_beside_computed(db):
    clerk = person("clerk", Role.TARGETS_EDITOR)
    with_app(clerk)
    client = signed_in_client(clerk)
    table = {
        "framework": "national-2020",
        "budget": {"adjusted": 100, "executed": 100},
        "total": 100,
        "indicators": [
            {
                "level1": "产出",
                "level2": "",
                "name": "网点数",
                "target": "10家",
                "actual": "8家",
                "weight": 90,
                "score": 90,
            },
        ],
    }
    address = reverse("targets:evaluation-import")

    def send(body):
        upload = SimpleUploadedFile("表.json", body)
        return client.post(address, {"title": "某区自评表", "file": upload}, follow=True)

    shown = send(json.dumps(table).encode()).content.decode()
    assert "目标未达成，却打了满分" in shown
    assert "72.00" in shown
    assert "100%，得 10.00 分" in " ".join(shown.split())
    assert "已导入过" in send(json.dumps(table).encode()).content.decode()
    assert "不是合格的 JSON" in send(b"{").content.decode()
    assert "指标框架" in send(b"{}").content.decode()


def test_the_execution_rate_comes_from_the_payments_that_were_known(declaration, editor):
    without = acts.draft_evaluation(
        declaration=declaration, kind="SELF", as_of=YEAR_END, by=editor, at=AT
    )
    assert desk_of(without).result.execution.rate is None
    assert "EXECUTION-UNKNOWN" in {flag.code for flag in desk_of(without).result.flags}
    for n, at in enumerate((AT, datetime(2020, 1, 20, tzinfo=UTC))):
        facts = {
            "declaration": declaration,
            "voucher": f"V{n}",
            "paid_on": date(2019, 11, 1),
            "amount_fen": 14_550_000,
            "payee": "某公司",
            "by": editor,
            "at": at,
        }
        proposal = PaymentProposal.objects.create(reason="补登", **facts)
        Payment.objects.create(
            proposal=proposal, fingerprint=f"{n:064d}", source=PaymentSource.HAND, **facts
        )
    rate = desk_of(Evaluation.objects.get(pk=without.pk)).result.execution.rate
    assert rate == Fraction(14_550_000, 30_000_000)
    later = datetime(2020, 2, 1, tzinfo=UTC)
    acts.refresh_evaluation(evaluation=without.pk, as_of=YEAR_END, by=editor, at=later)
    execution = desk_of(Evaluation.objects.get(pk=without.pk)).result.execution
    assert execution.rate == Fraction(97, 100)


def test_a_failed_gate_opens_an_issue_and_only_one(editor, reviewer):
    appointed(editor, Role.TARGETS_EDITOR)
    appointed(reviewer, Role.TARGETS_REVIEWER)
    content = drafted(
        editor,
        ("资金使用合规性", "合规"),
        ("2019年6月底，完成窗口改造", "完成"),
        layout="two-column",
    )
    Indicator.objects.filter(declaration=content, row=1).update(level1="投入和管理目标")
    declarations.submit_declaration(declaration=content.pk, by=editor, at=AT)
    found = declarations.approve_declaration(declaration=content.pk, note="", by=reviewer, at=AT)
    measuring.bind_measure(
        indicator=row(found).pk,
        measure="targets.rating",
        parameters={},
        reason="由责任人认定",
        by=editor,
        at=AT,
    )
    rated(found, 1, "未合规", editor)
    for number in (1, 2):
        measuring.take_reading(
            indicator=row(found, number).pk,
            on=YEAR_END,
            trigger=ReadingTrigger.BACKFILL,
            by=editor,
            at=AT,
        )
    evaluation = acts.draft_evaluation(
        declaration=found, kind="SELF", as_of=YEAR_END, by=editor, at=AT
    )
    weights = {row(found, 2).pk: Decimal(90)}
    acts.sign_weights(evaluation=evaluation.pk, weights=weights, by=reviewer, at=AT)
    for item in desk_of(Evaluation.objects.get(pk=evaluation.pk)).missing_reasons:
        acts.state_cause(line=item.line.pk, cause="其他", detail="a", remedy="b", by=editor, at=AT)
    acts.sign_evaluation(evaluation=evaluation.pk, by=editor, at=AT)
    [issue] = Issue.objects.filter(rule="Y-11")
    assert issue.indicator == row(found)
    assert "未合规" in issue.sentence
    acts.reopen_evaluation(evaluation=evaluation.pk, reason="复核", by=reviewer, at=AT)
    acts.sign_evaluation(evaluation=evaluation.pk, by=editor, at=AT)
    assert Issue.objects.filter(rule="Y-11").count() == 1
