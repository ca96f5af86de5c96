"""Addresses of money: the page of a declaration, entries, statements, the negative list, approvals."""

from django.urls import path

from shangwu.targets.views.money import approvals, entering, findings, pages, statements

HERE = "office/targets/projects/<str:number>/<int:year>/money"
THERE = "office/targets/money"

urlpatterns = [
    path(f"{HERE}/", pages.money, name="money"),
    path(f"{HERE}/print.pdf", pages.money_paper, name="money-paper"),
    path(f"{HERE}/payments/", pages.money_payments, name="money-payments"),
    path(f"{HERE}/figures/<str:figure>/", pages.money_rows, name="money-rows"),
    path(f"{HERE}/new/<str:kind>/", entering.money_enter, name="money-enter"),
    path(f"{HERE}/bind/", entering.money_bind, name="money-bind"),
    path(f"{HERE}/statements/new/", statements.statement_new, name="money-statement-new"),
    path(f"{HERE}/findings/", findings.findings, name="money-findings"),
    path(f"{HERE}/findings/answer/", findings.answer, name="money-answer"),
    path(f"{THERE}/approvals/", approvals.approvals, name="money-approvals"),
    path(f"{THERE}/approvals/<str:kind>/<int:pk>/", approvals.decide, name="money-decide"),
    path(f"{THERE}/statements/<int:pk>/", statements.statement, name="money-statement"),
    path(
        f"{THERE}/statements/<int:pk>/discard/",
        statements.statement_discard,
        name="money-statement-discard",
    ),
    path(f"{THERE}/payments/<int:pk>/", pages.money_payment, name="money-payment"),
    path(f"{THERE}/payments/<int:pk>/allocate/", entering.money_allocate, name="money-allocate"),
    path(f"{THERE}/payments/<int:pk>/reverse/", entering.money_reverse, name="money-reverse"),
    path(f"{THERE}/contracts/<int:pk>/", pages.money_contract, name="money-contract"),
    path(f"{THERE}/contracts/<int:pk>/accept/", entering.money_accept, name="money-accept"),
    path(f"{THERE}/receipts/<int:pk>/reverse/", entering.money_return, name="money-return"),
]
