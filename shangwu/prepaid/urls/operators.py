"""Addresses of operators: linkage for the office, an operator's own pages, the public register."""

from django.urls import path

from shangwu.prepaid.views import linkage, outlets, register, shop

OFFICE = "office/prepaid/linkage/"

urlpatterns = [
    path("prepaid/register/", register.register, name="register"),
    path("prepaid/register/operators.<str:kind>", register.register_file, name="register-file"),
    path("prepaid/marks/", register.mark_search, name="mark-search"),
    path("prepaid/marks/<str:code>/", register.mark, name="mark"),
    path(OFFICE, linkage.linkage_list, name="linkage"),
    path(f"{OFFICE}new/", linkage.linkage_new, name="linkage-new"),
    path(f"{OFFICE}<str:number>/", linkage.linkage, name="linkage-page"),
    path(f"{OFFICE}<str:number>/edit/", linkage.linkage_edit, name="linkage-edit"),
    path(f"{OFFICE}<str:number>/compare/", linkage.linkage_compare, name="linkage-compare"),
    path(f"{OFFICE}<str:number>/account/", linkage.linkage_account, name="linkage-account"),
    path(f"{OFFICE}<str:number>/recommend/", linkage.linkage_recommend, name="linkage-recommend"),
    path(f"{OFFICE}<str:number>/decide/", linkage.linkage_decide, name="linkage-decide"),
    path(f"{OFFICE}<str:number>/connect/", linkage.linkage_connect, name="linkage-connect"),
    path(f"{OFFICE}<str:number>/mark/", linkage.linkage_mark, name="linkage-mark"),
    path(f"{OFFICE}<str:number>/withdraw/", linkage.linkage_withdraw, name="linkage-withdraw"),
    path("shop/", shop.shop, name="shop"),
    path("shop/application/", shop.application, name="shop-application"),
    path("shop/application/business/", shop.describe, name="shop-describe"),
    path("shop/application/documents/", shop.attach, name="shop-attach"),
    path("shop/application/revenue/", shop.revenue, name="shop-revenue"),
    path("shop/application/submit/", shop.submit, name="shop-submit"),
    path("shop/years/", shop.years, name="shop-years"),
    path("shop/years/state/", shop.year_state, name="shop-year-state"),
    path("shop/outlets/", outlets.outlets, name="shop-outlets"),
    path("shop/outlets/add/", outlets.outlet_add, name="shop-outlet-add"),
    path("shop/outlets/<str:number>/", outlets.outlet, name="shop-outlet"),
    path("shop/outlets/<str:number>/change/", outlets.outlet_change, name="shop-outlet-change"),
    path("shop/outlets/<str:number>/close/", outlets.outlet_close, name="shop-outlet-close"),
    path("shop/linkage/", shop.linkage, name="shop-linkage"),
    path("shop/keys/add/", shop.key_add, name="shop-key-add"),
    path("shop/keys/<str:key_id>/revoke/", shop.key_revoke, name="shop-key-revoke"),
    path("shop/linkage/test/", shop.try_sample, name="shop-test"),
    path("shop/mark.pdf", shop.plate_file, name="shop-plate"),
]
