"""The file that a holder takes along: a stranger's program follows it to a published closing, and finds what was changed."""

import json
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangwu.prepaid.models import BatchLeaves, DayClosing
from shangwu.prepaid.operations.closing_days import close_days
from shangwu.prepaid.queries.senders import platform_key
from shangwu.prepaid.rules.interface.receipts import SIGNATURE, canonical, signed
from shangwu.prepaid.rules.tokens import card_token
from tests.prepaid.card_days import DAY, later, row, send
from tests.prepaid.cards import NUMBER, SECRET
from tests.prepaid.factories import operator

pytestmark = pytest.mark.django_db
BASE = "/api/v1/prepaid"
MONTH = f"{DAY:%Y-%m}"


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def shop():
    """A shop among others, whose card was sold, used, and had its use reversed with a remark."""
    found = operator()
    for other in [operator() for _ in range(4)]:
        send(other, [row(other, 1, 1, issued=5, closing=5)])
    token = {"card": card_token(operator=found.uscc, number=NUMBER, secret=SECRET)}
    second = (DAY + timedelta(days=1)).isoformat()
    sold = {**token, "valid_to": "2021-09-01", "remark": "开卡优惠"}
    send(found, [row(found, n, n, issued=100, closing=100) for n in (1, 2)])
    send(found, [row(found, 3, 3, issued=500, closing=500, **sold)], key="sold-0001")
    used = row(found, 1, 3, redeemed=40, closing=460, **token, day=second)
    back = {**token, "day": second, "reverses_day": second, "reverses_sequence": 1}
    rows = [used, row(found, 2, 3, redeemed=-40, closing=500, **back, remark="误刷冲正")]
    batch = send(found, rows, key="reversed-0001", at=later(1))
    assert batch.receipt["state"] == "STORED", batch.receipt
    return found


def downloaded(client, shop):
    """Look the card up and download its proof, as a holder does."""
    said = {"operator": shop.number, "number": NUMBER, "secret": SECRET}
    page = client.post("/prepaid/card/", said).content.decode()
    assert 'href="/prepaid/proofs/"' in page
    note = re.findall(r'name="card" value="([^"]*)"', page)[0]
    return client.post("/prepaid/card/proof/", {"card": note}).content


def published(client, month=MONTH):
    caches["pages"].clear()
    return client.get(f"{BASE}/keys").content, client.get(f"{BASE}/closings?month={month}").content


def the_program(client):
    answer = client.get("/prepaid/proofs/check_proof.py")
    assert answer.headers["Content-Type"].startswith("text/x-python")
    return answer.content


def check(client, *files):
    program = {"__name__": "check_proof"}
    exec(the_program(client), program)
    return program["check"](*files)


def test_a_stranger_checks_the_downloaded_files_without_the_platform(client, shop, tmp_path):
    close_days(at=later(4))
    keys, closings = published(client)
    files = {
        "card-proof.json": downloaded(client, shop),
        "keys.json": keys,
        "closings.json": closings,
        "check_proof.py": the_program(client),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def run():
        command = [sys.executable, "-I", "check_proof.py", *list(files)[:3]]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
        )

    found = run()
    assert (found.returncode, found.stderr) == (0, "")
    assert "成立，到公布的关账摘要 / holds up to the published closing" in found.stdout
    proof = json.loads(files["card-proof.json"])
    second = (DAY + timedelta(days=1)).isoformat()
    assert (proof["row"]["reverses_day"], proof["row"]["reverses_sequence"]) == (second, 1)
    assert proof["how"] == "http://testserver/prepaid/proofs/"
    other = files["card-proof.json"].replace(b'"closing_fen": 500', b'"closing_fen": 900')
    (tmp_path / "card-proof.json").write_bytes(other)
    refused = run()
    assert refused.returncode == 1
    assert "不成立 / does not hold: 平台签名不符" in refused.stderr


def test_until_the_day_is_closed_the_proof_ends_at_the_signed_batch(client, shop):
    proof = downloaded(client, shop)
    said = json.loads(proof)
    assert (said["day"], said["closing"]) == (None, None)
    assert said["batch"]["root"] == shop.batches.get(key="reversed-0001").receipt["root"]
    assert check(client, proof, *published(client)) == "batch"


