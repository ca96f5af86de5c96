"""Addresses of supervision cases, on-site checks, letters, credit and the list."""

from django.urls import path

from shangwu.prepaid.views import (
    cases,
    credit,
    dishonest,
    dossiers,
    inspections,
    letters,
    listings,
    written,
)

urlpatterns = [
    path("prepaid/dishonest/", dishonest.dishonest, name="dishonest"),
    path("prepaid/dishonest/<str:number>/", dishonest.dishonest_entry, name="dishonest-entry"),
    path("office/prepaid/cases/", cases.board, name="cases"),
    path("office/prepaid/cases/new/", cases.case_new, name="case-new"),
    path("office/prepaid/cases/<str:number>/", cases.case, name="case"),
    path("office/prepaid/cases/<str:number>/acts/<str:act>/", cases.case_act, name="case-act"),
    path(
        "office/prepaid/cases/<str:number>/steps/<int:step>/sign/",
        cases.case_sign,
        name="case-sign",
    ),
    path(
        "office/prepaid/cases/<str:number>/steps/<int:step>/return/",
        cases.case_return,
        name="case-return",
    ),
    path(
        "office/prepaid/cases/<str:number>/steps/<int:step>/draft.<str:kind>",
        letters.draft_file,
        name="case-draft-file",
    ),
    path(
        "office/prepaid/cases/<str:number>/dossier.zip",
        dossiers.case_dossier,
        name="case-dossier",
    ),
    path("office/prepaid/cases/<str:number>/assign/", cases.case_assign, name="case-assign"),
    path("office/prepaid/cases/<str:number>/penalty/", cases.case_penalty, name="case-penalty"),
    path("office/prepaid/cases/<str:number>/evidence/", cases.case_evidence, name="case-evidence"),
    path(
        "office/prepaid/letters/<int:pk>/paper.<str:kind>", letters.letter_file, name="letter-file"
    ),
    path(
        "office/prepaid/letters/<int:pk>/delivery/", letters.letter_delivery, name="letter-delivery"
    ),
    path("office/prepaid/letters/<int:pk>/written/", written.written_reply, name="letter-written"),
    path("office/prepaid/inspections/", inspections.inspections, name="inspections"),
    path("office/prepaid/inspections/new/", inspections.inspection_new, name="inspection-new"),
    path("office/prepaid/inspections/<str:number>/", inspections.inspection, name="inspection"),
    path(
        "office/prepaid/inspections/<str:number>/record.<str:kind>",
        inspections.inspection_file,
        name="inspection-file",
    ),
    path("office/prepaid/credit/exchange/", credit.credit_exchange, name="credit-exchange"),
    path(
        "office/prepaid/credit/messages/<int:pk>/replay/",
        credit.message_replay,
        name="message-replay",
    ),
    path(
        "office/prepaid/credit/operators/<str:number>/",
        credit.operator_credit,
        name="operator-credit",
    ),
    path(
        "office/prepaid/credit/operators/<str:number>/precheck/",
        credit.operator_precheck,
        name="operator-precheck",
    ),
    path(
        "office/prepaid/credit/operators/<str:number>/propose/",
        credit.operator_propose,
        name="operator-propose",
    ),
    path("office/prepaid/listings/", listings.listings, name="listings"),
    path("office/prepaid/listings/<str:number>/", listings.listing, name="listing"),
    path(
        "office/prepaid/listings/<str:number>/paper.<str:kind>",
        listings.listing_file,
        name="listing-file",
    ),
    path(
        "office/prepaid/listings/<str:number>/notice/",
        listings.listing_notice,
        name="listing-notice",
    ),
    path(
        "office/prepaid/listings/<str:number>/responsible/",
        listings.listing_responsible,
        name="listing-responsible",
    ),
    path(
        "office/prepaid/listings/<str:number>/statement/",
        written.written_statement,
        name="listing-statement",
    ),
    path(
        "office/prepaid/listings/<str:number>/petitions/",
        written.written_petition,
        name="listing-petition",
    ),
    path(
        "office/prepaid/listings/<str:number>/decision/",
        listings.listing_decide,
        name="listing-decide",
    ),
    path("office/prepaid/listings/<str:number>/end/", listings.listing_end, name="listing-end"),
    path(
        "office/prepaid/listings/<str:number>/removal/",
        listings.listing_remove,
        name="listing-remove",
    ),
    path(
        "office/prepaid/listings/<str:number>/petitions/<int:pk>/mark/",
        listings.petition_mark,
        name="petition-mark",
    ),
    path(
        "office/prepaid/listings/<str:number>/petitions/<int:pk>/forward/",
        listings.petition_forward,
        name="petition-forward",
    ),
    path(
        "office/prepaid/listings/<str:number>/petitions/<int:pk>/decision/",
        listings.petition_decide,
        name="petition-decide",
    ),
    path("shop/letters/", letters.shop_letters, name="shop-letters"),
    path("shop/letters/<int:pk>/", letters.shop_letter, name="shop-letter"),
    path(
        "shop/letters/<int:pk>/paper.<str:kind>", letters.shop_letter_file, name="shop-letter-file"
    ),
    path("shop/credit/", dishonest.shop_credit, name="shop-credit"),
    path("shop/credit/statement/", dishonest.shop_statement, name="shop-statement"),
    path("shop/credit/petition/", dishonest.shop_petition, name="shop-petition"),
]
