"""Accounts and roles: the rows, the audit and the refusals."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from shangwu.foundation.accounts import operations
from shangwu.foundation.accounts.models import Account, Appointment, Delegation
from shangwu.foundation.accounts.operations.installation import CAST
from shangwu.foundation.accounts.roles import ADMINISTRATORS, Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.law.refused import Refused
from tests.foundation.accounts.factories import AT, appointed, later, person, with_app

TODAY = date(2026, 11, 24)


@pytest.fixture
def system_admin(db) -> Account:
    return person("sys", Role.SYSTEM_ADMIN)


@pytest.fixture
def security_admin(db) -> Account:
    return person("sec", Role.SECURITY_ADMIN)


def appoint(account, role, by, **changes):
    facts = {
        "organisation": "某市商务委员会",
        "post": "某岗",
        "role": role,
        "from_on": TODAY,
        "reason": "工作需要",
        "by": by,
        "at": AT,
    }
    return operations.appoint(account=account.number, **(facts | changes))


def refusal_code(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value.code


def test_a_fresh_installation_has_no_account(db):
    assert get_user_model().objects.count() == 0


def test_django_superusers_do_not_exist():
    names = {field.name for field in Account._meta.get_fields()}
    assert not names & {"is_staff", "is_superuser", "groups", "user_permissions", "email"}


def test_a_new_account_has_no_role_and_a_password_to_change(system_admin):
    account, password = operations.create_account(
        login=" Li.Si ", display_name="李四", by=system_admin, at=AT
    )
    assert account.login == "li.si"
    assert account.must_change_password and account.check_password(password)
    assert account.roles(on=TODAY) == frozenset()
    act = Act.objects.get(act="accounts.create_account")
    assert act.actor_number == str(system_admin.number)
    assert act.subject == f"account:{account.number}"
    assert password not in json.dumps(act.after)


@pytest.mark.parametrize("login", ["", "a", "张三", "a b", "-abc", "x" * 41, "\uff41\uff42\uff43"])
def test_a_malformed_login_is_refused(system_admin, login):
    code = refusal_code(
        operations.create_account, login=login, display_name="李四", by=system_admin, at=AT
    )
    assert code == "login_malformed"


def test_logins_that_differ_by_case_are_one(system_admin):
    person("li.si")
    code = refusal_code(
        operations.create_account, login="LI.SI", display_name="李四", by=system_admin, at=AT
    )
    assert code == "login_taken"
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(login="Li.Si", display_name="李四", created_at=AT)


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.LEADER])
def test_only_the_system_administrator_keeps_accounts(db, role):
    by, other = person("other", role), person("target")
    create = {"login": "new", "display_name": "新", "by": by, "at": AT}
    assert refusal_code(operations.create_account, **create) == "role_missing"
    act = {"account": other.number, "reason": "离职", "by": by, "at": AT}
    assert refusal_code(operations.deactivate_account, **act) == "role_missing"
    assert refusal_code(operations.issue_password, **act) == "role_missing"


def test_the_system_administrator_grants_no_role(system_admin):
    assert refusal_code(appoint, person(), Role.LEADER, system_admin) == "role_missing"


def test_an_appointment_is_recorded_with_who_and_why(security_admin):
    account = person()
    found = appoint(account, Role.LEADER, security_admin, until_on=TODAY + timedelta(days=1))
    assert account.has_role(Role.LEADER, on=TODAY)
    assert not account.has_role(Role.LEADER, on=TODAY + timedelta(days=1))
    assert not account.has_role(Role.LEADER, on=TODAY - timedelta(days=1))
    act = Act.objects.get(act="accounts.appoint")
    assert act.actor_number == str(security_admin.number)
    assert act.after is not None
    assert act.after["account"] == f"account:{account.number}"
    assert (act.after["role"], act.after["reason"]) == ("LEADER", "工作需要")
    assert found.appointed_by == security_admin


def test_nobody_appoints_themselves(security_admin):
    assert refusal_code(appoint, security_admin, Role.LEADER, security_admin) == "own_appointment"
    with pytest.raises(IntegrityError), transaction.atomic():
        found = appointed(person(), Role.LEADER)
        Appointment.objects.filter(pk=found.pk).update(appointed_by_id=found.account_id)


@pytest.mark.parametrize("first", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("second", sorted(Role))
def test_an_administrator_holds_no_second_role(security_admin, first, second):
    account = person("both", first)
    code = refusal_code(appoint, account, Role(second), security_admin)
    assert code == ("role_held_already" if first == second else "administrators_not_separated")


@pytest.mark.django_db
@pytest.mark.parametrize("first", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("second", sorted(Role))
def test_the_database_keeps_administrators_apart_from_raw_sql(first, second):
    if first == second:
        return
    account = person("both", Role(first))
    other = appointed(person("other"), Role(second))
    with pytest.raises(IntegrityError, match="would be an administrator"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_appointment SET account_id = %s WHERE id = %s",
                [account.pk, other.pk],
            )
    with pytest.raises(IntegrityError, match="would be an administrator"), transaction.atomic():
        appointed(account, Role(second))


@pytest.mark.django_db
def test_an_administrator_may_follow_another_office_but_not_overlap_it():
    account = person()
    appointed(account, Role.LEADER, until_on=TODAY)
    appointed(account, Role.AUDIT_ADMIN, from_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(role="LEADER").update(until_on=TODAY + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_two_appointments_at_once_cannot_make_two_administrators_of_one():
    account = person()

    def make(role: Role) -> bool:
        try:
            appointed(account, role)
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    appointed(person("warm"), Role.LEADER)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(make, [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN]))
    assert sorted(made) == [False, True]


def test_an_ended_appointment_ends_the_role(security_admin):
    account = person()
    found = appoint(account, Role.LEADER, security_admin)
    end = {"appointment": found.number, "reason": "调离", "by": security_admin, "at": AT}
    early = TODAY - timedelta(days=1)
    assert refusal_code(operations.end_appointment, until_on=early, **end) == "end_in_the_past"
    operations.end_appointment(until_on=TODAY, **end)
    assert not account.has_role(Role.LEADER, on=TODAY)
    assert Act.objects.filter(act="accounts.end_appointment").count() == 1
    assert refusal_code(operations.end_appointment, until_on=TODAY, **end) == "appointment_ended"


def test_a_lent_role_counts_for_its_term_and_while_its_giver_holds_it(security_admin):
    giver, receiver = person("giver"), person("receiver")
    found = appoint(giver, Role.TARGETS_EDITOR, security_admin)
    lent = operations.delegate_role(
        receiver=receiver.number,
        role=Role.TARGETS_EDITOR,
        from_on=TODAY,
        until_on=TODAY + timedelta(days=5),
        reason="出差",
        by=giver,
        at=AT,
    )
    assert receiver.has_role(Role.TARGETS_EDITOR, on=TODAY + timedelta(days=4))
    assert not receiver.has_role(Role.TARGETS_EDITOR, on=TODAY + timedelta(days=5))
    operations.end_appointment(
        appointment=found.number,
        until_on=TODAY + timedelta(days=2),
        reason="调离",
        by=security_admin,
        at=AT,
    )
    assert not receiver.has_role(Role.TARGETS_EDITOR, on=TODAY + timedelta(days=2))
    operations.revoke_delegation(delegation=lent.number, by=giver, at=later(days=1))
    assert not receiver.has_role(Role.TARGETS_EDITOR, on=TODAY + timedelta(days=1))
    assert receiver.has_role(Role.TARGETS_EDITOR, on=TODAY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"role": Role.AUDIT_ADMIN}, "administrator_not_lent"),
        ({"role": Role.LEADER}, "role_not_own"),
        ({"until_on": TODAY}, "delegation_term"),
        ({"until_on": TODAY + timedelta(days=93)}, "delegation_term"),
        ({"reason": "  "}, "reason_missing"),
    ],
)
def test_a_delegation_beyond_its_bounds_is_refused(db, changes, code):
    giver, receiver = person("giver", Role.TARGETS_EDITOR), person("receiver")
    facts = {
        "receiver": receiver.number,
        "role": Role.TARGETS_EDITOR,
        "from_on": TODAY,
        "until_on": TODAY + timedelta(days=5),
        "reason": "出差",
        "by": giver,
        "at": AT,
    }
    assert refusal_code(operations.delegate_role, **(facts | changes)) == code
    assert Delegation.objects.count() == 0


def test_an_administrator_borrows_nothing(db):
    giver, receiver = person("giver", Role.TARGETS_EDITOR), person("receiver", Role.AUDIT_ADMIN)
    code = refusal_code(
        operations.delegate_role,
        receiver=receiver.number,
        role=Role.TARGETS_EDITOR,
        from_on=TODAY,
        until_on=TODAY + timedelta(days=5),
        reason="出差",
        by=giver,
        at=AT,
    )
    assert code == "administrators_not_separated"


def test_the_security_administrator_resets_a_second_factor_with_a_reason(security_admin):
    account = person()
    with_app(account)
    reset = {"account": account.number, "by": security_admin, "at": AT}
    assert refusal_code(operations.reset_second_factor, reason="", **reset) == "reason_missing"
    assert operations.reset_second_factor(reason="手机丢失，已当面核验", **reset) == 1
    assert not is_mfa_enabled(account)
    act = Act.objects.get(act="accounts.reset_second_factor")
    assert act.before == {"kinds": ["totp"]}
    assert act.after == {"reason": "手机丢失，已当面核验"}


def test_the_system_administrator_cannot_reset_a_second_factor(system_admin):
    code = refusal_code(
        operations.reset_second_factor,
        account=person().number,
        reason="x",
        by=system_admin,
        at=AT,
    )
    assert code == "role_missing"


def test_nobody_closes_their_own_account(system_admin):
    code = refusal_code(
        operations.deactivate_account,
        account=system_admin.number,
        reason="x",
        by=system_admin,
        at=AT,
    )
    assert code == "own_account"


def test_a_closed_account_signs_in_no_more(system_admin, client):
    account = person()
    client.force_login(account)
    operations.deactivate_account(account=account.number, reason="离职", by=system_admin, at=AT)
    assert client.get("/account/profile/").status_code == 302
    operations.activate_account(account=account.number, reason="返岗", by=system_admin, at=AT)
    assert Act.objects.filter(subject=f"account:{account.number}").count() >= 2


def test_demonstration_accounts_exist_in_the_demonstration_only(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert refusal_code(operations.create_demonstration_accounts, at=AT) == "not_demonstration"
    settings.DEMONSTRATION = True
    passwords = operations.create_demonstration_accounts(at=AT)
    assert operations.create_demonstration_accounts(at=later(days=1)) == passwords
    assert set(passwords) == {member.login for member in CAST}
    assert len(set(passwords.values())) == len(CAST)
    path = Path(tmp_path) / "demonstration-accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text("utf-8")) == passwords
    for account in Account.objects.all():
        assert account.is_demonstration and account.login.startswith("demo-")
        assert account.check_password(passwords[account.login])


def test_a_lost_password_file_of_the_demonstration_is_renewed(db, settings, tmp_path):
    settings.DATA_DIR, settings.DEMONSTRATION = tmp_path, True
    before = operations.create_demonstration_accounts(at=AT)
    (tmp_path / "demonstration-accounts.json").unlink()
    after = operations.create_demonstration_accounts(at=AT)
    assert not set(before.values()) & set(after.values())
    assert Account.objects.get(login="demo-editor").check_password(after["demo-editor"])


def test_the_first_administrator_comes_from_the_command_line_once(db):
    def create(login: str) -> str:
        out = StringIO()
        call_command(
            "create_administrator",
            login,
            "--name=王五",
            "--organisation=某市商务委员会",
            "--role=SECURITY_ADMIN",
            stdout=out,
        )
        return out.getvalue()

    printed = create("wang.wu")
    account = Account.objects.get(login="wang.wu")
    assert account.must_change_password
    password = printed.split("一次性密码：")[1].split()[0]
    assert account.check_password(password)
    with pytest.raises(CommandError, match="已经有在任的安全管理员"):
        create("zhao.liu")
    assert not Account.objects.filter(login="zhao.liu").exists()
