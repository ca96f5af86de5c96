"""What a sender may ask: itself, its batches, receipts and errors; and what anybody may: keys and the time."""

import base64
from datetime import UTC, date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query

from shangwu.foundation.web.keeping import kept
from shangwu.prepaid.operations.sandbox import space
from shangwu.prepaid.queries import receipts
from shangwu.prepaid.queries.consumers.closings import closed_month, published
from shangwu.prepaid.queries.myself import myself
from shangwu.prepaid.queries.senders import Sender, published_keys
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.interface.signing import IDEMPOTENCY_KEY
from shangwu.prepaid.views.interface.answers import (
    READ_ANSWERS,
    json_answer,
    receipt_answer,
    signed_operation,
)
from shangwu.prepaid.views.interface.api import API
from shangwu.prepaid.views.interface.shapes import (
    BatchList,
    Clock,
    Closings,
    ErrorPage,
    Keys,
    Myself,
    Problem,
    Receipt,
)
from shangwu.prepaid.views.interface.signed import BANKS, INSURERS, OPERATORS, sender_for

EVERYBODY = (OPERATORS, BANKS, INSURERS)
BatchKey = Annotated[str, Path(pattern=f"^{IDEMPOTENCY_KEY.pattern}$")]
Month = Annotated[str | None, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
KEPT_SECONDS = 60
PageNumber = Annotated[int, Query(ge=1, le=1_000)]


@API.get("/keys", response={200: Keys}, url_name="keys", summary="平台公钥", tags=["公开 public"])
def keys(request: HttpRequest) -> HttpResponse:
    """Give the keys with which receipts are verified."""
    found = [
        {"keyid": name, "alg": "ed25519", "public_key": base64.b64encode(key).decode()}
        for name, key in published_keys().items()
    ]
    return json_answer({"keys": found})


@API.get(
    "/closings",
    response={200: Closings, 400: Problem},
    url_name="closings",
    summary="每日关账摘要",
    tags=["公开 public"],
)
@kept(seconds=KEPT_SECONDS, by=("month",))
def closings(request: HttpRequest, month: Month = None) -> HttpResponse:
    """Give the roots of a month's closings, to which the proofs of card holders lead; without a month of the newest."""
    asked = date.fromisoformat(f"{month}-01") if month else None
    return json_answer(published(closed_month(asked)))


@API.get("/time", response={200: Clock}, url_name="time", summary="平台时间", tags=["公开 public"])
def time(request: HttpRequest) -> HttpResponse:
    """Tell the platform's time, by which `created` of a signature is judged."""
    now = timezone.now()
    skew = law.settings(timezone.localtime(now).date()).clock_skew.value
    said = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json_answer({"time": said, "skew_seconds": skew})


@API.get(
    "/me",
    response={200: Myself, **READ_ANSWERS},
    url_name="me",
    summary="本单位在平台的情况",
    tags=["查询 own"],
    openapi_extra=signed_operation(),
)
def me(request: HttpRequest) -> HttpResponse:
    """Tell the sender what the platform knows of it."""
    sender = _sender(request)
    with space(is_sandbox=sender.is_sandbox):
        return json_answer(myself(sender))


@API.get(
    "/batches",
    response={200: BatchList, **READ_ANSWERS},
    url_name="batches",
    summary="本单位的批次",
    tags=["查询 own"],
    openapi_extra=signed_operation(),
)
def batches(request: HttpRequest, page: PageNumber = 1) -> HttpResponse:
    """List the sender's batches, newest first, 100 a page."""
    sender = _sender(request)
    with space(is_sandbox=sender.is_sandbox):
        found = receipts.own_batches(sender, page=page)
    following = page + 1 if found.has_next else None
    return json_answer({"page": page, "next": following, "batches": found.items})


@API.get(
    "/batches/{key}",
    response={200: Receipt, **READ_ANSWERS, 422: Receipt | Problem},
    url_name="batch",
    summary="再取回执",
    tags=["查询 own"],
    openapi_extra=signed_operation(),
)
def batch(request: HttpRequest, key: BatchKey) -> HttpResponse:
    """Give the receipt of a batch again, the same bytes; 422 is the receipt of a refused one."""
    sender = _sender(request)
    with space(is_sandbox=sender.is_sandbox):
        return receipt_answer(receipts.own_batch(sender, key))


@API.get(
    "/batches/{key}/errors",
    response={200: ErrorPage, **READ_ANSWERS},
    url_name="batch-errors",
    summary="取全部错误",
    tags=["查询 own"],
    openapi_extra=signed_operation(),
)
def batch_errors(request: HttpRequest, key: BatchKey, page: PageNumber = 1) -> HttpResponse:
    """Give all errors of a batch, 1,000 a page."""
    sender = _sender(request)
    with space(is_sandbox=sender.is_sandbox):
        found = receipts.own_batch(sender, key)
        errors = receipts.errors_of(found, page=page)
    said = {
        "key": key,
        "errors_total": found.receipt["errors_total"],
        "page": page,
        "next": page + 1 if errors.has_next else None,
        "errors": errors.items,
    }
    return json_answer(said)


def _sender(request: HttpRequest) -> Sender:
    return sender_for(request, allow=EVERYBODY, at=timezone.now())
