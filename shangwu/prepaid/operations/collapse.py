"""A chain collapses: found out by one person, signed by another, frozen; its holders claim, a person decides."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import (
    Collapse,
    CollapseMember,
    FrozenCard,
    LinkageMark,
    Operator,
    RefundClaim,
)
from shangwu.prepaid.operations.closing import new_number, require_another, require_no_person
from shangwu.prepaid.operations.late_claims import attach_claims
from shangwu.prepaid.operations.lookups import admit_request
from shangwu.prepaid.operations.tickets import letters_of
from shangwu.prepaid.queries.closing import matching_claims, security
from shangwu.prepaid.rules import law
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.tokens import card_token, plain_code
from shangwu.prepaid.vocabulary import ClaimState, CollapseState, OperatorStatus

HOLDER = audit.Actor("anonymous", "holder", "持卡人（不记名）")
_CODE_LETTERS = 12
_MOST_CLAIMED = 1_000_000_00  # A single-purpose card of a million yuan is a slip of the pen.

# A card's district is where it was last used; a card never used in a known outlet counts at the operator's seat.
FREEZE = """
INSERT INTO prepaid_frozencard (collapse_id, operator_id, card, district, balance_fen)
SELECT %(collapse)s, b.operator_id, b.card, COALESCE(o.district, p.district), b.balance_fen
FROM prepaid_cardbalance b
JOIN prepaid_operator p ON p.id = b.operator_id
LEFT JOIN LATERAL (
    SELECT d.outlet FROM prepaid_cardday d
    WHERE d.operator_id = b.operator_id AND d.card = b.card
    ORDER BY d.day DESC, d.sequence DESC LIMIT 1
) last ON true
LEFT JOIN prepaid_outlet o ON o.operator_id = b.operator_id AND o.number = last.outlet
WHERE b.operator_id = ANY(%(operators)s) AND b.balance_fen > 0
"""


@dataclass(frozen=True)
class Filed:
    """A claim as its holder takes it away: the number, and the code that is shown this once."""

    claim: RefundClaim
    code: str


def open_collapse(
    *,
    name: str,
    operators: Sequence[int],
    cause: str,
    advice: str,
    by: Account,
    at: datetime,
) -> Collapse:
    """Propose that a chain has collapsed; nothing happens to it before a second person signs.

    Raises: Refused PREPAID-COLLAPSE-NONE, PREPAID-COLLAPSE-TWICE or PREPAID-CLOSING-PERSONAL.
    """
    require_no_person(f"{name}\n{cause}\n{advice}")
    with transaction.atomic():
        found = list(Operator.objects.select_for_update().filter(pk__in=operators).order_by("pk"))
        if not found:
            raise Refused("请至少选择一家经营者。", code="PREPAID-COLLAPSE-NONE")
        busy = CollapseMember.objects.filter(operator__in=found).exclude(
            collapse__state=CollapseState.ENDED
        )
        if other := busy.select_related("operator", "collapse").first():
            raise Refused(
                f"{other.operator.name} 已在 {other.collapse.number} 的处置中。",
                code="PREPAID-COLLAPSE-TWICE",
            )
        collapse = Collapse.objects.create(
            number=new_number("SL", at.year),
            name=name.strip(),
            state=CollapseState.PROPOSED,
            cause=cause.strip(),
            advice=advice.strip(),
            opened_by=by,
            opened_at=at,
        )
        CollapseMember.objects.bulk_create(
            CollapseMember(collapse=collapse, operator=operator) for operator in found
        )
        _record(
            "prepaid.open_collapse", collapse, by.actor, at, operators=[one.number for one in found]
        )
    return collapse


def sign_collapse(*, collapse: int, by: Account, at: datetime, on: date) -> Collapse:
    """Freeze the chain: sales stop, marks end, every card's balance is kept, the public notice opens for claims.

    Raises: Refused PREPAID-COLLAPSE-STATE or PREPAID-CLOSING-SAME.
    """
    with transaction.atomic():
        found = locked(collapse, CollapseState.PROPOSED)
        require_another(found.opened_by_id, by)
        chain = list(found.members.select_related("operator").order_by("operator"))
        operators = [member.operator for member in chain]
        for operator in operators:
            operator.status, operator.ended_on = OperatorStatus.LOST, on
        Operator.objects.bulk_update(operators, ["status", "ended_on"])
        LinkageMark.objects.filter(operator__in=operators, withdrawn_on__isnull=True).update(
            withdrawn_on=on,
            withdrawn_by=by,
            withdrawal_reason=f"停业失联，见公告 {found.number}",
        )
        with connection.cursor() as cursor:
            cursor.execute(
                FREEZE, {"collapse": found.pk, "operators": [one.pk for one in operators]}
            )
        for member in chain:
            _freeze(member, on=on)
        found.state, found.signed_by, found.signed_at = CollapseState.CLAIMING, by, at
        found.claims_until = on + timedelta(days=law.settings(on).claim_days.value)
        found.save(update_fields=["state", "signed_by", "signed_at", "claims_until"])
        _record(
            "prepaid.sign_collapse",
            found,
            by.actor,
            at,
            holders=sum(member.holders for member in chain),
            balance_fen=sum(member.balance_fen for member in chain),
            secured_fen=sum(member.custody_fen + member.bonds_fen for member in chain),
            claims_until=found.claims_until.isoformat(),
        )
    return found


def file_claim(
    *,
    ticket: str,
    collapse: int,
    operator: int,
    card_number: str,
    secret: str,
    claimed: Fen,
    address: str,
    at: datetime,
    sender: str = "",
) -> Filed:
    """Take a holder's claim, proved by card number and secret; neither is kept.

    A claim that says what the ledger says is confirmed with the others; any other waits for a person. It is taken
    until the settlement ends: after a plan was signed it costs the first payment, not the right. The same claim sent
    again, amount included, from the same browser, which `sender` tells, or without it from the same form, gets its
    number and code again; with another amount it is another claim, and is refused.
    A source may claim only so many cards a day that the ledger does not know: a person must look into each. Known
    cards are proved and claimed once, and a crowd may share an address.

    Raises: Refused PREPAID-CLAIM-CLOSED, -SECRET, -AMOUNT or -TWICE, PREPAID-REQUESTS-MANY.
    """
    if not 0 < claimed <= _MOST_CLAIMED:
        raise Refused(
            f"申报金额须大于零，且不超过 {yuan(_MOST_CLAIMED)}。", code="PREPAID-CLAIM-AMOUNT"
        )
    with transaction.atomic():
        found = locked(
            collapse, CollapseState.CLAIMING, CollapseState.PLANNED, CollapseState.PAYING
        )
        member = found.members.select_related("operator").filter(operator=operator).first()
        if member is None:
            raise Refused("请选择公告中列明的经营者。", code="PREPAID-CLAIM-CLOSED")
        card = _proved(member.operator, card_number, secret)
        frozen = FrozenCard.objects.filter(
            collapse=found, operator=member.operator, card=card
        ).first()
        code = letters_of(f"{sender or ticket}|{claimed}", f"claim|{card.hex()}", _CODE_LETTERS)
        try:
            with transaction.atomic():
                claim = RefundClaim.objects.create(
                    collapse=found,
                    operator=member.operator,
                    number=new_number("DJ", at.year),
                    card=card,
                    code_digest=code_digest(code),
                    claimed_fen=claimed,
                    ledger_fen=frozen.balance_fen if frozen else None,
                    state=ClaimState.FILED,
                    filed_at=at,
                )
        except IntegrityError as twice:
            before = found.claims.get(operator=member.operator, card=card)
            if hmac.compare_digest(bytes(before.code_digest), code_digest(code)):
                return Filed(before, code)
            raise Refused(
                "这张卡已经登记过。请用当时的登记编号和查询码查看进展；金额填错的，认定时由人核实。",
                code="PREPAID-CLAIM-TWICE",
            ) from twice
        if frozen is None:
            admit_request(address=address, at=at, purpose="claim")
        _record("prepaid.file_claim", found, HOLDER, at, claim=claim.number, claimed_fen=claimed)
    return Filed(claim, code)


def confirm_matching(*, collapse: int, by: Account, at: datetime) -> int:
    """Confirm together all claims that say what the ledger says, and return how many there were.

    After a plan was signed they receive the shares that it reserves for their cards.
    """
    with transaction.atomic():
        found = locked(
            collapse, CollapseState.CLAIMING, CollapseState.PLANNED, CollapseState.PAYING
        )
        waiting = list(matching_claims(found).select_for_update())
        for claim in waiting:
            claim.state, claim.admitted_fen = ClaimState.ADMITTED, claim.ledger_fen
            claim.reason, claim.decided_by, claim.decided_at = "与账面余额一致", by, at
        RefundClaim.objects.bulk_update(
            waiting, ["state", "admitted_fen", "reason", "decided_by", "decided_at"]
        )
        share = attach_claims(found)
        if waiting:
            _record(
                *("prepaid.confirm_claims", found, by.actor, at),
                claims=len(waiting),
                share_fen=share,
            )
    return len(waiting)


def decide_claim(
    *, claim: int, admitted: Fen, reason: str, by: Account, at: datetime
) -> RefundClaim:
    """Decide a claim that differs from the ledger; nothing admitted means that it was not confirmed.

    What holder and ledger both say is not in dispute, so that no less can be admitted. After a plan was signed
    the claim receives the share that it reserves for the card, no more than is admitted.

    Raises: Refused PREPAID-COLLAPSE-STATE, PREPAID-CLAIM-DECIDED, -REASON or -AMOUNT.
    """
    if not reason.strip():
        raise Refused("请写明认定理由和依据的凭证。", code="PREPAID-CLAIM-REASON")
    require_no_person(reason)
    with transaction.atomic():
        chain = locked(
            RefundClaim.objects.values_list("collapse", flat=True).get(pk=claim),
            *(CollapseState.CLAIMING, CollapseState.PLANNED, CollapseState.PAYING),
        )
        found = RefundClaim.objects.select_for_update().get(pk=claim)
        if found.state != ClaimState.FILED:
            raise Refused(
                f"登记 {found.number} {found.get_state_display()}，不能再认定。",
                code="PREPAID-CLAIM-DECIDED",
            )
        least, most = sorted((found.claimed_fen, found.ledger_fen or 0))
        if admitted and not least <= admitted <= most:
            raise Refused(
                f"确认金额须在 {yuan(least)} 至 {yuan(most)} 之间（申报和账面两者之间）；"
                "不予确认的填 0，仍按账面余额清退。",
                code="PREPAID-CLAIM-AMOUNT",
            )
        found.state = ClaimState.ADMITTED if admitted else ClaimState.REJECTED
        found.admitted_fen = admitted or None
        found.reason, found.decided_by, found.decided_at = reason.strip(), by, at
        found.save(update_fields=["state", "admitted_fen", "reason", "decided_by", "decided_at"])
        _record(
            "prepaid.decide_claim",
            chain,
            by.actor,
            at,
            claim=found.number,
            admitted_fen=admitted,
            reason=found.reason,
            share_fen=attach_claims(chain),
        )
    return found


def code_digest(code: str) -> bytes:
    """Return what is kept of the code with which a holder follows a claim, however it was copied."""
    return hashlib.sha256(plain_code(code).encode()).digest()


def locked(collapse: int, *states: str) -> Collapse:
    """Return the collapse, locked, if it stands where the act needs it.

    Raises: Refused PREPAID-COLLAPSE-STATE.
    """
    found = Collapse.objects.select_for_update().get(pk=collapse)
    if found.state not in states:
        raise Refused(
            f"{found.number} {found.get_state_display()}，现在不能这样办理。",
            code="PREPAID-COLLAPSE-STATE",
        )
    return found


def _freeze(member: CollapseMember, *, on: date) -> None:
    cards = FrozenCard.objects.filter(collapse=member.collapse_id, operator=member.operator)
    balances = list(cards.values_list("balance_fen", flat=True))
    secured = security(member.operator, on=on)
    last = member.operator.days.order_by("-day").first()
    member.holders, member.balance_fen = len(balances), sum(balances)
    member.last_day = last.day if last else None
    member.custody_fen, member.custody_on = secured.in_custody, secured.custody_on
    member.bonds_fen = secured.in_bonds
    member.save()


def _proved(operator: Operator, number: str, secret: str) -> bytes:
    try:
        return bytes.fromhex(card_token(operator=operator.uscc, number=number, secret=secret))
    except ValueError as wrong:
        raise Refused(
            "请填写卡号和购卡凭条上的十六位查询密码（数字和字母，不分大小写）。",
            code="PREPAID-CLAIM-SECRET",
        ) from wrong


def _record(act: str, collapse: Collapse, by: audit.Actor, at: datetime, **after: object) -> None:
    audit.record(act=act, by=by, at=at, subject=f"collapse:{collapse.number}", after=after)
