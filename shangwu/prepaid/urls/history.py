"""Addresses of history: statistics, and the state of the archive."""

from django.urls import path

from shangwu.prepaid.views import history

urlpatterns = [
    path("office/prepaid/history/", history.statistics, name="history"),
    path("office/prepaid/history/ask/", history.ask, name="history-ask"),
    path("office/prepaid/history/progress/", history.progress, name="history-progress"),
    path("office/prepaid/history/days/", history.days, name="history-days"),
]