@pytest.mark.parametrize(
    ("part", "name", "value", "why"),
    [
        ("row", "closing_fen", 501, "row is not in the batch"),
        ("row", "reverses_sequence", 2, "row is not in the batch"),
        ("row", "reverses_day", None, "row is not in the batch"),
        ("row", "remark", "", "row is not in the batch"),
        ("day", "operator", "91310000000000001X", "batch is not of the day"),
        ("day", "batches", ["00" * 32], "batch is not of the day"),
        ("day", "balance_fen", 1, "day is not in the closing"),
        ("closing", "rows", 1, "day is not in the closing"),
        ("closing", "previous", "00" * 32, "day is not in the closing"),
        ("closing", "day", DAY.isoformat(), "day is not in the closing"),
    ],
)
def test_what_the_platform_itself_would_change_and_sign_anew_is_found(
    client, shop, part, name, value, why
):
    close_days(at=later(4))
    said = json.loads(downloaded(client, shop))
    del said[SIGNATURE]
    assert said[part][name] != value
    said[part][name] = value
    forged = canonical(signed(said, key=platform_key()))
    with pytest.raises(ValueError, match=why):
        check(client, forged, *published(client))


def test_another_closing_than_the_published_one_is_found(client, shop):
    close_days(at=later(4))
    proof = downloaded(client, shop)
    keys, closings = published(client)
    assert check(client, proof, keys, closings) == "closing"
    with pytest.raises(ValueError, match="missing or another"):
        check(client, proof, keys, published(client, "2019-10")[1])
    said = json.loads(closings)
    del said[SIGNATURE]
    said["closings"][0]["root"] = "00" * 32
    exchanged = canonical(signed(said, key=platform_key()))
    with pytest.raises(ValueError, match="do not follow"):
        check(client, proof, keys, exchanged)
    with pytest.raises(ValueError, match="not among the keys"):
        check(client, proof, b'{"keys":[]}', closings)


def test_the_closings_are_published_by_month_and_kept_for_a_minute(client, shop):
    close_days(at=later(4))
    said = client.get(f"{BASE}/closings").json()
    rows = list(DayClosing.objects.order_by("day"))
    assert [one["root"] for one in said["closings"]] == [bytes(one.root).hex() for one in rows]
    assert said["closings"][0]["previous"] == "00" * 32
    assert (said["month"], said["first_month"], said["last_month"]) == (MONTH, MONTH, MONTH)
    assert set(said["closings"][0]) == {"day", "root", "previous", "closed_at"}, "no sums"
    with CaptureQueriesContext(connection) as again:
        answer = client.get(f"{BASE}/closings")
    assert answer.json() == said
    assert not [one for one in again.captured_queries if "prepaid_dayclosing" in one["sql"]]
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert client.get(f"{BASE}/closings?month=2018-01").json()["closings"] == []
    assert client.get(f"{BASE}/closings?month=2019-13").json()["code"] == "PARAMETER"


def test_the_page_says_how_to_check_and_shows_the_closings(client, shop):
    assert "没有关账" in client.get("/prepaid/proofs/").content.decode()
    close_days(at=later(4))
    caches["pages"].clear()
    page = client.get("/prepaid/proofs/?month=nonsense").content.decode()
    assert bytes(DayClosing.objects.get(day=DAY).root).hex() in page
    assert f'href="/api/v1/prepaid/closings?month={MONTH}"' in page
    assert 'href="/prepaid/proofs/check_proof.py"' in page and "?month=" in page
    DayClosing.objects.create(
        day=date(2019, 7, 1),
        operators=0,
        rows=0,
        balance_fen=0,
        root=bytes(32),
        proof={},
        closed_at=later(-60),
    )
    caches["pages"].clear()
    page = client.get("/prepaid/proofs/?month=2019-08").content.decode()
    assert 'href="?month=2019-07"' in page and f'href="?month={MONTH}"' in page
    far = client.get("/prepaid/proofs/?month=2031-01&lang=en").content.decode()
    assert f'href="?month={MONTH}&lang=en"' in far.replace("&amp;", "&")
    assert "No day was closed" in far


def test_a_proof_among_many_operators_reads_their_roots_and_makes_no_rows(client, shop):
    close_days(at=later(4))
    assert BatchLeaves.objects.filter(operator=shop).exists()
    with CaptureQueriesContext(connection) as seen:
        downloaded(client, shop)
    [beside] = [
        one["sql"]
        for one in seen.captured_queries
        if one["sql"].startswith("SELECT")
        and "closed_at" in one["sql"].partition("WHERE")[2]
        and "prepaid_operatorday" in one["sql"]
    ]
    assert 'prepaid_operator"' not in beside
