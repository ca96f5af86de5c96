"""The examples of docs/interface.md byte by byte, and the page of the description."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from shangwu.prepaid.models import OperatorKey, Outlet
from shangwu.prepaid.rules.batch.errors import ALL_ANSWERS, of_finding
from shangwu.prepaid.rules.batch.rows import CardDay, Known
from shangwu.prepaid.rules.batch.validation import judge
from shangwu.prepaid.rules.interface.answers import REFUSALS
from shangwu.prepaid.rules.tokens import card_token
from shangwu.prepaid.views.interface.api import OF_NO_OPERATION
from shangwu.prepaid.views.interface.descriptions import EXAMPLES, schema_of
from tests.foundation.accounts.factories import signed_in_client, with_app
from tests.prepaid.factories import AT, operator, shopkeeper
from tests.prepaid.messages import BASE, operator_key, post

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "interface.md").read_text("utf-8")
CODE = "91310000MA1FL0007C"


def example(name):
    return re.search(rf"```{name}\n(.*?)```", GUIDE, re.DOTALL).group(1)


@pytest.fixture
def at_that_moment(monkeypatch):
    """Let the platform tell the time of the example's signature."""
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(1_567_303_200, UTC))


@pytest.mark.django_db
def test_the_signed_example_is_taken_as_it_stands(client, at_that_moment):
    business = operator(uscc=CODE)
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(example("seed").strip()))
    OperatorKey.objects.create(
        operator=business,
        key_id="YF00000001-1",
        public_key=key.public_key().public_bytes_raw(),
        made_at=AT,
    )
    headers = dict(line.split(": ", 1) for line in example("headers").strip().split("\n"))
    answer = client.generic(
        "POST",
        f"{BASE}/outlets",
        example("body").encode(),
        content_type=headers.pop("Content-Type"),
        headers=headers,
    )
    assert answer.status_code == 200, answer.content.decode()
    assert Outlet.objects.get(operator=business, number="A0001").name == "总店"


def test_the_signature_base_of_the_example_is_what_was_signed():
    import base64

    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(example("seed").strip()))
    written = re.search(r"Signature: sig=:(.*?):\n", example("headers")).group(1)
    signed = base64.b64encode(key.sign(example("base").rstrip("\n").encode())).decode()
    assert signed == written


def test_the_worked_token():
    facts = dict(line.split() for line in example("token").strip().split("\n"))
    token = facts.pop("token")
    assert card_token(**facts) == token
    assert token in example("card-days")


@pytest.mark.django_db
def test_the_example_of_card_days_is_taken(client):
    business = operator(uscc=CODE)
    signer = operator_key(business)
    answer = post(
        client,
        signer,
        "card-days",
        example("card-days").encode(),
        content_type="application/x-ndjson",
    )
    receipt = answer.json()
    assert (answer.status_code, receipt["state"], receipt["accepted"]) == (200, "STORED", 2), (
        receipt
    )


@pytest.mark.django_db
def test_the_program_of_the_guide_verifies_receipts_and_finds_what_was_changed(client):
    business = operator(uscc=CODE)
    answer = post(client, operator_key(business), "operator-days", {"operator": CODE})
    keys = client.get(f"{BASE}/keys").content
    program = {}
    exec(example("python"), program)
    assert program["verify"](answer.content, keys)["state"] == "REFUSED"
    with pytest.raises(InvalidSignature):
        program["verify"](answer.content.replace(b'"accepted":0', b'"accepted":1'), keys)


def test_the_error_of_the_guide_is_as_the_platform_says_it():
    row = CardDay(CODE, "A0001", AT.date(), 2, "a" * 64, 0, 2500, 0, 7000, AT)
    known = Known({row.card: 10_000}, frozenset({row.outlet}))
    found = judge([row], known=known, received_at=AT, sector="catering").findings
    assert [of_finding(one, row=2, field="closing_fen").to_json() for one in found] == [
        json.loads(example("error"))
    ]


def test_the_guide_names_every_way_to_be_refused_in_a_situation():
    named = set(re.findall(r"\b[A-Z]+(?:-[A-Z]+)+\b", GUIDE))
    assert {code for code in REFUSALS if code.startswith(("SIGNATURE", "KEY", "CLOCK"))} <= named
    for code in OF_NO_OPERATION:
        assert f"{REFUSALS[code].status} {code}" in GUIDE


@pytest.mark.parametrize("record", sorted(EXAMPLES))
def test_each_published_example_has_the_published_form(record):
    schema, row = schema_of(record), EXAMPLES[record]
    assert set(schema["required"]) <= row.keys() <= schema["properties"].keys()
    for name, value in row.items():
        if pattern := schema["properties"][name].get("pattern"):
            assert re.search(pattern, value), name


@pytest.mark.django_db
def test_the_page_shows_every_address_and_every_code(client):
    page = client.get(f"{BASE}/docs")
    text = page.content.decode()
    described = client.get(f"{BASE}/openapi.json").json()
    assert (page.status_code, described["openapi"]) == (200, "3.1.0")
    assert len(described["paths"]) > 10
    for path in described["paths"]:
        assert path in text
    assert {"ADDRESS", "METHOD", "TOO-LARGE"} <= described["components"]["responses"].keys()
    for code in [*ALL_ANSWERS, *REFUSALS]:
        assert f">{code}<" in text
    assert "<script>" not in text
    assert " style=" not in text


@pytest.mark.django_db
def test_the_page_and_the_guide_are_found_from_where_people_look(client):
    docs, guide = f"{BASE}/docs", "/prepaid/interface/guide.md"
    keeper = shopkeeper(operator())
    with_app(keeper)
    shop = signed_in_client(keeper)
    for one, page, links in (
        (client, "/prepaid/", (docs,)),
        (client, "/prepaid/?lang=en", (docs,)),
        (client, "/prepaid/register/", (docs,)),
        (client, "/manual/prepaid-operators/", (docs, guide)),
        (client, docs, (guide, "/prepaid/interface/conformance.zip")),
        (shop, "/shop/linkage/", (docs, guide)),
    ):
        answer = one.get(page)
        assert answer.status_code == 200, page
        shown = answer.getvalue().decode()
        for link in links:
            assert f'href="{link}"' in shown, (page, link)
    answer = client.get(guide)
    assert answer.content.decode() == GUIDE and "charset=utf-8" in answer.headers["Content-Type"]


def test_where_a_top_up_belongs_is_said_in_field_and_guide():
    for record in ("card_day", "operator_day"):
        said = schema_of(record)["properties"]["issued_fen"]["description"]
        assert "充值" in said and "top-ups" in said
    assert "充值没有单独的字段" in GUIDE and "a top-up is" in GUIDE
