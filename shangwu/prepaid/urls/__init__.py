"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import desks

app_name = "prepaid"

urlpatterns = [
    *desks.urlpatterns,
]
