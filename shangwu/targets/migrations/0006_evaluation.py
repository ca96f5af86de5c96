"""Hold evaluations with their weights, scores and signatures."""

from django.db import migrations


class Migration(migrations.Migration):
    """Hold evaluations with their weights, scores and signatures."""

    dependencies = [("targets", "0005_monitoring")]

    operations = []
