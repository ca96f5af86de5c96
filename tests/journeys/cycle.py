"""A declaration that went through the whole cycle: monitored, its issues corrected, evaluated, published."""

from datetime import date
from decimal import Decimal

from shangwu.targets.models import Evaluation, MonitoringReport
from shangwu.targets.operations import evaluation, issues, monitoring
from shangwu.targets.operations.monitoring import LineStatement
from shangwu.targets.queries.evaluation import desk_of
from shangwu.targets.queries.monitoring.report import lines_of
from shangwu.targets.rules.evaluation.facts import Role as RowRole
from shangwu.targets.rules.evaluation.printing import half_up
from shangwu.targets.vocabulary import EvaluationKind
from tests.targets.factories import proof

TABLE = {
    "framework": "national-2020",
    "total": 90,
    "indicators": [
        {"name": "培训人次", "target": "≥100人次", "actual": "80人次", "weight": 50, "score": 50},
        {"name": "培训合格率", "target": "≥90%", "actual": "95%", "weight": 40, "score": 40},
    ],
}
JULY, YEAR_END = date(2019, 7, 31), date(2019, 12, 31)


def run_through(declaration, editor, reviewer, *, at):
    """Leave each page something to show in more than one state."""
    report_to_the_end(declaration, editor, reviewer, at=at)
    raised = issues.raise_alerts(declaration=declaration.pk, on=JULY, by=None, at=at)
    for issue in raised[:2]:
        issues.assign_issue(issue=issue.pk, owner=editor, by=reviewer, at=at)
    correct(raised[0], editor, reviewer, at=at)
    evaluate(declaration, editor, reviewer, at=at)


def report_to_the_end(declaration, editor, reviewer, *, at):
    """One report that is approved and locks its days, and the next one as a draft."""
    for starts_on, ends_on in ((date(2019, 1, 1), JULY), (date(2019, 8, 1), YEAR_END)):
        report = monitoring.draft_report(
            declaration=declaration, starts_on=starts_on, ends_on=ends_on, by=editor, at=at
        )
    first = MonitoringReport.objects.get(declaration=declaration, ends_on=JULY)
    said = {
        item.line.pk: LineStatement("有可能", ("制度保障",), "方案年中才批准。", "已催办")
        for item in lines_of(first)
    }
    monitoring.state_lines(report=first.pk, statements=said, by=editor, at=at)
    monitoring.submit_report(report=first.pk, by=editor, at=at)
    monitoring.approve_report(report=first.pk, note="同意。", by=reviewer, at=at)
    return report


def correct(issue, editor, reviewer, *, at):
    """Explain and correct with a file; another closes."""
    by = {"issue": issue.pk, "by": editor, "at": at}
    issues.explain_issue(cause="人员保障", detail="人员调离。", action="另派人员。", **by)
    issues.report_issue(text="已办结。", files=[proof(editor, at=at, name="办结单.txt")], **by)
    issues.settle_issue(issue=issue.pk, close=True, note="材料属实。", by=reviewer, at=at)


def evaluate(declaration, editor, reviewer, *, at):
    """A self-evaluation that the public sees, and the department's as a draft."""
    for kind in (EvaluationKind.SELF, EvaluationKind.DEPARTMENT):
        evaluation.draft_evaluation(
            declaration=declaration, kind=kind, as_of=YEAR_END, by=editor, at=at
        )
    found = Evaluation.objects.get(declaration=declaration, kind=EvaluationKind.SELF)
    weights = {
        item.line.indicator_id: Decimal(half_up(item.scored.weight))
        for item in desk_of(found).lines
        if item.scored.role == RowRole.INDICATOR
    }
    evaluation.sign_weights(evaluation=found.pk, weights=weights, by=reviewer, at=at)
    for item in desk_of(found).missing_reasons:
        evaluation.state_cause(
            line=item.line.pk,
            cause="其他",
            detail="方案年中才批准。",
            remedy="下年提前报批。",
            by=editor,
            at=at,
        )
    evaluation.sign_evaluation(evaluation=found.pk, by=editor, at=at)
    evaluation.publish_evaluation(evaluation=found.pk, by=reviewer, at=at)
    evaluation.import_evaluation(title="外单位自评表", content=TABLE, by=editor, at=at)
