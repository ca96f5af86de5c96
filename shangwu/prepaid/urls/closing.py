"""Addresses of closings and collapses: the office's pages and the public notices."""

from django.urls import path

from shangwu.prepaid.views import closing, notices

HERE = "office/prepaid/closings"
CHAIN = "office/prepaid/closings/collapses"

urlpatterns = [
    path(f"{HERE}/", closing.board, name="closings"),
    path(f"{HERE}/new/", closing.closing_new, name="closing-new"),
    path(f"{HERE}/<str:number>/", closing.closing, name="closing"),
    path(f"{HERE}/<str:number>/told/", closing.closing_told, name="closing-told"),
    path(f"{HERE}/<str:number>/end/", closing.closing_end, name="closing-end"),
    path(f"{HERE}/<str:number>/void/", closing.closing_void, name="closing-void"),
    path(f"{CHAIN}/new/", closing.collapse_new, name="collapse-new"),
    path(f"{CHAIN}/<str:number>/", closing.collapse, name="collapse"),
    path(f"{CHAIN}/<str:number>/sign/", closing.collapse_sign, name="collapse-sign"),
    path(f"{CHAIN}/<str:number>/acts/<str:act>/", closing.collapse_act, name="collapse-act"),
    path(f"{CHAIN}/<str:number>/claims/<str:claim>/", closing.claim_decide, name="claim-decide"),
    path(f"{CHAIN}/<str:number>/plans/<int:version>/sign/", closing.plan_sign, name="plan-sign"),
    path(f"{CHAIN}/<str:number>/plans/<int:version>/paid/", closing.plan_paid, name="plan-paid"),
    path(f"{CHAIN}/<str:number>/plans/<int:version>.csv", closing.plan_file, name="plan-file"),
    path("prepaid/notices/", notices.notices, name="notices"),
    path("prepaid/notices/claims/", notices.follow, name="claim-follow"),
    path("prepaid/notices/closings/<str:number>/", notices.closing_notice, name="closing-notice"),
    path(
        "prepaid/notices/collapses/<str:number>/", notices.collapse_notice, name="collapse-notice"
    ),
    path(
        "prepaid/notices/collapses/<str:number>/notice.pdf",
        notices.collapse_paper,
        name="collapse-paper",
    ),
    path("prepaid/notices/collapses/<str:number>/claim/", notices.claim, name="claim"),
    path("prepaid/notices/collapses/<str:number>/plan/", notices.plan_rule, name="plan-rule"),
]
