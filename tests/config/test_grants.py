"""A server of one's own with two plain roles: the application reads and writes, but not the record of acts."""

import psycopg
import pytest

from shangwu.config.grants import APPEND_ONLY_TABLES, apply_grants
from shangwu.foundation.postgres import Server
from tests.foundation.postgres.folders import open_folder


@pytest.fixture(scope="module")
def server():
    """A server with a database that belongs to a role of its own."""
    with open_folder() as folder:
        found = Server(folder, say=lambda text: None, throw_away=True)
        found.start()
        try:
            with psycopg.connect(found.url("postgres"), autocommit=True) as connection:
                connection.execute("CREATE ROLE keeper LOGIN PASSWORD 'k'")
                connection.execute("CREATE ROLE clerk LOGIN PASSWORD 'c'")
                connection.execute("CREATE DATABASE office OWNER keeper")
            yield found
        finally:
            found.stop()


def connect(server, user):
    return psycopg.connect(
        host="127.0.0.1", port=server.record.port, dbname="office", user=user, password=user[0]
    )


def test_the_owner_shares_its_tables_out(server):
    with connect(server, "keeper") as owner:
        for table in ("letters", *APPEND_ONLY_TABLES):
            owner.execute(f"CREATE TABLE {table} (n bigint GENERATED ALWAYS AS IDENTITY, t text)")
    with connect(server, "clerk") as clerk, pytest.raises(psycopg.errors.InsufficientPrivilege):
        clerk.execute("SELECT * FROM letters")
    for _ in range(2):  # every start states it again
        with connect(server, "keeper") as owner:
            assert apply_grants(owner, application="clerk") == sorted(APPEND_ONLY_TABLES)
    with connect(server, "clerk") as clerk:
        for table in ("letters", *APPEND_ONLY_TABLES):
            clerk.execute(f"INSERT INTO {table} (t) VALUES ('a')")
        clerk.execute("UPDATE letters SET t = 'b'")
        clerk.execute("DELETE FROM letters")
    for table in APPEND_ONLY_TABLES:
        for act in ("UPDATE {} SET t = 'b'", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"):
            with connect(server, "clerk") as clerk:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    clerk.execute(act.format(table))


def test_a_server_without_separate_roles_is_left_as_it_is(server):
    with connect(server, "keeper") as owner:
        assert apply_grants(owner, application="keeper") == []
