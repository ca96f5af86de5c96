"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("", include("shangwu.foundation.web.urls")),
    path("", include("shangwu.foundation.accounts.urls")),
    path("", include("shangwu.targets.urls")),
    path("office/files/", include("shangwu.foundation.files.urls")),
]
