"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import consumers

app_name = "prepaid"

urlpatterns = [
    *consumers.urlpatterns,
]
