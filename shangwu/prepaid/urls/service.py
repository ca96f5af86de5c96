"""Addresses of the platform's own service."""

from django.urls import path

from shangwu.prepaid.views import service

urlpatterns = [
    path("office/prepaid/publicity/", service.publicity, name="publicity"),
    path(
        "office/prepaid/publicity/<int:pk>/withdraw/", service.withdraw, name="publicity-withdraw"
    ),
]
