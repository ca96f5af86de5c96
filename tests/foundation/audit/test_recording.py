"""An act is one row in the caller's transaction, its personal fields unreadable, its content digested."""

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from shangwu.foundation import audit
from shangwu.foundation.audit import content, keys
from shangwu.foundation.audit.models import Act, UnsealedAct

AT = datetime(2019, 7, 24, 23, 30, tzinfo=UTC)
CLERK = audit.Actor(kind="person", number="a-7", name="经办人")


def record(**facts):
    return audit.record(
        **{"act": "targets.confirm_import", "by": CLERK, "at": AT, "subject": "import:3", **facts}
    )


@pytest.mark.django_db
@pytest.mark.smoke
def test_row_says_who_did_what_to_what_and_when():
    number = record(before={"state": "READ"}, after={"state": "CONFIRMED"}, source_address="::1")
    row = Act.objects.get(pk=number)
    assert (row.act, row.subject, row.actor_kind, row.actor_number) == (
        "targets.confirm_import",
        "import:3",
        "person",
        "a-7",
    )
    assert (row.before, row.after) == ({"state": "READ"}, {"state": "CONFIRMED"})
    assert row.day == date(2019, 7, 25), "the day is the office's, not Greenwich's"
    assert UnsealedAct.objects.filter(act_id=number).exists()


@pytest.mark.django_db
def test_personal_fields_are_comparable_but_not_readable():
    first = record(
        after={"phone": "13900000000", "holder": {"id_number": "x"}, "rate": Decimal("1.50")}
    )
    second = record(after={"phone": "13900000000", "email": ""})
    one, two = Act.objects.get(pk=first).after, Act.objects.get(pk=second).after
    assert one["phone"] == two["phone"]
    assert one["phone"].startswith(content.PERSONAL_MARK)
    assert one["holder"]["id_number"].startswith(content.PERSONAL_MARK)
    assert (one["rate"], two["email"]) == ("1.50", "")


@pytest.mark.django_db
def test_digest_read_back_equals_digest_written():
    number = record(
        after={
            "text": "a\x00b\ud800",
            "big": 10**30,
            "no": None,
            "yes": True,
            "list": [1, {"k": 0.1}],
        }
    )
    row = Act.objects.values().get(pk=number)
    assert content.digest(row, key=keys.row_key()) == bytes(row["digest"])


@pytest.mark.django_db(transaction=True)
def test_refused_outside_a_transaction():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"act": "confirm"}, {"act": "Targets.Confirm"}, {"at": datetime(2019, 1, 1)}],  # noqa: DTZ001
)
def test_malformed_call_is_a_programming_error(wrong):
    with pytest.raises(ValueError):
        record(**wrong)


@pytest.mark.django_db(transaction=True)
def test_act_goes_with_its_transaction():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record()
        raise ZeroDivisionError
    assert not Act.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["audit_act", "audit_batch", "audit_dayhead"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET day = day", "DELETE FROM {}", "TRUNCATE {}"])
def test_record_is_append_only(table, sql):
    record()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        if table == "audit_batch":
            cursor.execute(
                "INSERT INTO audit_batch VALUES (1, '2019-07-25', now(), '{1}', '\\x00', '\\x01')"
            )
        if table == "audit_dayhead":
            cursor.execute(
                "INSERT INTO audit_dayhead VALUES ('2019-07-25', now(), 1, 1, '\\x00', '\\x01')"
            )
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute(sql.format(table))


@pytest.mark.django_db
def test_the_role_that_serves_may_add_and_read_only():
    """As the launcher sets it up: default privileges first, then the migration takes them back."""
    # A role that every server has, so that the test needs no right to create one; rolled back.
    role = "pg_monitor"
    tables = ["audit_act", "audit_batch", "audit_dayhead", "audit_unsealedact"]
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(tables)} TO {role}")
        cursor.execute(
            import_module("shangwu.foundation.audit.migrations.0002_append_only").PRIVILEGES
        )
        held = {}
        for table in tables:
            cursor.execute(
                "SELECT p FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE']) AS p"
                " WHERE has_table_privilege(%s, %s, p)",
                [role, table],
            )
            held[table] = {privilege for (privilege,) in cursor.fetchall()}
    for table in tables[:3]:
        assert held[table] == {"SELECT", "INSERT"}
    assert held["audit_unsealedact"] == {"SELECT", "INSERT", "DELETE"}


def test_keys_are_private():
    keys.row_key()
    keys.signing_key()
    modes = {path.name: path.stat().st_mode & 0o777 for path in keys.folder().iterdir()}
    assert (modes["key"], modes["signing-key.pem"]) == (0o600, 0o600)
    assert keys.folder().stat().st_mode & 0o777 == 0o700
