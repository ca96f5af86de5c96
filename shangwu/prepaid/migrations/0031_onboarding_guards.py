"""The numbers of operators, and the guards of what onboarding only ever adds."""

from django.db import migrations

FACTS = ("prepaid_registryextract", "prepaid_linkagestep", "prepaid_samplerun")


def _trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()"
    )


class Migration(migrations.Migration):
    """Add the sequence and the triggers."""

    dependencies = [("prepaid", "0030_onboarding")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE prepaid_operator_number MAXVALUE 9999999",
            "DROP SEQUENCE prepaid_operator_number",
        ),
        *(
            migrations.RunSQL(_trigger(table), f"DROP TRIGGER {table}_append_only ON {table}")
            for table in FACTS
        ),
    ]
