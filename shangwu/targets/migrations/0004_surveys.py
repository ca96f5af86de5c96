"""Hold questionnaires, their answers and quotas."""

from django.db import migrations


class Migration(migrations.Migration):
    """Hold questionnaires, their answers and quotas."""

    dependencies = [("targets", "0003_money")]

    operations = []
