"""Every route passes through `entry`, admits whom it declares, and writes only where it declares.

The permission matrix is generated: each role, and nobody, asks for each route by each method.
"""

from collections.abc import Iterable

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.utils import InternalError
from django.test import Client

from shangwu.foundation.accounts.models import Account, Organisation
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web.audiences import OUTSIDE_CODES
from shangwu.foundation.web.entry import SAFE_METHODS
from tests.architecture.routes import Route, routes
from tests.foundation.accounts.factories import person, signed_in_client, with_app

SABOTAGE = "tests.architecture.sabotage_urls"


def undeclared(found: Iterable[Route]) -> list[str]:
    return [route.pattern for route in found if route.entry is None]


def test_every_route_passes_through_entry():
    assert undeclared(routes()) == []


def test_the_walk_sees_the_whole_map():
    patterns = {route.pattern for route in routes()}
    assert {"office/", "account/login/", "account/mfa/totp/activate/"} <= patterns
    assert len(patterns) == len(routes()), "two routes share one pattern"


def test_a_route_without_entry_is_caught():
    assert undeclared(routes(SABOTAGE)) == ["sabotage/without-entry/"]


def test_only_these_routes_are_open_to_everybody():
    """A new public page is a decision: it is added here, in sight of a reviewer."""
    public = {
        route.pattern
        for route in routes()
        if route.entry.allow.kind == "public"
        and not route.pattern.startswith(("targets/", "prepaid/", "api/v1/prepaid/", "manual/"))
    }
    assert public - {"", "health"} == {
        "account/login/",
        "account/logout/",
        "account/inactive/",
        "account/mfa/authenticate/",
        "account/mfa/webauthn/login/",
    }


@pytest.mark.django_db
@pytest.mark.urls(SABOTAGE)
@pytest.mark.parametrize("page", ["writes-while-reading", "writes-while-rendering"])
def test_postgresql_refuses_a_write_in_a_reading_view(client, page):
    with pytest.raises(InternalError, match="read-only transaction"), transaction.atomic():
        client.get(f"/sabotage/{page}/")
    assert not Organisation.objects.filter(name="写入").exists()


@pytest.mark.django_db
@pytest.mark.urls(SABOTAGE)
def test_a_writing_view_writes_on_post_only(client):
    with pytest.raises(InternalError, match="read-only transaction"), transaction.atomic():
        client.get("/sabotage/writes-on-post/")
    assert client.post("/sabotage/writes-on-post/").status_code == 200
    assert Organisation.objects.filter(name="写入").exists()


@pytest.mark.django_db
@pytest.mark.urls(SABOTAGE)
def test_a_reading_view_takes_no_post_and_streams_nothing(client):
    assert client.post("/sabotage/writes-while-reading/").status_code == 405
    with pytest.raises(TypeError, match="stream"):
        client.get("/sabotage/streams/")


@pytest.mark.django_db
@pytest.mark.urls(SABOTAGE)
def test_a_refusal_is_a_page_with_its_sentence(client):
    for answer, status in (
        (client.get("/sabotage/refuses/"), 400),
        (client.post("/sabotage/refuses/"), 409),
    ):
        assert answer.status_code == status
        text = answer.content.decode()
        assert "预算合计与明细不符，请核对第 3 行。" in text
        assert "sums_differ" in text


@pytest.mark.django_db
def test_the_transaction_after_a_reading_view_may_write_again(client):
    assert client.get("/").status_code == 200
    Organisation.objects.create(name="写入")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role])
def test_the_matrix_of_roles_routes_and_methods(role):
    account = person("matrix", role) if role else None
    if account:
        with_app(account)
    client = signed_in_client(account)
    client.raise_request_exception = False
    wrong = []
    for route in routes():
        for method in ("GET", "POST"):
            expected = _expected(route, method, account, role)
            got = _ask(client, route, method)
            if got != expected:
                wrong.append(f"{method} {route.pattern}: {got}, not {expected}")
    assert wrong == []


@pytest.mark.django_db
def test_somebody_without_a_role_sees_only_their_own_account():
    client = signed_in_client(person())
    for route in routes():
        if route.entry.allow.kind in {"office", "staff", "roles"}:
            assert _ask(client, route, "GET") == "forbidden", route.pattern


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role.value not in OUTSIDE_CODES])
def test_every_page_of_the_office_asks_first_for_a_second_factor(role):
    client = signed_in_client(person("unenrolled", role))
    for route in routes():
        kind = route.entry.allow.kind
        admitted = kind == "signed_in" or (
            kind in {"office", "staff", "roles"} and route.entry.allow.admits_roles({role.value})
        )
        if admitted:
            for method in ("get", "post"):
                answer = getattr(client, method)(route.address)
                assert (answer.status_code, answer.headers.get("Location")) == (
                    302,
                    "/account/mfa/",
                ), route.pattern


@pytest.mark.django_db
def test_in_the_demonstration_the_second_factor_is_left_to_the_person(settings):
    settings.DEMONSTRATION = True
    client = signed_in_client(person("editor", Role.TARGETS_EDITOR))
    assert client.get("/office/").status_code == 200


def _expected(route: Route, method: str, account: Account | None, role: Role | None) -> str:
    allow = route.entry.allow
    held = frozenset({role.value}) if role else frozenset()
    if allow.kind != "public" and account is None:
        return "sign in"
    if account is not None and not allow.admits_roles(held):
        return "forbidden"
    if method not in SAFE_METHODS and not route.entry.writes:
        return "method"
    return "admitted"


def _ask(client: Client, route: Route, method: str) -> str:
    """Ask for the route and undo what the answer did."""
    cache.clear()
    cookies = dict(client.cookies)
    with transaction.atomic():
        answer = client.generic(method, route.address)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(cookies)
    if answer.status_code == 500:
        return f"error {getattr(answer, 'exc_info', '')}"
    if answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/?next="):
        return "sign in"
    if answer.status_code == 405 and not route.entry.writes:
        return "method"
    return "forbidden" if answer.status_code == 403 else "admitted"
