"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import (
    closing,
    consumers,
    desks,
    governance,
    history,
    intake,
    interface,
    operators,
    service,
    till,
    warning,
)

app_name = "prepaid"

urlpatterns = [
    # Addresses are tried in turn; a crowd comes to these.
    *consumers.urlpatterns,
    *operators.urlpatterns,
    *till.urlpatterns,
    *intake.urlpatterns,
    *interface.urlpatterns,
    *desks.urlpatterns,
    *governance.urlpatterns,
    *history.urlpatterns,
    *closing.urlpatterns,
    *service.urlpatterns,
    *warning.urlpatterns,
]
