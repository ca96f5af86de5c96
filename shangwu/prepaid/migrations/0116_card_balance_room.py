"""Room on each page for a second version of every balance: all cards of an operator may move on one day.

A balance that moves stays on its page then, and no index hears of it. Pages that are full already are left as they are.
"""

from django.db import migrations

ROOM = "ALTER TABLE prepaid_cardbalance SET (fillfactor = 50)"
LESS = "ALTER TABLE prepaid_cardbalance SET (fillfactor = 80)"


class Migration(migrations.Migration):
    """Fill pages half."""

    dependencies = [("prepaid", "0115_batch_leaves")]

    operations = [migrations.RunSQL(ROOM, LESS)]
