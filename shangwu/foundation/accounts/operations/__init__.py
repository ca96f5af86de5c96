"""Everything that changes accounts, posts and roles."""

from shangwu.foundation.accounts.operations.accounts import (
    activate_account,
    create_account,
    deactivate_account,
    end_other_sessions,
    issue_password,
    reset_second_factor,
)
from shangwu.foundation.accounts.operations.appointments import (
    appoint,
    delegate_role,
    end_appointment,
    revoke_delegation,
)
from shangwu.foundation.accounts.operations.installation import (
    create_administrator,
    create_demonstration_accounts,
)

__all__ = [
    "activate_account",
    "appoint",
    "create_account",
    "create_administrator",
    "create_demonstration_accounts",
    "deactivate_account",
    "delegate_role",
    "end_appointment",
    "end_other_sessions",
    "issue_password",
    "reset_second_factor",
    "revoke_delegation",
]
