"""Cases, people and days of the governance tests, named after the situation they stand for."""

from datetime import UTC, date, datetime, timedelta

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import Case, Observation, Operator
from shangwu.prepaid.operations import cases as acts
from shangwu.prepaid.operations.penalties import Decision, record_penalty
from shangwu.prepaid.vocabulary import CaseAct, ObservationKind, ObservationState
from tests.prepaid.factories import operator, supervisor

# Monday 2 September 2019, ten in the morning.
NOW = datetime(2019, 9, 2, 2, 0, tzinfo=UTC)
TODAY = date(2019, 9, 2)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)


def on(day: date) -> datetime:
    """Return ten in the morning of a day."""
    return datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)


def officer(login: str = "jing.ban", **of) -> Account:
    """Return an officer of the city's commerce, or of the unit that `of` names."""
    return supervisor(login, Role.PREPAID_OFFICER, **of)


def reviewer(login: str = "fu.he", **of) -> Account:
    """Return a reviewer of the city's commerce, or of the unit that `of` names."""
    return supervisor(login, Role.PREPAID_REVIEWER, **of)


def anomaly(
    business: Operator,
    kind: str = ObservationKind.UNDER_SECURED,
    day: date = date(2019, 8, 30),
    at_stake_fen: int = 64_000_000,
) -> Observation:
    """Store an anomaly that nobody looked into yet."""
    return Observation.objects.create(
        operator=business,
        kind=kind,
        day=day,
        expected_fen=at_stake_fen,
        found_fen=0,
        at_stake_fen=at_stake_fen,
        sentence=f"{day} 应存管 640,000.00 元，账户余额 0.00 元",
        state=ObservationState.OPEN,
        seen_at=NOW - timedelta(hours=3),
    )


def opened(by: Account, business: Operator | None = None, **facts) -> Case:
    """Open a case on one anomaly of the business."""
    business = business or operator()
    at = facts.pop("at", NOW)
    seen = anomaly(business, **facts)
    return acts.open_case(operator=business.pk, observations=[seen.pk], by=by, at=at)


def step(case: Case, act: str, by: Account, signer: Account | None, at: datetime, **content):
    """Draft an act and, with a signer, have it signed; return the case as it then is."""
    case.refresh_from_db()
    said = {"text": "经核查属实，请改正", **content}
    draft = acts.draft_step(case=case.pk, act=act, content=said, version=case.version, by=by, at=at)
    case.refresh_from_db()
    if signer is not None:
        acts.sign_step(step=draft.pk, version=case.version, by=signer, at=at)
        case.refresh_from_db()
    return case


def handed_over(
    by: Account, signer: Account, business: Operator | None = None, at=NOW, **facts
) -> Case:
    """Bring a case from the anomaly over the missed period to the penalty body."""
    case = opened(by, business, at=at, day=at.date() - timedelta(days=3), **facts)
    step(case, CaseAct.WARN, by, signer, at, days=5)
    late = on(case.rectify_by + timedelta(days=1))
    return step(case, CaseAct.HAND_OVER, by, signer, late)


def penalised(case: Case, by: Account, day: date, number: str = "沪市监罚〔2019〕1号", **given):
    """Record the penalty of a handed-over case."""
    case.refresh_from_db()
    said = {"basis": "SH-REG18-26-2", "gravity": "overdue", "fine": 3_000_000, **given}
    return record_penalty(
        case=case.pk,
        decision=Decision(number, day, **said),
        version=case.version,
        by=by,
        at=on(day),
    )
