"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, consumers

app_name = "prepaid"

urlpatterns = [
    *closing.urlpatterns,
    *consumers.urlpatterns,
]
