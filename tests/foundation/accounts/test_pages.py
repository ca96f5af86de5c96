"""The pages of accounts: administrators at work, delegation, and other sessions ended."""

from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from shangwu.foundation.accounts import views
from shangwu.foundation.accounts.models import Account, Appointment, Delegation
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.web.typed import MARK
from tests.foundation.accounts.factories import PASSWORD, person, with_app


def working(login: str, *roles: Role) -> Client:
    """Return the browser of somebody who has just signed in with both factors."""
    cache.clear()
    account = person(login, *roles)
    secret = with_app(account)
    client = Client()
    client.post("/account/login/", {"login": login, "password": PASSWORD})
    client.post("/account/mfa/authenticate/", {"code": pyotp.TOTP(secret).now()})
    return client


@pytest.mark.django_db
def test_two_administrators_make_a_colleague_able_to_work():
    system, security = working("sys", Role.SYSTEM_ADMIN), working("sec", Role.SECURITY_ADMIN)
    page = system.post("/office/accounts/new/", {"login": "li.si", "display_name": "李四"})
    account = Account.objects.get(login="li.si")
    password = page.context["password"]
    assert account.check_password(password) and password in page.content.decode()
    appointment = {
        "organisation": "某市商务委员会",
        "post": "财务科",
        "role": "TARGETS_EDITOR",
        "cover": "A",
        "from_on": "2020-01-01",
        "until_on": "",
        "reason": "到岗",
    }
    assert (
        system.post(f"/office/accounts/{account.number}/appoint/", appointment).status_code == 403
    )
    done = security.post(f"/office/accounts/{account.number}/appoint/", appointment)
    assert done.headers["Location"] == f"/office/accounts/{account.number}/"
    assert "财务科" in security.get(done.headers["Location"]).content.decode()
    assert "绩效填报岗" in system.get("/office/accounts/").content.decode()

    refused = security.post(
        f"/office/accounts/{account.number}/appoint/", appointment | {"role": "AUDIT_ADMIN"}
    )
    assert refused.status_code == 409
    assert "三员分立" in refused.content.decode()

    found = Appointment.objects.get(account=account)
    assert security.get(f"/office/accounts/appointments/{found.number}/end/").status_code == 200


def test_a_form_of_an_administrator_keeps_what_is_typed_and_one_with_a_secret_never_does():
    folder = Path(views.__file__).parent / "templates"
    marked = {
        path.relative_to(folder).as_posix(): ("{% keeps_typed " in text, "form_field" in text)
        for path in folder.rglob("*.html")
        for text in [path.read_text("utf-8")]
        if 'method="post"' in text
    }
    ours = {name: found for name, found in marked.items() if name.startswith("accounts/")}
    assert all(is_marked == has_fields for is_marked, has_fields in ours.values()), ours
    assert any(is_marked for is_marked, _ in ours.values())
    # Passwords, codes of the second factor, keys.
    assert not any(is_marked for name, (is_marked, _) in marked.items() if name not in ours)


@pytest.mark.django_db
def test_an_account_is_closed_and_its_factor_reset_from_the_page():
    system, security = working("sys", Role.SYSTEM_ADMIN), working("sec", Role.SECURITY_ADMIN)
    account = person("li.si")
    with_app(account)
    base = f"/office/accounts/{account.number}/"
    assert system.get(base).status_code == 200
    for reason, told in (("", "这个字段是必填项"), ("长" * 201, "200")):
        given = {MARK: base + "factor/", "reason": reason}
        refused = security.post(base + "factor/", given, follow=True)
        assert told in refused.text and reason in refused.text
        assert account.has_second_factor()
    assert security.post(base + "factor/", {"reason": "手机丢失"}).status_code == 302
    assert system.post(base + "active/", {"reason": "离职"}).status_code == 302
    account.refresh_from_db()
    assert not account.is_active and not Account.objects.get(pk=account.pk).has_second_factor()
    assert system.post(base + "password/", {"reason": "返岗"}).status_code == 200


@pytest.mark.django_db
def test_a_role_is_lent_and_taken_back_from_the_profile():
    client = working("giver", Role.TARGETS_EDITOR)
    receiver = person("receiver")
    start = timezone.localdate()
    form = {
        "receiver": str(receiver.number),
        "role": "TARGETS_EDITOR",
        "from_on": start.isoformat(),
        "until_on": (start + timedelta(days=3)).isoformat(),
        "reason": "出差",
    }
    assert client.post("/office/delegations/new/", form).status_code == 302
    lent = Delegation.objects.get()
    assert "出差" in client.get("/account/profile/").content.decode()
    assert client.post(f"/office/delegations/{lent.number}/revoke/").status_code == 302
    assert not receiver.has_role(Role.TARGETS_EDITOR, on=start)


@pytest.mark.django_db
def test_other_sessions_end_and_this_one_stays():
    here = working("zhang.san", Role.LEADER)
    there = Client()
    there.force_login(Account.objects.get(login="zhang.san"))
    UserSession.objects.create(
        user=Account.objects.get(login="zhang.san"),
        ip="198.51.100.7",
        session_key=there.session.session_key,
        user_agent="另一台电脑",
    )
    assert there.get("/office/").status_code == 200
    assert here.get("/account/sessions/").status_code == 200
    assert here.post("/account/sessions/").status_code == 302
    assert Act.objects.filter(act="accounts.end_other_sessions").count() == 1
    assert there.get("/office/").status_code == 302
    assert here.get("/office/").status_code == 200
