"""What operators post every day: the rows of their cards, and their own sums of the day."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query

from shangwu.prepaid.operations.batches import MEDIA_TYPES, receive_card_days, receive_operator_day
from shangwu.prepaid.views.interface.answers import (
    POST_ANSWERS,
    POST_HEADERS,
    receipt_answer,
    signed_operation,
)
from shangwu.prepaid.views.interface.api import API
from shangwu.prepaid.views.interface.body import MOST_SMALL
from shangwu.prepaid.views.interface.descriptions import EXAMPLES, media_of, schema_of
from shangwu.prepaid.views.interface.signed import JSON, NDJSON, OPERATORS, delivery_of

PARTIAL = "partial"
Mode = Annotated[
    Literal["atomic", "partial"],
    Query(description="atomic 全部入账或者全部退回；partial 合格的入账，其余退回。"),
]


def _media() -> dict[str, Any]:
    """The media types of many rows; each line, or each row, is one record `card_day`."""
    described: dict[str, Any] = {
        media: {"schema": {"type": "string", "contentMediaType": media}} for media in MEDIA_TYPES
    }
    described[NDJSON]["x-row"] = {"schema": schema_of("card_day"), "example": EXAMPLES["card_day"]}
    return described


@API.post(
    "/card-days",
    response=POST_ANSWERS,
    url_name="card-days",
    summary="报送卡日数据",
    tags=["经营者 operators"],
    openapi_extra=signed_operation(media=_media(), headers=POST_HEADERS),
)
def card_days(request: HttpRequest, mode: Mode = "atomic") -> HttpResponse:
    """Send the rows of one day, at most a million; more than 65,536 in the order of their numbers."""
    delivery = delivery_of(request, allow=(OPERATORS,), media=MEDIA_TYPES)
    return receipt_answer(receive_card_days(delivery, is_partial=mode == PARTIAL))


@API.post(
    "/operator-days",
    response=POST_ANSWERS,
    url_name="operator-days",
    summary="报送日汇总",
    tags=["经营者 operators"],
    openapi_extra=signed_operation(media=media_of("operator_day"), headers=POST_HEADERS),
)
def operator_days(request: HttpRequest) -> HttpResponse:
    """Say what a day came to; a day without movements is said with zeros."""
    delivery = delivery_of(
        request,
        allow=(OPERATORS,),
        media=(JSON, NDJSON),
        most_sent=MOST_SMALL,
        most_unpacked=MOST_SMALL,
    )
    return receipt_answer(receive_operator_day(delivery))
