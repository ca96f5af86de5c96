"""Hold budget lines, adjustments, contracts, payments and what the negative list finds."""

from django.db import migrations


class Migration(migrations.Migration):
    """Hold budget lines, adjustments, contracts, payments and what the negative list finds."""

    dependencies = [("targets", "0002_append_only")]

    operations = []
