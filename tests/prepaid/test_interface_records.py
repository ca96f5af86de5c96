"""The records beside card-days: what is stored, what is refused row by row, and that nothing personal stays."""

import json
import logging
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from shangwu.prepaid.models import (
    Batch,
    BondRecord,
    ContractTemplate,
    CustodyDay,
    HolderNotice,
    InstitutionBatch,
    Outlet,
    QuarterReport,
    RestateRequest,
)
from shangwu.prepaid.vocabulary import InstitutionKind
from tests.prepaid.factories import operator
from tests.prepaid.messages import get, institution, operator_key, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def business():
    return operator()


@pytest.fixture
def signer(business):
    return operator_key(business)


def quarter(business, start=date(2019, 7, 1), **facts):
    given = {
        "operator": business.uscc,
        "quarter_start": start.isoformat(),
        "revenue_fen": 80_000_000,
        "profit_fen": -5,
        "spent_fen": 21_000_000,
        "main_uses": "房租、食材采购",
    }
    return given | facts


def notice(business, **facts):
    given = {
        "operator": business.uscc,
        "event": "closing",
        "takes_effect_on": (timezone.localdate() + timedelta(days=31)).isoformat(),
        "told": 120,
        "proof": "ab" * 32,
        "text": "本店即将停业，请持卡到店退款。",
    }
    return given | facts


def custody(bank, *businesses, day=date(2019, 9, 1), **facts):
    return [
        {"operator": one.uscc, "day": day.isoformat(), "bank": bank.uscc, "balance_fen": 64_000_000}
        | facts
        for one in businesses
    ]


def bond(insurer, business, **facts):
    given = {
        "operator": business.uscc,
        "insurer": insurer.uscc,
        "number": "BX-2019-0001",
        "kind": "performance_insurance",
        "amount_fen": 30_000_000,
        "starts_on": "2019-09-01",
        "until": "2020-09-01",
    }
    return given | facts


def codes(answer):
    return [(one["row"], one["field"], one["code"]) for one in answer.json()["errors"]]


def test_a_late_quarter_report_is_stored_and_noted(client, business, signer):
    answer = post(client, signer, "quarter-reports", quarter(business))
    assert (answer.status_code, answer.json()["is_late"]) == (200, True)
    assert codes(answer) == [(1, "quarter_start", "E09")]
    assert "2019-10-25" in answer.json()["errors"][0]["zh"]
    stored = QuarterReport.objects.get()
    assert (stored.spent_fen, stored.profit_fen, stored.due_on) == (
        21_000_000,
        -5,
        date(2019, 10, 25),
    )


@pytest.mark.parametrize(
    ("start", "status", "expected"),
    [
        (date(2026, 7, 1), 200, []),
        (date(2026, 10, 1), 422, [(1, "quarter_start", "E05")]),
    ],
)
def test_a_quarter_report_is_in_time_as_soon_as_the_quarter_is_over(
    client, business, signer, monkeypatch, start, status, expected
):
    at = datetime(2026, 10, 8, 4, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: at)
    answer = post(client, signer, "quarter-reports", quarter(business, start), created=at)
    assert (answer.status_code, answer.json()["is_late"], codes(answer)) == (
        status,
        False,
        expected,
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"quarter_start": "2019-08-01"}, ("quarter_start", "FORM")),
        ({"quarter_start": "2019-07-02"}, ("quarter_start", "FORM")),
        ({"quarter_start": "1950-01-01"}, ("quarter_start", "FORM")),
        ({"quarter_start": "01.07.2019"}, ("quarter_start", "FORM")),
        ({"quarter_start": "2199-10-01"}, ("quarter_start", "E05")),
        ({"spent_fen": -1}, ("spent_fen", "E11")),
        ({"spent_fen": 1.5}, ("spent_fen", "FORM")),
        ({"spent_fen": True}, ("spent_fen", "FORM")),
        ({"spent_fen": 10**16}, ("spent_fen", "FORM")),
        ({"main_uses": "房租\u0000"}, ("main_uses", "FORM")),
        ({"main_uses": "\ud800"}, ("main_uses", "FORM")),
        ({"main_uses": "字" * 2001}, ("main_uses", "FORM")),
        ({"main_uses": None}, ("main_uses", "FORM")),
        ({"main_uses": ["房租"]}, ("main_uses", "FORM")),
        ({"main_uses": "退给会员张三，电话13812345678"}, ("main_uses", "E06")),
        ({"spare": 1}, ("spare", "FORM")),
        ({"13812345678": 1}, ("", "E06")),
        ({"Spare Field": 1}, ("", "FORM")),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_stored(client, business, signer, facts, expected):
    good = quarter(business, date(2019, 4, 1))
    answer = post(client, signer, "quarter-reports", [good, quarter(business, **facts)])
    assert answer.status_code == 422
    rejected = [one for one in codes(answer) if one[2] != "E09"]
    assert rejected == [(2, *expected)]
    assert answer.json()["state"] == "REFUSED"
    assert not QuarterReport.objects.exists()
    assert "13812345678" not in answer.content.decode()


