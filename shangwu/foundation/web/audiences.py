"""Who may enter a page. `accounts.roles` adds the roles; this module knows only their codes."""

from dataclasses import dataclass
from typing import Any, Literal

# Codes of the three separated administrators (三员); they keep the platform and do no business.
ADMINISTRATOR_CODES = frozenset({"SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDIT_ADMIN"})
# Codes of roles that people of businesses hold; they are no part of the office.
OUTSIDE_CODES = frozenset({"PREPAID_SHOP"})

Kind = Literal["public", "own_account", "signed_in", "office", "staff", "roles"]


@dataclass(frozen=True, slots=True)
class Audience:
    """The people whom an entry admits. `roles` counts only for the kind "roles"."""

    name: str
    kind: Kind
    roles: frozenset[str] = frozenset()

    @property
    def has_duties_first(self) -> bool:
        """Whether a pending change of password or a missing second factor comes before these pages."""
        return self.kind not in {"public", "own_account"}

    def admits(self, user: Any) -> bool:
        """Tell whether this account, or anonymous visitor, may enter now."""
        if self.kind == "public":
            return True
        if not user.is_authenticated:
            return False
        if self.kind in {"own_account", "signed_in"}:
            return True
        return self.admits_roles(user.roles_today())

    def admits_roles(self, held: frozenset[str]) -> bool:
        """Tell whether a signed-in account with these roles may enter."""
        match self.kind:
            case "public" | "own_account" | "signed_in":
                return True
            case "office":
                return bool(held - OUTSIDE_CODES)
            case "staff":
                return bool(held - ADMINISTRATOR_CODES - OUTSIDE_CODES)
            case "roles":
                return bool(held & self.roles)


PUBLIC = Audience("所有人", "public")
OWN_ACCOUNT = Audience("已登录的用户（本人账号）", "own_account")
SIGNED_IN = Audience("已登录的用户", "signed_in")
OFFICE = Audience("工作人员和管理员", "office")
STAFF = Audience("业务工作人员", "staff")
