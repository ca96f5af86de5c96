"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import governance

app_name = "prepaid"

urlpatterns = [
    *governance.urlpatterns,
]
