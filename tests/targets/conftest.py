"""People of the targets tests."""

from datetime import UTC, datetime

import pytest

from shangwu.foundation.accounts.models import Account

BORN = datetime(2018, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def unscanned_evidence(settings):
    """Accept evidence without a malware scanner, as the demonstration does."""
    settings.UNSCANNED_FILES_ACCEPTED = True


@pytest.fixture
def editor(db) -> Account:
    """Somebody who fills in declarations."""
    return Account.objects.create(login="editor", display_name="填报员", created_at=BORN)


@pytest.fixture
def reviewer(db) -> Account:
    """Somebody else, who reviews them."""
    return Account.objects.create(login="reviewer", display_name="审核员", created_at=BORN)
