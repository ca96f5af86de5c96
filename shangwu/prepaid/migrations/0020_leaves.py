"""Leaves of hash trees are hashes: nothing compresses them, and a proof reads a part of them."""

from django.db import migrations

UNPACKED = "ALTER TABLE prepaid_batch ALTER COLUMN leaves SET STORAGE EXTERNAL"
PACKED = "ALTER TABLE prepaid_batch ALTER COLUMN leaves SET STORAGE EXTENDED"


class Migration(migrations.Migration):
    """Store leaves as they are."""

    dependencies = [("prepaid", "0011_sandbox"), ("prepaid", "0080_closing")]

    operations = [migrations.RunSQL(UNPACKED, PACKED)]
