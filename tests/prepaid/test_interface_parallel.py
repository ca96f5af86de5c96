"""Several at once: the same message five times, and two different ones under one key; one effect each."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from shangwu.foundation.audit.models import Act
from shangwu.prepaid.models import Batch, ContractTemplate, CustodyDay, InstitutionBatch
from tests.prepaid.factories import operator
from tests.prepaid.messages import BASE, institution, operator_key

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def post_at_once(signer, path, bodies, key):
    """Post each body from a thread of its own and return the answers."""

    def one(body):
        try:
            headers = signer.headers("POST", f"{BASE}/{path}", body=body, key=key)
            return Client().generic(
                "POST", f"{BASE}/{path}", body, content_type="application/json", headers=headers
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, bodies))


def text(business, words):
    row = {"operator": business.uscc, "starts_on": "2019-09-01", "text": words}
    return json.dumps(row).encode()


@pytest.mark.parametrize("is_sandbox", [False, True])
def test_the_same_message_at_once_has_one_effect_and_one_receipt(is_sandbox):
    business = operator()
    signer = operator_key(business, is_sandbox=is_sandbox)
    answers = post_at_once(
        signer, "contract-templates", [text(business, "章程")] * THREADS, "contract-1"
    )
    assert {one.status_code for one in answers} == {200}
    assert len({one.content for one in answers}) == 1
    expected = 0 if is_sandbox else 1
    assert Batch.objects.count() == ContractTemplate.objects.count() == expected
    assert Act.objects.filter(act="prepaid.receive_contract_template").count() == expected


def test_of_two_contents_under_one_key_one_wins():
    business = operator()
    signer = operator_key(business)
    bodies = [text(business, f"章程第{n}版") for n in range(THREADS)]
    answers = post_at_once(signer, "contract-templates", bodies, "contract-1")
    assert sorted(one.status_code for one in answers) == [200] + [409] * (THREADS - 1)
    assert ContractTemplate.objects.count() == 1


def test_a_banks_message_at_once_has_one_effect():
    business = operator()
    bank, signer = institution()
    row = {"operator": business.uscc, "day": "2019-09-01", "bank": bank.uscc, "balance_fen": 5}
    answers = post_at_once(
        signer, "custody-days", [json.dumps(row).encode()] * THREADS, "custody-1"
    )
    assert len({one.content for one in answers}) == 1
    assert InstitutionBatch.objects.count() == CustodyDay.objects.count() == 1
