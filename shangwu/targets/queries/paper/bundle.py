"""All papers of a year, one after the other, so that a whole year never stands in memory."""

from collections.abc import Iterator
from datetime import date

from shangwu.foundation.documents import write_official_docx
from shangwu.foundation.web.archives import safe_name
from shangwu.targets.models import Declaration, Evaluation
from shangwu.targets.queries.paper.declaration import standing_content
from shangwu.targets.queries.paper.evaluation import evaluation_source
from shangwu.targets.queries.paper.monitoring import monitoring_sheet
from shangwu.targets.rules.form.printing import print_form
from shangwu.targets.rules.paper.evaluation import TITLES, evaluation_table
from shangwu.targets.rules.paper.monitoring import monitoring_table
from shangwu.targets.rules.paper.report import evaluation_report
from shangwu.targets.vocabulary import EvaluationKind, EvaluationStatus, ReportStatus


def year_papers(year: int, *, on: date) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, Word file) of every declaration, locked monitoring report and signed evaluation of the year."""
    declarations = Declaration.objects.filter(year=year).select_related("project")
    for declaration in declarations.order_by("project__number"):
        form = print_form(standing_content(declaration, on=on))
        yield paper_name(declaration, "绩效目标申报表", "docx"), write_official_docx(form)
        for report in declaration.monitoring_reports.filter(status=ReportStatus.LOCKED):
            table = monitoring_table(monitoring_sheet(report))
            name = f"绩效监控表-{report.starts_on}至{report.ends_on}"
            yield paper_name(declaration, name, "docx"), write_official_docx(table)
        signed = declaration.evaluations.exclude(status=EvaluationStatus.DRAFT)
        for evaluation in signed.order_by("kind"):
            yield from _evaluation_papers(declaration, evaluation)


def _evaluation_papers(
    declaration: Declaration, evaluation: Evaluation
) -> Iterator[tuple[str, bytes]]:
    source = evaluation_source(evaluation)
    name = TITLES[EvaluationKind(evaluation.kind)]
    for word, paper in (("表", evaluation_table(*source)), ("报告", evaluation_report(*source))):
        yield paper_name(declaration, f"{name}{word}", "docx"), write_official_docx(paper)


def paper_name(declaration: Declaration, paper: str, kind: str) -> str:
    """Return the file's name, 项目编号-项目名称-…, without signs that file systems refuse."""
    name = safe_name(declaration.project.name)
    return f"{declaration.project.number}-{name}-{paper}（{declaration.year}年度）.{kind}"
