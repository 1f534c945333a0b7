"""Statements asked in every act: built once and handed to the database's own driver.

Building a query costs the ORM ten times what it costs to ask it, and its cursors cost more than a quick
answer. What is asked in every act goes this way; all else through the ORM.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

Row = tuple[Any, ...]
_LITE = connection.vendor == "sqlite"


def run(sql: str, values: Sequence[Any]) -> list[Row]:
    """Run one statement inside a transaction and return its rows; `%s` stands for a value, times as `stored`.

    Rows come as the driver gives them: JSON is text, and SQLite's times are text in UTC. Errors are Django's.
    Where statements are watched (`CaptureQueriesContext`, `execute_wrapper`), this one is too.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.connection is None or database.force_debug_cursor or database.execute_wrappers:
        with database.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
    with database.wrap_database_errors:
        if database.vendor == "sqlite":
            return list(database.connection.execute(_question_marks(sql), values))
        cursor = _planning_cursor(database)
        cursor.execute(sql, values, prepare=True)
        return cursor.fetchall() if cursor.pgresult.nfields else []


def _planning_cursor(database: Any) -> Any:
    """Return a cursor of psycopg's own, one for each connection.

    Django's put the values into the text, so that the server plans every statement anew.
    """
    kept = getattr(database, "planning_cursor", None)
    if kept is None or kept.connection is not database.connection:
        kept = database.planning_cursor = database.Database.Cursor(database.connection)
    return kept


class Statement(NamedTuple):
    """One statement that writes to one table and returns nothing, to be run with others."""

    table: str
    sql: str
    values: Sequence[Any]


def run_together(statements: Sequence[Statement]) -> None:
    """Run statements, in one trip where the server allows it: PostgreSQL takes several tables' at once."""
    tables = {statement.table for statement in statements}
    if _LITE or len(tables) < len(statements):
        for statement in statements:
            run(statement.sql, statement.values)
    elif statements:
        sql = _joined(tuple(statement.sql for statement in statements))
        run(sql, [value for statement in statements for value in statement.values])


@lru_cache(maxsize=512)
def _joined(parts: tuple[str, ...]) -> str:
    named = ", ".join(f"part_{number} AS ({part})" for number, part in enumerate(parts[:-1]))
    return f"WITH {named} {parts[-1]}" if named else parts[-1]


@lru_cache(maxsize=1024)
def stored(moment: datetime | str | None) -> Any:
    """Return a time, or an ISO 8601 text of it ("" is none), as the database takes it: UTC text on SQLite."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment) if moment else None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if moment and _LITE else moment


class _Compiled(NamedTuple):
    sql: str
    # for each place in the SQL the name and position of the value that goes there, or None and a constant
    places: tuple[tuple[tuple[str, int] | None, Any], ...]


class Prepared:
    """A query whose values come later: `Prepared(build)(at=now, person_id=7)` returns its rows as `run` does.

    `build` takes the values by name and returns a `values_list`; it is called once for each database and
    number of values in a list, so it may not look at them. A value is a whole number, a text, an aware
    datetime or a list of texts, never None or an empty list.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self._compiled: dict[Row, _Compiled] = {}

    def __call__(self, **values: Any) -> list[Row]:
        shape = (connection.vendor, *(len(one) for one in values.values() if isinstance(one, list)))
        if shape not in self._compiled:
            self._compiled[shape] = self._compile(values)
        sql, places = self._compiled[shape]
        lists = {name: [*map(_for_database, _listed(value))] for name, value in values.items()}
        return run(sql, [constant if at is None else lists[at[0]][at[1]] for at, constant in places])

    def _compile(self, values: Mapping[str, Any]) -> _Compiled:
        marks: dict[str, Any] = {}
        places: dict[Any, tuple[str, int]] = {}
        for name, value in values.items():
            made = [_mark(one, len(places) + at) for at, one in enumerate(_listed(value))]
            marks[name] = made if isinstance(value, list) else made[0]
            places |= {_for_database(mark): (name, at) for at, mark in enumerate(made)}
        sql, found = self.build(**marks).query.sql_with_params()
        return _Compiled(sql, tuple((places.get(one), one) for one in found))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _mark(value: Any, number: int) -> Any:
    """Return a value of the same kind that no query writes as a constant."""
    if isinstance(value, datetime):
        return datetime(1900 + number, 1, 1, tzinfo=UTC)
    return f"mark {number}" if isinstance(value, str) else -1900 - number


def _for_database(value: Any) -> Any:
    return stored(value) if isinstance(value, datetime) else value


@lru_cache(maxsize=512)
def _question_marks(sql: str) -> str:
    return sql.replace("%s", "?").replace("%%", "%")
