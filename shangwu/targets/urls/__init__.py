"""Addresses of the performance targets, one module per subject."""

from shangwu.targets.urls import declarations, evaluation, money, surveys

app_name = "targets"

urlpatterns = [
    *declarations.urlpatterns,
    *surveys.urlpatterns,
    *evaluation.urlpatterns,
    *money.urlpatterns,
]
