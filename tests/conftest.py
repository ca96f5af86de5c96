"""What every test run needs, and nothing that builds a world."""

from pathlib import Path

import pytest
from django.db import connection
from hypothesis import settings

# How long an example takes says more of the machine's other work than of the code.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

EMPTIED_BETWEEN_TESTS = ("audit_act", "audit_batch", "audit_dayhead")


def pytest_collection_modifyitems(items):
    """Begin with the files that are slow as a whole; the others stay as they are: who empties the database comes late.

    A worker takes whole files, and a long one begun last would keep the others waiting.
    """
    items.sort(key=lambda item: item.parent.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let the runner empty the append-only tables between transactional tests, and nobody change them."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in EMPTIED_BETWEEN_TESTS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
    yield
    # A browser's last request may still hold a connection of the live server's thread.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def shared_forms():
    """Give the folder of official forms that lies beside the checkout, where the project is developed."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "forms"
    if not folder.is_dir():
        pytest.skip(
            "the folder shared/forms is not beside this checkout; committed samples still run"
        )
    return folder


@pytest.fixture(autouse=True)
def ledger_left_empty(request, django_db_blocker):
    """Empty the ledger's own tables, which the runner does not know, behind every test that commits."""
    yield
    mark = request.node.get_closest_marker("django_db")
    commits = mark is not None and mark.kwargs.get("transaction")
    if commits or {"live_server", "transactional_db"} & set(request.fixturenames):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (TABLE prepaid_cardday) OR EXISTS (TABLE prepaid_cardbalance)"
            )
            if cursor.fetchone()[0]:
                cursor.execute("TRUNCATE prepaid_cardday, prepaid_cardbalance")
