"""What the application may do to the tables and what not, re-stated after every migration by the owner."""

from typing import LiteralString

from psycopg import Connection, sql

# The application has all four kinds of DML; append-only records leave it two of them.
APPEND_ONLY_TABLES: tuple[str, ...] = ("audit_act", "audit_batch", "audit_dayhead")
_GRANTS: tuple[LiteralString, ...] = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
)
_REVOKE: LiteralString = "REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}"


def apply_grants(connection: Connection, *, application: str) -> list[str]:
    """Give the application's role its kinds of access, and return the tables it may only append to.

    Does nothing where one role owns and uses the tables, as on a server without separate roles. Call it in
    one transaction: nobody sees the moment between giving and taking.
    """
    owner = connection.execute("SELECT current_user").fetchone()
    if owner is None or owner[0] == application:
        return []
    role = sql.Identifier(application)
    for grant in _GRANTS:
        connection.execute(sql.SQL(grant).format(role))
    there = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(%s)",
        [list(APPEND_ONLY_TABLES)],
    ).fetchall()
    tables = sorted(str(row[0]) for row in there)
    for table in tables:
        connection.execute(sql.SQL(_REVOKE).format(sql.Identifier(table), role))
    return tables