def test_a_row_of_somebody_else_is_refused(client, business, signer):
    answer = post(client, signer, "quarter-reports", quarter(operator()))
    assert codes(answer) == [(1, "operator", "SENDER")]


def test_a_row_twice_in_one_delivery_is_refused(client, business, signer):
    row = notice(business)
    answer = post(client, signer, "notices", [row, row | {"told": 1}])
    assert codes(answer) == [(2, "", "E01")]


def test_a_corrected_delivery_needs_a_new_key_and_the_refused_one_keeps_its_receipt(
    client, business, signer
):
    wrong = quarter(business, spent_fen=-1)
    refused = post(client, signer, "quarter-reports", wrong, key="q3-2019-a")
    assert (
        post(client, signer, "quarter-reports", wrong, key="q3-2019-a").content == refused.content
    )
    assert get(client, signer, "batches/q3-2019-a").content == refused.content
    assert (
        post(client, signer, "quarter-reports", quarter(business), key="q3-2019-a").status_code
        == 409
    )
    assert (
        post(client, signer, "quarter-reports", quarter(business), key="q3-2019-b").status_code
        == 200
    )


def test_all_errors_can_be_fetched(client, business, signer):
    rows = b"\n".join(json.dumps({"operator": business.uscc}).encode() for _ in range(501))
    answer = post(
        client, signer, "outlets", rows, key="many-errors", content_type="application/x-ndjson"
    )
    receipt = answer.json()
    assert (receipt["errors_total"], len(receipt["errors"])) == (1503, 100)
    first = get(client, signer, "batches/many-errors/errors").json()
    second = get(client, signer, "batches/many-errors/errors", query="page=2").json()
    assert (len(first["errors"]), first["next"], len(second["errors"])) == (1000, 2, 503)
    assert first["errors"][:100] == receipt["errors"]
    assert receipt["errors"][0]["zh"].endswith("（缺少门店编号（outlet））")
    assert receipt["errors"][0]["en"].endswith("(outlet is missing)")
    assert second["next"] is None


def test_outlets_are_registered_and_brought_up_to_date(client, business, signer):
    row = {
        "operator": business.uscc,
        "outlet": "B0002",
        "trade_name": "分店",
        "district": "310104",
        "place": "虚构路2号",
        "opened_on": "2018-05-01",
        "longitude": 121.4,
        "latitude": 31,
    }
    post(client, signer, "outlets", row)
    changed = {name: row[name] for name in ("operator", "outlet", "district")}
    post(client, signer, "outlets", changed | {"trade_name": "徐汇店", "closed_on": "2019-09-30"})
    stored = Outlet.objects.get(operator=business, number="B0002")
    assert (stored.name, stored.place, stored.opened_on, stored.closed_on) == (
        "徐汇店",
        "虚构路2号",
        date(2018, 5, 1),
        date(2019, 9, 30),
    )
    assert (stored.longitude, stored.latitude) == (Decimal("121.4"), 31)
    moved = {"trade_name": "徐汇店", "longitude": 121.43700049, "latitude": 31.19}
    post(client, signer, "outlets", changed | moved)
    stored.refresh_from_db()
    assert (stored.longitude, stored.latitude) == (Decimal("121.437"), Decimal("31.19"))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"district": "999999"}, "district"),
        ({"trade_name": "店" * 101}, "trade_name"),
        ({"place": "路" * 201}, "place"),
        ({"outlet": "b2"}, "outlet"),
        ({"opened_on": "2019-02-30"}, "opened_on"),
        ({"longitude": 121.4}, "latitude"),
        ({"latitude": 31.2}, "longitude"),
        ({"longitude": 31.2, "latitude": 31.2}, "longitude"),
        ({"longitude": 121.4, "latitude": 54.001}, "latitude"),
        ({"longitude": 121.4, "latitude": "31.2"}, "latitude"),
        ({"longitude": True, "latitude": 31.2}, "longitude"),
        ({"opened_on": "2019-09-01", "closed_on": "2019-08-31"}, "closed_on"),
    ],
)
def test_an_outlet_that_cannot_be_is_refused(client, business, signer, facts, expected):
    row = {"operator": business.uscc, "outlet": "B0002", "trade_name": "分店", "district": "310104"}
    assert codes(post(client, signer, "outlets", row | facts)) == [(1, expected, "FORM")]


