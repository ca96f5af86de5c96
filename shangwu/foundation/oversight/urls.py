"""Addresses of the audit administrator's pages."""

from django.urls import path

from shangwu.foundation.oversight import views

app_name = "oversight"

urlpatterns = [
    path("", views.acts, name="acts"),
    path("acts/<int:pk>/", views.act, name="act"),
    path("chain/", views.chain, name="chain"),
]
