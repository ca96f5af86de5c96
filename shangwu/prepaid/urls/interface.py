"""Addresses of the open interface; the signature of a message stands for a session."""

from django.urls import include, path

from shangwu.foundation.web.audiences import PUBLIC
from shangwu.foundation.web.entry import entry_all
from shangwu.prepaid.views.interface import card_days, own, records, sandbox
from shangwu.prepaid.views.interface.api import API

POSTED = frozenset(
    {
        *("quarter-reports", "outlets", "notices", "contract-templates"),
        *("custody-days", "bonds"),
        *("card-days", "operator-days"),
        *("sandbox-reset", "sandbox-runs"),
    }
)
# The modules of views put their addresses into the interface when they are read.
MODULES = (card_days, own, records, sandbox)
_routes = entry_all(API.urls[0], allow=PUBLIC, writes=True, only=POSTED)
_routes = entry_all(_routes, allow=PUBLIC, writes=False)

urlpatterns = [
    path("prepaid/interface/conformance.zip", sandbox.kit, name="conformance-kit"),
    path("prepaid/interface/guide.md", sandbox.guide, name="interface-guide"),
    path("api/v1/prepaid/", include((_routes, "interface"))),
]
