"""The chain shows every change made behind the platform's back, and names the first broken place.

Each sabotage is done as the owner of the tables would: raw SQL with the triggers switched off.
"""

import json
import threading
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from shangwu.foundation import audit
from shangwu.foundation.audit import anchor, chain, keys
from shangwu.foundation.audit.models import Act, Batch, DayHead, UnsealedAct
from shangwu.foundation.audit.operations import seal_acts, sign_day, sign_days
from shangwu.foundation.audit.queries import verify
from shangwu.foundation.law.refused import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2019, 7, 24, 9, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2019, 7, 26, 0, 10, tzinfo=SHANGHAI)
CLERK = audit.Actor(kind="person", number="a-7", name="经办人")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    """Give every test keys and an anchor of its own."""
    settings.DATA_DIR = tmp_path
    return tmp_path


def act(count=1, *, at=START, subject="declaration:1"):
    with transaction.atomic():
        for number in range(count):
            audit.record(act="targets.rate", by=CLERK, at=at, subject=subject, after={"n": number})


@pytest.fixture
def chained():
    """Two signed days of two batches each, and two acts that still wait."""
    for day in range(2):
        for hour in range(2):
            at = START + timedelta(days=day, hours=hour)
            act(3, at=at)
            seal_acts(at=at)
    sign_days(at=NIGHT)
    act(2, at=NIGHT)
    assert verify().ok


def sabotage(sql, *parameters):
    """Do as a person with the owner's password would."""
    tables = ("audit_act", "audit_batch", "audit_dayhead")
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, parameters)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")


def first(offset=0):
    return Act.objects.order_by("pk").values_list("pk", flat=True)[offset]


def test_whole_chain_is_whole(chained):
    verdict = verify()
    assert (verdict.ok, verdict.rows, verdict.days, verdict.first_broken) == (True, 14, 2, None)
    assert seal_acts(at=NIGHT) == 2
    assert seal_acts(at=NIGHT) == 0
    assert verify().ok


@pytest.mark.parametrize("offset", [0, 7, 13])
def test_edited_row(chained, offset):
    target = first(offset)
    sabotage("UPDATE audit_act SET after = '{\"n\": 99}' WHERE id = %s", target)
    assert verify().first_broken == f"act:{target}"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "别人"),
        ("actor_number", "a-8"),
        ("at", "2019-07-24 10:01+08"),
        ("day", "2019-07-23"),
        ("subject", "declaration:2"),
        ("source_address", "192.0.2.1"),
    ],
)
def test_every_column_is_bound(chained, column, value):
    sabotage(f"UPDATE audit_act SET {column} = %s WHERE id = %s", value, first(4))
    assert verify().first_broken == f"act:{first(4)}"


@pytest.mark.parametrize("offset", [0, 5, 12, 13])
def test_deleted_row(chained, offset):
    target = first(offset)
    sabotage("DELETE FROM audit_act WHERE id = %s", target)
    assert verify().first_broken == f"act:{target}"


def test_deleted_row_that_was_waiting_is_not_sealed_away(chained):
    target = first(12)
    sabotage("DELETE FROM audit_act WHERE id = %s", target)
    seal_acts(at=NIGHT)
    assert verify().first_broken == f"act:{target}"


COPY = """
INSERT INTO audit_act (nonce, day, at, act, actor_kind, actor_number, actor_name, subject, before,
                       after, source_address, digest)
SELECT nonce, day, at, act, actor_kind, actor_number, actor_name, subject, before, after,
       source_address, digest FROM audit_act WHERE id = %s
"""


def test_inserted_row(chained):
    sabotage(COPY, first(2))
    assert verify().first_broken == f"act:{Act.objects.order_by('-pk')[0].pk}"


def test_inserted_row_that_queues_for_sealing(chained):
    sabotage(COPY, first(2))
    copy = Act.objects.order_by("-pk")[0].pk
    UnsealedAct.objects.create(act_id=copy)
    seal_acts(at=NIGHT)
    assert verify().first_broken == f"act:{copy}"


