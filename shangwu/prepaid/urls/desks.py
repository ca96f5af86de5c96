"""Addresses of the desks, the operators' files, observations and trials."""

from django.urls import path

from shangwu.prepaid.views import desks, operator_files, trials

urlpatterns = [
    path("office/prepaid/", desks.desk, name="desk"),
    path("office/prepaid/screen/", desks.screen, name="screen"),
    path("office/prepaid/screen/body/", desks.screen_body, name="screen-body"),
    path("office/prepaid/observations/", desks.observations, name="observations"),
    path("office/prepaid/observations/<int:pk>/", desks.observation, name="observation"),
    path(
        "office/prepaid/observations/<int:pk>/settle/",
        desks.observation_settle,
        name="observation-settle",
    ),
    path("office/prepaid/files/", operator_files.operator_list, name="operator-files"),
    path(
        "office/prepaid/files/export/",
        operator_files.operator_list_export,
        name="operator-files-export",
    ),
    path("office/prepaid/files/<str:number>/", operator_files.operator_file, name="operator-file"),
    path(
        "office/prepaid/files/<str:number>/events/",
        operator_files.operator_events,
        name="operator-events",
    ),
    path("office/prepaid/what-if/", trials.trial_list, name="trials"),
    path("office/prepaid/what-if/<int:pk>/", trials.trial, name="trial"),
    path("office/prepaid/what-if/<int:pk>/progress/", trials.trial_progress, name="trial-progress"),
    path("office/prepaid/what-if/<int:pk>/export/", trials.trial_export, name="trial-export"),
]
