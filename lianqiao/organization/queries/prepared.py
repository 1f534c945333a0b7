"""Statements asked in every act: built once and handed to the database's own driver.

Building a query costs the ORM ten times what it costs to ask it, and its cursors cost more than a quick
answer. What is asked in every act goes this way; all else through the ORM.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

if TYPE_CHECKING:
    from lianqiao.organization.queries.one_trip import Trips

Row = tuple[Any, ...]
# looked up once: one process serves one database
ON_SQLITE = connection.vendor == "sqlite"


class Statement(NamedTuple):
    """One statement with its values: `%s` stands for a value, times as `stored`."""

    sql: str
    values: Sequence[Any]


def run(sql: str, values: Sequence[Any]) -> list[Row]:
    """Run one statement inside a transaction and return its rows, as `run_together` does."""
    return run_together([Statement(sql, values)])[0]


def run_together(statements: Sequence[Statement], *, commits: bool = False) -> list[list[Row]]:
    """Run statements inside a transaction, in one trip on PostgreSQL, and return the rows of each.

    Rows come as the driver gives them: JSON is text, and SQLite's times are text in UTC. Errors are Django's.
    `commits` may be given where nothing but the end of an outermost `atomic` follows, which then finds its
    work done; it goes without saying where it cannot be done together. Where statements are watched
    (`CaptureQueriesContext`, `execute_wrapper`), these are too.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.connection is None or database.force_debug_cursor or database.execute_wrappers:
        return [_watched(database, statement) for statement in statements]
    with database.wrap_database_errors:
        if ON_SQLITE:
            execute = database.connection.execute
            return [list(execute(_question_marks(sql), values)) for sql, values in statements]
        trips = _trips(database)
        return trips.run(statements, commits=commits and not database.needs_rollback)


def _watched(database: Any, statement: Statement) -> list[Row]:
    with database.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        return cursor.fetchall() if cursor.description else []


def _trips(database: Any) -> Trips:
    """Return what sends statements over the connection Django has now: a new one knows no plans."""
    kept: Trips | None = getattr(database, "trips", None)
    if kept is None or kept.connection is not database.connection:
        from lianqiao.organization.queries.one_trip import Trips  # noqa: PLC0415 - SQLite needs no psycopg

        kept = database.trips = Trips(database.connection)
    return kept


@lru_cache(maxsize=1024)
def stored(moment: datetime | str | None) -> str | None:
    """Return a time, or an ISO 8601 text of it ("" is none), as the database takes it: UTC text on SQLite."""
    if not ON_SQLITE:
        return (moment if isinstance(moment, str) else moment.isoformat()) if moment else None
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment) if moment else None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if moment else None


class _Compiled(NamedTuple):
    sql: str
    # for each place in the SQL the name and position of the value that goes there, or None and a constant
    places: tuple[tuple[tuple[str, int] | None, Any], ...]


class Prepared:
    """A query whose values come later: `Prepared(build)(at=now, person_id=7)` returns its rows as `run` does.

    `build` takes the values by name and returns a `values_list`; it is called once for each number of
    values in a list, so it may not look at them. A value is a whole number, a text, an aware
    datetime or a list of texts, never None or an empty list.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self._compiled: dict[Row, _Compiled] = {}

    def __call__(self, **values: Any) -> list[Row]:
        return run(*self.asking(**values))

    def asking(self, **values: Any) -> Statement:
        """Return the statement, to be run with others."""
        shape = tuple(len(one) for one in values.values() if isinstance(one, list))
        if shape not in self._compiled:
            self._compiled[shape] = self._compile(values)
        sql, places = self._compiled[shape]
        lists = {name: [*map(_for_database, _listed(value))] for name, value in values.items()}
        return Statement(sql, [constant if at is None else lists[at[0]][at[1]] for at, constant in places])

    def _compile(self, values: Mapping[str, Any]) -> _Compiled:
        marks: dict[str, Any] = {}
        places: dict[Any, tuple[str, int]] = {}
        for name, value in values.items():
            made = [_mark(one, len(places) + at) for at, one in enumerate(_listed(value))]
            marks[name] = made if isinstance(value, list) else made[0]
            # the ORM leaves times as they are for PostgreSQL
            places |= {_for_database(mark) if ON_SQLITE else mark: (name, at) for at, mark in enumerate(made)}
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
