"""What people are appointed to, and the audiences made of it."""

from django.db import models

from shangwu.foundation.web.audiences import (
    ADMINISTRATOR_CODES,
    OFFICE,
    OWN_ACCOUNT,
    PUBLIC,
    SIGNED_IN,
    STAFF,
    Audience,
)


class Role(models.TextChoices):
    """What an appointment allows (角色). A system adds its roles here with its first page.

    The three administrators follow the separation that GB/T 22239-2019 8.1.4.2 asks for: the system
    administrator keeps accounts, the security administrator grants roles, the audit administrator
    reads the record of both.
    """

    SYSTEM_ADMIN = "SYSTEM_ADMIN", "系统管理员"
    SECURITY_ADMIN = "SECURITY_ADMIN", "安全管理员"
    AUDIT_ADMIN = "AUDIT_ADMIN", "审计管理员"
    LEADER = "LEADER", "委领导"
    TARGETS_EDITOR = "TARGETS_EDITOR", "绩效填报岗"
    TARGETS_REVIEWER = "TARGETS_REVIEWER", "绩效审核岗"
    FINANCE_CLERK = "FINANCE_CLERK", "财务经办岗"
    FINANCE_REVIEWER = "FINANCE_REVIEWER", "财务复核岗"
    FINANCE_EVALUATOR = "FINANCE_EVALUATOR", "财政评价岗"
    PREPAID_LINKAGE = "PREPAID_LINKAGE", "预付卡对接岗"
    PREPAID_OFFICER = "PREPAID_OFFICER", "预付卡监管岗"
    PREPAID_REVIEWER = "PREPAID_REVIEWER", "预付卡复核岗"
    PREPAID_SHOP = "PREPAID_SHOP", "预付卡经营者"


ADMINISTRATORS = frozenset(role for role in Role if role.value in ADMINISTRATOR_CODES)


def any_of(*roles: Role) -> Audience:
    """Return the audience of people who hold at least one of the roles."""
    name = "、".join(str(role.label) for role in roles)
    return Audience(name, "roles", frozenset(role.value for role in roles))


__all__ = [
    "ADMINISTRATORS",
    "OFFICE",
    "OWN_ACCOUNT",
    "PUBLIC",
    "SIGNED_IN",
    "STAFF",
    "Role",
    "any_of",
]
