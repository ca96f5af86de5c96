"""The sandbox: a schema with the tables that a message could write, once more, and the guards of facts.

`prepaid_build_sandbox` makes it anew from the real tables, empty: a migration that changes one of them, or adds
one that a message writes, calls it again. Its rows are disposable. The tables of the record of acts and of the
queue are among them, so that an act in the sandbox neither stands on record nor puts anybody to work.
"""

from django.db import migrations

BUILD = """
CREATE FUNCTION prepaid_build_sandbox(tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
    key text;
BEGIN
    DROP SCHEMA IF EXISTS prepaid_sandbox CASCADE;
    CREATE SCHEMA prepaid_sandbox;
    GRANT USAGE ON SCHEMA prepaid_sandbox TO PUBLIC;
    ALTER DEFAULT PRIVILEGES IN SCHEMA prepaid_sandbox
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO PUBLIC;
    ALTER DEFAULT PRIVILEGES IN SCHEMA prepaid_sandbox GRANT USAGE, SELECT ON SEQUENCES TO PUBLIC;
    FOREACH name IN ARRAY tables LOOP
        key := pg_get_partkeydef(format('public.%I', name)::regclass);
        EXECUTE format('CREATE TABLE prepaid_sandbox.%I (LIKE public.%I INCLUDING ALL)', name, name)
            || coalesce(' PARTITION BY ' || key, '');
    END LOOP;
    -- The same function, for which the sandbox's partitions are the only ones.
    EXECUTE replace(replace(pg_get_functiondef('public.prepaid_open_month(date)'::regprocedure),
        'public.prepaid_open_month', 'prepaid_sandbox.prepaid_open_month'),
        'SET search_path TO ''public''', 'SET search_path TO ''prepaid_sandbox''');
END $$
"""

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
    "audit_act",
    "audit_unsealedact",
    "procrastinate_jobs",
)
REBUILD = f"SELECT prepaid_build_sandbox(ARRAY{list(TABLES)!r})"
FACTS = (
    "prepaid_batcherror",
    "prepaid_institutionbatch",
    "prepaid_holdernotice",
    "prepaid_contracttemplate",
    "prepaid_conformancerun",
)


def _trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION prepaid_refuse_change()"
    )


class Migration(migrations.Migration):
    """Add the guards and build the sandbox."""

    dependencies = [
        ("prepaid", "0010_interface"),
        ("audit", "0002_append_only"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        *(
            migrations.RunSQL(_trigger(table), f"DROP TRIGGER {table}_append_only ON {table}")
            for table in FACTS
        ),
        migrations.RunSQL(BUILD, "DROP FUNCTION prepaid_build_sandbox(text[])"),
        migrations.RunSQL(REBUILD, "DROP SCHEMA prepaid_sandbox CASCADE"),
    ]
