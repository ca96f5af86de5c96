"""Addresses of the performance targets."""

from django.urls import path

from shangwu.targets.views import (
    acts,
    answering,
    declarations,
    evaluation,
    imports,
    pages,
    public,
    surveys,
)

app_name = "targets"

urlpatterns = [
    path("targets/", public.promises, name="promises"),
    path("targets/<str:number>/<int:year>/", public.promise, name="promise"),
    path(
        "targets/<str:number>/<int:year>/export.<str:kind>",
        public.promise_export,
        name="promise-export",
    ),
    path("office/targets/", pages.overview, name="overview"),
    path("office/targets/waiting/", pages.waiting, name="waiting"),
    path("office/targets/imports/", imports.import_list, name="imports"),
    path("office/targets/imports/new/", imports.upload, name="upload"),
    path("office/targets/imports/<int:pk>/", imports.import_check, name="import-check"),
    path("office/targets/imports/<int:pk>/discard/", imports.import_discard, name="import-discard"),
    path("office/targets/declarations/new/", declarations.declaration_new, name="declaration-new"),
    path("office/targets/projects/<str:number>/<int:year>/", pages.project, name="project"),
    path(
        "office/targets/projects/<str:number>/<int:year>/print.pdf",
        pages.project_paper,
        name="project-paper",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/edit/",
        declarations.declaration_edit,
        name="declaration-edit",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/history/",
        declarations.declaration_history,
        name="declaration-history",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/submit/",
        declarations.declaration_submit,
        name="declaration-submit",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/decide/",
        declarations.declaration_decide,
        name="declaration-decide",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/read/",
        declarations.declaration_read,
        name="declaration-read",
    ),
    path("office/targets/indicators/<int:pk>/", pages.target, name="target"),
    path("office/targets/indicators/<int:pk>/rate/", acts.rate, name="rate"),
    path("office/targets/indicators/<int:pk>/complete/", acts.complete, name="complete"),
    path("office/targets/indicators/<int:pk>/withdraw/", acts.withdraw, name="withdraw"),
    path("office/targets/indicators/<int:pk>/bind/", acts.bind, name="bind"),
    path("office/targets/indicators/<int:pk>/change/", acts.propose_change, name="change"),
    path(
        "office/targets/indicators/<int:pk>/change/<int:version>/",
        acts.decide_change,
        name="decide-change",
    ),
    path("office/targets/indicators/<int:pk>/read/", acts.read, name="read"),
    path("office/targets/readings/<int:pk>/", pages.evidence, name="evidence"),
    path(
        "office/targets/readings/<int:pk>/export.<str:kind>",
        pages.evidence_export,
        name="evidence-export",
    ),
    path("targets/surveys/<str:number>/", answering.answer, name="survey-answer"),
    path("targets/surveys/<str:number>/thanks/", answering.thanks, name="survey-thanks"),
    path("targets/surveys/<str:number>/results/", answering.public_results, name="survey-results"),
    path("office/targets/surveys/", surveys.survey_list, name="surveys"),
    path(
        "office/targets/projects/<str:number>/<int:year>/surveys/new/",
        surveys.survey_new,
        name="survey-new",
    ),
    path("office/targets/surveys/<str:number>/", surveys.survey, name="survey"),
    path("office/targets/surveys/<str:number>/code.svg", surveys.survey_code, name="survey-code"),
    path(
        "office/targets/surveys/<str:number>/export.<str:kind>",
        surveys.survey_export,
        name="survey-export",
    ),
    path("office/targets/surveys/<str:number>/open/", surveys.survey_open, name="survey-open"),
    path("office/targets/surveys/<str:number>/close/", surveys.survey_close, name="survey-close"),
    path("office/targets/surveys/<str:number>/paper/", surveys.survey_paper, name="survey-paper"),
    path(
        "office/targets/surveys/<str:number>/answers/<int:pk>/rule/",
        surveys.survey_rule,
        name="survey-rule",
    ),
    path(
        "targets/<str:number>/<int:year>/evaluation/",
        evaluation.public_evaluation,
        name="promise-evaluation",
    ),
    path("office/targets/evaluations/", evaluation.evaluation_list, name="evaluations"),
    path(
        "office/targets/evaluations/import/",
        evaluation.evaluation_import,
        name="evaluation-import",
    ),
    path(
        "office/targets/evaluations/imported/<int:pk>/",
        evaluation.evaluation_imported,
        name="evaluation-imported",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/evaluations/new/",
        evaluation.evaluation_new,
        name="evaluation-new",
    ),
    path("office/targets/evaluations/<int:pk>/", evaluation.evaluation, name="evaluation"),
    path(
        "office/targets/evaluations/<int:pk>/refresh/",
        evaluation.evaluation_refresh,
        name="evaluation-refresh",
    ),
    path(
        "office/targets/evaluations/<int:pk>/weights/",
        evaluation.evaluation_weights,
        name="evaluation-weights",
    ),
    path(
        "office/targets/evaluations/<int:pk>/sign/",
        evaluation.evaluation_sign,
        name="evaluation-sign",
    ),
    path(
        "office/targets/evaluations/<int:pk>/publish/",
        evaluation.evaluation_publish,
        name="evaluation-publish",
    ),
    path(
        "office/targets/evaluations/<int:pk>/reopen/",
        evaluation.evaluation_reopen,
        name="evaluation-reopen",
    ),
    path(
        "office/targets/evaluations/<int:pk>/lines/<int:line>/cause/",
        evaluation.evaluation_cause,
        name="evaluation-cause",
    ),
    path(
        "office/targets/evaluations/<int:pk>/lines/<int:line>/rate/",
        evaluation.evaluation_rate,
        name="evaluation-rate",
    ),
    path(
        "office/targets/evaluations/<int:pk>/lines/<int:line>/deduct/",
        evaluation.evaluation_deduct,
        name="evaluation-deduct",
    ),
]
