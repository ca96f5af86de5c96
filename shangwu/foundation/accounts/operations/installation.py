"""The first people of an installation: real administrators, or the cast of the demonstration."""

import hashlib
import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account, Appointment
from shangwu.foundation.accounts.operations.accounts import (
    one_time_password,
    store_account,
    subject,
)
from shangwu.foundation.accounts.operations.appointments import store_appointment
from shangwu.foundation.accounts.roles import ADMINISTRATORS, Role
from shangwu.foundation.law.refused import Refused

CONSOLE = audit.Actor("system", "console", "命令行")
DEMONSTRATION_FILE = "demonstration-accounts.json"


class CastMember(NamedTuple):
    """Somebody who exists in the demonstration only."""

    login: str
    display_name: str
    role: Role
    post: str
    organisation: str = "某市商务委员会（演示）"


CAST = (
    CastMember("demo-system", "系统管理员甲（演示）", Role.SYSTEM_ADMIN, "系统管理岗"),
    CastMember("demo-security", "安全管理员乙（演示）", Role.SECURITY_ADMIN, "安全管理岗"),
    CastMember("demo-audit", "审计管理员丙（演示）", Role.AUDIT_ADMIN, "审计管理岗"),
    CastMember("demo-leader", "委领导丁（演示）", Role.LEADER, "委领导"),
    CastMember("demo-editor", "填报员甲（演示）", Role.TARGETS_EDITOR, "绩效填报岗"),
    CastMember("demo-reviewer", "审核员乙（演示）", Role.TARGETS_REVIEWER, "绩效审核岗"),
    CastMember("demo-payer", "财务经办戊（演示）", Role.FINANCE_CLERK, "财务经办岗"),
    CastMember("demo-money-reviewer", "财务复核己（演示）", Role.FINANCE_REVIEWER, "财务复核岗"),
    CastMember("demo-finance", "财政评价庚（演示）", Role.FINANCE_EVALUATOR, "财政评价岗"),
    CastMember("demo-linkage", "对接经办辛（演示）", Role.PREPAID_LINKAGE, "预付卡对接岗"),
    CastMember("demo-officer", "预付卡监管壬（演示）", Role.PREPAID_OFFICER, "预付卡监管岗"),
    CastMember("demo-chief", "预付卡复核癸（演示）", Role.PREPAID_REVIEWER, "预付卡复核岗"),
    *(
        CastMember(login, f"{name}监管员（演示）", Role.PREPAID_OFFICER, "预付卡监管岗", unit)
        for login, name, unit in (
            ("demo-culture", "文旅", "某市文化和旅游局（演示）"),
            ("demo-sports", "体育", "某市体育局（演示）"),
            ("demo-education", "教育", "某市教育委员会（演示）"),
            ("demo-transport", "交通", "某市交通委员会（演示）"),
            ("demo-huangpu", "黄浦", "黄浦区商务委员会（演示）"),
        )
    ),
)


def create_administrator(
    *, login: str, display_name: str, role: Role, organisation: str, at: datetime
) -> tuple[Account, str]:
    """Create the first holder of an administrator's role; return the account and one-time password.

    For the command line of a new installation, where nobody can appoint yet.
    Raises: Refused when somebody holds the role, for another role, or a taken login name.
    """
    if role not in ADMINISTRATORS:
        raise Refused(
            "命令行只能建立三员管理员，其他人员请在网页上建立。", code="not_administrator"
        )
    today = timezone.localtime(at).date()
    password = one_time_password()
    with transaction.atomic():
        if (
            Appointment.objects.filter(role=role, account__is_active=True)
            .in_force(on=today)
            .exists()
        ):
            raise Refused(
                f"已经有在任的{role.label}，请由安全管理员在网页上任命。",
                code="administrator_exists",
            )
        account = store_account(login=login, display_name=display_name, password=password, at=at)
        store_appointment(
            account,
            organisation=organisation,
            post=f"{role.label}岗",
            role=role,
            term=(today, None),
            reason="首次安装",
            by=None,
            at=at,
        )
        audit.record(
            act="accounts.create_administrator",
            by=CONSOLE,
            at=at,
            subject=subject(account),
            after={"login": account.login, "role": role},
        )
    return account, password


def create_demonstration_accounts(*, at: datetime) -> dict[str, str]:
    """Create the cast of the demonstration once; return login names with passwords.

    The passwords are random for each installation and lie in a file of the data folder that only its
    owner reads. When file and accounts disagree, new passwords are made.
    Raises: Refused outside the demonstration.
    """
    if not settings.DEMONSTRATION:
        raise Refused("只有演示环境才能建立演示账号。", code="not_demonstration")
    path = Path(settings.DATA_DIR) / DEMONSTRATION_FILE
    known = _known_passwords(path)
    stamp = path.with_suffix(".stamp")
    # Trying all passwords takes seconds at every start; that nothing changed since is seen at once.
    if stamp.exists() and stamp.read_text("ascii") == _state(known):
        return known
    with transaction.atomic():
        passwords = {
            member.login: _cast(member, known.get(member.login, ""), at=at) for member in CAST
        }
    if passwords != known:
        _write_privately(path, passwords)
    stamp.write_text(_state(passwords), "ascii")
    return passwords


def _state(passwords: dict[str, str]) -> str:
    """Return a digest of the known passwords and of what the accounts accept."""
    logins = [member.login for member in CAST]
    stored = Account.objects.filter(login__in=logins).order_by("login")
    accepted = list(stored.values_list("login", "password"))
    facts = json.dumps([logins, passwords, accepted], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()


def _cast(member: CastMember, known: str, *, at: datetime) -> str:
    """Create the member, or renew a lost password, and return the password that now holds."""
    account = Account.objects.filter(login=member.login).first()
    if account is not None and known and account.check_password(known):
        return known
    password = one_time_password()
    if account is None:
        account = store_account(
            login=member.login,
            display_name=member.display_name,
            password=password,
            at=at,
            must_change_password=False,
            is_demonstration=True,
        )
        # The replayed year lies in the past, so the cast held its posts before it.
        store_appointment(
            account,
            organisation=member.organisation,
            post=member.post,
            role=member.role,
            term=(date(2018, 1, 1), None),
            reason="演示",
            by=None,
            at=at,
        )
    else:
        account.set_password(password)
        account.save(update_fields=["password"])
    audit.record(
        act="accounts.create_demonstration_account",
        by=CONSOLE,
        at=at,
        subject=subject(account),
        after={"login": account.login, "role": member.role},
    )
    return password


def _known_passwords(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_privately(path: Path, passwords: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(passwords, file, ensure_ascii=False, indent=2)
    fresh.replace(path)
