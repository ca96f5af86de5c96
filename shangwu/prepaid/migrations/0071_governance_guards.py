"""What may not be changed once it is written: evidence, answers, penalties, pre-checks, grades, comparisons.

A letter and a message may gain what comes later (delivery, receipt), and their content never changes.
"""

from django.db import migrations

FACTS = (
    "prepaid_caseevidence",
    "prepaid_letterreply",
    "prepaid_replyfile",
    "prepaid_penalty",
    "prepaid_inspectionphoto",
    "prepaid_creditstanding",
    "prepaid_precheck",
    "prepaid_creditreconciliation",
)
# Table, and the columns that stay as they were first written.
FROZEN = {
    "prepaid_caseletter": (
        "case_id",
        "step_id",
        "kind",
        "number",
        "content",
        "content_sha256",
        "issued_on",
    ),
    "prepaid_creditmessage": (
        "number",
        "operator_id",
        "kind",
        "day",
        "content",
        "digest",
        "written_at",
    ),
}


def _append_only(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()"
    )


def _frozen(table: str, columns: tuple[str, ...]) -> str:
    changed = " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in columns)
    return (
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) "
        f"EXECUTE FUNCTION prepaid_refuse_change(); "
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()"
    )


# A check that was sent in stays as it is; only the case that it leads to is added.
INSPECTION = """
CREATE TRIGGER prepaid_inspection_frozen BEFORE UPDATE ON prepaid_inspection FOR EACH ROW
WHEN (OLD.submitted_at IS NOT NULL AND (
    OLD.answers IS DISTINCT FROM NEW.answers OR OLD.digest IS DISTINCT FROM NEW.digest
    OR OLD.conclusion IS DISTINCT FROM NEW.conclusion OR OLD.submitted_at IS DISTINCT FROM NEW.submitted_at
    OR OLD.checked_on IS DISTINCT FROM NEW.checked_on
    OR OLD.first_signature IS DISTINCT FROM NEW.first_signature
    OR OLD.second_signature IS DISTINCT FROM NEW.second_signature))
EXECUTE FUNCTION prepaid_refuse_change()
"""


class Migration(migrations.Migration):
    """Add the guards."""

    dependencies = [("prepaid", "0070_governance")]

    operations = [
        *(
            migrations.RunSQL(_append_only(table), f"DROP TRIGGER {table}_append_only ON {table}")
            for table in FACTS
        ),
        *(
            migrations.RunSQL(
                _frozen(table, columns),
                f"DROP TRIGGER {table}_frozen ON {table}; DROP TRIGGER {table}_kept ON {table}",
            )
            for table, columns in FROZEN.items()
        ),
        migrations.RunSQL(
            INSPECTION, "DROP TRIGGER prepaid_inspection_frozen ON prepaid_inspection"
        ),
    ]
