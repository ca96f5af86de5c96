"""The details of a batch's errors in English too; the sandbox is built once more, with the new column."""

from django.db import migrations, models

SANDBOX = (
    "prepaid_batch",
    "prepaid_batcherror",
    "prepaid_batchleaves",
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
REBUILD = f"SELECT prepaid_build_sandbox(ARRAY{list(SANDBOX)!r})"


class Migration(migrations.Migration):
    """Add the column, and build the sandbox anew."""

    dependencies = [("prepaid", "0130_names")]

    operations = [
        migrations.AddField(
            model_name="batcherror",
            name="detail_en",
            field=models.CharField(
                blank=True, default="", max_length=200, verbose_name="说明（英文）"
            ),
        ),
        migrations.RunSQL(REBUILD, migrations.RunSQL.noop),
    ]
