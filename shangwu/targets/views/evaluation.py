"""The evaluation desk: the year, one evaluation line by line, and the acts on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import PUBLIC, STAFF, Role, any_of
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.targets.forms.acts import ReasonForm
from shangwu.targets.forms.evaluation import (
    AsOfForm,
    BandForm,
    CauseForm,
    DeductionForm,
    DraftForm,
    ImportedForm,
    WeightsForm,
)
from shangwu.targets.models import Declaration, Evaluation, EvaluationLine, ImportedEvaluation
from shangwu.targets.operations import evaluation as acts
from shangwu.targets.queries import evaluation as reading
from shangwu.targets.queries.evaluation_charts import category_chart
from shangwu.targets.views.pages import year_of
from shangwu.targets.vocabulary import DeclarationStatus, EvaluationKind

EDITORS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER)
REVIEWERS = any_of(Role.TARGETS_REVIEWER)
EVALUATORS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER, Role.FINANCE_EVALUATOR)
JUDGES = any_of(Role.TARGETS_REVIEWER, Role.FINANCE_EVALUATOR)


@entry(allow=STAFF, writes=False)
def evaluation_list(request: HttpRequest) -> HttpResponse:
    """Show the year's projects with their evaluations of every kind."""
    year, years, rows = reading.year_desk(year_of(request), today=timezone.localdate())
    context = {
        "page": {"year": year, "years": years},
        "rows": [(row, _kinds(row)) for row in rows],
        "imported": ImportedEvaluation.objects.select_related("by").order_by("-at")[:50],
        "imported_form": ImportedForm(),
        "may_edit": EDITORS.admits(request.user),
    }
    return render(request, "targets/evaluation/list.html", context)


