"""What was done at a till is only ever added to."""

from django.db import migrations

TRIGGER = (
    "CREATE TRIGGER prepaid_tillact_append_only BEFORE UPDATE OR DELETE ON prepaid_tillact "
    "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()"
)


class Migration(migrations.Migration):
    """Add the trigger."""

    dependencies = [("prepaid", "0040_till")]

    operations = [
        migrations.RunSQL(TRIGGER, "DROP TRIGGER prepaid_tillact_append_only ON prepaid_tillact"),
    ]
