"""How receipts and figures go out: canonical JSON, the same bytes whenever they are asked for."""

from typing import Any

from django.http import HttpResponse

from shangwu.prepaid.models import Batch, InstitutionBatch
from shangwu.prepaid.rules.interface.receipts import canonical
from shangwu.prepaid.rules.interface.signing import IDEMPOTENCY_KEY
from shangwu.prepaid.views.interface.shapes import Problem, Receipt
from shangwu.prepaid.vocabulary import BatchState

REFUSED_STATUS = 422
# What any signed message may be answered with; 422 is a receipt of a batch of which nothing was taken.
READ_ANSWERS: dict[Any, Any] = {code: Problem for code in (400, 401, 403, 404)}
POST_ANSWERS: dict[Any, Any] = {
    200: Receipt,
    **{code: Problem for code in (400, 401, 403, 409, 411, 413, 415)},
    422: Receipt | Problem,
}


def receipt_answer(batch: Batch | InstitutionBatch) -> HttpResponse:
    """Return the receipt of a batch: 200 when something was taken, 422 when nothing was."""
    status = REFUSED_STATUS if batch.state == BatchState.REFUSED else 200
    return json_answer(batch.receipt, status=status)


def json_answer(value: object, *, status: int = 200) -> HttpResponse:
    """Return a value as canonical JSON."""
    return HttpResponse(canonical(value), content_type="application/json", status=status)


def signed_operation(
    *, media: dict[str, Any] | None = None, headers: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return what the description says of signed messages: their headers and, of a POST, its body by media type."""
    names = ("Signature-Input", "Signature", *headers)
    described: dict[str, Any] = {
        "parameters": [
            {"in": "header", "name": name, "required": True, "schema": _HEADERS[name]}
            for name in names
        ]
    }
    if media:
        described["requestBody"] = {"required": True, "content": media}
    return described


POST_HEADERS = ("Content-Digest", "Idempotency-Key")
_HEADERS: dict[str, dict[str, Any]] = {
    "Signature-Input": {
        "type": "string",
        "examples": [
            'sig=("@method" "@path" "content-digest" "idempotency-key")'
            ';created=1567303200;keyid="YF00000001-1"'
        ],
    },
    "Signature": {"type": "string", "examples": ["sig=:dGhpcyBpcyBub3QgYSBzaWduYXR1cmU=:"]},
    "Content-Digest": {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"},
    "Idempotency-Key": {"type": "string", "pattern": f"^{IDEMPOTENCY_KEY.pattern}$"},
}
