"""The interface as a whole: version, description, and the one form of every refusal."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.interface.answers import REFUSALS, MessageRefused, problem
from shangwu.prepaid.rules.interface.receipts import canonical
from shangwu.prepaid.views.interface.body import drain
from shangwu.prepaid.views.interface.docs import Guide
from shangwu.prepaid.views.interface.signed import note_refusal

PROBLEM_TYPE = "application/problem+json"
DESCRIPTION = (
    "单用途预付卡协同监管服务平台开放接口。报送不含消费者个人信息；每次报送须签名、带幂等键，平台以签名回执答复。\n\n"
    "Open interface for issuers of single-purpose prepaid cards, custodian banks and insurers. "
    "Every message is signed (RFC 9421, Ed25519); every delivery is answered with a signed receipt.\n\n"
    "没有的地址、不对的方法、过大的内容和平台出错，也以同样的 application/problem+json 答复（见 components.responses）。"
    "An unknown address, a wrong method, a body too large and a failure have the same form (components.responses)."
)
# What no operation answers, but the interface beside them: see framework.py.
OF_NO_OPERATION = ("REQUEST", "ADDRESS", "METHOD", "TOO-LARGE", "INTERNAL")


class _API(NinjaAPI):
    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Describe refusals under the media type that they have, those of no operation beside them."""
        found = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for methods in found["paths"].values():
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    _name_media_type(int(status), answer)
        found["components"]["responses"] = {
            code: {
                "description": f"{refusal.status}: {refusal.zh} {refusal.en}",
                "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for code in OF_NO_OPERATION
            for refusal in (REFUSALS[code],)
        }
        return found


def _name_media_type(status: int, answer: dict[str, Any]) -> None:
    content = answer.get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if status < 400 or schema is None or PROBLEM_TYPE in content:
        return
    if "anyOf" in schema:  # a receipt, or a problem
        content[PROBLEM_TYPE] = {"schema": schema["anyOf"][1]}
        content["application/json"] = {"schema": schema["anyOf"][0]}
    else:
        content[PROBLEM_TYPE] = content.pop("application/json")


API = _API(
    title="Shangwu prepaid cards 单用途预付卡",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="prepaid:interface",
    docs_url="/docs",
    docs=Guide(),
)


def refused_answer(refused: Refused) -> HttpResponse:
    """Return a refusal as every programmer of the interface gets it."""
    status, said = problem(refused)
    return HttpResponse(canonical(said), content_type=PROBLEM_TYPE, status=status)


@API.exception_handler(Refused)
def on_refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Answer what the rules refuse; the rest of the body is read first, so that the sender sees the answer."""
    drain(request)
    note_refusal(request, refused)
    return refused_answer(refused)


@API.exception_handler(ValidationError)
def on_wrong_parameter(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a parameter of the address that is no such thing; its value is not repeated."""
    names = sorted({str(one["loc"][-1]) for one in error.errors})
    return refused_answer(
        MessageRefused("PARAMETER", f"请核对：{'、'.join(names)}。", f"See: {', '.join(names)}.")
    )
