"""Addresses of declarations, their indicators, readings and the public promises."""

from django.urls import path

from shangwu.targets.views import acts, declarations, imports, pages, public

urlpatterns = [
    path("targets/", public.promises, name="promises"),
    path("targets/<str:number>/<int:year>/", public.promise, name="promise"),
    path(
        "targets/<str:number>/<int:year>/export.<str:kind>",
        public.promise_export,
        name="promise-export",
    ),
    path("office/targets/", pages.overview, name="overview"),
    path("office/targets/waiting/", pages.waiting, name="waiting"),
    path("office/targets/imports/", imports.import_list, name="imports"),
    path("office/targets/imports/new/", imports.upload, name="upload"),
    path("office/targets/imports/<int:pk>/", imports.import_check, name="import-check"),
    path("office/targets/imports/<int:pk>/discard/", imports.import_discard, name="import-discard"),
    path("office/targets/declarations/new/", declarations.declaration_new, name="declaration-new"),
    path("office/targets/projects/<str:number>/<int:year>/", pages.project, name="project"),
    path(
        "office/targets/projects/<str:number>/<int:year>/print.pdf",
        pages.project_paper,
        name="project-paper",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/edit/",
        declarations.declaration_edit,
        name="declaration-edit",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/history/",
        declarations.declaration_history,
        name="declaration-history",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/submit/",
        declarations.declaration_submit,
        name="declaration-submit",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/decide/",
        declarations.declaration_decide,
        name="declaration-decide",
    ),
    path(
        "office/targets/projects/<str:number>/<int:year>/read/",
        declarations.declaration_read,
        name="declaration-read",
    ),
    path("office/targets/indicators/<int:pk>/", pages.target, name="target"),
    path("office/targets/indicators/<int:pk>/rate/", acts.rate, name="rate"),
    path("office/targets/indicators/<int:pk>/complete/", acts.complete, name="complete"),
    path("office/targets/indicators/<int:pk>/withdraw/", acts.withdraw, name="withdraw"),
    path("office/targets/indicators/<int:pk>/bind/", acts.bind, name="bind"),
    path("office/targets/indicators/<int:pk>/change/", acts.propose_change, name="change"),
    path(
        "office/targets/indicators/<int:pk>/change/<int:version>/",
        acts.decide_change,
        name="decide-change",
    ),
    path("office/targets/indicators/<int:pk>/read/", acts.read, name="read"),
    path("office/targets/readings/<int:pk>/", pages.evidence, name="evidence"),
    path(
        "office/targets/readings/<int:pk>/export.<str:kind>",
        pages.evidence_export,
        name="evidence-export",
    ),
]
