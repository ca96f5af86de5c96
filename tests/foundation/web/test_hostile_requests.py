"""What no browser sends: NUL in addresses, odd methods, forged hosts, too much of everything, a planted session."""

import re

import pytest
from django.test import Client

from shangwu.foundation.accounts.roles import Role
from tests.architecture.routes import routes
from tests.foundation.accounts.factories import PASSWORD, person, signed_in_client, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_at_work():
    """Somebody with a second factor who sees the pages of audit and of business."""
    account = person("worker", Role.AUDIT_ADMIN)
    with_app(account)
    return signed_in_client(account)


def test_nul_in_an_address_is_not_found_anywhere(client_at_work):
    with_text = [route.address for route in routes() if "<str:" in route.pattern]
    assert with_text
    for address in with_text:
        hostile = re.sub(r"(?<=[/.])x(?=/|$)", "%00", address)
        assert client_at_work.get(hostile).status_code == 404, address
    for address in ("/office/oversight/?q=a%00b", "/targets/?year=%00", "/office/?x=%00"):
        assert client_at_work.get(address).status_code == 404, address
    assert client_at_work.get("/office/oversight/?q=%2500").status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "POSTT"])
def test_methods_that_no_page_knows_are_refused(method):
    """TRACE above all: the protection against forged requests lets it pass as harmless."""
    account = person("worker", Role.TARGETS_EDITOR)
    with_app(account)
    client = signed_in_client(account)
    for route in routes():
        answer = client.generic(method, route.address, headers={"X-HTTP-Method-Override": "POST"})
        assert answer.status_code in {302, 403, 404, 405}, route.pattern
        if route.entry.allow.admits(account) and "health" not in route.pattern:
            assert answer.status_code == 405, route.pattern


@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "testserver, evil"])
def test_a_forged_host_gets_no_page(client, host):
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_a_forwarded_host_is_not_believed(client):
    answer = client.get("/account/login/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_chinese():
    account = person("worker", Role.TARGETS_EDITOR)
    with_app(account)
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    answer = client.post("/office/targets/imports/new/", {})
    assert answer.status_code == 403
    assert "页面" in answer.content.decode()


def test_a_session_planted_before_signing_in_is_worth_nothing(client):
    """Whoever gave a victim the cookie does not share the session that follows."""
    person("victim")
    client.get("/account/login/")
    planted = client.session
    planted["planted"] = "yes"
    planted.save()
    client.cookies["session"] = key = planted.session_key
    answer = client.post("/account/login/", {"login": "victim", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session.session_key != key
    thief = Client()
    thief.cookies["session"] = key
    assert thief.get("/account/profile/").status_code == 302


def test_too_many_fields_are_refused_in_chinese(client):
    answer = client.post("/account/login/", {f"x{n}": "1" for n in range(2_500)})
    assert answer.status_code == 400
    assert "请求" in answer.content.decode()
