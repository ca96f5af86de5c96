"""Every address of the site."""

from django.urls import include, path

from shangwu.config import views

urlpatterns = [
    path("", include("shangwu.foundation.web.urls")),
    path("", include("shangwu.foundation.accounts.urls")),
    path("", include("shangwu.targets.urls")),
    path("", include("shangwu.prepaid.urls")),
    path("office/files/", include("shangwu.foundation.files.urls")),
    path("office/oversight/", include("shangwu.foundation.oversight.urls")),
    path("health", views.health, name="health"),
]
