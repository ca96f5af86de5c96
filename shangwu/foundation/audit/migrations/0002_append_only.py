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

# The role that serves requests may add and read; changing needs the owner, who is not the service.
PRIVILEGES = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN
        REVOKE ALL ON {tables} FROM app;
        GRANT SELECT, INSERT ON {tables} TO app;
        REVOKE ALL ON audit_unsealedact FROM app;
        GRANT SELECT, INSERT, DELETE ON audit_unsealedact TO app;
    END IF;
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
        migrations.RunSQL(PRIVILEGES.format(tables=", ".join(TABLES)), migrations.RunSQL.noop),
    ]
