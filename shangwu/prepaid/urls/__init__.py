"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, desks

app_name = "prepaid"

urlpatterns = [
    *desks.urlpatterns,
    *closing.urlpatterns,
]
