"""Signatures, keys, clocks, digests, idempotency: each refusal of a message, and what a good one gets."""

import gzip
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import zstandard
from django.utils import timezone

from shangwu.foundation.audit.models import Act
from shangwu.prepaid.models import Batch, Institution, OperatorKey, Outlet
from shangwu.prepaid.queries.senders import published_keys
from shangwu.prepaid.rules.interface.receipts import canonical, is_genuine
from shangwu.prepaid.views.interface import own
from tests.prepaid.factories import operator
from tests.prepaid.messages import BASE, Signer, get, institution, operator_key, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def business():
    return operator()


@pytest.fixture
def signer(business):
    return operator_key(business)


def outlet(business, **facts):
    given = {
        "operator": business.uscc,
        "outlet": "B0002",
        "trade_name": "分店",
        "district": "310104",
    }
    return given | facts


def code(answer):
    return answer.status_code, answer.json()["code"]


def test_a_good_message_is_stored_and_gets_a_genuine_receipt(client, business, signer):
    answer = post(client, signer, "outlets", outlet(business), key="outlets-0001")
    receipt = answer.json()
    assert answer.status_code == 200, receipt
    assert (receipt["state"], receipt["rows"], receipt["accepted"]) == ("STORED", 1, 1)
    assert receipt["sandbox"] is False
    assert is_genuine(receipt, keys=published_keys())
    assert not is_genuine(receipt | {"accepted": 2}, keys=published_keys())
    assert not is_genuine(receipt, keys={})
    assert Outlet.objects.get(operator=business, number="B0002").name == "分店"
    act = Act.objects.latest("pk")
    assert (act.act, act.actor_kind, act.actor_number) == (
        "prepaid.receive_outlets",
        "machine",
        business.uscc,
    )


def test_the_same_again_has_one_effect_and_the_same_bytes(client, business, signer):
    first = post(client, signer, "outlets", outlet(business), key="outlets-0001")
    again = post(client, signer, "outlets", outlet(business), key="outlets-0001")
    asked = get(client, signer, "batches/outlets-0001")
    assert first.content == again.content == asked.content
    assert first.content == canonical(first.json())
    assert Batch.objects.count() == 1
    assert Act.objects.filter(act="prepaid.receive_outlets").count() == 1


def test_the_same_rows_packed_otherwise_are_the_same(client, business, signer):
    plain = json.dumps(outlet(business)).encode()
    packed = {
        "gzip": gzip.compress(plain),
        "zstd": zstandard.compress(plain),
        "identity": plain,
    }
    answers = {
        encoding: post(
            client,
            signer,
            "outlets",
            body,
            key="outlets-0001",
            headers={"Content-Encoding": encoding},
        )
        for encoding, body in packed.items()
    }
    assert {answer.status_code for answer in answers.values()} == {200}
    assert len({answer.content for answer in answers.values()}) == 1


def test_other_content_under_the_same_key_is_refused_and_stores_nothing(client, business, signer):
    post(client, signer, "outlets", outlet(business), key="outlets-0001")
    changed = outlet(business, trade_name="改名", outlet="C0003")
    assert code(post(client, signer, "outlets", changed, key="outlets-0001")) == (409, "E01")
    assert not Outlet.objects.filter(number="C0003").exists()


def test_one_key_of_two_senders_is_two_keys(client, business, signer):
    other = operator()
    other_signer = operator_key(other)
    assert post(client, signer, "outlets", outlet(business), key="same-key").status_code == 200
    assert post(client, other_signer, "outlets", outlet(other), key="same-key").status_code == 200


def test_an_unsigned_message_is_refused(client, business):
    answer = client.post(
        f"{BASE}/outlets", json.dumps(outlet(business)), content_type="application/json"
    )
    assert code(answer) == (401, "SIGNATURE-MISSING")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert code(client.get(f"{BASE}/me")) == (401, "SIGNATURE-MISSING")


@pytest.mark.parametrize(
    "headers",
    [
        {"Signature-Input": "nonsense (", "Signature": "sig=:AA==:"},
        {"Signature-Input": 'sig=("@method");created=1;keyid="a"', "Signature": "sig=:AA==:"},
        {"Signature-Input": 'sig=("@method" "@path");keyid="a"', "Signature": "sig=:AA==:"},
        {"Signature-Input": 'sig=("@method" "@path");created=1', "Signature": "sig=:AA==:"},
        {
            "Signature-Input": 'sig=("@method" "@path");created=1;keyid="a";alg="rsa-pss-sha512"',
            "Signature": "sig=:AA==:",
        },
        {
            "Signature-Input": 'sig=("@method" "@path");created=99999999999999;keyid="a"',
            "Signature": "sig=:AA==:",
        },
        {
            "Signature-Input": 'a=("@method" "@path");created=1;keyid="a", b=();created=1;keyid="a"',
            "Signature": "a=:AA==:, b=:AA==:",
        },
    ],
)
def test_an_ill_formed_signature_is_refused(client, headers):
    assert code(client.get(f"{BASE}/me", headers=headers)) == (401, "SIGNATURE-FORM")


