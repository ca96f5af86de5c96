"""Addresses of the files, under /office/files/."""

from django.urls import path

from shangwu.foundation.files import views

app_name = "files"
urlpatterns = [path("<uuid:pk>/", views.download, name="download")]
