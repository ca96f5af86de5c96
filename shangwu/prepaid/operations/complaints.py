"""What consumers send: complaints, questions, differences; and what the office does with them.

The same content that a browser sends again within a day, by a double click or from a form opened anew, is one request
with one receipt. The browser is told by `sender`, a secret that only it has and that is not kept: whoever else sends
the same words makes a request of its own and learns nothing of the first. Without one, the form's ticket tells.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from shangwu.foundation import audit, workdays
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import ConsumerRequest, Operator, RequestStep
from shangwu.prepaid.operations.lookups import admit_request
from shangwu.prepaid.operations.observations import Sighting, observe_card
from shangwu.prepaid.operations.tickets import letters_of
from shangwu.prepaid.queries.consumers.questions import secret_digest
from shangwu.prepaid.rules.amounts import yuan
from shangwu.prepaid.rules.consumers.law import answer_due
from shangwu.prepaid.rules.consumers.requests import personal_data_in, step
from shangwu.prepaid.rules.routing import route
from shangwu.prepaid.vocabulary import (
    Agency,
    ObservationKind,
    OperatorForm,
    RequestAct,
    RequestKind,
    RequestState,
)

CONSUMER = audit.Actor("anonymous", "consumer", "消费者（不记名）")
NUMBER_LETTERS, SECRET_LETTERS = 8, 16
ONE_DAY = timedelta(days=1)
PREFIXES = {
    RequestKind.COMPLAINT: "TS",
    RequestKind.QUESTION: "ZX",
    RequestKind.DIFFERENCE: "CY",
}


@dataclass(frozen=True)
class Receipt:
    """What the consumer takes home: the request, the secret that only the consumer has, and whether it came before."""

    request: ConsumerRequest
    secret: str
    is_again: bool = False


@dataclass(frozen=True)
class _Sent:
    """By what the same request is known again: the form's ticket, and the browser that sent it, empty if unknown."""

    ticket: str
    sender: str


@dataclass(frozen=True)
class Unit:
    """Who handles a request, and by which sentence of the law of routing."""

    agency: str
    district: str
    sentence: str


def receive_complaint(
    *,
    ticket: str,
    subject: str,
    operator: Operator | None,
    named_operator: str = "",
    sector: str = "",
    district: str = "",
    text: str,
    amount: Fen | None,
    address: str,
    at: datetime,
    sender: str = "",
) -> Receipt:
    """Take a complaint about an operator, or about one that is not registered, and route it.

    Unit: fen.
    Raises: Refused PREPAID-PERSONAL-DATA, PREPAID-REQUESTS-MANY or PREPAID-NO-SUCH-OPERATOR.
    """
    if operator is None and not (named_operator and sector and district):
        raise Refused(
            "请选择经营者；它没有登记的，请填写名称、行业和所在区。",
            code="PREPAID-NO-SUCH-OPERATOR",
        )
    unit = _unit(operator, sector=sector, district=district, at=at)
    return _receive(
        RequestKind.COMPLAINT,
        _Sent(ticket, sender),
        unit,
        address=address,
        at=at,
        subject=subject,
        operator=operator,
        named_operator="" if operator else named_operator,
        sector=operator.sector if operator else sector,
        text=text,
        amount_fen=amount,
    )


def receive_question(
    *,
    ticket: str,
    operator: Operator | None,
    text: str,
    address: str,
    at: datetime,
    sender: str = "",
) -> Receipt:
    """Take a question; one about no operator goes to the unit that keeps the platform.

    Raises: Refused PREPAID-PERSONAL-DATA or PREPAID-REQUESTS-MANY.
    """
    unit = _unit(operator, sector="", district="", at=at)
    sent = _Sent(ticket, sender)
    return _receive(
        RequestKind.QUESTION, sent, unit, address=address, at=at, operator=operator, text=text
    )


