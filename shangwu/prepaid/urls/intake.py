"""Addresses of taking over: lists, institutions, units."""

from django.urls import path

from shangwu.prepaid.views import intake

urlpatterns = [
    path("office/prepaid/intake/", intake.intake, name="intake"),
    path("office/prepaid/intake/<str:number>/", intake.intake_list, name="intake-list"),
    path("office/prepaid/intake/<str:number>/decide/", intake.intake_decide, name="intake-decide"),
    path("office/prepaid/institutions/", intake.institutions, name="institutions"),
    path("office/prepaid/institutions/admit/", intake.institution_admit, name="institution-admit"),
    path("office/prepaid/units/", intake.units, name="units"),
    path("office/prepaid/units/<int:pk>/end/", intake.unit_end, name="unit-end"),
]
