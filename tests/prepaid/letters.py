"""What consumers write, as the tests send it."""

from datetime import UTC, datetime

from shangwu.prepaid.operations import complaints as acts

# The Friday before the holiday of October 2019; the Sunday after it is worked.
AT = datetime(2019, 9, 27, 2, 0, tzinfo=UTC)


def complaint(business=None, *, ticket="t", at=AT, address="10.0.0.1", **changes):
    """Complain about a business and return the receipt."""
    given = {
        "subject": "REFUND",
        "operator": business,
        "text": "办卡后门店不退余额",
        "amount": 50_000,
    }
    return acts.receive_complaint(**(given | changes), ticket=ticket, address=address, at=at)