def test_row_added_to_a_sealed_batch(chained):
    sabotage(COPY, first(2))
    copy = Act.objects.order_by("-pk")[0].pk
    sabotage("UPDATE audit_batch SET act_ids = act_ids || %s::bigint WHERE number = 2", copy)
    assert verify().first_broken == "batch:2"


def test_swapped_rows(chained):
    one, two = first(0), first(1)
    sabotage(
        "UPDATE audit_act SET id = CASE id WHEN %s THEN -1 ELSE -2 END WHERE id IN (%s, %s)",
        one,
        one,
        two,
    )
    sabotage("UPDATE audit_act SET id = CASE id WHEN -1 THEN %s ELSE %s END WHERE id < 0", two, one)
    assert verify().first_broken == "batch:1"


def test_reordered_inside_the_batch(chained):
    sabotage(
        "UPDATE audit_batch SET act_ids = ARRAY[act_ids[2], act_ids[1], act_ids[3]] WHERE number = 3"
    )
    assert verify().first_broken == "batch:3"


def test_swapped_batches(chained):
    sabotage("UPDATE audit_batch SET number = -number WHERE number IN (2, 3)")
    sabotage("UPDATE audit_batch SET number = 5 + number WHERE number < 0")
    assert verify().first_broken == "batch:2"


def test_truncated_tail(chained):
    """Rows, batches and head of the last day vanish together: only the file outside remembers."""
    sabotage("DELETE FROM audit_act WHERE id >= %s", first(6))
    sabotage("DELETE FROM audit_unsealedact")
    sabotage("DELETE FROM audit_batch WHERE number > 2")
    sabotage("DELETE FROM audit_dayhead WHERE day = '2019-07-25'")
    assert verify().first_broken == "batch:3"


def test_tail_cut_below_a_signature(chained):
    sabotage("DELETE FROM audit_act WHERE id BETWEEN %s AND %s", first(9), first(11))
    sabotage("DELETE FROM audit_batch WHERE number = 4")
    assert verify().first_broken == "day:2019-07-25"


def test_replaced_head(chained):
    sabotage("UPDATE audit_dayhead SET digest = %s WHERE day = '2019-07-24'", b"x" * 32)
    assert verify().first_broken == "day:2019-07-24"


def test_head_signed_with_another_key(chained, data_folder):
    (data_folder / "audit/signing-key.pem").unlink()
    keys._signing_key.cache_clear()
    verdict = verify()
    assert (verdict.first_broken, "签名" in verdict.why) == ("day:2019-07-24", True)


def test_rows_digested_with_another_key(chained, data_folder):
    (data_folder / "audit/key").unlink()
    keys._derived.cache_clear()
    assert verify().first_broken == f"act:{first()}"


def test_chain_rebuilt_with_the_right_keys(chained):
    """Somebody with database, row key and signing key rebuilds it all; the anchor contradicts."""
    target = first(1)
    sabotage("DELETE FROM audit_act WHERE id = %s", target)
    sabotage("DELETE FROM audit_dayhead")
    previous = chain.GENESIS
    for batch in Batch.objects.order_by("number"):
        ids = [pk for pk in batch.act_ids if pk != target]
        rows = dict(Act.objects.filter(pk__in=ids).values_list("pk", "digest"))
        digest = chain.batch_digest(
            number=batch.number,
            day=batch.day,
            at=batch.at,
            previous=previous,
            rows=[(pk, bytes(rows[pk])) for pk in ids],
        )
        sabotage(
            "UPDATE audit_batch SET act_ids = %s, previous_digest = %s, digest = %s WHERE number = %s",
            ids,
            previous,
            digest,
            batch.number,
        )
        previous = digest
    verdict = verify()
    assert (verdict.first_broken, "重建" in verdict.why) == ("batch:1", True)


