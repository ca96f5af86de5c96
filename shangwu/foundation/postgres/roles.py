"""The database's roles: who may define, who may write, who may only look."""

from shangwu.foundation.postgres.record import DATABASE, ROLES, Record

_ATTRIBUTES = {
    "owner": "NOCREATEDB",
    "app": "",
    "readonly": "",
    "backup": "REPLICATION",
    "monitor": "",
}

_PREAMBLE = r"""
\set ON_ERROR_STOP on
SET log_statement = 'none'; SET log_min_duration_statement = -1; SET log_min_error_statement = 'panic';
"""

_DATABASE = f"""
SELECT 'CREATE DATABASE {DATABASE} OWNER {DATABASE}_owner TEMPLATE template0'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {", ".join(f"{DATABASE}_{role}" for role in ROLES)};
GRANT pg_monitor TO {DATABASE}_monitor;
GRANT pg_read_all_data TO {DATABASE}_backup;
ALTER ROLE {DATABASE}_readonly SET default_transaction_read_only = on;
"""  # noqa: S608 - constants only

_SCHEMA = f"""
ALTER SCHEMA public OWNER TO {DATABASE}_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {DATABASE}_app, {DATABASE}_readonly;
ALTER DEFAULT PRIVILEGES FOR ROLE {DATABASE}_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {DATABASE}_app;
ALTER DEFAULT PRIVILEGES FOR ROLE {DATABASE}_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO {DATABASE}_app;
ALTER DEFAULT PRIVILEGES FOR ROLE {DATABASE}_owner IN SCHEMA public
  GRANT SELECT ON TABLES TO {DATABASE}_readonly;
"""


def server_script(record: Record, *, throw_away: bool) -> str:
    """Return the psql script that makes roles and database; running it twice changes nothing.

    `throw_away` lets the owner make databases, as test runners do.
    """
    lines = [_PREAMBLE]
    for role in ROLES:
        name, password = f"{DATABASE}_{role}", record.passwords[role]
        attributes = "CREATEDB" if throw_away and role == "owner" else _ATTRIBUTES[role]
        lines.append(
            f"SELECT 'CREATE ROLE {name}' WHERE NOT EXISTS "  # noqa: S608 - constants and our own tokens
            f"(SELECT FROM pg_roles WHERE rolname = '{name}') \\gexec\n"
            f"ALTER ROLE {name} LOGIN {attributes} PASSWORD '{password}';"
        )
    return "\n".join([*lines, _DATABASE])


def schema_script() -> str:
    """Return the psql script that shares out the schema, to be run inside the database."""
    return _PREAMBLE + _SCHEMA
