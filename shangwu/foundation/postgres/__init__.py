"""The embedded PostgreSQL: binaries from a wheel, driven by our own launcher. No Django here.

Why our own: docs/decisions/0005-own-database-launcher.md. How to operate it: docs/operations/database.md.
"""

from shangwu.foundation.postgres.lock import DataLock
from shangwu.foundation.postgres.ports import free_port
from shangwu.foundation.postgres.record import recorded_database_url
from shangwu.foundation.postgres.refusal import CannotServe
from shangwu.foundation.postgres.server import Server

__all__ = ["CannotServe", "DataLock", "Server", "free_port", "recorded_database_url"]
