"""A second connection to the zone's database that sees it as it was at one moment, while others write on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ALIAS = "backup"


@contextmanager
def snapshot() -> Iterator[BaseDatabaseWrapper]:
    """Yield a connection named `backup` on which nothing changes until the end; writers do not wait for it.

    SQLite: a read transaction on its write-ahead log. PostgreSQL: repeatable read, read only.
    """
    connections.settings[ALIAS] = _settings(connections.settings["default"])
    connection = connections[ALIAS]
    try:
        with transaction.atomic(using=ALIAS), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET TRANSACTION READ ONLY")
            # the moment is that of the first reading
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            yield connection
    finally:
        connection.close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def version(connection: BaseDatabaseWrapper) -> str:
    """Return the name and version of the database, such as `sqlite 3.40.1`."""
    if connection.vendor == "sqlite":
        return f"sqlite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"{connection.vendor} {cursor.fetchone()[0]}"


def _settings(default: dict[str, Any]) -> dict[str, Any]:
    # with SQLite's `transaction_mode` a transaction would take the writers' lock at its beginning
    options = {
        name: value for name, value in default.get("OPTIONS", {}).items() if name != "transaction_mode"
    }
    if default["ENGINE"].endswith("postgresql"):
        from psycopg import IsolationLevel  # noqa: PLC0415 - SQLite needs no driver of PostgreSQL

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    return {**default, "OPTIONS": options, "CONN_MAX_AGE": 0}
