"""Supervisors of the made-up city: of the whole of it, of an agency's lines of business, of one district."""

from datetime import date
from typing import TYPE_CHECKING

from benchmarks.simulated.operators import AT

if TYPE_CHECKING:
    from shangwu.foundation.accounts.models import Account


def supervisor(login: str, *, agency: str = "commerce", district: str = "") -> "Account":
    """Return an account that reviews for a unit of its own."""
    from shangwu.foundation.accounts.models import Account, Appointment, Organisation, Post
    from shangwu.prepaid.models import SupervisingUnit

    unit = Organisation.objects.create(name=f"虚构监管单位 {login}")
    SupervisingUnit.objects.create(organisation=unit, agency=agency, district=district)
    account = Account.objects.create(login=login, display_name=login, created_at=AT)
    Appointment.objects.create(
        account=account,
        post=Post.objects.create(organisation=unit, name="预付卡复核岗"),
        role="PREPAID_REVIEWER",
        from_on=date(2018, 1, 1),
        reason="测量",
        appointed_at=AT,
    )
    return account
