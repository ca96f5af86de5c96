"""The whole interface against its own description: no server error, no answer that is not described."""

import json
from datetime import UTC, datetime, timedelta

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as described

from shangwu.prepaid.views.interface.api import API
from shangwu.prepaid.vocabulary import InstitutionKind
from tests.prepaid.factories import operator
from tests.prepaid.messages import Signer, institution, operator_key

HOST = "http://testserver"
CHECKS = [
    not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_schema_conformance,
]
EXAMPLES = 40
# What is described as text may be any bytes at all.
PLAIN = ("application/x-ndjson", "text/csv", "application/vnd.apache.parquet")


@schemathesis.serializer(*PLAIN)
def as_it_is(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def operations():
    import shangwu.prepaid.urls  # noqa: F401 - the modules of views fill the interface

    schema = schemathesis.openapi.from_dict(API.get_openapi_schema(path_prefix="/api/v1/prepaid/"))
    return [result.ok() for result in schema.get_all_operations()]


OPERATIONS = operations()


@pytest.fixture
def senders(db):
    """Everybody who may send something, and somebody who may not."""
    business = operator()
    bank, bank_signer = institution()
    insurer, insurer_signer = institution(InstitutionKind.INSURER)
    return {
        "operator": (business.uscc, operator_key(business)),
        "sandbox": (business.uscc, operator_key(business, is_sandbox=True)),
        "bank": (bank.uscc, bank_signer),
        "insurer": (insurer.uscc, insurer_signer),
        "stranger": (business.uscc, Signer("stranger-1")),
    }


def own(body, codes):
    """Put senders' real codes where a body has one, so that some rows get past the first check."""
    for row in body if isinstance(body, list) else [body]:
        if isinstance(row, dict):
            row.update({name: codes[name] for name in codes.keys() & row.keys()})
    return body


def likely(path):
    """Return who may send to an address."""
    for name, sender in (("custody", "bank"), ("bonds", "insurer"), ("sandbox", "sandbox")):
        if name in path:
            return sender
    return "operator"


def send(client, case, signer, key, created):
    """Send a case as it stands with a good signature, or an old one; return the answer as a program has it."""
    request = requests.Request(**case.as_transport_kwargs(base_url=HOST)).prepare()
    path, _, query = request.path_url.partition("?")
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    headers = {name: str(value) for name, value in request.headers.items()}
    for name in [name for name in headers if name.lower().startswith("signature")]:
        del headers[name]
    headers |= signer.headers(
        request.method, path, body=body, key=key, created=created, query=query
    )
    answer = client.generic(
        request.method,
        request.path_url,
        body,
        content_type=headers.pop("Content-Type", "application/octet-stream"),
        headers=headers,
    )
    seen = schemathesis.Response(
        status_code=answer.status_code,
        headers={name.lower(): [value] for name, value in answer.headers.items()},
        content=answer.content,
        request=request,
        elapsed=0.0,
        verify=False,
        message=answer.reason_phrase,
    )
    return seen


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_every_answer_is_described_and_none_is_an_error(client, senders, operation):
    client.raise_request_exception = False
    codes = {
        "operator": senders["operator"][0],
        "bank": senders["bank"][0],
        "insurer": senders["insurer"][0],
        "district": "310101",
    }
    statuses = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    @given(
        case=operation.as_strategy(),
        who=st.sampled_from([*sorted(senders), *[likely(operation.path)] * 5]),
        key=st.from_regex(r"[A-Za-z0-9._:-]{8,12}", fullmatch=True),
        age=st.sampled_from([0, 0, 0, 0, 4_000]),
    )
    def play(case, who, key, age):
        if case.body is not None and not isinstance(case.body, bytes | str):
            try:
                case.body = own(json.loads(json.dumps(case.body)), codes)
            except TypeError:
                pass  # not a body of JSON
        created = datetime.now(UTC) - timedelta(seconds=age)
        seen = send(client, case, senders[who][1], key, created)
        statuses.add(seen.status_code)
        case.validate_response(seen, checks=CHECKS)

    play()
    assert statuses - {401}, "no message got past its signature"


def test_an_undescribed_answer_is_caught(client, senders, monkeypatch):
    """The check of the check: a status that nobody described fails."""
    operation = next(one for one in OPERATIONS if one.path.endswith("/time"))
    case = operation.Case()
    seen = send(client, case, senders["operator"][1], "key-00000001", None)
    case.validate_response(seen, checks=CHECKS)
    seen.status_code = 418
    with pytest.raises(BaseExceptionGroup, match="418"):
        case.validate_response(seen, checks=CHECKS)
