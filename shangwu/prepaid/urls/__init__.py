"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, history

app_name = "prepaid"

urlpatterns = [
    *history.urlpatterns,
    *closing.urlpatterns,
]
