"""Official papers as files: the declaration, the evaluation, a whole year, and what citizens may download."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header

from shangwu.foundation.accounts.roles import PUBLIC, STAFF
from shangwu.foundation.documents import (
    Official,
    write_official_docx,
    write_official_pdf,
    write_official_xlsx,
)
from shangwu.foundation.web.archives import Archive, archive_response
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.table_files import writing
from shangwu.targets.models import Declaration, Evaluation, EvaluationSignature, MonitoringReport
from shangwu.targets.queries.evaluation import published_evaluation
from shangwu.targets.queries.paper.bundle import paper_name, year_papers
from shangwu.targets.queries.paper.declaration import standing_content
from shangwu.targets.queries.paper.evaluation import evaluation_source, signed_by
from shangwu.targets.queries.paper.monitoring import monitoring_sheet
from shangwu.targets.rules.form.printing import print_form
from shangwu.targets.rules.paper.evaluation import TITLES, evaluation_table, status_label
from shangwu.targets.rules.paper.monitoring import monitoring_table
from shangwu.targets.rules.paper.report import evaluation_report
from shangwu.targets.views.pages import FILE_TYPES, table_file
from shangwu.targets.vocabulary import DeclarationStatus, EvaluationKind

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": FILE_TYPES["xlsx"],
    "pdf": "application/pdf",
}
WRITERS: dict[str, Callable[[Official], bytes]] = {
    "docx": write_official_docx,
    "xlsx": write_official_xlsx,
    "pdf": write_official_pdf,
}
EVALUATION_HEADER = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "状态",
    "分值",
    "得分",
    "计分说明",
    "偏差原因",
    "原因分析",
    "改进措施",
    "证据行数",
    "证据指纹",
)


@entry(allow=STAFF, writes=False)
def declaration_form(request: HttpRequest, number: str, year: int, kind: str) -> HttpResponse:
    """Give the declaration in the official layout."""
    declaration = get_object_or_404(
        Declaration.objects.select_related("project"), project__number=number, year=year
    )
    form = print_form(standing_content(declaration, on=timezone.localdate()))
    return _file(form, declaration, "绩效目标申报表", kind)


@entry(allow=STAFF, writes=False)
def evaluation_table_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give the evaluation table; a draft says on every page that it is one."""
    found = _evaluation(pk)
    name = f"{TITLES[EvaluationKind(found.kind)]}表"
    return _file(evaluation_table(*evaluation_source(found)), found.declaration, name, kind)


@entry(allow=STAFF, writes=False)
def evaluation_report_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give the evaluation report; a draft says on every page that it is one."""
    found = _evaluation(pk)
    name = f"{TITLES[EvaluationKind(found.kind)]}报告"
    return _file(evaluation_report(*evaluation_source(found)), found.declaration, name, kind)


@entry(allow=STAFF, writes=False)
def monitoring_table_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give the monitoring table; a draft says on every page that it is one."""
    found = get_object_or_404(
        MonitoringReport.objects.select_related("declaration__project"), pk=pk
    )
    name = f"绩效监控表-{found.starts_on}至{found.ends_on}"
    return _file(monitoring_table(monitoring_sheet(found)), found.declaration, name, kind)


@entry(allow=STAFF, writes=False)
def year_archive(request: HttpRequest, year: int) -> FileResponse:
    """Give all papers of a year as one archive, made on disk and sent from there."""
    if not Declaration.objects.filter(year=year).exists():
        raise Http404
    with writing() as file, Archive(file) as packed:
        for name, content in year_papers(year, on=timezone.localdate()):
            packed.add(name, content)
    return archive_response(file, f"绩效材料-{year}年度")


@entry(allow=PUBLIC, writes=False)
def public_evaluation_file(request: HttpRequest, number: str, year: int, kind: str) -> HttpResponse:
    """Give the published self-evaluation as it was signed: pdf, docx, xlsx, csv or json."""
    declaration = get_object_or_404(
        Declaration.objects.select_related("project"),
        project__number=number,
        year=year,
        status=DeclarationStatus.APPROVED,
    )
    publication = published_evaluation(declaration)
    if publication is None:
        raise Http404
    signature = publication.signature
    if kind == "json":
        return _json(signature)
    if kind == "csv":
        return table_file(f"evaluation-{number}-{year}", kind, EVALUATION_HEADER, _rows(signature))
    # The public reads who answers for the paper, as on the page: the unit, not a person's name.
    signed = replace(signed_by(signature), by=declaration.project.organisation)
    paper = evaluation_table(signature.content, signed)
    return _file(paper, declaration, f"{TITLES[EvaluationKind.SELF]}表", kind)


def _json(signature: EvaluationSignature) -> JsonResponse:
    """Return the signed document itself, so that anybody can compute its fingerprint again."""
    return JsonResponse(
        {
            "content": signature.content,
            "content_sha256": signature.content_sha256,
            "evidence_sha256": signature.evidence_sha256,
            "audit_head": signature.audit_head,
            "signed_at": signature.at.isoformat(),
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _rows(signature: EvaluationSignature) -> Sequence[tuple[str, ...]]:
    keys = ("why", "cause", "cause_detail", "remedy", "evidence_count", "evidence_sha256")
    return [
        (
            *(row[key] for key in ("level1", "level2", "name", "target", "actual")),
            status_label(row),
            *(row[key] or "" for key in ("weight", "score")),
            *(str(row[key]) for key in keys),
        )
        for row in signature.content["indicators"]
    ]


def _file(paper: Official, declaration: Declaration, name: str, kind: str) -> HttpResponse:
    if kind not in WRITERS:
        raise Http404
    disposition = content_disposition_header(
        as_attachment=kind != "pdf", filename=paper_name(declaration, name, kind)
    )
    return HttpResponse(
        WRITERS[kind](paper),
        content_type=TYPES[kind],
        headers={"Content-Disposition": disposition or ""},
    )


def _evaluation(pk: int) -> Evaluation:
    return get_object_or_404(Evaluation.objects.select_related("declaration__project"), pk=pk)
