"""What the application may not do to certain tables, re-stated after every migration by the owner."""

from typing import LiteralString

from psycopg import Connection, sql

# Default privileges give the application all four kinds of DML; append-only records keep two of them.
APPEND_ONLY_TABLES: tuple[str, ...] = ("audit_act", "audit_batch", "audit_dayhead")
_REVOKE: LiteralString = "REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}"


def apply_grants(connection: Connection, *, application: str) -> list[str]:
    """Take the forbidden kinds away from the application's role; returns the tables concerned.

    Does nothing where one role owns and uses the tables, as on a server without separate roles.
    """
    owner = connection.execute("SELECT current_user").fetchone()
    if owner is None or owner[0] == application:
        return []
    there = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(%s)",
        [list(APPEND_ONLY_TABLES)],
    ).fetchall()
    tables = sorted(str(row[0]) for row in there)
    for table in tables:
        connection.execute(
            sql.SQL(_REVOKE).format(sql.Identifier(table), sql.Identifier(application))
        )
    return tables
