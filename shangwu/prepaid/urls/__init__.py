"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, governance

app_name = "prepaid"

urlpatterns = [
    *governance.urlpatterns,
    *closing.urlpatterns,
]
