"""Security headers, the strict policy for content, expiring sessions, and a safe production."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.web.addresses import source_address
from shangwu.foundation.web.middleware import sessions
from tests.foundation.accounts.factories import person, signed_in_client, with_app


def directives(answer) -> dict[str, list[str]]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for words in map(str.split, parts) if words}


@pytest.fixture
def client_at_work(db):
    account = person("zhang.san", Role.TARGETS_EDITOR)
    with_app(account)
    return signed_in_client(account)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/account/login/", "/no-such-page/"])
def test_the_policy_allows_nothing_unsafe(client, path):
    found = directives(client.get(path))
    assert found["default-src"] == found["script-src"] == found["style-src"] == ["'self'"]
    assert found["frame-ancestors"] == found["base-uri"] == found["object-src"] == ["'none'"]
    assert found["form-action"] == ["'self'"]
    assert not any("unsafe" in word or "*" in word for words in found.values() for word in words)


@pytest.mark.django_db
def test_every_page_carries_the_security_headers(client):
    headers = client.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_pages_of_the_office_have_no_inline_script_or_style(client_at_work):
    for path in (
        "/",
        "/office/",
        "/account/profile/",
        "/account/mfa/",
        "/account/mfa/webauthn/add/",
    ):
        text = client_at_work.get(path).content.decode()
        assert "<style" not in text and " style=" not in text, path
        assert " onclick=" not in text and "javascript:" not in text, path
        for start in text.split("<script")[1:]:
            tag = start.split(">")[0]
            assert "src=" in tag or 'type="application/json"' in tag, path


@pytest.mark.django_db
def test_only_pages_of_signed_in_people_are_kept_out_of_caches(client, client_at_work):
    assert "no-store" in client_at_work.get("/office/").headers["Cache-Control"]
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")


def at(monkeypatch, moment) -> None:
    monkeypatch.setattr(sessions, "_now", lambda: int(moment.timestamp()))


def test_an_idle_session_ends(client_at_work, monkeypatch, settings):
    start = timezone.now()
    assert client_at_work.get("/office/").status_code == 200
    at(monkeypatch, start + timedelta(seconds=settings.SESSION_IDLE_SECONDS - 5))
    assert client_at_work.get("/office/").status_code == 200
    at(monkeypatch, start + timedelta(seconds=2 * settings.SESSION_IDLE_SECONDS))
    answer = client_at_work.get("/office/")
    assert answer.headers["Location"] == "/account/login/?next=/office/"
    assert answer.headers["Clear-Site-Data"]
    assert "退出登录" in client_at_work.get(answer.headers["Location"]).content.decode()
    assert Act.objects.filter(act="accounts.sign_out").count() == 1


def test_a_leap_of_the_rehearsed_clock_signs_nobody_out(client_at_work, monkeypatch, settings):
    assert client_at_work.get("/office/").status_code == 200
    leapt = timezone.now() + timedelta(seconds=settings.SESSION_IDLE_SECONDS + 60)
    monkeypatch.setattr(timezone, "now", lambda: leapt)
    assert client_at_work.get("/office/").status_code == 200


def test_a_page_that_polls_keeps_no_idle_session_alive(client_at_work, monkeypatch, settings):
    start = timezone.now()
    client_at_work.get("/office/")
    for seconds in range(60, settings.SESSION_IDLE_SECONDS + 60, 60):
        at(monkeypatch, start + timedelta(seconds=seconds))
        answer = client_at_work.get("/office/notifications/unread/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/account/login/")


def test_a_busy_session_ends_after_a_working_day(client_at_work, monkeypatch, settings):
    start = timezone.now()
    seconds, answer = 0, client_at_work.get("/office/")
    while answer.status_code == 200:
        seconds += 600
        assert seconds <= settings.SESSION_ABSOLUTE_SECONDS + 600
        at(monkeypatch, start + timedelta(seconds=seconds))
        answer = client_at_work.get("/office/")
    assert seconds >= settings.SESSION_ABSOLUTE_SECONDS
    assert answer.headers["Location"].startswith("/account/login/")


@pytest.mark.django_db
def test_a_page_is_asked_for_again_after_signing_in_but_an_act_is_not(client):
    assert client.get("/office/?a=1").headers["Location"] == "/account/login/?next=/office/%3Fa%3D1"
    sent = client.post(
        "/office/notifications/read/", headers={"Referer": "http://testserver/office/"}
    )
    assert sent.headers["Location"] == "/account/login/?next=/office/"
    for evil in ("https://evil.example/x", "http://testserver//evil.example/"):
        sent = client.post("/office/notifications/read/", headers={"Referer": evil})
        assert sent.headers["Location"] in {
            "/account/login/?next=/",
            "/account/login/?next=/evil.example/",
        }


@pytest.mark.parametrize(
    ("proxies", "claimed", "expected"),
    [
        (0, "203.0.113.5", "10.0.0.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "192.0.2.66, 203.0.113.5", "203.0.113.5"),
        (2, "192.0.2.66, 203.0.113.5, 10.0.0.9", "203.0.113.5"),
        (1, "", "10.0.0.1"),
    ],
)
def test_a_client_cannot_claim_an_address(settings, proxies, claimed, expected):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": claimed}, REMOTE_ADDR="10.0.0.1"
    )
    assert source_address(request) == expected


def checked_deployment(tmp_path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "SHANGWU_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "shangwu.config.settings",
    }
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )


PRODUCTION = {"SHANGWU_HOSTS": "shangwu.example", "SHANGWU_SECRET_KEY": "k3y-" + "q7Zx9" * 12}


def test_a_production_environment_passes_every_check(tmp_path):
    done = checked_deployment(tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("unsafe", "code"),
    [
        ({"SHANGWU_DEMONSTRATION": "1"}, "web.W001"),
        ({"SHANGWU_DEBUG": "1"}, "security.W018"),
        ({"SHANGWU_HTTPS": "0"}, "security.W008"),
        ({"SHANGWU_SECRET_KEY": ""}, "web.E002"),
        ({"SHANGWU_HOSTS": "*"}, "web.E003"),
    ],
)
def test_an_unsafe_production_environment_is_named(tmp_path, unsafe, code):
    done = checked_deployment(tmp_path, **(PRODUCTION | unsafe))
    assert done.returncode == 1
    assert code in done.stderr