def receive_difference(
    *,
    ticket: str,
    operator: Operator,
    card: bytes,
    found: Fen | None,
    known_until: date | None,
    stated: Fen,
    day: date,
    text: str,
    address: str,
    at: datetime,
    sender: str = "",
) -> Receipt:
    """Take what a consumer's slip says against what the ledger said, as evidence of the card's observation.

    `found` is None for a card that the ledger does not know. The consumer's word is recorded as such.

    Unit: fen.
    Raises: Refused PREPAID-NO-DIFFERENCE, PREPAID-PERSONAL-DATA or PREPAID-REQUESTS-MANY.
    """
    if found == stated:
        raise Refused(
            f"您填写的余额与平台记录的 {yuan(found)} 相同，没有差异。请核对凭条上的金额和日期。",
            code="PREPAID-NO-DIFFERENCE",
        )
    kind = ObservationKind.UNKNOWN_CARD if found is None else ObservationKind.CONSUMER_DIFFERENCE
    with transaction.atomic():
        receipt = _receive(
            RequestKind.DIFFERENCE,
            _Sent(ticket, sender),
            _unit(operator, sector="", district="", at=at),
            address=address,
            at=at,
            operator=operator,
            text=text,
            amount_fen=stated,
            found_fen=found,
            card=card,
            day=day,
        )
        if receipt.request.observation_id is None:
            seen = Sighting(
                operator=operator.pk,
                day=day,
                subject=card.hex(),
                at_stake_fen=abs(stated - (found or 0)),
                sentence=_difference(stated, found, known_until),
                expected_fen=stated,
                found_fen=found,
                facts={"request": receipt.request.number, "known_until": str(known_until or "")},
            )
            receipt.request.observation = observe_card(
                operator=operator, kind=kind, seen=seen, at=at
            )
            receipt.request.save(update_fields=["observation"])
    return receipt


def answer_request(
    *, request: int, text: str, publish: bool, seen: int, by: Account, at: datetime
) -> ConsumerRequest:
    """Answer a request, or add to the answer; only an answered question may be published.

    `seen` is how many steps the officer had before the eyes.
    Raises: Refused PREPAID-REQUEST-STATE, PREPAID-REQUEST-CHANGED or PREPAID-PERSONAL-DATA.
    """
    _require_impersonal(text)
    with transaction.atomic():
        found = _locked(request, seen)
        found.state = step(found.state, RequestAct.ANSWER)
        found.answer = f"{found.answer}\n{text}" if found.answer else text
        found.answered_at = found.answered_at or at
        found.is_published = publish and found.kind == RequestKind.QUESTION
        found.save(update_fields=["state", "answer", "answered_at", "is_published"])
        _record("prepaid.answer_request", found, RequestAct.ANSWER, text, by, at)
    return found


def forward_request(
    *, request: int, agency: str, district: str, text: str, seen: int, by: Account, at: datetime
) -> ConsumerRequest:
    """Hand a request to the unit that is competent; the period for the answer runs on.

    Raises: Refused PREPAID-REQUEST-STATE, PREPAID-REQUEST-CHANGED, PREPAID-FORWARD or PREPAID-PERSONAL-DATA.
    """
    _require_impersonal(text)
    with transaction.atomic():
        found = _locked(request, seen)
        found.state = step(found.state, RequestAct.FORWARD)
        if (agency, district) == (found.unit_agency, found.unit_district):
            raise Refused("这件已经由该单位承办，不用转交。", code="PREPAID-FORWARD")
        found.unit_agency, found.unit_district = agency, district
        found.save(update_fields=["state", "unit_agency", "unit_district"])
        _record("prepaid.forward_request", found, RequestAct.FORWARD, text, by, at)
    return found


def close_request(
    *, request: int, text: str, seen: int, by: Account, at: datetime
) -> ConsumerRequest:
    """Close an answered request.

    Raises: Refused PREPAID-REQUEST-STATE, PREPAID-REQUEST-CHANGED or PREPAID-PERSONAL-DATA.
    """
    _require_impersonal(text)
    with transaction.atomic():
        found = _locked(request, seen)
        found.state = step(found.state, RequestAct.CLOSE)
        found.closed_at = at
        found.save(update_fields=["state", "closed_at"])
        _record("prepaid.close_request", found, RequestAct.CLOSE, text, by, at)
    return found


