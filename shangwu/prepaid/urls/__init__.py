"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, consumers, interface

app_name = "prepaid"

urlpatterns = [
    *interface.urlpatterns,
    *closing.urlpatterns,
    *consumers.urlpatterns,
]
