"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, service

app_name = "prepaid"

urlpatterns = [
    *closing.urlpatterns,
    *service.urlpatterns,
]
