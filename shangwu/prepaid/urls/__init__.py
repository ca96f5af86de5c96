"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, desks, interface

app_name = "prepaid"

urlpatterns = [
    *interface.urlpatterns,
    *desks.urlpatterns,
    *closing.urlpatterns,
]
