"""Addresses of the evaluation desk."""

from django.urls import path

from shangwu.targets.views import evaluation

urlpatterns = [
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
