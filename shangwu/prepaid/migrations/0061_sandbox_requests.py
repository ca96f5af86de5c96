"""The sandbox once more, with the requests to work standings out: what is sent there must ask for none."""

from django.db import migrations

TABLES = (
    "prepaid_batch",
    "prepaid_batcherror",
    "prepaid_cardbalance",
    "prepaid_cardday",
    "prepaid_contracttemplate",
    "prepaid_holdernotice",
    "prepaid_observation",
    "prepaid_operatorday",
    "prepaid_outlet",
    "prepaid_quarterreport",
    "prepaid_restaterequest",
    "audit_act",
    "audit_unsealedact",
    "procrastinate_jobs",
)
REBUILD = f"SELECT prepaid_build_sandbox(ARRAY{list(TABLES)!r})"


class Migration(migrations.Migration):
    """Build the sandbox from the tables as they are now."""

    dependencies = [("prepaid", "0060_standings")]

    operations = [migrations.RunSQL(REBUILD, migrations.RunSQL.noop)]
