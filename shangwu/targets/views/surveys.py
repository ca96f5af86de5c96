"""Surveys at the office: write, publish, enter paper, look at results, rule on marked answers, close."""

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import STAFF, Role, any_of
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in
from shangwu.targets.forms.survey import PaperForm, RulingForm, SurveyForm
from shangwu.targets.models import Declaration, Survey, SurveyAnswer
from shangwu.targets.operations import surveys
from shangwu.targets.queries import surveys as reading
from shangwu.targets.queries.charts import answers_chart
from shangwu.targets.views.pages import table_file

EDITORS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER)


@entry(allow=STAFF, writes=False)
def survey_list(request: HttpRequest) -> HttpResponse:
    """Show all surveys, newest first."""
    context = {
        "surveys": reading.newest_surveys(),
        "declarations": Declaration.objects.select_related("project").order_by(
            "-year", "project__number"
        ),
        "may_edit": EDITORS.admits(request.user),
    }
    return render(request, "targets/survey/list.html", context)


@entry(allow=EDITORS, writes=True)
def survey_new(request: HttpRequest, number: str, year: int) -> HttpResponse:
    """Write a survey for a declaration."""
    declaration = get_object_or_404(
        Declaration.objects.select_related("project"), project__number=number, year=year
    )
    now = timezone.localtime()
    form = SurveyForm(request.POST or None, on=now.date())
    if request.method == "POST" and form.is_valid():
        survey = surveys.create_survey(
            declaration=declaration, content=form.content(), by=signed_in(request), at=now
        )
        messages.success(request, "调查已建立。核对题目后发布，发布后题目不能再改。")
        return redirect("targets:survey", survey.number)
    return render(request, "targets/survey/new.html", {"form": form, "declaration": declaration})


@entry(allow=STAFF, writes=False)
def survey(request: HttpRequest, number: str) -> HttpResponse:
    """Show one survey: link and code, quotas, results of each question, marked answers."""
    found = _survey(number)
    now = timezone.localtime()
    results = reading.results(found, on=now.date(), known_at=now)
    context = {
        "may_edit": EDITORS.admits(request.user),
        "survey": found,
        "results": results,
        "questions": [
            (result, reading.version_rows(result), answers_chart(result))
            for result in results.questions
        ],
        "link": request.build_absolute_uri(reverse("targets:survey-answer", args=[number])),
        "ruling_form": RulingForm(),
        "paper_form": PaperForm(survey=found, initial={"answered_on": now.date()}),
    }
    return render(request, "targets/survey/page.html", context)


@entry(allow=STAFF, writes=False)
def survey_code(request: HttpRequest, number: str) -> HttpResponse:
    """Give the QR code of the survey's link, for posters."""
    _survey(number)
    link = request.build_absolute_uri(reverse("targets:survey-answer", args=[number]))
    code = segno.make(link, error="m")
    return HttpResponse(code.svg_inline(scale=6).encode(), content_type="image/svg+xml")


@entry(allow=STAFF, writes=False)
def survey_export(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Give every answer as a table file; nothing in it tells who answered."""
    found = _survey(number)
    now = timezone.localtime()
    header, rows = reading.answer_rows(found, on=now.date(), known_at=now)
    return table_file(f"survey-{number}", kind, header, rows)


@entry(allow=EDITORS, writes=True)
@require_POST
def survey_open(request: HttpRequest, number: str) -> HttpResponse:
    """Publish the survey."""
    surveys.open_survey(survey=_survey(number).pk, by=signed_in(request), at=timezone.localtime())
    messages.success(request, "调查已发布，可以通过链接或二维码作答。")
    return redirect("targets:survey", number)


@entry(allow=EDITORS, writes=True)
@require_POST
def survey_close(request: HttpRequest, number: str) -> HttpResponse:
    """Close the survey for good."""
    surveys.close_survey(survey=_survey(number).pk, by=signed_in(request), at=timezone.localtime())
    messages.success(request, "调查已结束，结果已向公众公开。")
    return redirect("targets:survey", number)


@entry(allow=EDITORS, writes=True)
@require_POST
def survey_paper(request: HttpRequest, number: str) -> HttpResponse:
    """Enter a batch of paper forms."""
    found = _survey(number)
    form = PaperForm(request.POST, survey=found)
    if not is_filled_in(request, form):
        return redirect("targets:survey", number)
    stored = surveys.enter_paper_answers(
        survey=found.pk,
        batch=form.cleaned_data["batch"],
        answered_on=form.cleaned_data["answered_on"],
        lines=form.cleaned_data["lines"],
        by=signed_in(request),
        at=timezone.localtime(),
    )
    messages.success(request, f"已录入 {len(stored)} 份纸质答卷。")
    return redirect("targets:survey", number)


@entry(allow=EDITORS, writes=True)
@require_POST
def survey_rule(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Leave an answer out, or take it back in."""
    answer = get_object_or_404(SurveyAnswer, pk=pk, survey__number=number)
    form = RulingForm(request.POST)
    if is_filled_in(request, form, about=f"第 {pk} 号答卷"):
        surveys.rule_on_answer(
            answer=answer.pk,
            excluded="exclude" in request.POST,
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        messages.success(request, "认定已记录，原答卷保留。")
    return redirect("targets:survey", number)


def _survey(number: str) -> Survey:
    return get_object_or_404(Survey.objects.select_related("declaration__project"), number=number)
