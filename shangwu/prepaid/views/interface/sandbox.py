"""The sandbox's own addresses, for sandbox keys alone: begin anew, and have a run of the kit judged."""

import io
import zipfile
from importlib import resources

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import ConfigDict, Field, ValidationError

from shangwu.foundation.web.audiences import PUBLIC
from shangwu.foundation.web.entry import entry
from shangwu.prepaid.conformance.cases import STEPS
from shangwu.prepaid.operations.conformance import judge_conformance
from shangwu.prepaid.operations.receiving import Delivery
from shangwu.prepaid.operations.sandbox import reset_sandbox
from shangwu.prepaid.rules.interface.answers import MessageRefused
from shangwu.prepaid.rules.interface.signing import IDEMPOTENCY_KEY
from shangwu.prepaid.views.interface.answers import POST_HEADERS, json_answer, signed_operation
from shangwu.prepaid.views.interface.api import API
from shangwu.prepaid.views.interface.body import MOST_SMALL
from shangwu.prepaid.views.interface.shapes import Answer, Problem
from shangwu.prepaid.views.interface.signed import JSON, OPERATORS, delivery_of

KIT = "shangwu.prepaid.conformance"
GUIDE = settings.BASE_DIR / "docs" / "interface.md"
# Fixed, so that the same kit is the same file.
ZIP_TIME = (2026, 1, 1, 0, 0, 0)
ANSWERS = {code: Problem for code in (400, 401, 403, 409, 411, 413, 415, 422)}


class ResetDone(Answer):
    """The operator's sandbox is empty; `closed_day` is a day that counts as closed there."""

    sandbox: bool
    closed_day: str


class Run(Schema):
    """Which key each case of the kit was played under."""

    model_config = ConfigDict(extra="forbid")
    kit: str = Field(pattern=r"^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$")
    keys: dict[str, str]


class CaseJudged(Answer):
    """A case: what must be found in the platform's record, and what is."""

    case: str
    zh: str
    expected: str
    optional: bool
    ok: bool | None
    found: str


class RunJudged(Answer):
    """The platform's judgement of a run."""

    passed: bool
    kit: str
    cases: list[CaseJudged]


@API.post(
    "/sandbox/reset",
    response={200: ResetDone, **ANSWERS},
    url_name="sandbox-reset",
    summary="清空测试环境",
    tags=["测试环境 sandbox"],
    openapi_extra=signed_operation(
        media={"application/json": {"schema": {"type": "object"}, "example": {}}},
        headers=POST_HEADERS,
    ),
)
def reset(request: HttpRequest) -> HttpResponse:
    """Forget what the operator sent to the sandbox and begin anew; the body is `{}`."""
    delivery = _sandbox_delivery(request)
    delivery.content.finish()
    operator = delivery.sender.operator
    if operator is None:
        raise MessageRefused("SENDER-KIND")
    closed = reset_sandbox(operator=operator, at=delivery.at)
    return json_answer({"sandbox": True, "closed_day": closed.isoformat()})


@API.post(
    "/sandbox/conformance-runs",
    response={200: RunJudged, **ANSWERS},
    url_name="sandbox-runs",
    summary="提交符合性测试",
    tags=["测试环境 sandbox"],
    openapi_extra=signed_operation(
        media={
            "application/json": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["kit", "keys"],
                    "properties": {
                        "kit": {
                            "type": "string",
                            "pattern": r"^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$",
                        },
                        "keys": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                },
                "example": {"kit": "1.3.0", "keys": {"good": "kit-1a2b3c4d-good"}},
            }
        },
        headers=POST_HEADERS,
    ),
)
def conformance_runs(request: HttpRequest) -> HttpResponse:
    """Have a run of the kit judged from what the platform kept of it; a run that passes counts for onboarding."""
    delivery = _sandbox_delivery(request)
    said = _run(delivery.content.read())
    run = judge_conformance(delivery, kit=said.kit, keys=said.keys)
    return json_answer({"passed": run.passed, "kit": run.kit, "cases": run.cases})


@entry(allow=PUBLIC, writes=False)
def guide(request: HttpRequest) -> HttpResponse:
    """Show the guide for programmers, the same text as in the kit."""
    return HttpResponse(GUIDE.read_bytes(), content_type="text/plain; charset=utf-8")


@entry(allow=PUBLIC, writes=False)
def kit(request: HttpRequest) -> HttpResponse:
    """Give the kit as a zip that runs with `python -m conformance`, the guide for programmers with it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(resources.files(KIT).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py"):
                text = file.read_text("utf-8").replace(KIT, "conformance")
                archive.writestr(zipfile.ZipInfo(f"conformance/{file.name}", ZIP_TIME), text)
        archive.writestr(zipfile.ZipInfo("README.md", ZIP_TIME), GUIDE.read_bytes())
    return HttpResponse(
        packed.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="shangwu-conformance.zip"'},
    )


def _sandbox_delivery(request: HttpRequest) -> Delivery:
    delivery = delivery_of(
        request, allow=(OPERATORS,), media=(JSON,), most_sent=MOST_SMALL, most_unpacked=MOST_SMALL
    )
    if not delivery.sender.is_sandbox:
        raise MessageRefused("KEY-SANDBOX")
    return delivery


def _run(body: bytes) -> Run:
    try:
        said = Run.model_validate_json(body)
    except ValidationError:
        said = None
    known = {step.name for step in STEPS}
    if said is None or not known.issuperset(said.keys):
        raise MessageRefused("CONTENT", "须为 kit 和 keys。", "Send kit and keys.")
    if not all(IDEMPOTENCY_KEY.fullmatch(key) for key in said.keys.values()):
        raise MessageRefused("CONTENT", "keys 须为幂等键。", "keys must be idempotency keys.")
    return said
