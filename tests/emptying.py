"""Empties the database between tests that commit: only the tables something was written into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection

# made with the tables, the same in every test, and so not made anew
KEPT = {"django_content_type", "auth_permission"}


@contextmanager
def only_what_was_written() -> Iterator[None]:
    """Let Django's flush delete the rows of tables that have any.

    It would empty every table there is, which takes PostgreSQL longer than most of the tests themselves.
    """
    whole: Callable[..., list[str]] = type(connection.ops).sql_flush

    def flushed(ops: Any, style: Any, tables: Sequence[str], **more: Any) -> list[str]:
        quoted = {table: ops.quote_name(table) for table in sorted(set(tables) - KEPT)}
        asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})" for table, name in quoted.items())
        with ops.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked))
            held = [table for (table,) in cursor.fetchall()]
        if more.get("reset_sequences") or ops.connection.vendor != "postgresql":
            return whole(ops, style, held, **more)
        # references are looked at when the transaction ends, so that any order will do
        return [f"DELETE FROM {quoted[table]}" for table in held]

    made_anew = "django.core.management.commands.flush.emit_post_migrate_signal"
    with mock.patch.object(type(connection.ops), "sql_flush", flushed), mock.patch(made_anew):
        yield
