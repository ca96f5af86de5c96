"""The sandbox: the same answers, nothing counted, its tables like the real ones; and the kit that plays there."""

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import timedelta

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.utils import timezone

from shangwu.foundation.audit.models import Act
from shangwu.prepaid.conformance.cases import STEPS
from shangwu.prepaid.conformance.play import Player, Stopped
from shangwu.prepaid.models import Batch, ConformanceRun, Outlet, SandboxRefusal
from shangwu.prepaid.operations.sandbox import SCHEMA, TABLES, space, sweep_sandbox
from shangwu.prepaid.queries.senders import published_keys
from shangwu.prepaid.rules.interface.receipts import is_genuine
from tests.prepaid.factories import operator
from tests.prepaid.messages import Signer, get, operator_key, post

# What a message in the sandbox may leave in the real tables: that it was refused, and how a run was judged.
LEFT = {"prepaid_sandboxrefusal", "prepaid_conformancerun", "audit_act", "audit_unsealedact"}


@pytest.fixture
def business(db):
    return operator()


@pytest.fixture
def signer(business):
    return operator_key(business, is_sandbox=True)


def outlet(business, **facts):
    given = {
        "operator": business.uscc,
        "outlet": "B0002",
        "trade_name": "分店",
        "district": "310104",
    }
    return given | facts


