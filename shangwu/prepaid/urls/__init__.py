"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing

app_name = "prepaid"

urlpatterns = [
    *closing.urlpatterns,
]
