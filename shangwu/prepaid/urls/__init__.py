"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, interface

app_name = "prepaid"

urlpatterns = [
    *interface.urlpatterns,
    *closing.urlpatterns,
]
