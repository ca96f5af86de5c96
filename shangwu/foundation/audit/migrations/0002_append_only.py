from typing import ClassVar

from django.db import migrations

TABLES = ("audit_act", "audit_batch", "audit_dayhead")

FUNCTION = """
CREATE FUNCTION audit_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is forbidden: the record of acts is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""

TRIGGERS = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_forbid();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_forbid();
"""

# Default privileges give the role that serves requests every right on a new table. Here it, and
# whoever else is not the owner, keeps only adding and reading (the waiting list is also emptied).
PRIVILEGES = """
DO $$
DECLARE
    other record;
BEGIN
    FOR other IN
        SELECT DISTINCT g.grantee AS name, g.table_name AS relation
          FROM information_schema.role_table_grants AS g
          JOIN pg_tables AS t ON t.schemaname = g.table_schema AND t.tablename = g.table_name
         WHERE g.table_schema = current_schema AND g.grantee <> t.tableowner
           AND g.table_name IN ('audit_act', 'audit_batch', 'audit_dayhead', 'audit_unsealedact')
    LOOP
        EXECUTE format('REVOKE UPDATE, TRUNCATE, REFERENCES, TRIGGER ON %I FROM %I',
                       other.relation, other.name);
        IF other.relation <> 'audit_unsealedact' THEN
            EXECUTE format('REVOKE DELETE ON %I FROM %I', other.relation, other.name);
        END IF;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0001_acts")]

    operations: ClassVar = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION audit_forbid()"),
        *(
            migrations.RunSQL(
                TRIGGERS.format(table=table),
                f"DROP TRIGGER {table}_append_only ON {table};"
                f"DROP TRIGGER {table}_no_truncate ON {table}",
            )
            for table in TABLES
        ),
        migrations.RunSQL(PRIVILEGES, migrations.RunSQL.noop),
    ]