def test_a_notice_in_time_and_one_too_late(client, business, signer):
    assert codes(post(client, signer, "notices", notice(business))) == []
    today = timezone.localdate()
    late = notice(business, takes_effect_on=(today + timedelta(days=29)).isoformat())
    answer = post(client, signer, "notices", late)
    assert (codes(answer), answer.json()["is_late"]) == ([(1, "takes_effect_on", "E09")], True)
    stored = HolderNotice.objects.order_by("pk")
    assert [one.notice_by - today for one in stored] == [timedelta(days=1), timedelta(days=-1)]
    assert codes(post(client, signer, "notices", notice(business, event="party"))) == [
        (1, "event", "FORM")
    ]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_year_from_which_no_clock_can_be_counted(client, business, signer, day):
    answer = post(client, signer, "notices", notice(business, takes_effect_on=day))
    assert (answer.status_code, codes(answer)) == (422, [(1, "takes_effect_on", "FORM")])
    assert "年份在 1900 至 2199 之间" in answer.json()["errors"][0]["zh"]
    assert not HolderNotice.objects.exists()


def test_a_contract_text_is_stored(client, business, signer):
    row = {"operator": business.uscc, "starts_on": "2019-09-01", "text": "章程：余额可以退还。"}
    assert post(client, signer, "contract-templates", row).status_code == 200
    assert ContractTemplate.objects.get().text == "章程：余额可以退还。"


def test_a_bank_says_what_lies_in_the_accounts(client, business):
    bank, signer = institution()
    other = operator()
    answer = post(client, signer, "custody-days", custody(bank, business, other), key="custody-1")
    assert answer.status_code == 200
    assert set(CustodyDay.objects.values_list("operator", "institution", "balance_fen")) == {
        (business.pk, bank.pk, 64_000_000),
        (other.pk, bank.pk, 64_000_000),
    }
    assert get(client, signer, "batches/custody-1").content == answer.content
    asked = RestateRequest.objects.values_list("operator", "day", "cause")
    assert set(asked) == {(one.pk, date(2019, 9, 1), "CUSTODY") for one in (business, other)}
    # A correction is a further delivery.
    post(client, signer, "custody-days", custody(bank, business, balance_fen=1))
    assert CustodyDay.objects.filter(operator=business).count() == 2


def test_what_a_bank_cannot_say(client, business):
    bank, signer = institution()
    stranger, _ = institution()
    unknown = custody(bank, business)[0] | {"operator": "91310000MA1FL0007C"}
    tomorrow = timezone.localdate() + timedelta(days=1)
    rows = [
        *custody(bank, business, balance_fen=-1),
        *custody(bank, business, day=tomorrow),
        *custody(stranger, business, day=date(2019, 9, 2)),
        unknown,
    ]
    answer = post(client, signer, "custody-days", rows, key="custody-1")
    assert codes(answer) == [
        (1, "balance_fen", "E11"),
        (2, "day", "E05"),
        (3, "bank", "SENDER"),
        (4, "operator", "OPERATOR"),
    ]
    assert InstitutionBatch.objects.get().accepted == 0
    assert not CustodyDay.objects.exists()
    assert len(get(client, signer, "batches/custody-1/errors").json()["errors"]) == 4


def test_an_insurer_says_what_it_stands_for(client, business):
    insurer, signer = institution(InstitutionKind.INSURER)
    assert post(client, signer, "bonds", bond(insurer, business)).status_code == 200
    assert BondRecord.objects.get().until == date(2020, 9, 1)
    assert RestateRequest.objects.get().cause == "BOND"
    wrong = bond(insurer, business, amount_fen=0, until="2019-08-31")
    assert codes(post(client, signer, "bonds", wrong)) == [
        (1, "amount_fen", "E11"),
        (1, "until", "FORM"),
    ]


PERSONAL = ("13812345678", "11010519491231002X", "zhang.san@example.cn", "会员张三退卡")


@pytest.mark.parametrize("secret", PERSONAL)
def test_nothing_personal_reaches_tables_answers_or_logs(client, business, signer, secret, caplog):
    caplog.set_level(logging.DEBUG)
    for path, row in (
        ("quarter-reports", quarter(business, main_uses=f"备注{secret}")),
        ("notices", notice(business, text=f"备注 {secret}")),
        ("outlets", {"operator": business.uscc, "outlet": "B0002", "trade_name": secret}),
        ("contract-templates", {"operator": business.uscc, "starts_on": secret, "text": ""}),
        ("quarter-reports", quarter(business) | {secret: 1}),
    ):
        answer = post(client, signer, path, row)
        assert answer.status_code == 422
        assert {one["code"] for one in answer.json()["errors"]} == {"E06"}, path
        assert secret not in answer.content.decode()
    assert Batch.objects.count() == 5
    assert secret not in caplog.text
    assert holding(secret) == []


def holding(text):
    """Return the tables of the database, of every schema of ours, in which a text stands anywhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname IN ('public', 'prepaid_sandbox')"
        )
        tables = cursor.fetchall()
        assert len(tables) > 50
        found = []
        for schema, table in tables:
            cursor.execute(
                f'SELECT count(*) FROM "{schema}"."{table}" AS one WHERE one::text LIKE %s',
                [f"%{text}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{schema}.{table}")
    return found
