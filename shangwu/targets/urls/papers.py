"""Addresses of official papers."""

from django.urls import path

from shangwu.targets.views import papers

urlpatterns = [
    path(
        "targets/<str:number>/<int:year>/evaluation/export.<str:kind>",
        papers.public_evaluation_file,
        name="promise-evaluation-export",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/declaration.<str:kind>",
        papers.declaration_form,
        name="declaration-paper",
    ),
    path(
        "office/targets/evaluations/<int:pk>/table.<str:kind>",
        papers.evaluation_table_file,
        name="evaluation-table",
    ),
    path(
        "office/targets/evaluations/<int:pk>/report.<str:kind>",
        papers.evaluation_report_file,
        name="evaluation-report",
    ),
    path(
        "office/targets/monitoring/<int:pk>/table.<str:kind>",
        papers.monitoring_table_file,
        name="monitoring-table",
    ),
    path("office/targets/papers/<int:year>.zip", papers.year_archive, name="year-papers"),
]