def test_anchor_cut_or_written_over(chained):
    lines = anchor.path().read_text().splitlines(keepends=True)
    anchor.path().write_text("".join(lines[1:]))
    assert verify().first_broken == "batch:1"
    anchor.path().write_text("".join(lines[:-3]))
    assert verify().first_broken == "day:2019-07-24"
    forged = json.loads(lines[0]) | {"digest": "00" * 32}
    anchor.path().write_text("".join([*lines, json.dumps(forged) + "\n"]))
    assert verify().first_broken == f"anchor:{len(lines) + 1}"


def test_crash_between_commit_and_anchor_heals_itself(chained):
    act(at=NIGHT)
    seal_acts(at=NIGHT)
    lines = anchor.path().read_text().splitlines(keepends=True)
    anchor.path().write_text("".join(lines[:-1]))
    assert verify().ok, "the newest line may lag"
    act(at=NIGHT)
    seal_acts(at=NIGHT)
    assert verify().ok
    assert sorted(anchor.read().batches) == [1, 2, 3, 4, 5, 6]


def test_emptied_anchor_does_not_heal(chained):
    anchor.path().unlink()
    act(at=NIGHT)
    seal_acts(at=NIGHT)
    assert verify().first_broken == "batch:1"


def test_late_commit_is_sealed_later_and_nothing_is_lost():
    """One transaction takes its number first and commits last, while sealing goes on beside it."""
    written, may_commit = threading.Event(), threading.Event()

    def late():
        try:
            with transaction.atomic():
                audit.record(act="targets.rate", by=CLERK, at=START, subject="late:1")
                written.set()
                may_commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert written.wait(20)
    act(2)
    assert seal_acts(at=START) == 2
    assert verify().ok
    may_commit.set()
    thread.join(20)
    assert verify().ok
    assert seal_acts(at=START) == 1
    assert verify().ok
    late_act = Act.objects.get(subject="late:1")
    assert Batch.objects.get(number=2).act_ids == [late_act.pk]
    assert late_act.pk < min(Batch.objects.get(number=1).act_ids)


def test_two_sealers_at_once_seal_each_act_once():
    act(40)
    counts = []

    def seal():
        try:
            counts.append(seal_acts(at=START, batch_rows=7))
        finally:
            connection.close()

    threads = [threading.Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(counts) == 40
    assert sum(len(batch.act_ids) for batch in Batch.objects.all()) == 40
    assert verify().ok


def test_a_clock_set_back_does_not_break_the_order():
    act()
    seal_acts(at=NIGHT)
    act()
    seal_acts(at=START)
    assert {batch.day for batch in Batch.objects.all()} == {date(2019, 7, 26)}
    assert verify().ok


def test_days_are_signed_once_in_order_and_when_over(chained):
    assert DayHead.objects.count() == 2
    assert sign_days(at=NIGHT) == []
    seal_acts(at=NIGHT)
    for day, code in [
        (date(2019, 7, 26), "day_not_over"),
        (date(2019, 7, 24), "day_signed"),
    ]:
        with pytest.raises(Refused) as refused:
            sign_day(day=day, at=NIGHT)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        sign_day(day=date(2019, 7, 27), at=NIGHT + timedelta(days=5))
    assert refused.value.code == "day_empty"
    assert sign_days(at=NIGHT + timedelta(days=1)) == [date(2019, 7, 26)]
    assert verify().days == 3


def test_command_answers_people_and_machines(chained):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "14 行" in out.getvalue()
    sabotage("UPDATE audit_act SET subject = 'x' WHERE id = %s", first(3))
    out = StringIO()
    with pytest.raises(CommandError, match=f"act:{first(3)}"):
        call_command("verify_audit", "--format", "json", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["ok"], said["rows"], said["days"]) == (False, 14, 2)
    assert said["first_broken"] == f"act:{first(3)}"
