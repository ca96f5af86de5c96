"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import history

app_name = "prepaid"

urlpatterns = [
    *history.urlpatterns,
]
