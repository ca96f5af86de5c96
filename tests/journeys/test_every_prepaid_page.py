"""Every page of prepaid cards in a real browser, with something on it, for each of its roles.

The same is asked of them as of every other page; here besides no page is left out because its address names something.
"""

import re

import pytest

from shangwu.prepaid.models import Collapse
from tests.architecture.routes import routes
from tests.foundation.accounts.factories import signed_in_client
from tests.journeys.conftest import DESKTOP
from tests.journeys.steps import enter_as
from tests.journeys.supervised import supervised, things
from tests.journeys.test_every_page import faults

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(900),
]
OURS = ("prepaid/", "office/prepaid/", "shop/")
# Addresses that answer with a file or take a form, so that no page is missed by leaving them out.
NO_PAGES = (
    "<str:kind>",
    "<str:act>",
    "<int:step>",
    "<int:version>",
    "petitions/",
    "/claims/<",
    "keys/",
    "/replay/",
    "/withdraw/",
    "/dismiss/",
    "units/<int:pk>/end/",
)
FORM = re.compile(r'action="([^"]+)"')
NARROW = 360


@pytest.fixture
def people(transactional_db, settings, tmp_path):
    settings.UNSCANNED_FILES_ACCEPTED = True
    settings.DATA_DIR = tmp_path
    return supervised()


def addresses(role):
    """Return the addresses of prepaid pages that a role may ask for."""
    known, found = things(), []
    for route in routes():
        pattern, allow = route.pattern, route.entry.allow
        if not pattern.startswith(OURS) or any(part in pattern for part in NO_PAGES):
            continue
        for part, value in known.items():
            pattern = pattern.replace(part, value)
        assert "<" not in pattern, f"nothing stands for {pattern}"
        if allow.kind == "public" if role is None else allow.admits_roles({role.value}):
            found.append(f"/{pattern}")
    waiting = Collapse.objects.get(name="虚构瑜伽").number
    return [*found, *([] if role is None else [f"/office/prepaid/closings/collapses/{waiting}/"])]


def pages(role, account):
    """Return those of the addresses that answer with a whole page, each with the forms that the person is offered."""
    client, found = signed_in_client(account), {}
    for address in addresses(role):
        answer = client.get(address)
        answer.close()
        assert answer.status_code < 500, address
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code == 200 and kind.startswith("text/html") and "<html" in answer.text:
            found[address] = (address, *sorted(set(FORM.findall(answer.text))))
    return found


def test_every_prepaid_page_is_accessible_and_keeps_its_frame(visitors, people):
    wrong, seen = [], set()
    for role, account in people:
        page = visitors(DESKTOP)
        if account is not None:
            enter_as(page, account)
        for address, look in pages(role, account).items():
            if look in seen and not address.startswith("/shop/"):
                continue  # another person saw it with the same forms on it
            page.goto(address)
            seen.add(look)
            wrong += faults(page, address, DESKTOP, "light") + faults(page, address, NARROW, "dark")
            page.set_viewport_size({"width": DESKTOP, "height": 900})
    assert wrong == [], "\n".join(wrong)
    assert len(seen) > 80, sorted(seen)
