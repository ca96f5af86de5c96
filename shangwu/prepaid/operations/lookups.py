"""Look-ups of one's own card: admitted, answered, counted. Number and secret are never stored or logged.

Decision: a look-up is no act on record (nobody's rights change, and a rumour brings hundreds a second); it is
counted by operator and day, and by source within a window, and nothing more is kept.
"""

import hashlib
import hmac
import secrets
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.views.decorators.debug import sensitive_variables

from shangwu.foundation import workdays
from shangwu.foundation.law import Refused
from shangwu.foundation.web.addresses import network_of
from shangwu.prepaid.models import Operator
from shangwu.prepaid.queries.consumers.card import CardAnswer, card_answer
from shangwu.prepaid.rules.consumers.law import ConsumerLaw, consumer_law, window_of
from shangwu.prepaid.rules.tokens import card_token

SHARDS = 16
DAY_SECONDS = 24 * 3600
ASK = """
INSERT INTO prepaid_lookupsource (source, purpose, window_at, asked, missed) VALUES (%s, %s, %s, 1, 0)
ON CONFLICT (source, purpose, window_at) DO UPDATE SET asked = prepaid_lookupsource.asked + 1
RETURNING asked, missed
"""
# A rumour brings hundreds of look-ups a second, so each asks the database as few times as it can.
# Only counters are written: a crash may cost the last of them, and nobody waits for the disk.
ADMIT = f"""
WITH source AS ({ASK})
SELECT asked, missed, set_config('synchronous_commit', 'off', true),
    (SELECT COALESCE(SUM(mismatches), 0) FROM prepaid_lookupday WHERE operator_id = %s AND day = %s)
FROM source
"""  # noqa: S608 - constants only
COUNT = """
WITH source AS (
    UPDATE prepaid_lookupsource SET missed = missed + %(missed)s
    WHERE source = %(source)s AND purpose = 'lookup' AND window_at = %(window)s
)
INSERT INTO prepaid_lookupday (operator_id, day, shard, lookups, mismatches)
VALUES (%(operator)s, %(day)s, %(shard)s, 1, %(missed)s)
ON CONFLICT (operator_id, day, shard) DO UPDATE SET
    lookups = prepaid_lookupday.lookups + 1,
    mismatches = prepaid_lookupday.mismatches + EXCLUDED.mismatches
"""
SWEEP = "DELETE FROM prepaid_lookupsource WHERE window_at < %s"


@sensitive_variables("number", "secret", "token")
def look_up_card(
    *, operator: Operator, number: str, secret: str, address: str, at: datetime
) -> CardAnswer:
    """Return what the ledger has of the card that number and secret prove.

    An unknown card and a wrong secret get the same answer by the same work.
    Raises: Refused PREPAID-LOOKUP-OFTEN for a source that asks too often.
    """
    on, _ = workdays.local(at)
    periods = consumer_law(on)
    source, window = source_digest(address, on), window_of(at, periods.lookup_window.value)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ADMIT, [source, "lookup", window, operator.pk, on])
        asked, missed, _, mismatches = cursor.fetchone()
        _require_room(periods, asked=asked, missed=missed, mismatches=mismatches)
        token = bytes.fromhex(card_token(operator=operator.uscc, number=number, secret=secret))
        answer = card_answer(operator, token, on=on)
        counted: dict[str, str | bytes | int | date | datetime] = {
            "source": source,
            "window": window,
            "operator": operator.pk,
            "day": on,
            "shard": secrets.randbelow(SHARDS),
            "missed": int(not answer.is_found),
        }
        cursor.execute(COUNT, counted)
    return answer


def look_up_request(*, address: str, at: datetime) -> None:
    """Count one question for a request by number and secret, whatever the answer.

    Raises: Refused PREPAID-LOOKUP-OFTEN.
    """
    on, _ = workdays.local(at)
    periods = consumer_law(on)
    window = window_of(at, periods.lookup_window.value)
    if _count(address, "follow", on, window) > periods.lookups_per_source.value:
        raise _too_often()


def admit_request(*, address: str, at: datetime, purpose: str = "request") -> None:
    """Count one request that a source sends that day, each purpose for itself.

    Source: law/prepaid.toml#setting.requests_per_source
    Raises: Refused PREPAID-REQUESTS-MANY.
    """
    on, _ = workdays.local(at)
    most = consumer_law(on).requests_per_source
    if _count(address, purpose, on, window_of(at, DAY_SECONDS)) > most.value:
        raise Refused(
            f"今天从您的网络已经提交了 {most.value} 件，请明天再来，或者拨打 12345。",
            code="PREPAID-REQUESTS-MANY",
            source="law/prepaid.toml#setting.requests_per_source",
        )


def sweep_sources(*, before: datetime) -> int:
    """Delete the counters of sources whose window began before an instant, and return how many."""
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, [before])
        return int(cursor.rowcount)


def source_digest(address: str, on: date) -> bytes:
    """Return what stands for a source that day; it cannot be turned back nor followed to the next day."""
    key = hmac.digest(settings.SECRET_KEY.encode(), f"prepaid.source|{on}".encode(), "sha256")
    return hashlib.blake2b(network_of(address).encode(), key=key, digest_size=16).digest()


def _count(address: str, purpose: str, on: date, window: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ASK, [source_digest(address, on), purpose, window])
        asked, _ = cursor.fetchone()
    return int(asked)


def _require_room(periods: ConsumerLaw, *, asked: int, missed: int, mismatches: int) -> None:
    is_guessed_at = mismatches >= periods.misses_per_operator.value
    if (
        asked > periods.lookups_per_source.value
        or missed >= periods.misses_per_source.value
        or (is_guessed_at and missed)
    ):
        raise _too_often()


def _too_often() -> Refused:
    return Refused(
        "查询次数太多，请十分钟以后再试。卡号和查询密码印在购卡凭条上；也可以直接向经营者查询。",
        code="PREPAID-LOOKUP-OFTEN",
        source="law/prepaid.toml#setting.lookups_per_source",
    )