@entry(allow=EVALUATORS, writes=True)
@require_POST
def evaluation_new(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Draft an evaluation of one kind from the readings of a day."""
    declaration = get_object_or_404(Declaration, project__number=number, year=year)
    form = DraftForm(request.POST)
    if not is_filled_in(request, form):
        return redirect(f"{reverse('targets:evaluations')}?year={year}")
    found = acts.draft_evaluation(
        declaration=declaration, **form.cleaned_data, by=signed_in(request), at=timezone.localtime()
    )
    label = EvaluationKind(found.kind).label
    messages.success(request, f"{label}已按读数建立。请签认权重，填写原因后签署。")
    return redirect("targets:evaluation", found.pk)


@entry(allow=STAFF, writes=False)
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one evaluation line by line, each score with the rule that made it."""
    found = _found(pk)
    desk = reading.desk_of(found)
    content = reading.content_of(desk)
    context = {
        "evaluation": found,
        "declaration": found.declaration,
        "desk": desk,
        "content": content,
        "chart": category_chart(desk.result),
        "lines": [
            (item, row, *_forms(item, found))
            for item, row in zip(desk.lines, content["indicators"], strict=True)
        ],
        "weights_form": WeightsForm(desk=desk),
        "day_form": AsOfForm(initial={"as_of": found.as_of}),
        "reason_form": ReasonForm(),
        "signatures": found.signatures.select_related("by").order_by("-revision"),
        "reopenings": found.reopenings.select_related("by").order_by("-revision"),
        **_duties(request, found),
    }
    return render(request, "targets/evaluation/page.html", context)


@entry(allow=EVALUATORS, writes=True)
@require_POST
def evaluation_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft on the readings of another day."""
    return _acted(request, pk, AsOfForm(request.POST), acts.refresh_evaluation, "读数已更新。")


@entry(allow=JUDGES, writes=True)
@require_POST
def evaluation_weights(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for the weights."""
    form = WeightsForm(request.POST, desk=reading.desk_of(_found(pk)))
    if is_filled_in(request, form):
        acts.sign_weights(
            evaluation=pk, weights=form.weights(), by=signed_in(request), at=timezone.localtime()
        )
        messages.success(request, "权重已签认，开始计分。")
    return redirect("targets:evaluation", pk)


@entry(allow=EDITORS, writes=True)
@require_POST
def evaluation_cause(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """State cause and remedy of one line."""
    found = _line(pk, line)
    form = CauseForm(request.POST, on=found.evaluation.as_of)
    return _acted(request, pk, form, acts.state_cause, "原因和措施已记录。", line=line)


@entry(allow=EVALUATORS, writes=True)
@require_POST
def evaluation_rate(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Rate one line that cannot be counted."""
    found = _line(pk, line)
    form = BandForm(request.POST, on=found.evaluation.as_of)
    if is_filled_in(request, form):
        acts.rate_line(
            line=line,
            band=form.cleaned_data["band"],
            share=form.cleaned_data["percent"] / 100,
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "评定已记录。")
    return redirect("targets:evaluation", pk)


@entry(allow=JUDGES, writes=True)
@require_POST
def evaluation_deduct(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Take points off one line with a reason."""
    _line(pk, line)
    form = DeductionForm(request.POST)
    return _acted(request, pk, form, acts.deduct_points, "扣分已记录。", line=line)


@entry(allow=EVALUATORS, writes=True)
@require_POST
def evaluation_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign and lock."""
    return _acted(request, pk, Form(request.POST), acts.sign_evaluation, "评价已签署并锁定。")


@entry(allow=REVIEWERS, writes=True)
@require_POST
def evaluation_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the signed evaluation to the public."""
    return _acted(request, pk, Form(request.POST), acts.publish_evaluation, "评价已公开。")


@entry(allow=JUDGES, writes=True)
@require_POST
def evaluation_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a signed evaluation again, with a reason."""
    form = ReasonForm(request.POST)
    return _acted(request, pk, form, acts.reopen_evaluation, "评价已重开，原签署内容保留。")


@entry(allow=EDITORS, writes=True)
@require_POST
def evaluation_import(request: HttpRequest) -> HttpResponse:
    """Import somebody else's evaluation table."""
    form = ImportedForm(request.POST, request.FILES)
    if not is_filled_in(request, form):
        return redirect("targets:evaluations")
    found = acts.import_evaluation(
        title=form.cleaned_data["title"],
        content=form.cleaned_data["file"],
        by=signed_in(request),
        at=timezone.localtime(),
    )
    return redirect("targets:evaluation-imported", found.pk)


@entry(allow=STAFF, writes=False)
def evaluation_imported(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an imported evaluation, printed beside computed."""
    found = get_object_or_404(ImportedEvaluation.objects.select_related("by"), pk=pk)
    rows = list(zip(found.table["indicators"], found.computed["indicators"], strict=True))
    return render(request, "targets/evaluation/imported.html", {"imported": found, "rows": rows})


@entry(allow=PUBLIC, writes=False)
def public_evaluation(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Show the published self-evaluation as it was signed."""
    declaration = get_object_or_404(
        Declaration.objects.select_related("project"),
        project__number=number,
        year=year,
        status=DeclarationStatus.APPROVED,
    )
    publication = reading.published_evaluation(declaration)
    if publication is None:
        raise Http404
    context = {
        "declaration": declaration,
        "publication": publication,
        "content": publication.signature.content,
    }
    return render(request, "targets/evaluation/public.html", context)


def _kinds(row: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return each kind with its evaluation, if there is one, and the form that drafts it."""
    of = row["declaration"].pk
    return [
        (
            kind,
            *rest,
            DraftForm(
                initial={"kind": kind, "as_of": row["as_of"]}, auto_id=f"draft-{of}-{kind}-%s"
            ),
        )
        for kind, *rest in row["kinds"]
    ]


def _forms(item: reading.DeskLine, found: Evaluation) -> tuple[CauseForm, BandForm, DeductionForm]:
    line = item.line
    ids = f"line-{line.pk}-%s"
    cause = {"cause": line.cause, "detail": line.cause_detail, "remedy": line.remedy}
    percent = None if line.share is None else line.share * 100
    band = {"band": line.band, "percent": percent, "reason": line.band_reason}
    taken = {"points": line.deduction, "reason": line.deduction_reason}
    return (
        CauseForm(on=found.as_of, auto_id=f"{ids}-cause", initial=cause),
        BandForm(on=found.as_of, auto_id=f"{ids}-band", initial=band),
        DeductionForm(auto_id=f"{ids}-deduct", initial=taken),
    )


def _acted(
    request: HttpRequest,
    pk: int,
    form: Form,
    act: Callable[..., Any],
    done: str,
    *,
    line: int | None = None,
) -> HttpResponse:
    """Run the act on the evaluation, or on its line, with what the form holds."""
    _found(pk)
    if is_filled_in(request, form):
        subject = {"evaluation": pk} if line is None else {"line": line}
        act(**subject, **form.cleaned_data, by=signed_in(request), at=timezone.localtime())
        messages.success(request, done)
    return redirect("targets:evaluation", pk)


def _duties(request: HttpRequest, found: Evaluation) -> dict[str, bool]:
    """Return what the person may do with an evaluation of this kind, so that no button would be refused."""
    judges = any_of(acts.JUDGES[found.kind]).admits(request.user)
    edits = EDITORS.admits(request.user)
    return {
        "may_edit": edits,
        "may_rate": judges if found.kind == EvaluationKind.FINANCE else edits,
        "may_judge": judges,
        "may_publish": REVIEWERS.admits(request.user),
        "may_refresh": EVALUATORS.admits(request.user),
        "may_sign": any_of(acts.SIGNERS[found.kind]).admits(request.user),
    }


def _found(pk: int) -> Evaluation:
    return get_object_or_404(
        Evaluation.objects.select_related("declaration__project", "drafted_by", "weights_by"), pk=pk
    )


def _line(pk: int, line: int) -> EvaluationLine:
    return get_object_or_404(
        EvaluationLine.objects.select_related("evaluation"), pk=line, evaluation_id=pk
    )
