"""Addresses of monitoring: reports of a period, and the board of issues."""

from django.urls import path

from shangwu.targets.views import issues, monitoring, whatif

urlpatterns = [
    path("office/targets/monitoring/", monitoring.report_list, name="monitoring"),
    path(
        "office/targets/projects/<str:number>/<int:year>/monitoring/new/",
        monitoring.report_new,
        name="monitoring-new",
    ),
    path("office/targets/monitoring/<int:pk>/", monitoring.report, name="monitoring-report"),
    path(
        "office/targets/monitoring/<int:pk>/refresh/",
        monitoring.report_refresh,
        name="monitoring-refresh",
    ),
    path(
        "office/targets/monitoring/<int:pk>/lines/",
        monitoring.report_lines,
        name="monitoring-lines",
    ),
    path(
        "office/targets/monitoring/<int:pk>/submit/",
        monitoring.report_submit,
        name="monitoring-submit",
    ),
    path(
        "office/targets/monitoring/<int:pk>/decide/",
        monitoring.report_decide,
        name="monitoring-decide",
    ),
    path(
        "office/targets/monitoring/<int:pk>/reopen/",
        monitoring.report_reopen,
        name="monitoring-reopen",
    ),
    path(
        "office/targets/monitoring/<int:pk>/now/",
        monitoring.report_now,
        name="monitoring-now",
    ),
    path("office/targets/indicators/<int:pk>/what-if/", whatif.what_if, name="what-if"),
    path("office/targets/issues/", issues.board, name="issues"),
    path("office/targets/issues/<int:pk>/", issues.issue, name="issue"),
    path(
        "office/targets/projects/<str:number>/<int:year>/issues/new/",
        issues.issue_new,
        name="issue-new",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/issues/check/",
        issues.issue_check,
        name="issue-check",
    ),
    path("office/targets/issues/<int:pk>/assign/", issues.issue_assign, name="issue-assign"),
    path("office/targets/issues/<int:pk>/explain/", issues.issue_explain, name="issue-explain"),
    path("office/targets/issues/<int:pk>/report/", issues.issue_report, name="issue-report"),
    path("office/targets/issues/<int:pk>/settle/", issues.issue_settle, name="issue-settle"),
    path("office/targets/issues/<int:pk>/effect/", issues.issue_effect, name="issue-effect"),
]