def _receive(
    kind: RequestKind, sent: _Sent, unit: Unit, *, address: str, at: datetime, **facts: Any
) -> Receipt:
    _require_impersonal(facts["text"])
    _require_impersonal(facts.get("named_operator", ""))
    yesterday = _letters(kind, sent, unit, at - ONE_DAY, facts)
    before = ConsumerRequest.objects.filter(number=yesterday[0], received_at__gt=at - ONE_DAY)
    if sent.sender and (request := before.first()):
        return Receipt(request, yesterday[1], is_again=True)
    number, secret = _letters(kind, sent, unit, at, facts)
    with transaction.atomic():
        request, is_new = ConsumerRequest.objects.get_or_create(
            number=number,
            defaults={
                "secret_digest": secret_digest(secret),
                "kind": kind,
                "unit_agency": unit.agency,
                "unit_district": unit.district,
                "route": unit.sentence,
                "state": RequestState.RECEIVED,
                "received_at": at,
                "due_on": answer_due(kind, received_at=at).due,
                **facts,
            },
        )
        if is_new:
            admit_request(address=address, at=at)
            _record("prepaid.receive_request", request, RequestAct.RECEIVE, "", None, at)
    return Receipt(request, secret, is_again=bool(sent.sender) and not is_new)


def _letters(
    kind: RequestKind, sent: _Sent, unit: Unit, at: datetime, facts: dict[str, Any]
) -> tuple[str, str]:
    """Return number and secret of what was sent on that day."""
    on, _ = workdays.local(at)
    seed = sent.ticket
    if sent.sender:
        said = {
            name: value.hex() if isinstance(value, bytes) else str(getattr(value, "pk", value))
            # What the ledger says is the platform's word and may change meanwhile.
            for name, value in facts.items()
            if name != "found_fen"
        }
        content = json.dumps([kind, unit.district, said], sort_keys=True)
        seed = f"{sent.sender}|{on}|{hashlib.sha256(content.encode()).hexdigest()}"
    number = f"{PREFIXES[kind]}{on:%y}{letters_of(seed, 'number', NUMBER_LETTERS)}"
    return number, letters_of(seed, "secret", SECRET_LETTERS)


def _unit(operator: Operator | None, *, sector: str, district: str, at: datetime) -> Unit:
    if operator is not None:
        sector, district = operator.sector, operator.district
    if not sector:
        return Unit(Agency.COMMERCE, "", "咨询由市商务部门答复。")
    form = operator.form if operator else OperatorForm.ENTERPRISE
    on, _ = workdays.local(at)
    found = route(sector=sector, district=district, on=on, form=form)
    return Unit(found.agency, district, found.sentence)


def _difference(stated: Fen, found: Fen | None, known_until: date | None) -> str:
    until = f"（数据收到 {known_until} 为止）" if known_until else "（没有收到逐日数据）"
    if found is None:
        return (
            f"消费者称持有余额 {yuan(stated)}的卡，平台没有这张卡的记录{until}；"
            "也可能是卡号或者查询密码填写有误，须核实。"
        )
    return f"消费者凭条余额 {yuan(stated)}，平台记录 {yuan(found)}{until}；为消费者所述，须核实。"


def _require_impersonal(text: str) -> None:
    if found := personal_data_in(text):
        raise Refused(
            found.zh, code="PREPAID-PERSONAL-DATA", source="law/prepaid.toml#pack.SH-REG18-9"
        )


def _locked(request: int, seen: int) -> ConsumerRequest:
    found = ConsumerRequest.objects.select_for_update(no_key=True).get(pk=request)
    if found.steps.count() != seen:
        raise Refused(
            "另一位同事刚刚办理了这一件，您的操作没有保存。请看过最新情况再决定。",
            code="PREPAID-REQUEST-CHANGED",
        )
    return found


def _record(
    name: str,
    request: ConsumerRequest,
    act: RequestAct,
    text: str,
    by: Account | None,
    at: datetime,
) -> None:
    RequestStep.objects.create(
        request=request,
        act=act,
        text=text,
        unit_agency=request.unit_agency,
        unit_district=request.unit_district,
        by=by,
        at=at,
    )
    audit.record(
        act=name,
        by=by.actor if by else CONSUMER,
        at=at,
        subject=f"consumer_request:{request.number}",
        after={
            "kind": request.kind,
            "state": request.state,
            "agency": request.unit_agency,
            "district": request.unit_district,
            "published": request.is_published,
        },
    )
