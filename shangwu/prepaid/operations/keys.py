"""The public keys with which operators sign: registered, and revoked at once when lost."""

from datetime import datetime

from django.db import transaction

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import Operator, OperatorKey
from shangwu.prepaid.operations.steps import locked_operator, required, take_step
from shangwu.prepaid.rules.keys import fingerprint, read_public_key
from shangwu.prepaid.vocabulary import LinkageStepKind, OperatorStatus

# Before the application is approved nobody may send anything; afterwards the sandbox, then the real thing.
MAY_SEND = frozenset(
    {
        OperatorStatus.ONBOARDING,
        OperatorStatus.CONNECTED,
        OperatorStatus.STOPPED,
        OperatorStatus.CLOSING,
    }
)
MOST_KEYS = 5


def register_key(
    *, operator: int, text: str, is_sandbox: bool, by: Account, at: datetime
) -> OperatorKey:
    """Register a public key for the sandbox or for reporting, and return it.

    Raises: Refused KEY-PRIVATE, KEY-FORM, KEY-STATE, KEY-TWICE or KEY-MANY.
    """
    public = read_public_key(text)
    with transaction.atomic():
        found = locked_operator(operator)
        if found.status not in MAY_SEND:
            raise Refused("申请同意以后才能登记公钥，请先完成申请。", code="KEY-STATE")
        if OperatorKey.objects.filter(public_key=public).exists():
            raise Refused(
                "这把公钥已经登记过。测试和正式报送须用不同的密钥，停用的密钥不能再用。",
                code="KEY-TWICE",
            )
        standing = found.keys.filter(is_sandbox=is_sandbox, revoked_at=None)
        if standing.count() >= MOST_KEYS:
            raise Refused(f"同时最多使用 {MOST_KEYS} 把，请先停用不用的。", code="KEY-MANY")
        made = OperatorKey.objects.create(
            operator=found,
            key_id=_next_id(found, is_sandbox=is_sandbox),
            public_key=public,
            is_sandbox=is_sandbox,
            made_at=at,
        )
        use = "测试" if is_sandbox else "正式报送"
        take_step(
            "prepaid.register_key",
            found,
            LinkageStepKind.KEY,
            f"登记{use}公钥 {made.key_id}，指纹 {fingerprint(public)}。",
            by=by,
            at=at,
            key_id=made.key_id,
            fingerprint=fingerprint(public),
        )
    return made


def revoke_key(
    *, operator: int, key_id: str, reason: str, by: Account, at: datetime
) -> OperatorKey:
    """Revoke a key for good; what it signs from now on is refused. Raises: Refused KEY-GONE or PREPAID-TEXT."""
    text = required(reason, "停用理由", longest=200)
    with transaction.atomic():
        found = locked_operator(operator)
        key = found.keys.select_for_update().filter(key_id=key_id, revoked_at=None).first()
        if key is None:
            raise Refused("没有这把在用的密钥，可能已经停用。", code="KEY-GONE")
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        take_step(
            "prepaid.revoke_key",
            found,
            LinkageStepKind.KEY_REVOKED,
            f"停用 {key.key_id}：{text}",
            by=by,
            at=at,
            key_id=key.key_id,
        )
    return key


def _next_id(operator: Operator, *, is_sandbox: bool) -> str:
    count = operator.keys.filter(is_sandbox=is_sandbox).count()
    return f"{operator.number}-{'S' if is_sandbox else 'P'}{count + 1}"