def test_a_signature_must_cover_what_changes_something(client, business, signer):
    for missing in ("@method", "@path", "content-digest", "idempotency-key"):
        names = ["@method", "@path", "content-digest", "idempotency-key"]
        names.remove(missing)
        answer = post(client, signer, "outlets", outlet(business), components=names)
        assert code(answer) == (401, "SIGNATURE-FORM")
        assert missing in answer.json()["zh"]


def test_a_query_must_be_signed(client, signer):
    assert get(client, signer, "batches", query="page=1").status_code == 200
    headers = signer.headers("GET", f"{BASE}/batches")
    answer = client.get(f"{BASE}/batches?page=1", headers=headers)
    assert code(answer) == (401, "SIGNATURE-FORM")


def test_unknown_forged_and_ended_keys_are_refused(client, business, signer):
    stranger = Signer("nobody-1")
    assert code(get(client, stranger, "me")) == (401, "KEY-UNKNOWN")
    forger = Signer(signer.name)
    assert code(get(client, forger, "me")) == (401, "SIGNATURE-WRONG")
    OperatorKey.objects.filter(key_id=signer.name).update(revoked_at=timezone.now())
    assert code(get(client, signer, "me")) == (403, "KEY-REVOKED")
    # A forger does not learn that the key has ended.
    assert code(get(client, forger, "me")) == (401, "SIGNATURE-WRONG")
    bank, bank_signer = institution()
    Institution.objects.filter(pk=bank.pk).update(ended_at=timezone.now())
    assert code(get(client, bank_signer, "me")) == (403, "KEY-REVOKED")


@pytest.mark.parametrize("seconds", [-301, 310])
def test_a_clock_that_is_off_is_told_the_time(client, signer, seconds):
    answer = get(client, signer, "me", created=datetime.now(UTC) + timedelta(seconds=seconds))
    assert code(answer) == (401, "CLOCK-SKEW")
    told = datetime.fromisoformat(answer.json()["server_time"])
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=5)
    close = datetime.now(UTC) + timedelta(seconds=seconds * 0.95)
    assert get(client, signer, "me", created=close).status_code == 200


def test_a_message_signed_for_another_address_or_body_is_refused(client, business, signer):
    body = json.dumps(outlet(business)).encode()
    headers = signer.headers("POST", f"{BASE}/outlets", body=body, key="other-address")
    elsewhere = client.generic(
        "POST", f"{BASE}/notices", body, content_type="application/json", headers=headers
    )
    assert code(elsewhere) == (401, "SIGNATURE-WRONG")
    changed = client.generic(
        "POST", f"{BASE}/outlets", body + b" ", content_type="application/json", headers=headers
    )
    assert code(changed) == (400, "DIGEST-WRONG")
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Idempotency-Key": "short"}, (401, "SIGNATURE-WRONG")),
        ({"Content-Digest": "md5=:AA==:"}, (401, "SIGNATURE-WRONG")),
        ({"Content-Encoding": "br"}, (415, "CONTENT-ENCODING")),
        ({"Content-Encoding": "gzip"}, (422, "CONTENT")),
        ({"Content-Encoding": "zstd"}, (422, "CONTENT")),
    ],
)
def test_headers_that_do_not_fit(client, business, signer, headers, expected):
    assert code(post(client, signer, "outlets", outlet(business), headers=headers)) == expected


@pytest.mark.parametrize("key", ["short", "a" * 65, "with space", "tel-13812345678"])
def test_an_ill_formed_or_telling_idempotency_key_is_refused(client, business, signer, key):
    answer = post(client, signer, "outlets", outlet(business), key=key)
    assert code(answer) == (400, "IDEMPOTENCY-KEY")
    assert "13812345678" not in answer.content.decode()


def test_a_body_without_a_length_is_refused(client, business, signer):
    answer = post(
        client,
        signer,
        "outlets",
        outlet(business),
        headers={"Content-Length": "", "Transfer-Encoding": "chunked"},
    )
    assert code(answer) == (411, "LENGTH")


def test_another_media_type_is_refused(client, business, signer):
    answer = post(client, signer, "outlets", outlet(business), content_type="text/xml")
    assert code(answer) == (415, "MEDIA-TYPE")


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"[]",
        b"{",
        b"1",
        b'"x"',
        b"[1]",
        b"\xff",
        b'{"a":NaN}',
        b'{"a":1,"a":2}',
        b"[" * 99_999,
    ],
)
def test_what_cannot_be_read_is_refused(client, signer, body):
    assert code(post(client, signer, "outlets", body)) == (422, "CONTENT")
    assert not Batch.objects.exists()


