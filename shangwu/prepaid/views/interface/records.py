"""What operators, banks and insurers post beside card-days: small records, all or nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from shangwu.prepaid.operations import reports, witnesses
from shangwu.prepaid.operations.receiving import Delivery
from shangwu.prepaid.views.interface.answers import (
    POST_ANSWERS,
    POST_HEADERS,
    receipt_answer,
    signed_operation,
)
from shangwu.prepaid.views.interface.api import API
from shangwu.prepaid.views.interface.body import MOST_SMALL
from shangwu.prepaid.views.interface.descriptions import media_of
from shangwu.prepaid.views.interface.signed import (
    BANKS,
    INSURERS,
    JSON,
    NDJSON,
    OPERATORS,
    delivery_of,
)

MEDIA = (JSON, NDJSON)


def _described(record: str) -> dict[str, Any]:
    return signed_operation(media=media_of(record), headers=POST_HEADERS)


@API.post(
    "/quarter-reports",
    response=POST_ANSWERS,
    url_name="quarter-reports",
    summary="报送季度报告",
    tags=["经营者 operators"],
    openapi_extra=_described("quarter_report"),
)
def quarter_reports(request: HttpRequest) -> HttpResponse:
    """Report how prepaid money was spent in a quarter, by the 25th of the next quarter's first month."""
    return receipt_answer(reports.receive_quarter_report(_small(request, OPERATORS)))


@API.post(
    "/outlets",
    response=POST_ANSWERS,
    url_name="outlets",
    summary="登记、变更门店",
    tags=["经营者 operators"],
    openapi_extra=_described("outlet"),
)
def outlets(request: HttpRequest) -> HttpResponse:
    """Register outlets, or bring them up to date; card-days name them by number."""
    return receipt_answer(reports.receive_outlets(_small(request, OPERATORS)))


@API.post(
    "/notices",
    response=POST_ANSWERS,
    url_name="notices",
    summary="报送停业迁移告知",
    tags=["经营者 operators"],
    openapi_extra=_described("notice"),
)
def notices(request: HttpRequest) -> HttpResponse:
    """Send the notice to holders before a closing, a suspension or a move, with the digest of its proof."""
    return receipt_answer(reports.receive_notice(_small(request, OPERATORS)))


@API.post(
    "/contract-templates",
    response=POST_ANSWERS,
    url_name="contract-templates",
    summary="报送章程和合同文本",
    tags=["经营者 operators"],
    openapi_extra=_described("contract_template"),
)
def contract_templates(request: HttpRequest) -> HttpResponse:
    """Send the card charter and contract text in use from a day on."""
    return receipt_answer(reports.receive_contract_template(_small(request, OPERATORS)))


@API.post(
    "/custody-days",
    response=POST_ANSWERS,
    url_name="custody-days",
    summary="报送存管日余额",
    tags=["机构 institutions"],
    openapi_extra=_described("custody_day"),
)
def custody_days(request: HttpRequest) -> HttpResponse:
    """Say what lay in operators' special accounts at the end of days; custodian banks only."""
    return receipt_answer(witnesses.receive_custody_days(_small(request, BANKS)))


@API.post(
    "/bonds",
    response=POST_ANSWERS,
    url_name="bonds",
    summary="报送履约保证",
    tags=["机构 institutions"],
    openapi_extra=_described("bond"),
)
def bonds(request: HttpRequest) -> HttpResponse:
    """Say which insurance and guarantees are in force, from a day up to another; insurers only."""
    return receipt_answer(witnesses.receive_bonds(_small(request, INSURERS)))


def _small(request: HttpRequest, sender: str) -> Delivery:
    return delivery_of(
        request, allow=(sender,), media=MEDIA, most_sent=MOST_SMALL, most_unpacked=MOST_SMALL
    )
