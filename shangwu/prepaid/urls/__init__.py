"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import operators

app_name = "prepaid"

urlpatterns = [
    *operators.urlpatterns,
]
