"""What the tests of prepaid cards share."""

import pytest
from django.db import connection


@pytest.fixture
def emptied():
    """Empty the ledger's own tables, which the runner does not know, behind a test that commits."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE prepaid_cardday, prepaid_cardbalance")
