"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import operators, till
from shangwu.prepaid.urls import closing

app_name = "prepaid"

urlpatterns = [
    *operators.urlpatterns,
    *till.urlpatterns,
    *closing.urlpatterns,
]
