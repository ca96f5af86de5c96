"""Signing in: passwords, lock-out, second factors, one-time passwords, and what the audit says of it."""

from types import SimpleNamespace

import pyotp
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from shangwu.foundation.accounts import operations
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from tests.foundation.accounts.factories import AT, PASSWORD, person, signed_in_client, with_app


@pytest.fixture(autouse=True)
def without_rate_limits_of_other_tests(db):
    cache.clear()


def sign_in(client: Client, login: str, password: str = PASSWORD, *, address: str = "198.51.100.1"):
    return client.post(
        "/account/login/?next=/office/",
        {"login": login, "password": password},
        REMOTE_ADDR=address,
    )


def acts() -> list[str]:
    return list(Act.objects.order_by("id").values_list("act", flat=True))


def test_a_right_password_signs_in_whatever_the_case(client):
    account = person("zhang.san")
    assert sign_in(client, "Zhang.San").headers["Location"] == "/office/"
    act = Act.objects.get(act="accounts.sign_in")
    assert act.actor_number == str(account.number)
    assert act.source_address == "198.51.100.1"


def test_after_signing_in_nobody_is_sent_to_another_site(client):
    person("zhang.san")
    answer = client.post(
        "/account/login/?next=https://evil.example/", {"login": "zhang.san", "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/office/"


def test_signing_out_is_recorded_and_clears_the_browser(client):
    person("zhang.san")
    sign_in(client, "zhang.san")
    answer = client.post("/account/logout/")
    assert acts() == ["accounts.sign_in", "accounts.sign_out"]
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/account/profile/").status_code == 302


def test_nobody_signs_up(client):
    assert client.get("/account/signup/").status_code == 404


def test_the_sixth_attempt_is_refused_from_another_address_too(client):
    person("zhang.san")
    for attempt in range(5):
        # allauth's own limit would answer first; the lock must hold without it.
        cache.clear()
        answer = sign_in(client, "zhang.san", "wrong-password", address=f"198.51.100.{attempt}")
    assert answer.status_code == 429
    cache.clear()
    answer = sign_in(Client(), "ZHANG.SAN", PASSWORD, address="203.0.113.9")
    assert answer.status_code == 429
    assert "已暂时锁定" in answer.content.decode()
    assert acts().count("accounts.fail_sign_in") == 5
    evidence = Act.objects.filter(act="accounts.lock_sign_in").order_by("id")
    assert [act.source_address for act in evidence] == ["198.51.100.4", "203.0.113.9"]
    assert evidence[0].subject == "login:zhang.san"


def test_a_lock_of_one_name_leaves_others_alone(client):
    person("zhang.san")
    person("li.si")
    for _ in range(6):
        cache.clear()
        sign_in(client, "zhang.san", "wrong-password")
    cache.clear()
    assert sign_in(Client(), "li.si").status_code == 302


def test_an_unknown_name_is_locked_and_answered_like_a_known_one(client):
    person("zhang.san")
    texts = []
    for login in ("zhang.san", "nobody"):
        cache.clear()
        texts.append(sign_in(client, login, "wrong-password").content.decode())
    without = [text.replace("nobody", "zhang.san") for text in texts]
    assert [("密码" in text, "锁定" in text) for text in without] == [(True, False)] * 2


def test_a_one_time_password_lifts_the_lock_and_must_be_changed(client):
    keeper, account = person("sys", Role.SYSTEM_ADMIN), person("zhang.san", Role.LEADER)
    secret = with_app(account)
    for _ in range(6):
        cache.clear()
        sign_in(client, "zhang.san", "wrong-password")
    password = operations.issue_password(
        account=account.number, reason="本人当面申请", by=keeper, at=AT
    )
    cache.clear()
    fresh = Client()
    assert (
        sign_in(fresh, "zhang.san", password)
        .headers["Location"]
        .startswith("/account/mfa/authenticate/")
    )
    fresh.post("/account/mfa/authenticate/", {"code": pyotp.TOTP(secret).now()})
    assert fresh.get("/office/").headers["Location"] == "/account/password/change/"
    chosen = "ein-neues-langes-wort"
    answer = fresh.post(
        "/account/password/change/",
        {"oldpassword": password, "password1": chosen, "password2": chosen},
    )
    assert answer.status_code == 302
    assert fresh.get("/office/").status_code == 200
    assert Account.objects.get(pk=account.pk).password_changed_at is not None
    assert "accounts.change_password" in acts()


def test_a_second_factor_is_enrolled_asked_for_and_recorded(
    client, django_capture_on_commit_callbacks
):
    account = person("zhang.san", Role.TARGETS_EDITOR)
    sign_in(client, "zhang.san")
    assert client.get("/office/").headers["Location"] == "/account/mfa/"
    page = client.get("/account/mfa/totp/activate/")
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/account/mfa/totp/activate/", {"code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 302
    assert client.get("/office/").status_code == 200
    assert "accounts.add_second_factor" in acts()
    stored = Authenticator.objects.get(user=account, type="totp")
    assert secret not in str(stored.data), "the secret lies encrypted"

    again = Client()
    assert sign_in(again, "zhang.san").headers["Location"].startswith("/account/mfa/authenticate/")
    assert again.get("/office/").headers["Location"].startswith("/account/login/")
    cache.clear()
    again.post("/account/mfa/authenticate/", {"code": "000000"})
    assert "accounts.fail_second_factor" in acts()
    assert again.get("/office/").headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("seconds_ago", "lands"), [(0, "/office/"), (30, "/office/"), (60, None), (-60, None)]
)
def test_a_code_counts_for_one_more_half_minute(client, monkeypatch, seconds_ago, lands):
    now = 1_564_000_020
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: now))
    secret = with_app(person("zhang.san", Role.TARGETS_EDITOR))
    sign_in(client, "zhang.san")
    code = pyotp.TOTP(secret).at(now - seconds_ago)
    answer = client.post("/account/mfa/authenticate/", {"code": code})
    assert answer.headers.get("Location") == lands


