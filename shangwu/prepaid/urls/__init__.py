"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import interface

app_name = "prepaid"

urlpatterns = [
    *interface.urlpatterns,
]