def counts(schema="public"):
    """Return how many rows each table has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{schema}"."{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def columns(schema, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type, character_maximum_length, is_nullable, is_identity"
            " FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
            " ORDER BY ordinal_position",
            [schema, table],
        )
        return cursor.fetchall()


@pytest.mark.django_db
@pytest.mark.parametrize("table", [*TABLES, "audit_act", "audit_unsealedact", "procrastinate_jobs"])
def test_each_table_of_the_sandbox_is_like_the_real_one(table):
    """Where this fails, a migration changed the real table: let it call prepaid_build_sandbox again."""
    assert columns("public", table)
    assert columns(SCHEMA, table) == columns("public", table)


@pytest.mark.django_db
def test_partitions_of_the_sandbox_are_its_own():
    for is_sandbox in (False, True):
        with space(is_sandbox=is_sandbox), connection.cursor() as cursor:
            cursor.execute("SELECT prepaid_open_month('2019-09-02')")
            cursor.execute("SELECT 'prepaid_cardday_201909'::regclass::oid::regclass::text")
            cursor.execute(
                "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE c.oid = 'prepaid_cardday_201909'::regclass"
            )
            assert cursor.fetchone()[0] == (SCHEMA if is_sandbox else "public")


def test_what_is_sent_to_the_sandbox_is_answered_and_does_not_count(client, business, signer):
    before = counts()
    answer = post(client, signer, "outlets", outlet(business), key="outlets-0001")
    assert (answer.status_code, answer.json()["sandbox"]) == (200, True)
    assert is_genuine(answer.json(), keys=published_keys())
    assert counts() == before
    assert counts(SCHEMA)["audit_act"] > 0
    assert get(client, signer, "batches/outlets-0001").content == answer.content
    assert get(client, signer, "me").json()["outlets"] == ["B0002"]
    changed = post(client, signer, "outlets", outlet(business, trade_name="改"), key="outlets-0001")
    assert (changed.status_code, changed.json()["code"]) == (409, "E01")
    assert not Outlet.objects.filter(number="B0002").exists()


def test_the_same_key_in_earnest_is_another_one(client, business, signer):
    real = operator_key(business)
    post(client, signer, "outlets", outlet(business), key="outlets-0001")
    answer = post(client, real, "outlets", outlet(business, trade_name="真"), key="outlets-0001")
    assert (answer.status_code, answer.json()["sandbox"]) == (200, False)
    assert get(client, real, "batches/outlets-0001").json()["sandbox"] is False
    assert Batch.objects.count() == 1


def test_a_reset_forgets_one_operator_only(client, business, signer):
    other = operator()
    other_signer = operator_key(other, is_sandbox=True)
    post(client, signer, "outlets", outlet(business), key="outlets-0001")
    post(client, other_signer, "outlets", outlet(other), key="outlets-0001")
    assert post(client, signer, "sandbox/reset", {}).status_code == 200
    assert get(client, signer, "batches").json()["batches"] == []
    assert len(get(client, other_signer, "batches").json()["batches"]) == 1


def test_the_sweep_forgets_those_who_stopped_trying(client, business, signer):
    other = operator()
    other_signer = operator_key(other, is_sandbox=True)
    post(client, signer, "outlets", outlet(business), key="outlets-0001")
    later = timezone.now() + timedelta(days=20)
    assert sweep_sandbox(at=later) == 0
    with space(is_sandbox=True), transaction.atomic():
        Batch.objects.create(
            operator=other,
            key="later-0001",
            kind="outlet",
            state="STORED",
            digest=bytes(32),
            rows=1,
            accepted=1,
            received_at=later,
            receipt={},
        )
    assert sweep_sandbox(at=later + timedelta(days=11)) == 1
    assert get(client, signer, "batches").json()["batches"] == []
    assert len(get(client, other_signer, "batches").json()["batches"]) == 1
    assert counts(SCHEMA)["audit_act"] == counts(SCHEMA)["procrastinate_jobs"] == 0


def test_only_sandbox_keys_open_the_sandbox(client, business):
    real = operator_key(business)
    for path in ("sandbox/reset", "sandbox/conformance-runs"):
        answer = post(client, real, path, {})
        assert (answer.status_code, answer.json()["code"]) == (403, "KEY-SANDBOX")


def test_refusals_under_a_sandbox_key_are_noted_up_to_a_limit(
    client, business, signer, monkeypatch
):
    forger = Signer(signer.name)
    for key in ("refused-1", "refused-2"):
        post(client, forger, "outlets", outlet(business), key=key)
    found = SandboxRefusal.objects.filter(operator=business)
    assert set(found.values_list("key", "code")) == {
        ("refused-1", "SIGNATURE-WRONG"),
        ("refused-2", "SIGNATURE-WRONG"),
    }
    monkeypatch.setattr("shangwu.prepaid.operations.refusals.MOST_KEPT", 2)
    post(client, forger, "outlets", outlet(business), key="refused-3")
    assert found.count() == 2


def test_a_claim_without_receipts_does_not_pass(client, business, signer):
    claim = {"kit": "1.0.0", "keys": {step.name: f"never-sent-{step.name}" for step in STEPS}}
    answer = post(client, signer, "sandbox/conformance-runs", claim, key="claim-0001")
    judged = answer.json()
    assert (answer.status_code, judged["passed"]) == (200, False)
    assert {one["ok"] for one in judged["cases"]} == {False}
    again = post(client, signer, "sandbox/conformance-runs", claim, key="claim-0001")
    assert again.content == answer.content
    other = post(client, signer, "sandbox/conformance-runs", claim | {"keys": {}}, key="claim-0001")
    assert (other.status_code, other.json()["code"]) == (409, "E01")
    assert ConformanceRun.objects.count() == 1
    assert Act.objects.latest("pk").act == "prepaid.judge_conformance"


@pytest.mark.parametrize(
    "claim",
    [
        {},
        [],
        {"kit": "1.0.0"},
        {"kit": "x", "keys": {}},
        {"kit": "1.0.0", "keys": {"no-case": "key-0000001"}},
        {"kit": "1.0.0", "keys": {"good": "a b"}},
        {"kit": "1.0.0", "keys": {}, "passed": True},
    ],
)
def test_an_ill_formed_claim_is_refused(client, business, signer, claim):
    answer = post(client, signer, "sandbox/conformance-runs", claim)
    assert (answer.status_code, answer.json()["code"]) == (422, "CONTENT")


@pytest.mark.parametrize(
    ("sector", "found"),
    [
        ("retail", "STORED E03"),
        ("sports", "STORED E03"),  # what a consumer may hold together bounds a single card as well
        ("education", "STORED"),
    ],  # no law limits what a card of a school may hold
)
@pytest.mark.django_db(transaction=True)
def test_the_kit_as_it_is_handed_out_passes_and_leaves_nothing(
    client, live_server, tmp_path, sector, found
):
    business = operator(sector=sector)
    signer = operator_key(business, is_sandbox=True)
    handed = client.get("/prepaid/interface/conformance.zip")
    assert handed.content == client.get("/prepaid/interface/conformance.zip").content
    zipfile.ZipFile(io.BytesIO(handed.content)).extractall(tmp_path)
    pem = signer.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert "shangwu-card-v1" in (tmp_path / "README.md").read_text("utf-8")
    (tmp_path / "key.pem").write_bytes(pem)
    before = counts()
    done = run(
        tmp_path,
        *("--address", live_server.url, "--key-id", signer.name),
        *("--key", "key.pem", "--report", "report.json"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["passed"] is True
    assert {one["case"]: one["ok"] for one in report["cases"]} == dict.fromkeys(
        (step.name for step in STEPS), True
    )
    judged = ConformanceRun.objects.get()
    assert judged.passed is True
    assert next(one["found"] for one in judged.cases if one["case"] == "e03") == found
    changed = {name for name, rows in counts().items() if rows != before.get(name)}
    assert changed <= LEFT


@pytest.mark.parametrize(
    ("refused", "played"),
    [("/me", 0), ("/sandbox/reset", 0), ("/sandbox/conformance-runs", len(STEPS))],
)
def test_the_kit_tells_the_platforms_own_reasons(refused, played):
    refusal = {
        "code": "KEY-REVOKED",
        "zh": "这把密钥已经停用。",
        "en": "This key has been revoked.",
    }
    answers = {
        "/time": {"time": "2026-11-26T02:00:00Z"},
        "/me": {"sandbox": True, "uscc": "91310000MA1FL0007C"},
        "/sandbox/reset": {"closed_day": "2026-10-17"},
    }

    def answer(request):
        path = request.url.path.removeprefix("/api/v1/prepaid")
        said = refusal if path == refused else answers.get(path, refusal)
        return httpx.Response(200 if said is not refusal else 403, json=said)

    verdicts = []
    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://platform") as client:
        player = Player(client, Ed25519PrivateKey.generate(), "S1", "1a2b")
        with pytest.raises(Stopped, match=r"KEY-REVOKED.*This key has been revoked"):
            player.play(verdicts.append)
    assert len(verdicts) == played
    for one in verdicts:
        assert one.is_good is False and "revoked" in one.reasons[0]


def run(folder, *arguments):
    """Run the kit as a programmer does, and make sure that it stands alone."""
    program = (
        "import runpy, sys; sys.argv[0] = 'conformance'\n"
        "try:\n    runpy.run_module('conformance', run_name='__main__')\n"
        "finally:\n"
        "    assert not [m for m in sys.modules if m.split('.')[0] in ('django', 'shangwu')]\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
