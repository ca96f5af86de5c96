"""Addresses of the performance targets, one module per subject."""

from shangwu.targets.urls import (
    declarations,
    evaluation,
    money,
    monitoring,
    papers,
    surveys,
)

app_name = "targets"

urlpatterns = [
    *declarations.urlpatterns,
    *surveys.urlpatterns,
    *monitoring.urlpatterns,
    *evaluation.urlpatterns,
    *papers.urlpatterns,
    *money.urlpatterns,
]
