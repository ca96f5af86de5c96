"""Leaves apart from their batch, part by part as rows are posted: nobody holds those of a million rows at once.

The sandbox is built once more, with the new table.
"""

import django.db.models.deletion
from django.db import migrations, models

MOVE = """
INSERT INTO prepaid_batchleaves (operator_id, batch_id, part, leaves)
SELECT operator_id, id, 1, leaves FROM prepaid_batch WHERE leaves IS NOT NULL
"""
MOVE_BACK = """
ALTER TABLE prepaid_batch DISABLE TRIGGER prepaid_batch_append_only;
UPDATE prepaid_batch b SET leaves = joined.leaves FROM (
    SELECT batch_id, string_agg(leaves, ''::bytea ORDER BY part) AS leaves
    FROM prepaid_batchleaves GROUP BY batch_id
) AS joined WHERE joined.batch_id = b.id;
ALTER TABLE prepaid_batch ENABLE TRIGGER prepaid_batch_append_only
"""
# Hashes: nothing compresses them.
UNPACKED = "ALTER TABLE prepaid_batchleaves ALTER COLUMN leaves SET STORAGE EXTERNAL"
GUARD = (
    "CREATE TRIGGER prepaid_batchleaves_append_only BEFORE UPDATE OR DELETE ON prepaid_batchleaves "
    "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()"
)
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
    """Move the leaves, guard them, and build the sandbox anew."""

    dependencies = [("prepaid", "0112_stop_sales")]

    operations = [
        migrations.CreateModel(
            name="BatchLeaves",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "operator",
                        "batch",
                        "part",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("part", models.PositiveIntegerField(verbose_name="部分")),
                ("leaves", models.BinaryField(verbose_name="行摘要")),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="prepaid.batch",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="prepaid.operator",
                    ),
                ),
            ],
            options={"verbose_name": "批次行摘要"},
        ),
        migrations.RunSQL(UNPACKED, migrations.RunSQL.noop),
        migrations.RunSQL(MOVE, MOVE_BACK),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="batch", name="leaves"),
        migrations.RunSQL(REBUILD, migrations.RunSQL.noop),
    ]