def test_too_much_is_refused(client, signer):
    many = post(client, signer, "outlets", [{}] * 10_001)
    assert (*code(many), many.json()["limit"]) == (413, "TOO-LARGE", 10_000)
    bomb = gzip.compress(b"\n" * (9 * 1024 * 1024))
    answer = post(client, signer, "outlets", bomb, headers={"Content-Encoding": "gzip"})
    assert code(answer) == (413, "TOO-LARGE")


def test_gzip_that_is_cut_off_is_refused_and_members_may_follow_one_another(
    client, business, signer
):
    plain = json.dumps(outlet(business)).encode()
    cut = post(
        client, signer, "outlets", gzip.compress(plain)[:-9], headers={"Content-Encoding": "gzip"}
    )
    assert code(cut) == (422, "CONTENT")
    two = gzip.compress(plain[:10]) + gzip.compress(plain[10:])
    answer = post(client, signer, "outlets", two, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 200


def test_each_kind_of_sender_has_its_own_records(client, business, signer):
    _, bank_signer = institution()
    assert code(post(client, bank_signer, "outlets", outlet(business))) == (403, "SENDER-KIND")
    assert code(post(client, signer, "custody-days", {})) == (403, "SENDER-KIND")
    assert code(post(client, bank_signer, "bonds", {})) == (403, "SENDER-KIND")


def test_a_sender_sees_its_own_batches_only(client, business, signer):
    post(client, signer, "outlets", outlet(business), key="outlets-0001")
    stranger = operator_key(operator())
    assert code(get(client, stranger, "batches/outlets-0001")) == (404, "NOT-FOUND")
    assert code(get(client, stranger, "batches/outlets-0001/errors")) == (404, "NOT-FOUND")
    assert get(client, stranger, "batches").json()["batches"] == []
    assert [one["key"] for one in get(client, signer, "batches").json()["batches"]] == [
        "outlets-0001"
    ]


def test_a_sender_sees_itself(client, business, signer):
    said = get(client, signer, "me").json()
    assert (said["uscc"], said["outlets"], said["status"]) == (
        business.uscc,
        ["A0001"],
        "CONNECTED",
    )
    bank, bank_signer = institution()
    said = get(client, bank_signer, "me").json()
    assert (said["uscc"], said["kind"], said["status"]) == (bank.uscc, "BANK", None)


def test_wrong_parameters_are_refused_without_being_repeated(client, signer):
    answer = get(client, signer, "batches", query="page=x13812345678")
    assert code(answer) == (400, "PARAMETER")
    assert "13812345678" not in answer.content.decode()
    assert get(client, signer, "batches/bad").status_code == 400


def test_anybody_may_ask_for_keys_and_the_time(client):
    assert len(client.get(f"{BASE}/keys").json()["keys"]) == 1
    assert client.get(f"{BASE}/time").json()["skew_seconds"] == 300


@pytest.mark.parametrize(
    ("method", "address", "expected"),
    [
        ("GET", f"{BASE}/nothing", (404, "ADDRESS")),
        ("POST", "/api/v9/", (404, "ADDRESS")),
        ("GET", "/api/v1/prepaid/%00", (404, "ADDRESS")),
        ("POST", f"{BASE}/keys", (405, "METHOD")),
        ("GET", f"{BASE}/outlets", (405, "METHOD")),
        ("PROPFIND", f"{BASE}/outlets", (405, "METHOD")),
    ],
)
def test_what_the_framework_refuses_has_the_form_of_the_interface(
    client, method, address, expected
):
    answer = client.generic(method, address)
    assert code(answer) == expected
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert re.search("[一-龥]", answer.json()["zh"]) and not re.search(
        "[一-龥]", answer.json()["en"]
    )
    assert (expected[0] == 405) == ("Allow" in answer.headers)


def test_a_body_beyond_the_limit_and_a_failure_have_the_form_of_the_interface(
    client, settings, monkeypatch
):
    settings.UPLOAD_REQUEST_BYTES = 10
    answer = client.post("/api/v1/other/", b"x" * 11, content_type="text/plain")
    assert (code(answer), answer.json()["limit"]) == ((413, "TOO-LARGE"), 10)
    assert (
        client.post("/prepaid/search/", b"x" * 11, content_type="text/plain")
        .headers["Content-Type"]
        .startswith("text/html")
    ), "people get a page"
    client.raise_request_exception = False

    def fails():
        raise RuntimeError

    monkeypatch.setattr(own, "published_keys", fails)
    assert code(client.get(f"{BASE}/keys")) == (500, "INTERNAL")