def test_a_removed_second_factor_is_recorded_and_asked_for_again(client):
    account = person("zhang.san", Role.TARGETS_EDITOR)
    secret = with_app(account)
    sign_in(client, "zhang.san")
    client.post("/account/mfa/authenticate/", {"code": pyotp.TOTP(secret).now()})
    assert client.get("/office/").status_code == 200
    client.post("/account/mfa/totp/deactivate/")
    assert "accounts.remove_second_factor" in acts()
    assert client.get("/office/").headers["Location"] == "/account/mfa/"


def test_passkeys_are_offered_at_sign_in_and_for_enrolment(client):
    assert client.get(
        "/account/mfa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}
    ).json()["request_options"]["publicKey"]["challenge"]
    person("zhang.san")
    sign_in(client, "zhang.san")
    page = client.get("/account/mfa/webauthn/add/")
    assert page.status_code == 200
    assert page.context["js_data"]["creation_options"]["publicKey"]["challenge"]


def test_a_sensitive_act_asks_for_the_password_again_after_a_while():
    keeper = person("sys", Role.SYSTEM_ADMIN)
    with_app(keeper)
    client = signed_in_client(keeper)
    assert client.get("/office/accounts/new/").status_code == 200
    session = client.session
    session["signed_in_at"] -= 301
    session.save()
    answer = client.get("/office/accounts/new/")
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]


@pytest.mark.parametrize(
    "password", ["short-one", "password123", "1234567890123", "zhang.san.2026", ""]
)
def test_a_weak_password_is_refused_in_chinese(password):
    with pytest.raises(ValidationError) as caught:
        validate_password(password, person("zhang.san.2026"))
    assert all("密码" in sentence for sentence in caught.value.messages)
