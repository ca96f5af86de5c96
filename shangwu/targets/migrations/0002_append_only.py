"""Readings, ratings, completions and revisions are facts: written once, never changed or deleted."""

from django.db import migrations

TABLES = (
    "targets_storedreading",
    "targets_rating",
    "targets_ratingevidence",
    "targets_completion",
    "targets_completionevidence",
    "targets_declarationrevision",
)

FUNCTION = """
CREATE FUNCTION targets_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def _trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION targets_refuse_change()"
    )


class Migration(migrations.Migration):
    """Add the guard to every table of facts."""

    dependencies = [("targets", "0001_targets")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION targets_refuse_change()"),
        *(
            migrations.RunSQL(_trigger(table), f"DROP TRIGGER {table}_append_only ON {table}")
            for table in TABLES
        ),
    ]
