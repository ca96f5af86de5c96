"""Card-days through the public door: formats, packings, one effect of many sendings, nothing personal left."""

import gzip
import io
import json
import logging
import threading
from datetime import timedelta

import polars as pl
import pytest
import zstandard
from django.db import connection, connections
from django.utils import timezone

from shangwu.prepaid.models import Batch, CardBalance, CardDay, OperatorDay
from tests.prepaid.card_days import card, row
from tests.prepaid.factories import operator
from tests.prepaid.messages import get, operator_key, post
from tests.prepaid.texts import rows as texts

NDJSON, CSV, PARQUET = "application/x-ndjson", "text/csv", "application/vnd.apache.parquet"


@pytest.fixture
def business():
    return operator()


@pytest.fixture
def signer(business):
    return operator_key(business)


def yesterday():
    return (timezone.localdate() - timedelta(days=1)).isoformat()


def sound(business, count=3, **more):
    sent = (timezone.now() - timedelta(minutes=1)).isoformat()
    dated = {"day": yesterday(), "sent_at": sent, **more}
    return [row(business, n, n, issued=n, closing=n, **dated) for n in range(1, count + 1)]


def ndjson(rows):
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in rows).encode()


def parquet(rows):
    file = io.BytesIO()
    moments = pl.col("sent_at").str.to_datetime(time_zone="UTC", format="%+")
    pl.DataFrame(rows).with_columns(moments, pl.col("day").str.to_date()).write_parquet(file)
    return file.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("media_type", "write"),
    [
        (NDJSON, ndjson),
        (CSV, lambda rows: pl.DataFrame(rows).write_csv().encode()),
        (PARQUET, parquet),
    ],
)
@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("identity", bytes), ("gzip", gzip.compress), ("zstd", zstandard.compress)],
)
def test_every_format_and_packing_is_taken(
    client, business, signer, media_type, write, encoding, pack
):
    answer = post(
        client,
        signer,
        "card-days",
        pack(write(sound(business))),
        content_type=media_type,
        headers={"Content-Encoding": encoding},
    )
    receipt = json.loads(answer.content)
    assert (answer.status_code, receipt["state"], receipt["errors"]) == (200, "STORED", [])
    assert receipt["totals"]["balance_fen"] == 6
    assert CardDay.objects.count() == 3
    again = get(client, signer, f"batches/{receipt['key']}")
    assert again.content == answer.content


@pytest.mark.django_db
def test_the_sender_chooses_all_or_part(client, business, signer):
    bad = [*sound(business), {**sound(business, 4)[3], "closing_fen": 5}]
    sent = {"content_type": NDJSON}
    all_or_none = post(client, signer, "card-days", ndjson(bad), **sent)
    assert (all_or_none.status_code, json.loads(all_or_none.content)["state"]) == (422, "REFUSED")
    headers = signer.headers(
        "POST",
        "/api/v1/prepaid/card-days",
        body=ndjson(bad),
        key="part-000001",
        query="mode=partial",
    )
    part = client.generic(
        "POST", "/api/v1/prepaid/card-days?mode=partial", ndjson(bad), headers=headers, **sent
    )
    assert (part.status_code, json.loads(part.content)["accepted"]) == (200, 3)
    wrong = client.generic(
        "POST", "/api/v1/prepaid/card-days?mode=some", ndjson(bad), headers=headers, **sent
    )
    assert wrong.status_code == 400


@pytest.mark.django_db
def test_an_operators_day_is_stated_through_the_door(client, business, signer):
    said = {"operator": business.uscc, "day": yesterday(), "cards": 0, "balance_fen": 0}
    said |= dict.fromkeys(("issued_fen", "redeemed_fen", "refunded_fen"), 0)
    answer = post(client, signer, "operator-days", said)
    assert (answer.status_code, json.loads(answer.content)["state"]) == (200, "STORED")
    assert OperatorDay.objects.get(operator=business).stated["cards"] == 0


@pytest.mark.django_db
def test_what_the_sandbox_gets_counts_nothing(client, business):
    tried = operator_key(business, is_sandbox=True)
    first = post(client, tried, "card-days", ndjson(sound(business)), content_type=NDJSON)
    assert (
        json.loads(first.content)["errors"][0]["code"] in {"E12", "E01"} or first.status_code == 200
    )
    assert not CardDay.objects.exists() and not CardBalance.objects.exists()


@pytest.mark.django_db
def test_198_of_200_hidden_persons_are_refused_and_nothing_of_them_stays(
    client, business, signer, caplog
):
    made = texts(90_004)
    marked = {n for n, (_, hidden) in enumerate(made, start=1) if hidden}
    rows = [
        {**one, "remark": text}
        for one, (text, _) in zip(sound(business, 10_000), made, strict=True)
    ]
    body = gzip.compress(ndjson(rows))
    headers = signer.headers(
        "POST", "/api/v1/prepaid/card-days", body=body, key="hidden-0001", query="mode=partial"
    )
    with caplog.at_level(logging.DEBUG):
        answer = client.generic(
            "POST",
            "/api/v1/prepaid/card-days?mode=partial",
            body,
            content_type=NDJSON,
            headers=headers | {"Content-Encoding": "gzip"},
        )
    receipt = json.loads(answer.content)
    refused = receipt["rows"] - receipt["accepted"]
    kept = set(CardDay.objects.values_list("sequence", flat=True))
    assert len(marked - kept) >= 198
    assert refused - len(marked - kept) <= 10
    hidden = {made[n - 1][0] for n in marked - kept}
    everything = "\n".join(_dump()) + caplog.text + answer.content.decode()
    assert not [text for text in hidden if text in everything]


def _dump():
    """Every text of every table, as a backup would hold it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            " AND table_schema IN ('public', 'prepaid_sandbox')"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{schema}"."{table}" t')
            yield from (text for (text,) in cursor.fetchall())


def together(count, act):
    """Run an act in many threads at once and return what each came to."""
    found, gate = [None] * count, threading.Barrier(count)

    def run(at):
        gate.wait()
        try:
            found[at] = act(at)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_one_batch_sent_five_times_at_once_has_one_effect_and_one_receipt(client, business, signer):
    body = ndjson(sound(business, 2_000))
    answers = together(
        5,
        lambda _: post(client, signer, "card-days", body, key="five-times-1", content_type=NDJSON),
    )
    assert len({answer.content for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {200}
    assert (Batch.objects.count(), CardDay.objects.count()) == (1, 2_000)
    assert OperatorDay.objects.get().balance_fen == 2_001_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_seen", [True, False])
def test_of_many_who_spend_one_balance_at_once_one_wins(client, business, signer, is_seen):
    sent = (timezone.now() - timedelta(minutes=1)).isoformat()
    dated = {"day": yesterday(), "sent_at": sent}
    if is_seen:
        opened = [row(business, 100, 1, issued=500, closing=500, **dated)]
        post(client, signer, "card-days", ndjson(opened), content_type=NDJSON)

    def spend(at):
        drawn = row(business, at + 1, 1, redeemed=500, closing=0, **dated)
        if not is_seen:
            drawn = {**drawn, "issued_fen": 500, "closing_fen": 0}
        return post(client, signer, "card-days", ndjson([drawn]), content_type=NDJSON)

    answers = together(12, spend)
    won = [answer for answer in answers if answer.status_code == 200]
    balance = CardBalance.objects.get(operator=business, card=bytes.fromhex(card(1)))
    assert balance.balance_fen == 0
    # On a card never seen each of these issues what it spends: all are true, none goes below zero.
    assert len(won) == (1 if is_seen else 12)
