"""Addresses of prepaid cards, one module per subject."""

from shangwu.prepaid.urls import closing, service
from shangwu.prepaid.urls import operators, till
from shangwu.prepaid.urls import closing
from shangwu.prepaid.urls import closing, interface
from shangwu.prepaid.urls import closing, consumers
from shangwu.prepaid.urls import closing, desks
from shangwu.prepaid.urls import closing, governance
from shangwu.prepaid.urls import closing, history

app_name = "prepaid"

urlpatterns = [
    *operators.urlpatterns,
    *till.urlpatterns,
    *interface.urlpatterns,
    *desks.urlpatterns,
    *governance.urlpatterns,
    *history.urlpatterns,
    *closing.urlpatterns,
    *service.urlpatterns,
    *consumers.urlpatterns,
]
