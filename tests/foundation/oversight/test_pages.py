"""The audit administrator reads the record, verifies the chain, and leaves a trace of both."""

import ast
import re
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import reverse

from shangwu.foundation import audit, oversight
from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.audit.operations import seal_acts
from shangwu.foundation.oversight.vocabulary import ACT_LABELS
from tests.foundation.accounts.factories import AT, person, signed_in_client, with_app

PACKAGE = Path(oversight.__file__).parents[2]


@pytest.fixture
def auditor(db):
    """The audit administrator, signed in."""
    account = person("auditor", Role.AUDIT_ADMIN)
    with_app(account)
    return signed_in_client(account)


def recorded(act="targets.rate_indicator", **facts):

    with transaction.atomic():
        return audit.record(
            act=act,
            by=audit.Actor("person", "17", "张三"),
            at=AT,
            subject="indicator:4",
            before=facts.get("before"),
            after=facts.get("after"),
        )


def test_the_record_is_listed_narrowed_and_exported(auditor):
    recorded()
    recorded("files.store_upload")
    page = auditor.get(reverse("oversight:acts"), {"act": "targets.rate_indicator"}).text
    assert page.count("indicator:4") == 1
    assert "评定指标" in page
    beyond = auditor.get(reverse("oversight:acts"), {"last": "2001-01-01"}).text
    assert "indicator:4" not in beyond
    file = auditor.get(reverse("oversight:acts"), {"format": "csv", "q": "张三"})
    assert file.getvalue().decode("utf-8-sig").count("张三") == 2
    (export,) = Act.objects.filter(act="oversight.export_acts")
    assert export.after["rows"] == 2


def test_one_act_shows_what_it_changed_and_the_look_is_recorded(auditor):
    number = recorded(before={"level": "较健全"}, after={"level": "健全", "reason": "复核"})
    page = auditor.get(reverse("oversight:act", args=[number])).text
    assert "较健全" in page and "<strong>健全</strong>" in page
    (look,) = Act.objects.filter(act="oversight.open_act")
    assert look.subject == f"act:{number}"


def test_a_sound_chain_is_confirmed_and_an_edited_row_is_named(auditor):
    number = recorded()
    seal_acts(at=AT)
    assert "核验通过" in auditor.post(reverse("oversight:chain")).text
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_act DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_act SET subject = 'indicator:5' WHERE id = %s", [number])
        cursor.execute("ALTER TABLE audit_act ENABLE TRIGGER USER")
    page = auditor.post(reverse("oversight:chain")).text
    assert f"act:{number}" in page and "核验不通过" in page
    verdicts = Act.objects.filter(act="oversight.verify_record").order_by("pk")
    assert [row.after["ok"] for row in verdicts] == [True, False]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDIT_ADMIN])
def test_nobody_else_reads_the_record(db, role):
    account = person("curious", role)
    with_app(account)
    client = signed_in_client(account)
    for name in ("oversight:acts", "oversight:chain"):
        assert client.get(reverse(name)).status_code == 403


def acts_in_code():
    """Return every act that the code records, read from its text."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts or "vocabulary" in path.as_posix():
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found |= _acts_of(node)
    return found


def _acts_of(call):
    given = [k.value for k in call.keywords if k.arg == "act"]
    if isinstance(call.func, ast.Name) and call.func.id in {
        "_record",
        "_appoint",
        "_decide",
        "_move",
    }:
        given += call.args[:1]
    words = {
        node.value
        for value in given
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {word for word in words if re.fullmatch(r"[a-z]+\.[a-z_]+", word)}


def test_every_act_of_the_code_has_its_name():
    found = acts_in_code()
    assert len(found) > 30, "the reader of the code found too little to mean anything"
    assert found - ACT_LABELS.keys() == set()


def test_no_two_acts_share_a_name():
    assert len(set(ACT_LABELS.values())) == len(ACT_LABELS)
