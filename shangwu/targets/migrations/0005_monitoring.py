"""Hold monitoring reports, findings and corrective actions."""

from django.db import migrations


class Migration(migrations.Migration):
    """Hold monitoring reports, findings and corrective actions."""

    dependencies = [("targets", "0004_surveys")]

    operations = []
