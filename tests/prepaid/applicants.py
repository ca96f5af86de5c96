"""Operators on their way to linkage, named after how far they have come, and the two persons who see to it."""

import base64
import json
from datetime import UTC, date, datetime, timedelta
from itertools import count

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from city.registry import credit_code
from shangwu.foundation.accounts.roles import Role
from shangwu.prepaid.models import ConformanceRun, Operator
from shangwu.prepaid.operations import applications, keys, onboarding, samples
from shangwu.prepaid.operations.onboarding import Registration
from shangwu.prepaid.rules.registry import RegisteredFacts
from shangwu.prepaid.vocabulary import BusinessSystem, DocumentKind, Sector
from tests.prepaid.factories import HUANGPU, shopkeeper, supervisor
from tests.targets.factories import proof

# Monday 2 September 2019, ten in the morning in Shanghai.
NOW = datetime(2019, 9, 2, 2, 0, tzinfo=UTC)
TODAY, YESTERDAY = date(2019, 9, 2), date(2019, 9, 1)
_codes = count(500)


def code() -> str:
    """Return a sound code of an invented business."""
    return credit_code(HUANGPU, next(_codes))


def clerk():
    return supervisor("jing.ban", Role.PREPAID_LINKAGE)


def reviewer():
    return supervisor("fu.he", Role.PREPAID_REVIEWER)


def registration(**facts):
    given = {
        "uscc": code(),
        "name": "上海虚构餐饮管理有限公司",
        "sector": Sector.CATERING,
        "district": HUANGPU,
        "place": "上海市黄浦区虚构东路1号",
        "representative": "赵明华",
        "established_on": date(2015, 5, 6),
        "capital_fen": 100_000_000,
    }
    return Registration(**(given | facts))


def registered_as(given: Registration, **facts) -> RegisteredFacts:
    """Return what the database says of the registration, some of it otherwise."""
    known = {
        name: getattr(given, name)
        for name in (
            "uscc",
            "name",
            "representative",
            "place",
            "district",
            "established_on",
            "capital_fen",
        )
    }
    return RegisteredFacts(**(known | facts))


def registered(by, **facts) -> Operator:
    given = registration(**facts)
    return onboarding.register_operator(
        given=given, extract=registered_as(given), source="法人库", by=by, at=NOW
    )


def filled_in(business, keeper, *, system=BusinessSystem.OWN):
    """Fill in the application, complete."""
    who = {"by": keeper, "at": NOW}
    applications.describe_business(
        operator=business.pk,
        system=system,
        trade_name="虚构小馆",
        brand="虚构",
        group_head="",
        franchise_head="",
        **who,
    )
    for kind in (DocumentKind.CHARTER, DocumentKind.CONTRACT, DocumentKind.STATEMENT):
        applications.attach_document(
            operator=business.pk, kind=kind, file=proof(keeper, at=NOW), **who
        )
    applications.state_revenue(
        operator=business.pk, year=2018, revenue_fen=800_000_000, statement=None, **who
    )


def approved(by, reviewed_by, keeper_login="dian.zhu", *, system=BusinessSystem.OWN, **facts):
    """Return an operator whose application was approved, and its shopkeeper."""
    business = registered(by, **facts)
    keeper = shopkeeper(business, keeper_login)
    filled_in(business, keeper, system=system)
    applications.submit_application(operator=business.pk, by=keeper, at=NOW)
    applications.recommend_application(operator=business.pk, opinion="材料齐全", by=by, at=NOW)
    applications.decide_application(
        operator=business.pk, approve=True, reason="同意", by=reviewed_by, at=NOW
    )
    business.refresh_from_db()
    return business, keeper


class Signer:
    """A programmer's key pair."""

    def __init__(self):
        self._key = Ed25519PrivateKey.generate()
        public = self._key.public_key()
        self.raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.base64 = base64.b64encode(self.raw).decode()
        self.pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def sign(self, content):
        return base64.b64encode(self._key.sign(content)).decode()


def sample(uscc, *, of_day=YESTERDAY, **changed):
    """Return the bytes of a sound sample day, some fields of its first row otherwise."""
    sent = f"{of_day + timedelta(days=1)}T01:00:00+08:00"
    common = {"record": "card_day", "operator": uscc, "outlet": "A0001", "day": str(of_day)}
    cards = {"kind": "registered", "sent_at": sent}
    rows = [
        {"issued_fen": 50_000, "redeemed_fen": 2_000, "refunded_fen": 0, "closing_fen": 48_000},
        {"issued_fen": 30_000, "redeemed_fen": 0, "refunded_fen": 10_000, "closing_fen": 20_000},
    ]
    lines = [
        common | cards | {"sequence": n, "card": f"{n:064x}"} | row
        for n, row in enumerate(rows, start=1)
    ]
    lines[0] |= changed
    total = {
        "record": "operator_day",
        "operator": uscc,
        "day": str(of_day),
        "cards": 2,
        "issued_fen": 80_000,
        "redeemed_fen": 2_000,
        "refunded_fen": 10_000,
        "balance_fen": 68_000,
    }
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in [*lines, total]).encode()


def ready(business, keeper, *, at=NOW):
    """Do the technical onboarding of a system of the operator's own."""
    who = {"by": keeper, "at": at}
    signer = Signer()
    keys.register_key(operator=business.pk, text=signer.pem, is_sandbox=True, **who)
    content = sample(business.uscc)
    run = samples.try_sample(
        operator=business.pk, content=content, signature=signer.sign(content), **who
    )
    assert run.is_passed, run.checks
    played(business, at=at)
    keys.register_key(operator=business.pk, text=Signer().base64, is_sandbox=False, **who)


def played(business, *, passed=True, at=NOW):
    """Let the conformance kit have been run, as the interface keeps it."""
    return ConformanceRun.objects.create(
        operator=business,
        key=f"kit-{at:%H%M%S}-{passed}",
        digest=bytes(32),
        key_id=f"{business.number}-S1",
        kit="1",
        passed=passed,
        cases=[
            {
                "case": "day",
                "zh": "一天的数据",
                "expected": "STORED",
                "found": "STORED",
                "ok": passed,
            }
        ],
        ran_at=at,
    )


def connected(by, reviewed_by, **facts):
    """Return a connected operator of a system of its own, and its shopkeeper."""
    business, keeper = approved(by, reviewed_by, **facts)
    ready(business, keeper)
    applications.connect_operator(operator=business.pk, by=by, at=NOW)
    business.refresh_from_db()
    return business, keeper
