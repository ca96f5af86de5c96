"""Addresses of early warning."""

from django.urls import path

from shangwu.prepaid.views import warning

urlpatterns = [
    path("office/prepaid/alerts/", warning.alerts, name="alerts"),
    path("office/prepaid/alerts/<int:pk>/dismiss/", warning.alert_dismiss, name="alert-dismiss"),
]
