"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, interface, operators, till

app_name = "prepaid"

urlpatterns = [
    *operators.urlpatterns,
    *till.urlpatterns,
    *interface.urlpatterns,
    *closing.urlpatterns,
]
