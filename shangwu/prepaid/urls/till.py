"""Addresses of the till."""

from django.urls import path

from shangwu.prepaid.views.till import acts, board, quarters

TILL = "shop/till/"

urlpatterns = [
    path(TILL, board.till_board, name="till"),
    path(f"{TILL}redeem/", acts.till_redeem, name="till-redeem"),
    path(f"{TILL}issue/", acts.till_issue, name="till-issue"),
    path(f"{TILL}top-up/", acts.till_top_up, name="till-top-up"),
    path(f"{TILL}card/", acts.till_look, name="till-look"),
    path(f"{TILL}refund/", acts.till_refund, name="till-refund"),
    path(f"{TILL}refund/pay/", acts.till_refund_pay, name="till-refund-pay"),
    path(f"{TILL}day/", board.till_day, name="till-day"),
    path(f"{TILL}day/acts.<str:kind>", board.till_day_file, name="till-day-file"),
    path(f"{TILL}day/count/", board.till_count, name="till-count"),
    path(f"{TILL}quarters/", quarters.till_quarters, name="till-quarters"),
    path(f"{TILL}quarters/<str:start>/", quarters.till_quarter, name="till-quarter"),
    path(f"{TILL}plans/", board.till_plans, name="till-plans"),
    path(f"{TILL}plans/new/", board.till_plan_new, name="till-plan-new"),
    path(f"{TILL}plans/<int:number>/stop/", board.till_plan_stop, name="till-plan-stop"),
    path(f"{TILL}plans/<int:number>/charter/", board.till_charter, name="till-charter"),
]
