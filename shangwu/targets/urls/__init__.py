"""Addresses of the performance targets, one module per subject."""

from shangwu.targets.urls import declarations, evaluation, papers, surveys

app_name = "targets"

urlpatterns = [
    *declarations.urlpatterns,
    *surveys.urlpatterns,
    *evaluation.urlpatterns,
    *papers.urlpatterns,
]
