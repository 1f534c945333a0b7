"""The database a restore goes into: filled where nobody sees it, then put in place in one step.

SQLite: built in a file of its own, then copied over the live one in one transaction of the live one.
PostgreSQL: emptied, built and committed in one transaction. Killed anywhere, either is as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from lianqiao.engine.errors import refuse
from lianqiao.site.backup import rows


def check_empty() -> None:
    """Let only an empty target pass; raises Refusal `target-not-empty`."""
    if held := rows.tables_with_rows(connection):
        raise refuse(
            "target-not-empty",
            f"the database holds something already: {', '.join(held[:5])}{' …' if len(held) > 5 else ''}",
            hint="restore into an empty one, or add --replace to give up what is there",
        )


@contextmanager
def built_aside(staging: Path) -> Iterator[None]:
    """Make `django.db.connection` that of an empty database; leaving without an error puts it in place."""
    if connection.vendor == "sqlite":
        with _file_aside(staging / "restored.sqlite3"):
            yield
    else:
        with transaction.atomic():
            _drop_all()
            yield
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@contextmanager
def _file_aside(aside: Path) -> Iterator[None]:
    live = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(aside)
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        connection.close()
        _copy(aside, Path(live))
    finally:
        connection.close()
        connection.settings_dict["NAME"] = live


def _copy(aside: Path, live: Path) -> None:
    """Copy a database over another in one transaction; whoever has the other open sees it before or after."""
    live.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(aside)) as source, closing(sqlite3.connect(live, timeout=60)) as target:
        # a database nobody has written to yet would be copied without the log that makes this one transaction
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _drop_all() -> None:
    """Drop every table of the schema: one that a newer release made would be in that release's way later."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")


def home() -> Path:
    """Return the home folder, made if it is not there."""
    folder: Path = settings.ENVIRONMENT.home
    folder.mkdir(parents=True, exist_ok=True)
    return folder
