"""Addresses of consumers' pages and of the desk behind them."""

from django.urls import path

from shangwu.prepaid.views.consumers import card, desk, pages, papers, proofs, refund, requests

urlpatterns = [
    path("prepaid/", pages.home, name="consumers"),
    path("prepaid/search/", pages.search, name="search"),
    path("prepaid/operators/<str:number>/", pages.operator, name="public-operator"),
    path("prepaid/card/", card.card, name="card"),
    path("prepaid/card/difference/", card.difference, name="card-difference"),
    path("prepaid/card/proof/", card.proof, name="card-proof"),
    path("prepaid/proofs/", proofs.proofs, name="proofs"),
    path("prepaid/proofs/check_proof.py", proofs.program, name="proof-program"),
    path("prepaid/refund/", refund.refund, name="refund"),
    path("prepaid/complain/", requests.complain, name="complain"),
    path("prepaid/questions/", requests.questions, name="questions"),
    path("prepaid/follow/", requests.follow, name="follow"),
    path("prepaid/models/", papers.model_texts, name="model-texts"),
    path("prepaid/models/<str:name>.<str:kind>", papers.model_file, name="model-file"),
    path("office/prepaid/requests/", desk.requests, name="requests"),
    path("office/prepaid/requests/<int:pk>/", desk.request_page, name="request"),
    path("office/prepaid/requests/<int:pk>/answer/", desk.request_answer, name="request-answer"),
    path("office/prepaid/requests/<int:pk>/forward/", desk.request_forward, name="request-forward"),
    path("office/prepaid/requests/<int:pk>/close/", desk.request_close, name="request-close"),
]
